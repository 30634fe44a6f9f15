"""What the supervisor does every few seconds, whatever the trader does."""

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from candlewick.bots.wire import EventKind
from live_bot.bot import Bot
from live_bot.closing import close_all
from live_bot.errors import VenueRefused, VenueUnclear
from live_bot.paper import exit_all
from live_bot.trader_words import Report

if TYPE_CHECKING:
    from decimal import Decimal

log = logging.getLogger(__name__)

_EVERY_S: Final = 5.0
_KEY_TROUBLE: Final = frozenset({-2014, -2015, -1022})


class Rounds:
    """Asks for orders that are not final, looks at limits, stores what could not be stored."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.balance: tuple[Decimal, Decimal] | None = None
        self._day = bot.ports.guard.ledger.day

    async def go(self) -> None:
        """Go round until cancelled. `Fenced` when another holder stored its state."""
        while True:
            await self.once()
            await asyncio.sleep(_EVERY_S)

    async def once(self) -> None:
        bot = self._bot
        await bot.look_at_the_market()
        await bot.store.flush()
        if bot.sends_orders:
            await bot.ports.recorder.settle()
            await self._look_at_the_account()
        if bot.holds_money:
            await self._look_at_limits()

    async def _look_at_the_account(self) -> None:
        bot = self._bot
        try:
            self.balance = await bot.balance()
        except VenueUnclear as error:
            log.warning("no balance", extra={"reason": str(error)})
        except VenueRefused as error:
            if error.code in _KEY_TROUBLE:
                bot.notices.add(EventKind.KEY_TROUBLE, f"The exchange refuses the key: {error}")

    async def venue_time(self) -> int:
        """Return the exchange's time, in milliseconds; 0 when it does not say."""
        try:
            return await self._bot.ports.venue.stamp()
        except (VenueUnclear, VenueRefused):
            return self._bot.ports.venue.clock.now_ms()

    async def reported(self, report: Report) -> None:
        bot = self._bot
        first = report.reconciled and not bot.desk.report.reconciled
        bot.desk.heard(report)
        if not bot.sends_orders:
            bot.paper.told(report)
        for event in report.events:
            bot.notices.put(event)
        if report.problem:
            bot.notices.add(EventKind.ERROR, report.problem, what=str(report.iteration))
        # A trader that only starts does not tell of its trades yet.
        tells = bot.sends_orders and report.iteration > 0
        if tells and (differs := bot.compare(report.open_trades)):
            bot.notices.add(EventKind.ERROR, f"No more entries: {differs}.", what="differs")
        if first:
            bot.notices.add(EventKind.STARTED, f"{bot.lease.plan.name} has started.")

    async def _look_at_limits(self) -> None:
        bot, day = self._bot, self._bot.ports.guard.ledger.day
        if day != self._day:
            # A day's loss ends with the day; a drawdown is found again at once.
            bot.ports.guard.lift()
        self._day = day
        news = bot.ports.guard.look(bot.prices)
        if not news:
            return
        log.warning("limit reached", extra={"limit": news})
        what = f"{day:%m%d}" if day is not None else ""
        bot.notices.add(EventKind.LIMIT_REACHED, f"No more entries: {news}.", what=what)
        if not bot.ports.guard.limits.close_all:
            return
        if bot.sends_orders:
            problems = await close_all(bot.ports, bot.orders, bot.prices)
            if problems:
                bot.notices.add(EventKind.ERROR, "Not everything was sold: " + "; ".join(problems))
        else:
            bot.desk.order((exit_all(await self.venue_time()),))
