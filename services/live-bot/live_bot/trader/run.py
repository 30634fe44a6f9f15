"""The bot's life within the trader: restore, reconcile, go round until told to stop."""

import logging
import sys
import time
from pathlib import Path
from typing import Any, Final

import time_machine
from freqtrade.enums import State
from freqtrade.exceptions import OperationalException, TemporaryError
from freqtrade.exchange import timeframe_to_seconds

from candlewick.bots.wire import Mode, Wanted
from live_bot.trader import deciding, telling
from live_bot.trader.adoption import Adoption
from live_bot.trader.door import Door, DoorClosed, FencedOff
from live_bot.trader.freqtrader import Freqtrader
from live_bot.trader.keeping import DatabaseDamaged, Keeping, restore
from live_bot.trader.orders_from_user import Commands
from live_bot.trader.setup import configuration, database_of, database_path
from live_bot.trader_words import MOST_KNOWN, Next, Report, Start

log = logging.getLogger(__name__)

STOPPED: Final = 0
FAILED: Final = 1
DAMAGED: Final = 3
_ORDERING: Final = frozenset({Mode.LIVE, Mode.REPLAY})
_THROTTLE_S: Final = 5.0  # Freqtrade's own
_AFTER_CANDLE_S: Final = 1.0
_POLL_S: Final = 0.05


def run(inputs: Path, scratch: Path, port: int) -> int:
    """Trade until told to stop; return the exit status."""
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stdout,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)
    door = Door(inputs / "door")
    try:
        start = door.start()
        content = door.state() if start.has_state else b""
        restore(content, database_path(scratch))
        config = configuration(start, inputs, scratch, port)
        return _Life(door, start, content, config).live()
    except FencedOff:
        return STOPPED
    except DoorClosed as error:
        log.error("%s", error)  # noqa: TRY400 (the sentence is all that helps)
        return FAILED
    except DatabaseDamaged:
        log.exception("the stored database is damaged")
        return DAMAGED


class _Life:
    def __init__(self, door: Door, start: Start, content: bytes, config: dict[str, Any]) -> None:
        self._door = door
        self._mode = start.plan.mode
        self._replays = start.plan.venue.speed is not None
        self._traveller: Any = None
        self._set_clock(start.venue_ms)
        self._keeping = Keeping(door, database_of(config), content)
        self._keeping.hook()
        self._bot = Freqtrader(config, self._mode, door.may_enter)
        self._adoption = Adoption(self._bot)
        self._news = telling.News()
        self._commands = Commands(self._bot, self._keeping.save)
        self._known: list[str] = []
        self._report = Report()
        self._acknowledged: set[int] = set()

    def live(self) -> int:
        try:
            if not self._reconcile():
                return STOPPED
            self._apply(self._door.next(self._report))
            if self._bot.state is not State.STOPPED:
                self._bot.startup()
            self._go_round()
        finally:
            self._bot.cleanup()
        self._keeping.save()
        return STOPPED

    def _reconcile(self) -> bool:
        """Bring the database up to the journal before Freqtrade starts; whether to go on."""
        while True:
            told = self._door.next(self._report, wait_s=0 if self._report.iteration == 0 else 1)
            if told.stop:
                return False
            self._set_clock(told.venue_ms)
            if self._agree(told):
                log.info("database, journal and exchange agree")
                return True
            self._report = self._report.model_copy(update={"iteration": 0})
            time.sleep(1)

    def _agree(self, told: Next) -> bool:
        """Adopt what the database does not know; whether it knows everything then."""
        if self._mode not in _ORDERING:
            self._report = self._report.model_copy(update={"reconciled": True, **self._paper()})
            return True
        try:
            known = self._adoption.adopt(told.orders)
            if not self._report.reconciled or self._bot.not_found:
                self._bot.startup_update_open_orders()
        except TemporaryError as error:
            log.warning("cannot reconcile yet: %s", error)
            known = []
        agrees = len(known) == len(told.orders) and not self._bot.not_found
        self._report = self._report.model_copy(
            update={
                "reconciled": agrees,
                "known_orders": tuple(known[:MOST_KNOWN]),  # of the others the next report tells
                "problem": "; ".join(self._adoption.problems)[:500],
            }
        )
        return agrees

    def _paper(self) -> dict[str, Any]:
        """Return what the guard must know before the first entry of paper money."""
        if self._mode is not Mode.PAPER:
            return {}
        trades = tuple(telling.open_trades(self._bot))
        return {"open_trades": trades, "wallet": telling.wallet(self._bot)}

    def _go_round(self) -> None:
        last_ms, iteration = 0, 0
        while True:
            told = self._door.next(self._report)
            if told.stop:
                return
            if self._is_too_early(last_ms, told.venue_ms):
                self._wait(last_ms, told.venue_ms)
                continue
            self._set_clock(told.venue_ms)
            self._agree(told)
            self._apply(told)
            for command in told.commands:
                self._door.done(self._commands.obey(command))
            problem = self._process()
            last_ms, iteration = told.venue_ms, iteration + 1
            self._report = self._told(iteration, told.venue_ms, problem)

    def _apply(self, told: Next) -> None:
        self._acknowledged |= set(told.acknowledged_trades)
        state = State.PAUSED if told.wanted is Wanted.PAUSED else State.RUNNING
        if self._bot.state is not state:
            log.info("%s", state.name.lower())
            self._bot.state = state
        self._bot.pairlists.blacklist[:] = told.blacklist

    def _process(self) -> str:
        """Do one of Freqtrade's iterations; return what went wrong."""
        self._bot.refusals.clear()
        try:
            self._bot.process()
        except TemporaryError as error:
            log.warning("%s", error)
        except OperationalException as error:
            log.exception("an iteration failed")
            return str(error)[:500]
        return ""

    def _told(self, iteration: int, venue_ms: int, problem: str) -> Report:
        signals, self._bot.signals = self._bot.signals, []
        # Of real orders the supervisor tells, by what the exchange says.
        news = [] if self._mode in _ORDERING else self._news.since_last_time()
        events = (*signals, *news)[:50]
        return Report(
            iteration=iteration,
            venue_ms=venue_ms,
            reconciled=self._report.reconciled,
            open_trades=tuple(telling.open_trades(self._bot)),
            closed_trades=tuple(telling.closed_trades(self._acknowledged)),
            decisions=tuple(deciding.decisions(self._bot)),
            events=events,
            known_orders=self._report.known_orders,
            problem=problem or self._report.problem,
            wallet=telling.wallet(self._bot) if self._mode is Mode.PAPER else None,
        )

    def _is_too_early(self, last_ms: int, now_ms: int) -> bool:
        if last_ms == 0 or now_ms - last_ms >= _THROTTLE_S * 1_000:
            return False
        candle_ms = timeframe_to_seconds(self._bot.strategy.timeframe) * 1_000
        late = now_ms - _AFTER_CANDLE_S * 1_000
        # A new candle has begun since, and had a second to get known.
        return last_ms // candle_ms == late // candle_ms or late < last_ms

    def _wait(self, last_ms: int, now_ms: int) -> None:
        if self._traveller is not None:
            # An exchange that replays history may be at any speed, or stand still.
            time.sleep(_POLL_S)
            return
        left = _THROTTLE_S - (now_ms - last_ms) / 1_000
        time.sleep(min(max(left, _POLL_S), 1.0))

    def _set_clock(self, venue_ms: int) -> None:
        """Where history is replayed, make it as late in this process as it is at the exchange."""
        if not self._replays:
            return
        if self._traveller is None:
            self._traveller = time_machine.travel(venue_ms / 1_000, tick=True)
            self._coordinates = self._traveller.start()
        else:
            self._coordinates.move_to(venue_ms / 1_000, tick=True)
