"""What the bot holds and has won, counted by the supervisor itself from the fills of its own orders."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from pydantic import Field

from candlewick.backtests.wire import Wire
from candlewick.bots.wire import OpenTrade, Side
from live_bot.book import Known

_REMEMBERED: Final = 600  # more than the journal tells of
_DUST: Final = Decimal("1e-12")


class Position(Wire):
    """Held of one pair. `cost` is in quote currency, fees of buying included."""

    amount: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)


class Applied(Wire):
    """How much of an order is counted already."""

    sequence: int
    filled: Decimal
    cost: Decimal
    fee: Decimal


class Checkpoint(Wire):
    """The ledger as it is kept with the state, so that it outlives what the journal still tells of."""

    positions: dict[str, Position] = Field(default_factory=dict)
    dust: dict[str, Position] = Field(default_factory=dict)
    applied: dict[str, Applied] = Field(default_factory=dict)
    floor: int = 0  # orders up to this sequence are counted
    realised: Decimal = Decimal(0)
    day: date | None = None
    day_realised: Decimal = Decimal(0)
    orders_today: int = 0
    capital: Decimal | None = None
    peak: Decimal | None = None


@dataclass(slots=True)
class Ledger:
    """Positions and profit, in quote currency. A fee in a third currency is not part of the profit.

    What a sale left over, less than the step of amounts, is dust: still the bot's, but of no open trade.
    """

    positions: dict[str, Position] = field(default_factory=dict)
    dust: dict[str, Position] = field(default_factory=dict)
    step: Callable[[str], Decimal] = lambda _pair: Decimal(0)
    realised: Decimal = Decimal(0)
    day: date | None = None
    day_realised: Decimal = Decimal(0)
    capital: Decimal | None = None
    peak: Decimal | None = None
    orders_today: int = 0
    _applied: dict[str, Applied] = field(default_factory=dict)
    _floor: int = 0

    @classmethod
    def restored(
        cls, kept: Checkpoint, step: Callable[[str], Decimal] = lambda _pair: Decimal(0)
    ) -> "Ledger":
        return cls(
            positions=dict(kept.positions),
            dust=dict(kept.dust),
            step=step,
            realised=kept.realised,
            day=kept.day,
            day_realised=kept.day_realised,
            orders_today=kept.orders_today,
            capital=kept.capital,
            peak=kept.peak,
            _applied=dict(kept.applied),
            _floor=kept.floor,
        )

    def checkpoint(self) -> Checkpoint:
        return Checkpoint(
            positions={pair: held for pair, held in self.positions.items() if held.amount > _DUST},
            dust=dict(self.dust),
            applied=dict(self._applied),
            floor=self._floor,
            realised=self.realised,
            day=self.day,
            day_realised=self.day_realised,
            orders_today=self.orders_today,
            capital=self.capital,
            peak=self.peak,
        )

    def new_day(self, now_ms: int) -> None:
        """Begin to count anew when the exchange's date (UTC) has changed."""
        today = datetime.fromtimestamp(now_ms / 1_000, UTC).date()
        if today != self.day:
            self.day, self.day_realised, self.orders_today = today, Decimal(0), 0

    def apply(self, known: Known) -> None:
        """Count what is new of an order's fills; a second time changes nothing."""
        answer, intent = known.answer, known.intent
        if answer is None:
            return
        before = self._applied.get(intent.client_order_id)
        if before is None and intent.sequence <= self._floor:
            return
        seen = before or Applied(
            sequence=intent.sequence, filled=Decimal(0), cost=Decimal(0), fee=Decimal(0)
        )
        filled, cost = answer.filled - seen.filled, answer.cost - seen.cost
        fee = answer.fee - seen.fee
        if filled < 0 or fee < 0:
            return
        base, quote = intent.pair.split("/")
        fee_base = fee if answer.fee_currency == base else Decimal(0)
        fee_quote = fee if answer.fee_currency == quote else Decimal(0)
        if intent.side is Side.BUY:
            self._bought(intent.pair, filled - fee_base, cost + fee_quote)
        else:
            self._sold(intent.pair, filled + fee_base, cost - fee_quote)
        self._applied[intent.client_order_id] = Applied(
            sequence=intent.sequence, filled=answer.filled, cost=answer.cost, fee=answer.fee
        )
        self._forget()

    def told(self, trades: Iterable[OpenTrade], realised: Decimal, today: Decimal) -> None:
        """Take over what the trader tells of paper money, whose fills nobody else sees."""
        self.positions, self.dust = {}, {}
        for trade in trades:
            self._bought(trade.pair, trade.amount, trade.stake if trade.amount > 0 else Decimal(0))
        self.realised, self.day_realised = realised, today

    def in_trades(self, pair: str) -> Decimal:
        """Return what open trades hold of a pair: all but the dust."""
        return self.positions.get(pair, Position()).amount

    def held(self, pair: str) -> Decimal:
        return self.in_trades(pair) + self.dust.get(pair, Position()).amount

    def pairs(self) -> set[str]:
        """Return the pairs of which anything is held."""
        return {pair for pair in self.positions.keys() | self.dust.keys() if self.held(pair) > 0}

    def open_stake(self) -> Decimal:
        return sum((held.cost for held in self.positions.values()), Decimal(0))

    def value(self, prices: Mapping[str, Decimal]) -> Decimal:
        """Return what the positions are worth at these prices; one without a price counts as its cost."""
        dust = sum((left.cost for left in self.dust.values()), Decimal(0))
        return self.open_stake() + dust + self.unrealised(prices)

    def unrealised(self, prices: Mapping[str, Decimal]) -> Decimal:
        """Return what the positions would win at these prices; one without a price counts as its cost."""
        return sum(
            (
                held.amount * prices[pair] - held.cost
                for pair, held in [*self.positions.items(), *self.dust.items()]
                if pair in prices
            ),
            Decimal(0),
        )

    def day_profit(self, prices: Mapping[str, Decimal]) -> Decimal:
        """Return what was realised today and what open positions would win or lose now."""
        return self.day_realised + self.unrealised(prices)

    def drawdown(self, prices: Mapping[str, Decimal]) -> float:
        """Return how far equity is below its highest, as a fraction of that; keeps the highest."""
        if self.capital is None or self.capital <= 0:
            return 0.0
        equity = self.capital + self.realised + self.unrealised(prices)
        self.peak = equity if self.peak is None else max(self.peak, equity)
        return float((self.peak - equity) / self.peak) if self.peak > 0 else 0.0

    def _bought(self, pair: str, amount: Decimal, cost: Decimal) -> None:
        held = self.positions.get(pair, Position())
        self.positions[pair] = Position(amount=held.amount + amount, cost=held.cost + cost)

    def _sold(self, pair: str, amount: Decimal, proceeds: Decimal) -> None:
        held = self.positions.get(pair, Position())
        if amount == 0 and proceeds == 0:
            return
        rest, cost = _less(held, amount)
        if amount > held.amount:
            # Freqtrade may sell dust along, and a closing sale does.
            dust, more = _less(self.dust.get(pair, Position()), amount - held.amount)
            self.dust[pair], cost = dust, cost + more
        self.positions[pair] = rest
        if rest.amount < self.step(pair):
            self._put_aside(pair)
        self.realised += proceeds - cost
        self.day_realised += proceeds - cost

    def _put_aside(self, pair: str) -> None:
        rest, dust = self.positions.pop(pair), self.dust.get(pair, Position())
        self.dust[pair] = Position(amount=dust.amount + rest.amount, cost=dust.cost + rest.cost)

    def _forget(self) -> None:
        while len(self._applied) > _REMEMBERED:
            oldest = min(self._applied, key=lambda name: self._applied[name].sequence)
            self._floor = max(self._floor, self._applied.pop(oldest).sequence)


def _less(held: Position, amount: Decimal) -> tuple[Position, Decimal]:
    """Return what is left after a sale, and what the sold part had cost."""
    part = min(Decimal(1), amount / held.amount) if held.amount > 0 else Decimal(1)
    cost = held.cost * part
    left = max(Decimal(0), held.amount - amount)
    return Position(amount=left, cost=held.cost - cost), cost
