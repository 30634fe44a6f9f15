"""The steps, in their order. Each takes what the one before it gave and is right on its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from candlewick.errors import Invalid
from candlewick.market_data.cleaning.models import Action, Rule, Step, found
from candlewick.market_data.cleaning.spikes import spike_mask
from candlewick.market_data.feather import OHLCV, RATES
from candlewick.market_data.validation import grid

Work = Callable[[pd.DataFrame], Step]

_VALUES = OHLCV[1:]
_RATE = RATES[1]
_PRICES = ("open", "high", "low", "close")
# Times as numbers: what they count in follows from their size, for any moment from 2000 to 2100.
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_FIRST = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
_LAST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def normalised(columns: tuple[str, ...]) -> Work:
    """Bring times to UTC and values to floats; `Invalid` where they mean nothing."""

    def work(frame: pd.DataFrame) -> Step:
        missing = [name for name in columns if name not in frame.columns]
        if missing:
            raise Invalid(f"The candles have no column {', '.join(missing)}.")
        dates = frame["date"] if _is_right(frame["date"]) else _dates(frame["date"])
        made = pd.DataFrame({"date": dates})
        for name in columns[1:]:
            made[name] = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)
        if _is_right(frame["date"]):
            return Step(made)
        return Step(made, found(Rule.TIME_ZONE, Action.CONVERTED, dates.dropna()))

    return work


def prompt(frame: pd.DataFrame) -> Step:
    """Bring funding times to the minute, as Freqtrade does: an exchange pays some milliseconds late."""
    dates = frame["date"].dt.floor("min")
    late = (dates != frame["date"]) & frame["date"].notna()
    return Step(
        frame.assign(date=dates), found(Rule.LATE, Action.CONVERTED, frame.loc[late, "date"])
    )


def untraded(frame: pd.DataFrame) -> Step:
    """Give mark prices, at which nothing is traded, no volume where they have none at all."""
    return Step(frame.assign(volume=frame["volume"].fillna(0.0)))


def ordered(frame: pd.DataFrame) -> Step:
    """Put candles in time's order; of one time the earlier download stays first."""
    late = frame["date"] < frame["date"].cummax()
    return Step(
        frame.sort_values("date", kind="stable", ignore_index=True),
        found(Rule.ORDER, Action.CONVERTED, frame.loc[late, "date"]),
    )


def without_duplicates(frame: pd.DataFrame) -> Step:
    """Drop candles that are there twice with the same values."""
    again = frame.duplicated()
    return _without(frame, again, Rule.DUPLICATE)


def without_conflicts(frame: pd.DataFrame) -> Step:
    """Of candles of one time keep the last: an exchange corrects a candle by giving it again."""
    older = frame.duplicated("date", keep="last")
    return _without(frame, older, Rule.CONFLICT)


def on_grid(step: timedelta) -> Work:
    """Drop candles that do not begin at a multiple of the timeframe."""

    def work(frame: pd.DataFrame) -> Step:
        return _without(frame, frame["date"] != grid(frame["date"], step), Rule.OFF_GRID)

    return work


def possible(frame: pd.DataFrame) -> Step:
    """Drop candles that cannot have been: nobody knows what they should have been, so they become gaps."""
    prices = frame[list(_PRICES)]
    impossible = (
        ~np.isfinite(frame[list(_VALUES)]).all(axis=1)
        | (prices <= 0).any(axis=1)
        | (frame["high"] < prices.max(axis=1))
        | (frame["low"] > prices.min(axis=1))
        | (frame["volume"] < 0)
        | frame["date"].isna()
    )
    return _without(frame, impossible, Rule.IMPOSSIBLE)


def known(frame: pd.DataFrame) -> Step:
    """Drop funding rates that are no number; below zero they are as good as above."""
    unknown = ~np.isfinite(frame[_RATE]) | frame["date"].isna()
    return _without(frame, unknown, Rule.IMPOSSIBLE)


def finished(step: timedelta, now: datetime) -> Work:
    """Drop candles that are still under way, or lie in the future."""

    def work(frame: pd.DataFrame) -> Step:
        return _without(frame, frame["date"] + step > now, Rule.UNFINISHED)

    return work


def spikes(frame: pd.DataFrame) -> Step:
    """Flag candles that reach far beyond both their neighbours."""
    is_spike = spike_mask(*(frame[name].to_numpy() for name in _PRICES))
    return Step(frame, found(Rule.SPIKE, Action.FLAGGED, frame.loc[is_spike, "date"]))


def without_trades(frame: pd.DataFrame) -> Step:
    """Flag candles in which nothing was traded."""
    return Step(
        frame, found(Rule.NO_VOLUME, Action.FLAGGED, frame.loc[frame["volume"] == 0, "date"])
    )


def _without(frame: pd.DataFrame, doomed: Any, rule: Rule) -> Step:
    dates = frame.loc[doomed, "date"].dropna()
    return Step(frame[~doomed].reset_index(drop=True), found(rule, Action.REMOVED, dates))


def _is_right(column: "pd.Series[Any]") -> bool:
    return isinstance(column.dtype, pd.DatetimeTZDtype) and str(column.dtype.tz) == "UTC"


def _dates(column: "pd.Series[Any]") -> "pd.Series[pd.Timestamp]":
    read: dict[str, Any] = {"utc": True}
    if pd.api.types.is_numeric_dtype(column):
        read["unit"] = _unit(column)
    elif not pd.api.types.is_datetime64_any_dtype(column):
        read["format"] = "ISO8601"
    try:
        made: pd.Series[pd.Timestamp] = pd.to_datetime(column, **read).dt.as_unit("ms")
    except (ValueError, TypeError) as error:
        raise Invalid(f"The candles' times cannot be read: {error}.") from error
    return made


def _unit(column: "pd.Series[Any]") -> str:
    middle = float(column.median())
    for unit, per_second in _UNITS.items():
        if _FIRST <= middle / per_second <= _LAST:
            return unit
    raise Invalid(f"Times like {middle:.0f} are no moment from 2000 to 2100 in any unit.")
