"""What all bots on one exchange key risk together: `keyRisks/{keyId}`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from candlewick.accounts.models import UserId
from candlewick.bots.models import AccountLimits, BotId, KeyId
from candlewick.bots.wire import Answer, Figures, Intent, JournalState, Purpose
from candlewick.errors import HeldBack

FINAL_STATES: Final = frozenset(
    {JournalState.CLOSED, JournalState.CANCELLED, JournalState.REJECTED, JournalState.LOST}
)
# A filled order counts beside the bot's own figure until that surely has it.
_OVERLAP: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """The stake of an entry that was let through. `settled_at`: when the exchange was done with it."""

    bot_id: BotId
    stake: Decimal
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotRisk:
    """A bot's own figures; `day` (UTC) is the one that `day_profit` is of."""

    open_stake: Decimal
    day: str
    day_profit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRisk:
    """The sums over all bots of a key, in stake currency."""

    key_id: KeyId
    owner: UserId
    limits: AccountLimits
    bots: Mapping[str, BotRisk] = field(default_factory=dict)
    reserved: Mapping[str, Reserved] = field(default_factory=dict)
    minute: str = ""
    orders: int = 0

    def admitting(self, bot_id: BotId, intent: Intent, now: datetime) -> "KeyRisk":
        """Return the risk with this order in it; `HeldBack` when an entry would pass a limit."""
        current = self._current(now)
        if intent.purpose is Purpose.ENTRY:
            current._check(intent, now)  # noqa: SLF001 (its own kind)
        reserved = dict(current.reserved)
        if intent.purpose is Purpose.ENTRY:
            reserved[intent.client_order_id] = Reserved(bot_id=bot_id, stake=intent.stake)
        return replace(current, reserved=reserved, orders=current.orders + 1)

    def settling(self, answer: Answer, now: datetime) -> "KeyRisk":
        """Return the risk after the exchange is done with an order: what it filled, not what was asked."""
        found = self.reserved.get(answer.client_order_id)
        if found is None or answer.state not in FINAL_STATES or found.settled_at is not None:
            return self
        settled = replace(found, stake=answer.cost, settled_at=now)
        return replace(self, reserved={**self.reserved, answer.client_order_id: settled})

    def reported(self, bot_id: BotId, figures: Figures, now: datetime) -> "KeyRisk":
        risk = BotRisk(open_stake=figures.open_stake, day=_day(now), day_profit=figures.day_profit)
        return replace(self._current(now), bots={**self.bots, bot_id: risk})

    def without(self, bot_id: BotId) -> "KeyRisk":
        """Return the risk without a bot that was deleted."""
        return replace(
            self,
            bots={name: risk for name, risk in self.bots.items() if name != bot_id},
            reserved={name: item for name, item in self.reserved.items() if item.bot_id != bot_id},
        )

    def _current(self, now: datetime) -> "KeyRisk":
        minute = now.strftime("%Y-%m-%dT%H:%M")
        reserved = {
            name: item
            for name, item in self.reserved.items()
            if item.settled_at is None or now - item.settled_at < _OVERLAP
        }
        orders = self.orders if minute == self.minute else 0
        return replace(self, minute=minute, orders=orders, reserved=reserved)

    def _check(self, intent: Intent, now: datetime) -> None:
        limits = self.limits
        if self.orders >= limits.max_orders_per_minute:
            raise HeldBack(
                f"The bots on this exchange key have sent {self.orders} orders this minute, which is the limit."
            )
        stakes = [risk.open_stake for risk in self.bots.values()]
        bound = sum(stakes + [item.stake for item in self.reserved.values()], Decimal(0))
        if limits.max_open_stake is not None and bound + intent.stake > limits.max_open_stake:
            raise HeldBack(
                f"The bots on this exchange key have {bound} at stake; with {intent.stake} more they "
                f"would pass the key's limit of {limits.max_open_stake}."
            )
        today = [risk.day_profit for risk in self.bots.values() if risk.day == _day(now)]
        loss = -sum(today, Decimal(0))
        if limits.max_daily_loss is not None and loss >= limits.max_daily_loss:
            raise HeldBack(
                f"The bots on this exchange key have lost {loss} today (UTC); the key's limit is "
                f"{limits.max_daily_loss}."
            )


def _day(now: datetime) -> str:
    return now.date().isoformat()
