"""Hands frames, and what is made of them, from one process to another through memory that both have."""

import pickle
from dataclasses import dataclass
from typing import Any

import pandas as pd

_ALIGNED = 64


@dataclass(frozen=True, slots=True)
class Place:
    """Where something lies in the memory."""

    start: int
    length: int


class NoRoom(Exception):
    """The memory is full, or the frame is none that can be handed on."""


class Store:
    """Frames one behind the other; written by one process, read by the other."""

    def __init__(self, memory: Any) -> None:
        self._memory = memoryview(memory)
        self._used = 0

    def put(self, frame: pd.DataFrame, given: pd.DataFrame, told: list[Any]) -> Place:
        """Write what is new in `frame`, which was made from `given` (all of it, where that is empty), and what else is told. Raises NoRoom."""
        if not _is_ordinary(frame, given):
            raise NoRoom
        return self.keep((frame if given.empty else (frame.columns, _new(frame, given)), told))

    def take(self, place: Place, given: pd.DataFrame) -> tuple[pd.DataFrame, list[Any]]:
        """Return the frame, and what else was told. New columns lie in the memory, the others are those of `given`."""
        content, told = self.kept(place)
        if isinstance(content, pd.DataFrame):
            return content, told
        columns, values = content
        series = [
            given.iloc[:, value]
            if isinstance(value, int)
            else pd.Series(value, index=given.index, dtype=value.dtype, copy=False)
            for value in values
        ]
        frame = pd.DataFrame(dict(enumerate(series)), index=given.index, copy=False)
        frame.columns = columns
        return frame, told

    def keep(self, content: object) -> Place:
        """Write whatever can be pickled. Raises NoRoom."""
        buffers: list[pickle.PickleBuffer] = []
        body = pickle.dumps(content, protocol=5, buffer_callback=buffers.append)
        places = [self._write(buffer.raw()) for buffer in buffers]
        head = pickle.dumps((self._write(memoryview(body)), places))
        return self._write(memoryview(head))

    def kept(self, place: Place) -> Any:
        """Return what was written; its arrays lie in the memory."""
        body, places = pickle.loads(self._read(place))  # noqa: S301 - this program's own copy wrote it
        return pickle.loads(self._read(body), buffers=[self._read(part) for part in places])  # noqa: S301

    def _write(self, data: memoryview) -> Place:
        end = self._used + data.nbytes
        if end > self._memory.nbytes:
            raise NoRoom
        place = Place(self._used, data.nbytes)
        self._memory[self._used : end] = data.cast("B") if data.nbytes else b""
        self._used = -(-end // _ALIGNED) * _ALIGNED
        return place

    def _read(self, place: Place) -> memoryview:
        return self._memory[place.start : place.start + place.length]


def _is_ordinary(frame: Any, given: pd.DataFrame) -> bool:
    return (
        type(frame) is pd.DataFrame
        and _has_index(frame, given)
        and frame.columns.nlevels == 1
        and frame.columns.is_unique
        and not frame.attrs
        and frame.flags.allows_duplicate_labels
    )


def _has_index(frame: pd.DataFrame, given: pd.DataFrame) -> bool:
    """Whether it is the one that was given, or one that costs nothing to hand on."""
    if given.empty:
        return type(frame.index) is pd.RangeIndex
    return type(frame.index) is type(given.index) and frame.index.identical(given.index)


def _columns(frame: pd.DataFrame) -> list[pd.Series]:
    return [frame.iloc[:, place] for place in range(frame.shape[1])]


def _new(frame: pd.DataFrame, given: pd.DataFrame) -> list[Any]:
    """Return the values of each column, or its place in what was given."""
    known = {_key(column): place for place, column in enumerate(_columns(given))}
    return [known.get(_key(column), column.array) for column in _columns(frame)]


def _key(column: pd.Series) -> object:
    """Where a column's values lie, and how; unlike any other where that can't be told."""
    values = getattr(column.array, "_ndarray", None)
    if values is None or column.dtype == object:
        return object()
    described = values.__array_interface__
    return (column.dtype, described["data"], values.shape, values.strides)
