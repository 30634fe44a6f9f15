"""A pair's candles as Freqtrade's loop takes them, a row made only when it is looked at."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, overload

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

SIGNALS = ("enter_long", "exit_long", "enter_short", "exit_short")
TAGS = ("enter_tag", "exit_tag")
_PRICES = ("open", "high", "low", "close")


class Candles(Sequence[list[Any]]):
    """Rows `date, open, high, low, close, enter_long, …, exit_tag`; signals are those of the candle before.

    Attributes:
        dates: of the rows.
        open, high, low: float64, a value for each row.
    """

    def __init__(self, analyzed: pd.DataFrame) -> None:
        """Take an analysed frame without its startup candles; its first candle has no signal and is left out."""
        self.dates = pd.DatetimeIndex(analyzed["date"].iloc[1:])
        self.open, self.high, self.low, self._close = (
            analyzed[name].iloc[1:].to_numpy(dtype=np.float64) for name in _PRICES
        )
        self._signals = {name: _shifted(analyzed, name) for name in (*SIGNALS, *TAGS)}
        self._truthy: dict[str, NDArray[np.bool_]] = {}
        moments: Any = self.dates.array
        made: Any = pd.Timestamp
        # As pandas makes one that is looked up, which takes ten times as long.
        self._moments = moments.asi8
        self._boxed: Callable[[int], pd.Timestamp] = partial(
            made._from_value_and_reso,  # noqa: SLF001
            reso=moments._creso,  # noqa: SLF001
            tz=moments.tz,
        )
        self._a_second = pd.Timedelta(seconds=1) // pd.Timedelta(1, unit=self.dates.unit)
        columns = (self.open, self.high, self.low, self._close, *self._signals.values())
        self._readers = [_reader(column) for column in columns]

    def __len__(self) -> int:
        return len(self.dates)

    @overload
    def __getitem__(self, index: int) -> list[Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[Any]]: ...
    def __getitem__(self, index: int | slice) -> list[Any] | list[list[Any]]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        return [self.moment(index), *[read(index) for read in self._readers]]

    def __iter__(self) -> Iterator[list[Any]]:
        return (self[index] for index in range(len(self)))

    def moment(self, index: int) -> pd.Timestamp:
        """Return a row's date."""
        return self._boxed(self._moments.item(index))

    def seconds(self, index: int) -> float:
        """Return a row's date as the seconds since 1970."""
        return float(self._moments.item(index) / self._a_second)

    def signal(self, name: str) -> NDArray[np.bool_]:
        """Return where a signal is given: Freqtrade takes a 1 for one."""
        given: NDArray[np.bool_] = np.asarray(self._signals[name] == 1, dtype=np.bool_)
        return given

    def truthy(self, name: str) -> NDArray[np.bool_]:
        """Return where a signal is anything but false: so Freqtrade looks at exits."""
        if name not in self._truthy:
            self._truthy[name] = np.asarray(self._signals[name]).astype(np.bool_)
        return self._truthy[name]


def place_of(candles: Candles, first: datetime, step: timedelta) -> int | None:
    """Return at which of the times `first`, `first + step`, … the first row stands; None when rows are out of step."""
    if not len(candles):
        return 0
    behind = candles.dates[0] - pd.Timestamp(first)
    steps = np.diff(candles.dates.as_unit("ms").asi8)
    in_step = bool((steps == step // timedelta(milliseconds=1)).all())
    place = int(behind // step)
    return place if in_step and place >= 0 and behind == place * step else None


def has_prices(candles: Candles) -> bool:
    """Whether all prices are numbers above zero: Freqtrade takes a zero for no price."""
    return bool(
        (candles.low > 0).all() and np.isfinite(candles.high).all() and (candles.open > 0).all()
    )


def _shifted(analyzed: pd.DataFrame, name: str) -> NDArray[Any]:
    """Return the column moved by one candle, with Freqtrade's values for what is missing; whole numbers as they are."""
    missing, rows = None if name in TAGS else 0, len(analyzed) - 1
    if name not in analyzed.columns:
        absent = np.array(missing, object if missing is None else np.int8)  # whole, in the row, too
        return np.broadcast_to(absent, rows)
    column = analyzed[name]
    if column.dtype == np.int64:
        return column.to_numpy()[:-1]
    if column.dtype == np.float64:
        numbers = column.to_numpy()[:-1]
        is_none = np.isnan(numbers)
        return np.where(is_none, 0.0, numbers) if name in SIGNALS and is_none.any() else numbers
    if isinstance(column.dtype, pd.StringDtype) and _is_blank(column):
        return np.broadcast_to(np.array("", dtype=object), rows)
    column = column.replace([np.nan], [missing]).shift(1).iloc[1:]
    values: NDArray[Any] = column.to_numpy()
    # Numbers that could be missing stay whole when they are moved.
    return values.astype(object) if values.dtype == np.int64 else values


def _is_blank(column: "pd.Series[str]") -> bool:
    """Whether there is no letter in any of these texts, and none of them missing."""
    texts = pa.array(column.array)
    return not texts.null_count and pc.sum(pc.binary_length(texts)).as_py() == 0


def _reader(column: NDArray[Any]) -> Callable[[int], Any]:
    """Return what gives a row's value as Python has it, whole numbers as moving makes them."""
    item = column.item
    if column.dtype == np.int64:
        return lambda index: float(item(index))
    if column.dtype != object:
        return item
    return lambda index: _plain(column[index])


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
