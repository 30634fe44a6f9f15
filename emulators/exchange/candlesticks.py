"""Klines and 24-hour figures, built from the tape up to now and no further."""

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emulators.exchange import path
from emulators.exchange.refusals import Refusal
from emulators.exchange.tape import Tape

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 86_400_000
_WEEK_MS: Final = 7 * _DAY_MS
_FIRST_MONDAY_MS: Final = 4 * _DAY_MS
_INTERVALS: Final = {
    **{f"{count}m": count * _MINUTE_MS for count in (1, 3, 5, 15, 30)},
    **{f"{count}h": count * 60 * _MINUTE_MS for count in (1, 2, 4, 6, 8, 12)},
    **{f"{count}d": count * _DAY_MS for count in (1, 3)},
    "1w": _WEEK_MS,
}


class Kline(NamedTuple):
    """A candle as a client sees it: ticks and lots, `turnover` in ticks times lots."""

    at: int
    until: int
    open: int
    high: int
    low: int
    close: int
    lots: int
    turnover: int


class Wanted(NamedTuple):
    """Which klines: those that open in [start, end], the newest `limit` when there is no start."""

    start: int | None
    end: int | None
    limit: int


def interval_ms(tape: Tape, name: str) -> int:
    """Return an interval's length; it must be made of whole candles of the tape."""
    length = _INTERVALS.get(name)
    if length is None or length % tape.step:
        raise Refusal(-1120, "Invalid interval.")
    return length


def klines(tape: Tape, length: int, wanted: Wanted, now: int) -> list[Kline]:
    """Return klines in time's order; where the tape has no candle there is none."""
    end = now if wanted.end is None else min(now, wanted.end)
    if wanted.start is not None:
        first = _ceiling(max(wanted.start, tape.start - length), length)
        return _from(tape, first, _opened(end, length), length, wanted.limit, now)
    found: list[Kline] = []
    last = _opened(min(end, tape.until - 1), length)
    while len(found) < wanted.limit and last >= _opened(tape.start, length):
        first = last - length * (wanted.limit - len(found) - 1)
        found = [*_between(tape, first, last, length, now), *found]
        last = first - length
    return found


def day(tape: Tape, now: int) -> Kline:
    """Return the last 24 hours as one kline; before the first candle it has no volume."""
    first = tape.index(now - _DAY_MS) + 1
    found = _merged(tape, first, tape.index(now) + 1, now)
    if found is None:
        last = tape.quote(now).last
        found = Kline(now - _DAY_MS, now, last, last, last, last, 0, 0)
    return found._replace(at=now - _DAY_MS, until=now)


def _from(  # noqa: PLR0913, PLR0917 (a window of a tape)
    tape: Tape, first: int, end: int, length: int, limit: int, now: int
) -> list[Kline]:
    """Return the first `limit` klines that open in [first, end], whatever gaps there are."""
    found: list[Kline] = []
    while len(found) < limit:
        index = tape.index(first - 1) + 1
        if index >= len(tape.at) or first > end:
            break
        first = max(first, _opened(int(tape.at[index]), length))
        last = first + length * (limit - len(found) - 1)
        found += _between(tape, first, min(last, end), length, now)
        first = last + length
    return found


def _between(tape: Tape, first: int, last: int, length: int, now: int) -> list[Kline]:
    """Return the klines that open in [first, last]."""
    index = tape.index(first - 1) + 1
    end = tape.index(min(now, last + length - 1)) + 1
    if index >= end or last < first:
        return []
    opened = _opened_all(tape.at[index:end], length)
    begins = np.flatnonzero(np.r_[True, opened[1:] != opened[:-1]])
    ends = np.r_[begins[1:], opened.size]
    ticks, lots = tape.ticks[index:end], tape.lots[index:end]
    columns = [
        opened[begins],
        opened[begins] + length,
        ticks[begins, 0],
        np.maximum.reduceat(ticks[:, 1], begins),
        np.minimum.reduceat(ticks[:, 2], begins),
        ticks[ends - 1, 3],
        np.add.reduceat(lots, begins),
        np.add.reduceat(_turnover(ticks, lots), begins),
    ]
    rows = [Kline(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
    # The newest candle may still be running.
    newest = _merged(tape, index + int(begins[-1]), end, now)
    return (
        rows
        if newest is None
        else [*rows[:-1], newest._replace(at=rows[-1].at, until=rows[-1].until)]
    )


def _merged(tape: Tape, first: int, end: int, now: int) -> Kline | None:
    """Put the candles [first, end) together; the last one only as far as it has come."""
    if first >= end:
        return None
    running = tape.candle(end - 1)
    seen = path.so_far(running, now)
    ticks, lots = tape.ticks[first : end - 1], tape.lots[first : end - 1]
    turnover = sum(_turnover(ticks, lots).tolist())
    return Kline(
        at=int(tape.at[first]),
        until=running.until,
        open=int(ticks[0, 0]) if len(ticks) else seen.open,
        high=max([*ticks[:, 1].tolist(), seen.high]),
        low=min([*ticks[:, 2].tolist(), seen.low]),
        close=seen.close,
        lots=int(lots.sum()) + seen.lots,
        turnover=turnover + (seen.high + seen.low) // 2 * seen.lots,
    )


def _turnover(ticks: "NDArray[np.int64]", lots: "NDArray[np.int64]") -> "NDArray[np.object_]":
    """Return each candle's mean price times its volume, as Python's integers: 64 bits may not do."""
    middle = (ticks[:, 1] + ticks[:, 2]) // 2
    product: NDArray[np.object_] = middle.astype(object) * lots.astype(object)
    return product


def _opened_all(at: "NDArray[np.int64]", length: int) -> "NDArray[np.int64]":
    shift = _FIRST_MONDAY_MS if length == _WEEK_MS else 0
    return (at - shift) // length * length + shift


def _opened(at: int, length: int) -> int:
    shift = _FIRST_MONDAY_MS if length == _WEEK_MS else 0
    return (at - shift) // length * length + shift


def _ceiling(at: int, length: int) -> int:
    opened = _opened(at, length)
    return opened if opened == at else opened + length
