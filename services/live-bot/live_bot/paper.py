"""Holds paper money to the limits: its orders never leave Freqtrade, so the trader asks before each entry."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from candlewick.bots.wire import Command, Purpose, Side, Verb
from live_bot.errors import Refused, VenueRefused, VenueUnclear
from live_bot.guard import Guard, Wish
from live_bot.lease import Gate
from live_bot.trader_words import Entry, Report, Verdict

_OWN_MARK: Final = "guard-"
_EXPIRES_AFTER: Final = timedelta(days=1)


class Paper:
    """Judges entries by what the trader told last, and by what it was allowed since."""

    def __init__(
        self,
        guard: Guard,
        gate: Gate,
        *,
        venue_ms: Callable[[], Awaitable[int]],
        price: Callable[[str], Awaitable[Decimal]],
    ) -> None:
        self._guard = guard
        self._gate = gate
        self._venue_ms = venue_ms
        self._price = price
        self._is_told = False
        self._waiting = Decimal(0)  # stakes of entries that are not filled
        self._allowed = Decimal(0)  # stakes of entries since the last report

    def told(self, report: Report) -> None:
        """Take over the figures of a report; one of a trader that only starts has none."""
        wallet, ledger = report.wallet, self._guard.ledger
        if wallet is None:
            return
        if ledger.capital is None:
            ledger.capital = wallet.start
        ledger.told(report.open_trades, wallet.realised, wallet.day_realised)
        waiting = (trade.stake for trade in report.open_trades if trade.amount <= 0)
        self._waiting, self._allowed = sum(waiting, Decimal(0)), Decimal(0)
        self._is_told = True

    async def judge(self, entry: Entry) -> Verdict:
        """Allow an entry, which counts from then on, or say why not."""
        try:
            await self._check(entry)
        except KeyError:
            return Verdict(refusal="Candlewick: the exchange has no such pair.")
        except (Refused, VenueUnclear, VenueRefused) as error:
            return Verdict(refusal=str(error))
        return Verdict()

    async def _check(self, entry: Entry) -> None:
        if not self._gate.is_open or not self._is_told:
            raise Refused("Candlewick: the bot does not trade now.")
        now_ms, market = await self._venue_ms(), await self._price(entry.pair)
        wish = Wish(
            pair=entry.pair,
            side=Side.BUY,
            type=entry.type,
            purpose=Purpose.ENTRY,
            amount=entry.amount,
            price=entry.price,
            stop_price=None,
            market=market,
        )
        self._guard.check(wish, now_ms=now_ms, open_entries=self._waiting + self._allowed)
        self._guard.sent(now_ms)
        self._allowed += wish.stake


def exit_all(venue_ms: int) -> Command:
    """Return the command by which the guard itself has all paper trades closed."""
    now = datetime.now(UTC)
    return Command(
        id=f"{_OWN_MARK}{venue_ms}",
        verb=Verb.FORCE_EXIT,
        at=now,
        expires_at=now + _EXPIRES_AFTER,
    )


def is_own(command_id: str) -> bool:
    """Whether a command is the guard's, of which the bot-events function does not know."""
    return command_id.startswith(_OWN_MARK)
