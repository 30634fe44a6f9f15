"""What is done to each pair's frame, step after step, and what another process keeps between the steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Concatenate

import pandas as pd

_MOST_PIECES = 80
Work = Callable[[pd.DataFrame, str], pd.DataFrame]
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step.

    Args:
        work: makes the frame of a frame and its pair's name.
        why_not: why `work` may depend on, or change, anything but its arguments; empty if it provably does not.
        before: what this process does between the stage before and this one; another process does it for itself.
        candles: about how many there will be, all pairs together, where frames are made of nothing.
        grows: to how many times its size a frame grows in the stages that follow.
        is_short: it is no loss if it is done again, for a pair whose frame the other process has.
    """

    work: Work
    why_not: Callable[[], str]
    before: Callable[[], None] | None = None
    candles: int = 0
    grows: int = 1
    is_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """What another process that has gone through all stages can be asked for: something made of the frames of one of them.

    Args:
        work: makes it of those frames, by their pairs, and of what it is asked. It is given what can be pickled, and gives such.
        stage: the one that begins with the frames.
    """

    work: Callable[Concatenate[Frames, ...], object]
    stage: int


class Made:
    """The frames that a process begins with, and those that it has made.

    Args:
        stages: all of them.
        at: the one that it begins in.
        given: the frames of that one; none where it makes them of nothing.
    """

    def __init__(self, stages: Sequence[Stage], at: int, given: Mapping[str, pd.DataFrame]) -> None:
        self._stages, self._first = stages, at
        self._frames = {(at, pair): frame for pair, frame in given.items()}

    def may_begin(self, at: int) -> bool:
        """Do what comes before a stage; return whether it may be done here."""
        if at == self._first:
            return True
        before = self._stages[at].before
        if before is not None:
            before()
        return not self._stages[at].why_not()

    def has(self, at: int, pair: str) -> bool:
        """Whether a stage's frame is there, or soon made."""
        return at == self._first or (at, pair) in self._frames or self._stages[at - 1].is_short

    def given(self, at: int, pair: str) -> pd.DataFrame:
        """Return the frame that a stage begins with."""
        if at == self._first:
            return self._frames.get((at, pair), NOTHING)
        if (at, pair) not in self._frames:
            self._frames[at, pair] = self.work(at - 1, pair)
        return self._frames[at, pair]

    def work(self, at: int, pair: str) -> pd.DataFrame:
        return self._stages[at].work(self.given(at, pair).copy(deep=False), pair)

    def keep(self, at: int, pair: str, frame: pd.DataFrame) -> None:
        """Have it for the next stage."""
        self._frames[at + 1, pair] = in_one_piece(frame)


def is_in_pieces(frame: pd.DataFrame) -> bool:
    """Whether pandas may come to warn of it: it does of more than a hundred pieces, when a column is added."""
    return len(frame.columns) > _MOST_PIECES


def in_one_piece(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy: a shallow one, since pandas copies on write, but of a frame in pieces."""
    return frame.copy(deep=is_in_pieces(frame))


NOTHING = pd.DataFrame()
