"""What this process does while it waits for a frame of another one: the next stage of those that it has made itself."""

import logging
from collections.abc import Sequence

import pandas as pd

from candlewick.engine.ahead.noise import Noise
from candlewick.engine.ahead.stages import Stage, is_in_pieces


class Meanwhile:
    """Frames that are there before they are asked for. What is written on the way is written when they are."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = stages
        self._given: dict[str, pd.DataFrame] = {}
        self._next = 0
        self._is_refused: bool | None = None
        self._made: dict[tuple[int, str], tuple[pd.DataFrame, list[logging.LogRecord]]] = {}

    def begin(self, at: int) -> None:
        """Be in a stage."""
        self._given.clear()
        self._next = at + 1
        self._is_refused = None

    def remember(self, pair: str, frame: pd.DataFrame) -> None:
        """Have a frame that this stage has made for the next one."""
        if not is_in_pieces(frame):
            self._given[pair] = frame

    def do_one(self) -> bool:
        """Make one frame of the next stage; return whether there was one to be made."""
        if not self._given or self._may_not():
            return False
        pair = next(iter(self._given))
        frame = self._given.pop(pair)
        with Noise() as noise:
            try:
                made = self._stages[self._next].work(frame.copy(deep=False), pair)
                logged = noise.taken()
            except Exception:  # noqa: BLE001 - a user's function may raise anything; it does so again in its turn
                logged = None
        if logged is not None:
            self._made[self._next, pair] = (made, logged)
        return True

    def taken(self, at: int, pair: str) -> pd.DataFrame | None:
        """Return a stage's frame if it is there, and log what it logged."""
        frame, logged = self._made.pop((at, pair), (None, []))
        log_again(logged)
        return frame

    def _may_not(self) -> bool:
        if self._is_refused is None:
            stage = self._stages[self._next] if self._next < len(self._stages) else None
            self._is_refused = stage is None or stage.before is not None or bool(stage.why_not())
        return self._is_refused


def log_again(logged: Sequence[logging.LogRecord]) -> None:
    for record in logged:
        logging.getLogger(record.name).handle(record)
