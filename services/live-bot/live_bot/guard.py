"""The risk guard: limits that hold whatever the strategy does."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from candlewick.bots.wire import OrderType, Purpose, RiskLimits, Side
from live_bot.errors import Refused
from live_bot.ledger import Ledger

_MINUTE_MS: Final = 60_000
# Freqtrade counts a fee as dust where it can: it may sell that much more than the fills left.
_SELL_TOLERANCE: Final = Decimal("1.005")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An order as the trader asks for it. `market` is the pair's price now, as the supervisor sees it."""

    pair: str
    side: Side
    type: OrderType
    purpose: Purpose
    amount: Decimal
    price: Decimal | None
    stop_price: Decimal | None
    market: Decimal
    tag: str = ""

    @property
    def stake(self) -> Decimal:
        return self.amount * (self.price or self.market)


@dataclass(slots=True)
class Guard:
    """Refuses entries beyond the limits, and every sale of what the bot does not hold."""

    limits: RiskLimits
    ledger: Ledger
    blocked: Callable[[], str] = lambda: ""  # why no entry is allowed for reasons other than limits
    breached: str = ""  # the limit of loss or drawdown that was reached
    blacklist: frozenset[str] = frozenset()
    _sent_at: deque[int] = field(default_factory=deque)

    def check(self, wish: Wish, *, now_ms: int, open_entries: Decimal) -> None:
        """Raise `Refused` when the order must not be sent.

        Args:
            wish: the order.
            now_ms: the exchange's time.
            open_entries: what open entry orders still bind, in quote currency.
        """
        if wish.amount <= 0:
            raise Refused("An order needs an amount.")
        if wish.side is Side.SELL:
            self._check_sale(wish)
            return
        for problem in self._entry_problems(wish, now_ms, open_entries):
            raise Refused(f"Candlewick: {problem}")

    def sent(self, now_ms: int) -> None:
        """Count an order towards those of the minute."""
        self._sent_at.append(now_ms)
        self.ledger.orders_today += 1

    def look(self, prices: Mapping[str, Decimal]) -> str:
        """Compare loss and drawdown with the limits; return the limit that is newly reached, or nothing."""
        reached = self._reached(prices)
        news = reached if reached and not self.breached else ""
        self.breached = self.breached or reached
        return news

    def lift(self) -> None:
        """Forget a breach: the user raised the limits, or a new day began."""
        self.breached = ""

    def _reached(self, prices: Mapping[str, Decimal]) -> str:
        loss = -self.ledger.day_profit(prices)
        if self.limits.max_daily_loss is not None and loss >= self.limits.max_daily_loss:
            return (
                f"today's loss of {loss:.2f} has reached the limit of {self.limits.max_daily_loss}"
            )
        drawdown = self.ledger.drawdown(prices)
        if self.limits.max_drawdown is not None and drawdown >= self.limits.max_drawdown:
            return (
                f"the drawdown of {drawdown:.1%} has reached the limit "
                f"of {self.limits.max_drawdown:.1%}"
            )
        return ""

    def _check_sale(self, wish: Wish) -> None:
        """Let the trader sell what trades hold; what earlier sales left over is enough for another sale some day."""
        if wish.purpose is Purpose.CLOSE_ALL:
            held = self.ledger.held(wish.pair)
        else:
            held = self.ledger.in_trades(wish.pair)
        if wish.amount > held * _SELL_TOLERANCE:
            raise Refused(
                f"Candlewick: the bot holds {held} of {wish.pair}, not {wish.amount}.", code=-2010
            )

    def _entry_problems(self, wish: Wish, now_ms: int, open_entries: Decimal) -> list[str]:
        limits, bound = self.limits, self.ledger.open_stake() + open_entries
        deviates = self._deviation(wish) > limits.max_price_deviation
        blocked = self.blocked()
        checks = (
            (bool(blocked), blocked),
            (bool(self.breached), f"no entries, {self.breached}."),
            (wish.pair not in limits.pairs, f"{wish.pair} is not among the allowed pairs."),
            (wish.pair in self.blacklist, f"{wish.pair} is on the blacklist."),
            (_above(wish.stake, limits.max_order_stake), "the order is larger than allowed."),
            (_above(bound + wish.stake, limits.max_open_stake), "the limit of open stake."),
            (deviates, "the price is too far from the market."),
            (self._in_the_last_minute(now_ms) >= limits.max_orders_per_minute, "too many orders."),
        )
        return [problem for wrong, problem in checks if wrong]

    def _deviation(self, wish: Wish) -> float:
        if wish.price is None or wish.market <= 0:
            return 0.0
        return float(abs(wish.price - wish.market) / wish.market)

    def _in_the_last_minute(self, now_ms: int) -> int:
        while self._sent_at and self._sent_at[0] <= now_ms - _MINUTE_MS:
            self._sent_at.popleft()
        return len(self._sent_at)


def _above(value: Decimal, limit: Decimal | None) -> bool:
    return limit is not None and value > limit
