"""TA-Lib's slow functions for the pairs to come, computed beside the strategy's work on this one.

What a strategy asks of one pair's candles it mostly asks of the next pair's. A function of TA-Lib's gives the same for the same
numbers, so its result is handed over when the strategy asks for it with these very numbers, bit by bit, and thrown away else.
"""

import gc
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import CellType, ModuleType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from candlewick.engine import beside

_COLUMNS = ("open", "high", "low", "close", "volume")
WORTH_S = 0.004  # what takes less is not worth the handing over
_PAIRS = 3  # as many pairs ahead: the results wait in memory
# TA-Lib refuses these while a function is at work, and their effect is on all that follows.
_SETTERS = (
    "_ta_initialize",
    "_ta_restore_candle_default_settings",
    "_ta_set_candle_settings",
    "_ta_set_compatibility",
    "_ta_set_unstable_period",
    "_ta_shutdown",
)

_Own = Callable[..., Any]
_Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Call:
    """A function and its arguments: names of columns in the place of their values."""

    own: _Own
    columns: tuple[str | None, ...]
    others: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]

    def arrays(self, candles: pd.DataFrame) -> tuple[_Column, ...] | None:
        """Return the columns; None if one is not of the kind that TA-Lib is given."""
        names = [name for name in self.columns if name is not None]
        if any(name not in candles or candles[name].dtype != np.float64 for name in names):
            return None
        return tuple(np.ascontiguousarray(candles[name].to_numpy()) for name in names)

    def on(self, arrays: tuple[_Column, ...]) -> Any:
        values, others = iter(arrays), iter(self.others)
        args = (next(others) if name is None else next(values) for name in self.columns)
        return self.own(*args, **dict(self.options))


@dataclass(slots=True, kw_only=True)
class _Expected:
    call: _Call
    arrays: tuple[_Column, ...]
    task: beside.Task[Any]

    def is_meant(self, own: _Own, args: tuple[Any, ...], options: dict[str, Any]) -> bool:
        if own is not self.call.own or len(args) != len(self.call.columns):
            return False
        given = [arg for arg in args if isinstance(arg, np.ndarray)]
        others = tuple(arg for arg in args if not isinstance(arg, np.ndarray))
        return (
            _alike(others, self.call.others)
            and _alike(tuple(sorted(options.items())), self.call.options)
            and len(given) == len(self.arrays)
            and all(map(_is_same, given, self.arrays))
        )


@dataclass(slots=True)
class Ahead:
    """Knows at which pair the strategy is, and what took long for the pairs before."""

    candles: Mapping[str, pd.DataFrame]
    _pairs: list[str] = field(init=False)
    _at: int = 0
    _slow: list[_Call] = field(default_factory=list)
    _expected: dict[str, list[_Expected]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pairs = list(self.candles)

    def next(self) -> None:
        """Say that the strategy is done with a pair."""
        for unasked in self._expected.pop(self._pairs[self._at], []):
            unasked.task.drop()
            if unasked.call in self._slow:
                self._slow.remove(unasked.call)
        self._at += 1
        for call in self._slow:
            self._expect(call, self._at + _PAIRS)

    def forget(self) -> None:
        """Wait for what is being computed, and expect nothing any more."""
        for each in self._expected.values():
            for expected in each:
                expected.task.drop()
        self._expected, self._slow = {}, []

    def call(self, own: _Own, *args: Any, **options: Any) -> Any:
        """Return what `own` returns."""
        if not beside.is_there() or self._at >= len(self._pairs):
            return own(*args, **options)
        waiting = self._expected.get(self._pairs[self._at], [])
        for number, expected in enumerate(waiting):
            if expected.is_meant(own, args, options):
                return waiting.pop(number).task.result()
        began = time.perf_counter()
        found = own(*args, **options)
        if time.perf_counter() - began >= WORTH_S:
            self._remember(own, args, options)
        return found

    def _remember(self, own: _Own, args: tuple[Any, ...], options: dict[str, Any]) -> None:
        candles = self.candles[self._pairs[self._at]]
        names = tuple(_name(arg, candles) for arg in args)
        others = tuple(arg for arg, name in zip(args, names, strict=True) if name is None)
        call = _Call(own, names, others, tuple(sorted(options.items())))
        if any(isinstance(value, np.ndarray) for value in (*others, *options.values())):
            return
        if call not in self._slow and any(names):
            self._slow.append(call)
            for place in range(self._at + 1, self._at + 1 + _PAIRS):
                self._expect(call, place)

    def _expect(self, call: _Call, place: int) -> None:
        if place >= len(self._pairs):
            return
        arrays = call.arrays(self.candles[self._pairs[place]])
        if arrays is not None:
            task = beside.do(partial(call.on, arrays))
            expected = _Expected(call=call, arrays=arrays, task=task)
            self._expected.setdefault(self._pairs[place], []).append(expected)


@contextmanager
def computed(candles: Mapping[str, pd.DataFrame]) -> Iterator[Ahead]:
    """Let TA-Lib's functions be asked for through what is yielded, where there is a second thread."""
    ahead = Ahead(candles)
    library = sys.modules.get("talib._ta_lib")
    if library is None or len(candles) == 1 or not beside.is_there() or _may_set(library):
        yield ahead
        return
    cells = list(_cells(sys.modules["talib"]))
    functions = [cell.cell_contents for cell in cells]
    setters = list(_setters(library))
    for cell, own in zip(cells, functions, strict=True):
        cell.cell_contents = partial(ahead.call, own)
    for module, name, own in setters:
        setattr(module, name, partial(_set, ahead, own))
    try:
        yield ahead
    finally:
        ahead.forget()
        for cell, own in zip(cells, functions, strict=True):
            cell.cell_contents = own
        for module, name, own in setters:
            setattr(module, name, own)


def _cells(library: ModuleType) -> Iterator[CellType]:
    """Yield where each of TA-Lib's wrappers holds its compiled function: all ways to it lead there."""
    for name in library.__TA_FUNCTION_NAMES__:
        wrapper = getattr(library, name, None)
        code, closure = getattr(wrapper, "__code__", None), getattr(wrapper, "__closure__", None)
        if closure and code and code.co_freevars == ("func",):
            yield closure[0]


def _setters(library: ModuleType) -> Iterator[tuple[ModuleType, str, _Own]]:
    own = {id(getattr(library, name, None)) for name in _SETTERS} - {id(None)}
    for module in (library, sys.modules["talib"]):
        for name, value in list(vars(module).items()):
            if id(value) in own:
                yield module, name, value


def _may_set(library: ModuleType) -> bool:
    """Whether somebody else holds a function that changes TA-Lib's settings: he would not be seen calling it."""
    of_talib = [vars(module) for name, module in sys.modules.items() if name.startswith("talib")]
    holders = gc.get_referrers(*(getattr(library, name) for name in _SETTERS))
    return any(
        isinstance(holder, dict) and not any(holder is own for own in of_talib)
        for holder in holders
    )


def _set(ahead: Ahead, own: _Own, *args: Any, **options: Any) -> Any:
    ahead.forget()
    return own(*args, **options)


def _name(arg: Any, candles: pd.DataFrame) -> str | None:
    """Return of which column these are the values."""
    if not isinstance(arg, np.ndarray):
        return None
    return next(
        (name for name in _COLUMNS if name in candles and _is_same(arg, candles[name].to_numpy())),
        None,
    )


def _is_same(given: NDArray[Any], known: NDArray[Any]) -> bool:
    """Whether both are the same doubles, bit by bit."""
    return (
        given.dtype == known.dtype == np.float64
        and given.shape == known.shape
        and given.ndim == 1
        and given.flags.c_contiguous
        and bool((given.view(np.int64) == np.ascontiguousarray(known).view(np.int64)).all())
    )


def _alike(given: tuple[Any, ...], known: tuple[Any, ...]) -> bool:
    return given == known and list(map(repr, given)) == list(map(repr, known))
