"""What happens to an open trade: targets, stops, sizes, protections."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from candlewick.specs.base import Name, Number, ParameterUse, Part, Plain, Ratio

Candles = Annotated[StrictInt, Field(ge=1, le=10_000)] | ParameterUse
Share = Annotated[Ratio, Field(gt=0, lt=1)]


class Target(Part):
    """From so many minutes on a trade is closed at so much profit (0.04 is 4 %)."""

    minutes: Annotated[StrictInt, Field(ge=0, le=1_000_000)]
    profit: Annotated[Plain, Field(gt=-1, le=100)]


class Trailing(Part):
    """A stop that follows the price: as far away as the stop loss, or at `distance` once in profit.

    With `offset` the distance counts from that profit on; `only_after_offset` lets the stop stand still until then.
    """

    distance: Share | None = None
    offset: Annotated[Ratio, Field(ge=0, lt=1)] = 0.0
    only_after_offset: StrictBool = False


class StopStep(Part):
    """From so much profit on, the stop lies at `lock` from the entry (0.0 is break-even)."""

    profit: Number
    lock: Number


class RangeStop(Part):
    """A stop that follows the price at so many times an indicator, such as the average true range."""

    indicator: Name
    times: Number


class TimeStop(Part):
    """Closes a trade after so many minutes, if its profit is not above `unless_above`."""

    minutes: Number
    unless_above: Number = 0.0


class Risk(Part):
    targets: tuple[Target, ...] = Field(default=(), max_length=20)
    stop_loss: Share = 0.1
    trailing: Trailing | None = None
    steps: tuple[StopStep, ...] = Field(default=(), max_length=10)
    range_stop: RangeStop | None = None
    time_stop: TimeStop | None = None


class ShareOfStake(Part):
    """A multiple of the stake that the run's settings give."""

    kind: Literal["share"] = "share"
    share: Number


class RiskedShare(Part):
    """As much as loses this share of the whole wallet when the stop loss is hit."""

    kind: Literal["risk"] = "risk"
    share: Number


class AddedPosition(Part):
    """Adds `size` times the first stake once the trade has lost `drop` (0.05 is 5 %)."""

    drop: Number
    size: Number


class Position(Part):
    size: Annotated[ShareOfStake | RiskedShare, Field(discriminator="kind")] | None = None
    added: tuple[AddedPosition, ...] = Field(default=(), max_length=20)
    leverage: Number | None = None


class Cooldown(Part):
    kind: Literal["cooldown"] = "cooldown"
    stop: Candles


class StopGuard(Part):
    """Pauses after `trades` stop losses within `lookback` candles."""

    kind: Literal["stop_guard"] = "stop_guard"
    lookback: Candles
    trades: Candles
    stop: Candles
    per_pair: StrictBool = False


class DrawdownGuard(Part):
    kind: Literal["drawdown_guard"] = "drawdown_guard"
    lookback: Candles
    trades: Candles
    stop: Candles
    drawdown: Share | ParameterUse


class LowProfitGuard(Part):
    """Pauses a pair whose trades within `lookback` candles earned less than `profit`."""

    kind: Literal["low_profit_guard"] = "low_profit_guard"
    lookback: Candles
    trades: Candles
    stop: Candles
    profit: Annotated[Ratio, Field(gt=-1, lt=1)] | ParameterUse = 0.0


Protection = Annotated[
    Cooldown | StopGuard | DrawdownGuard | LowProfitGuard, Field(discriminator="kind")
]
OrderType = Literal["limit", "market"]


class Orders(Part):
    entry: OrderType = "limit"
    exit: OrderType = "limit"
    stop_loss: OrderType = "market"
    stop_on_exchange: StrictBool = False
