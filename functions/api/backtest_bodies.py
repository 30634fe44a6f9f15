"""What a client sends to start or change a backtest."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.schema import Body, Id, Moment, PageQuery, Path, VersionNumber
from api.strategy_bodies import Parameters
from candlewick.backtests.models import BacktestSpec, RunState, TradingMode
from candlewick.backtests.wire import Loop
from candlewick.errors import Invalid
from candlewick.market_data.timeframes import timeframe_minutes

Pair = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,20}/[A-Z0-9]{1,20}(:[A-Z0-9]{1,20})?$")]
Timeframe = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}[mhdwM]$")]
Amount = Annotated[Decimal, Field(gt=0, le=Decimal("1e12"), max_digits=30)]


class BacktestBody(Body):
    """A request to simulate one strategy version. `end` is exclusive; times without a zone are UTC.

    `parameters` (space, then name, then value) go before those of the version.
    """

    strategy_id: Id
    version: VersionNumber
    exchange: Annotated[str, Field(pattern=r"^[a-z0-9_]{2,40}$")]
    pairs: Annotated[list[Pair], Field(min_length=1, max_length=100)]
    timeframe: Timeframe | None = None
    timeframe_detail: Timeframe | None = None
    start: Moment
    end: Moment
    stake_amount: Amount | Literal["unlimited"] = "unlimited"
    wallet: Amount = Decimal(1000)
    max_open_trades: Annotated[int, Field(ge=1, le=1_000)] = 3
    fee: Annotated[Decimal, Field(ge=0, le=Decimal("0.1"), max_digits=30)] | None = None
    enable_protections: bool = False
    trading_mode: TradingMode = TradingMode.SPOT
    parameters: Parameters | None = None
    loop: Loop = Loop.SKIPPING

    @field_validator("pairs")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        repeated = sorted({pair for pair in value if value.count(pair) > 1})
        if repeated:
            raise ValueError(f"{', '.join(repeated)} is named more than once")
        return value

    def to_spec(self, strategy_timeframe: str | None) -> BacktestSpec:
        """Return the specification; the timeframe is the strategy's own unless one was sent."""
        timeframe = self.timeframe or strategy_timeframe
        if timeframe is None:
            raise Invalid("Name a timeframe: the strategy's code sets none that can be read.")
        timeframe_minutes(timeframe)
        is_unlimited = self.stake_amount == "unlimited"
        return BacktestSpec(
            exchange=self.exchange,
            pairs=tuple(self.pairs),
            timeframe=timeframe,
            timeframe_detail=self.timeframe_detail,
            start=self.start,
            until=self.end,
            stake_amount=None if is_unlimited else Decimal(self.stake_amount),
            wallet=self.wallet,
            max_open_trades=self.max_open_trades,
            fee=self.fee,
            enable_protections=self.enable_protections,
            trading_mode=self.trading_mode,
            loop=self.loop,
        )


class NotesBody(Body):
    notes: Annotated[str, Field(max_length=10_000)]


class RunPath(Path):
    run_id: Id


class RunsQuery(PageQuery):
    state: RunState | None = None
    strategy_id: Id | None = None
    exchange: str | None = None


class EquityQuery(Body):
    """`points`: merge candles into at most so many points. `start`, `end` (exclusive): only this window, with `points`."""

    points: Annotated[int | None, Field(ge=10, le=10_000)] = None
    start: Moment | None = None
    end: Moment | None = None


class IdempotencyHeader(BaseModel):
    """Choose a random key per backtest; sending the request again with it starts nothing new."""

    model_config = ConfigDict(extra="ignore")

    idempotency_key: Annotated[
        str, Field(alias="Idempotency-Key", min_length=8, max_length=255, pattern=r"^[!-~]+$")
    ]
