"""Why a live bot earned something else than its backtest over the same time: each difference, labelled with its cause.

    backtest's trades ─┐             ┌─ in both: amount, entry, exit, fee, and what rounding leaves
                       ├─ pair up ──►├─ live only: an entry that the backtest has not
    live bot's trades ─┘             └─ backtest only: an entry that the bot did not make

The labelled amounts add up exactly to the difference of the profits, trade by trade and in all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum
from typing import Any, Final

from candlewick.bots.wire import ClosedTrade

_SMALLEST: Final = Decimal("1e-8")
# More digits than products of prices and amounts have, so that nothing is rounded in silence.
_DIGITS: Final = 100
_LATEST_CANDLES: Final = 2
# Exit reasons that a user or the platform caused, by Freqtrade's names and ours.
_FORCED: Final = frozenset({"force_exit", "emergency_exit", "stop_and_close", "close_all"})


class Cause(StrEnum):
    """What a difference comes from."""

    SIGNAL = "signal"  # the strategy said something else
    FILL_PRICE = "fill_price"  # the same decision, another price
    FEE = "fee"
    AMOUNT = "amount"  # more or less was bought
    MISSED_CANDLE = "missed_candle"  # the bot did not see the candle
    HELD_BACK = "held_back"  # a limit or a refused order kept it from trading
    OVERRIDE = "override"  # a person decided
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A closed long trade. Rates are means over its orders; amounts of money are in stake currency."""

    pair: str
    opened_at: datetime
    closed_at: datetime
    amount: Decimal
    open_rate: Decimal
    close_rate: Decimal
    fees: Decimal
    profit: Decimal
    exit_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of the live bot's time.

    Attributes:
        candle: the strategy's timeframe.
        missed: open times of candles that the bot did not process, by pair.
        held_back: open times of candles at which an entry was held back, by pair.
        overridden: times in which a person kept the bot from entering or made it enter: (pair or "" for all,
            from, until).
    """

    candle: timedelta
    missed: Mapping[str, frozenset[datetime]] = field(default_factory=dict)
    held_back: Mapping[str, frozenset[datetime]] = field(default_factory=dict)
    overridden: Sequence[tuple[str, datetime, datetime]] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A labelled part of a difference: `amount` is live less backtest."""

    cause: Cause
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One trade, in one of the two or in both."""

    backtest: Trade | None
    live: Trade | None
    parts: tuple[Part, ...]

    @property
    def total(self) -> Decimal:
        with localcontext(prec=_DIGITS):
            return sum((part.amount for part in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, in the order in which the trades were opened."""

    differences: tuple[Difference, ...]

    @property
    def total(self) -> Decimal:
        """Return the live bot's profit less the backtest's."""
        with localcontext(prec=_DIGITS):
            return sum((difference.total for difference in self.differences), Decimal(0))

    def by_cause(self) -> dict[Cause, Decimal]:
        """Return the amounts by cause; they add up to `total`."""
        sums: dict[Cause, Decimal] = defaultdict(Decimal)
        with localcontext(prec=_DIGITS):
            for difference in self.differences:
                for part in difference.parts:
                    sums[part.cause] += part.amount
        return dict(sums)


def compare(
    backtest: Iterable[Trade], live: Iterable[Trade], circumstances: Circumstances
) -> Comparison:
    """Pair the trades up and label what differs.

    Trades are the same when they are of one pair and were opened in the same candle, or at most two apart; the
    nearest are paired first, and each once.
    """
    planned, done = list(backtest), list(live)
    found: list[Difference] = []
    with localcontext(prec=_DIGITS):
        for first, second in _pairs(planned, done, circumstances.candle):
            planned.remove(first)
            done.remove(second)
            found.append(_of_both(first, second, circumstances))
        found.extend(_of_backtest(trade, circumstances) for trade in planned)
        found.extend(_of_live(trade, circumstances) for trade in done)
    return Comparison(tuple(sorted(found, key=_opened)))


def of_live(trade: ClosedTrade) -> Trade:
    """Read a trade that a bot reported."""
    return Trade(
        pair=trade.pair,
        opened_at=trade.opened_at,
        closed_at=trade.closed_at,
        amount=trade.amount,
        open_rate=trade.open_rate,
        close_rate=trade.close_rate,
        fees=trade.fees,
        profit=trade.profit,
        exit_reason=trade.exit_reason,
    )


def of_verified(trade: Mapping[str, Any]) -> Trade | None:
    """Read a trade of a verified result's `trades.json`; `None` while it is open.

    `ValueError` for a short one: live bots hold no short positions.
    """
    if trade["isOpen"]:
        return None
    if trade["isShort"]:
        raise ValueError(f"Trade {trade['number']} is short; live bots only buy and sell.")
    entries = [order for order in trade["orders"] if order["isEntry"]]
    exits = [order for order in trade["orders"] if not order["isEntry"]]
    with localcontext(prec=_DIGITS):
        amount, cost = _sums(entries)
        _, revenue = _sums(exits)
        # A rate need not end; what that leaves out is in the fees, so that the profit holds.
        open_rate, close_rate = _rounded(cost / amount), _rounded(revenue / amount)
        profit = _decimal(trade["profit"])
        return Trade(
            pair=trade["pair"],
            opened_at=_time(trade["openedAt"]),
            closed_at=_time(trade["closedAt"]),
            amount=amount,
            open_rate=open_rate,
            close_rate=close_rate,
            fees=amount * (close_rate - open_rate) - profit,
            profit=profit,
            exit_reason=trade["exitReason"] or "",
        )


def _pairs(
    backtest: Sequence[Trade], live: Sequence[Trade], candle: timedelta
) -> list[tuple[Trade, Trade]]:
    candidates = sorted(
        (_distance(first, second), place, other)
        for place, first in enumerate(backtest)
        for other, second in enumerate(live)
        if first.pair == second.pair
        and abs(_candle(first.opened_at, candle) - _candle(second.opened_at, candle))
        <= _LATEST_CANDLES * candle
    )
    taken: set[int] = set()
    matched: dict[int, int] = {}
    for _, place, other in candidates:
        if place not in matched and other not in taken:
            matched[place] = other
            taken.add(other)
    return [(backtest[place], live[other]) for place, other in matched.items()]


def _distance(first: Trade, second: Trade) -> tuple[Any, ...]:
    """Return how far two trades are apart: by their entries, then by all else."""
    return (
        abs(first.opened_at - second.opened_at),
        abs(first.closed_at - second.closed_at),
        abs(first.amount - second.amount),
        abs(first.open_rate - second.open_rate),
        abs(first.close_rate - second.close_rate),
        abs(first.fees - second.fees),
        abs(first.profit - second.profit),
        first.exit_reason != second.exit_reason,
    )


def _of_both(backtest: Trade, live: Trade, known: Circumstances) -> Difference:
    gained = backtest.close_rate - backtest.open_rate
    dearer = live.open_rate - backtest.open_rate
    better = live.close_rate - backtest.close_rate
    parts = [
        Part(Cause.AMOUNT, _rounded((live.amount - backtest.amount) * gained)),
        Part(_entry_cause(backtest, live, known), _rounded(-live.amount * dearer)),
        Part(_exit_cause(backtest, live, known), _rounded(live.amount * better)),
        Part(Cause.FEE, _rounded(backtest.fees - live.fees)),
    ]
    rest = live.profit - backtest.profit - sum(part.amount for part in parts)
    labelled = [*parts, Part(Cause.ROUNDING, rest)]
    return Difference(
        backtest=backtest, live=live, parts=tuple(part for part in labelled if part.amount)
    )


def _of_backtest(trade: Trade, known: Circumstances) -> Difference:
    """Label a trade that the bot did not make."""
    candle = _candle(trade.opened_at, known.candle)
    if _is_overridden(trade, known):
        cause = Cause.OVERRIDE
    elif _touches(known.missed, trade.pair, candle, known.candle):
        cause = Cause.MISSED_CANDLE
    elif _touches(known.held_back, trade.pair, candle, known.candle):
        cause = Cause.HELD_BACK
    else:
        cause = Cause.SIGNAL
    return Difference(backtest=trade, live=None, parts=(Part(cause, -trade.profit),))


def _of_live(trade: Trade, known: Circumstances) -> Difference:
    """Label a trade that the backtest did not make."""
    cause = Cause.OVERRIDE if _is_overridden(trade, known) else Cause.SIGNAL
    return Difference(backtest=None, live=trade, parts=(Part(cause, trade.profit),))


def _entry_cause(backtest: Trade, live: Trade, known: Circumstances) -> Cause:
    first, second = (_candle(trade.opened_at, known.candle) for trade in (backtest, live))
    if first == second:
        return Cause.FILL_PRICE
    if _is_overridden(live, known):
        return Cause.OVERRIDE
    if first < second and _between(known.missed, live.pair, first - known.candle, second):
        return Cause.MISSED_CANDLE
    # A limit order that was filled later, or a signal that came earlier.
    return Cause.FILL_PRICE if first < second else Cause.SIGNAL


def _exit_cause(backtest: Trade, live: Trade, known: Circumstances) -> Cause:
    if live.exit_reason in _FORCED:
        return Cause.OVERRIDE
    first, second = (_candle(trade.closed_at, known.candle) for trade in (backtest, live))
    if first == second and live.exit_reason == backtest.exit_reason:
        return Cause.FILL_PRICE
    if _between(known.missed, live.pair, first - known.candle, second):
        return Cause.MISSED_CANDLE
    return Cause.SIGNAL


def _is_overridden(trade: Trade, known: Circumstances) -> bool:
    return any(
        pair in {"", trade.pair} and start <= trade.opened_at < until
        for pair, start, until in known.overridden
    )


def _touches(
    candles: Mapping[str, frozenset[datetime]], pair: str, candle: datetime, length: timedelta
) -> bool:
    """Whether the candle of an entry, or the one before it that gave the signal, is among some."""
    return bool(candles.get(pair, frozenset()) & {candle, candle - length})


def _between(
    candles: Mapping[str, frozenset[datetime]], pair: str, first: datetime, last: datetime
) -> bool:
    return any(first <= opened <= last for opened in candles.get(pair, frozenset()))


def _candle(at: datetime, length: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (at - epoch) // length * length


def _opened(difference: Difference) -> tuple[datetime, str]:
    trade = difference.live or difference.backtest
    if trade is None:
        raise AssertionError("a difference has a trade")
    return trade.opened_at, trade.pair


def _sums(orders: Iterable[Mapping[str, Any]]) -> tuple[Decimal, Decimal]:
    """Return the amount and the value of some orders."""
    pairs = [(_decimal(order["amount"]), _decimal(order["price"])) for order in orders]
    zero = Decimal(0)
    return (
        sum((amount for amount, _ in pairs), zero),
        sum((amount * price for amount, price in pairs), zero),
    )


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_SMALLEST, ROUND_HALF_EVEN)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1_000, UTC)
