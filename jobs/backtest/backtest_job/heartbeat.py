"""Tells the run-events function how far the run is, and hears whether it should go on."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from backtest_job.errors import CancelRequested, FencedOff, PlatformFailure
from backtest_job.events import HEARTBEAT_FAILURES, Events
from candlewick.backtests.wire import Phase, Progress

log = logging.getLogger(__name__)

_TICK_S: Final = 1.0
_AT_LEAST_EVERY_S: Final = 5.0


class Heartbeat:
    """A thread of its own, so that neither a slow network nor a busy child delays the other."""

    def __init__(self, events: Events, holder: str, *, log_tail: Callable[[], str]) -> None:
        self._events = events
        self._holder = holder
        self._log_tail = log_tail
        self._state: tuple[Phase, float] = (Phase.PREPARING, 0.0)
        self._verdict: FencedOff | CancelRequested | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="heartbeat")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Send nothing any more: the last word is `finished`."""
        self._stop.set()
        self._thread.join(timeout=15)

    def report(self, phase: Phase, fraction: float) -> None:
        self._state = (phase, fraction)

    def check(self) -> None:
        """Raise what the function answered: fenced off, or cancelled."""
        if self._verdict is not None:
            raise self._verdict

    def _beat(self) -> None:
        sent: tuple[Phase, float] | None = None
        sent_at = 0.0
        while self._verdict is None and not self._stop.wait(_TICK_S):
            state = self._state
            if state == sent and time.monotonic() - sent_at < _AT_LEAST_EVERY_S:
                continue
            self._send(*state)
            sent, sent_at = state, time.monotonic()

    def _send(self, phase: Phase, fraction: float) -> None:
        progress = Progress(
            holder=self._holder, phase=phase, fraction=fraction, log_tail=self._log_tail()
        )
        try:
            if self._events.progress(progress).cancel:
                self._verdict = CancelRequested()
        except FencedOff as error:
            self._verdict = error
        except (*HEARTBEAT_FAILURES, PlatformFailure) as error:
            log.warning("heartbeat failed", extra={"reason": repr(error)})
