"""The whole pipeline, and the check of longer candles against shorter ones."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from candlewick.market_data.cleaning import steps
from candlewick.market_data.cleaning.models import Cleaned
from candlewick.market_data.feather import columns_of
from candlewick.market_data.manifest import CandleType
from candlewick.market_data.validation import grid

_RELATIVE = 1e-9
# Volumes are sums, which exchanges round on their own.
_VOLUME_RELATIVE = 1e-3


def clean(
    raw: pd.DataFrame, step: timedelta, now: datetime, candle_type: CandleType = CandleType.SPOT
) -> Cleaned:
    """Clean what was downloaded of one pair and timeframe. Cleaning what is clean changes nothing.

    Args:
        raw: `date` (times of any zone, ISO text, or numbers since 1970) and the candle type's columns, in the order in which they
            were downloaded.
        step: the timeframe.
        now: candles that are not over by then are left out.
        candle_type: funding rates have no prices, and nothing is traded at mark prices.

    Raises:
        Invalid: a column is missing, or the times cannot be read.
    """
    frame, found = raw, []
    for work in _steps(candle_type, step, now):
        done = work(frame)
        frame = done.frame
        if done.found is not None:
            found.append(done.found)
    return Cleaned(frame, tuple(found))


def _steps(candle_type: CandleType, step: timedelta, now: datetime) -> list[steps.Work]:
    sorting = [
        steps.ordered,
        steps.without_duplicates,
        steps.without_conflicts,
        steps.on_grid(step),
    ]
    normalised = steps.normalised(columns_of(candle_type))
    if candle_type is CandleType.FUNDING_RATE:
        # A rate is known when it is paid.
        paid = steps.finished(timedelta(0), now)
        return [normalised, steps.known, steps.prompt, *sorting, paid]
    ending = [*sorting, steps.finished(step, now), steps.spikes]
    if candle_type is CandleType.MARK:
        return [normalised, steps.untraded, steps.possible, *ending]
    return [normalised, steps.possible, *ending, steps.without_trades]


def resampled(frame: pd.DataFrame, step: timedelta, longer: timedelta) -> pd.DataFrame:
    """Return the longer candles that shorter ones make; only those of which no shorter one is missing.

    Args:
        frame: clean candles.
        step: their timeframe.
        longer: a multiple of it.
    """
    bucket = grid(frame["date"], longer)
    grouped = frame.groupby(bucket, sort=True)
    made = grouped.agg(
        open=("open", "first"),
        high=("high", "max"),
        low=("low", "min"),
        close=("close", "last"),
        volume=("volume", "sum"),
        parts=("open", "size"),
    )
    whole = made[made["parts"] == longer // step].drop(columns="parts")
    whole.index.name = "date"
    return whole.reset_index()


def disagreements(longer: pd.DataFrame, made: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    """Return the times at which downloaded longer candles are not what the shorter ones make."""
    both = longer.merge(made, on="date", suffixes=("", "_made"))
    differs = np.zeros(len(both), dtype=bool)
    for name in ("open", "high", "low", "close"):
        differs |= ~np.isclose(both[name], both[f"{name}_made"], rtol=_RELATIVE, atol=0)
    differs |= ~np.isclose(both["volume"], both["volume_made"], rtol=_VOLUME_RELATIVE, atol=1e-9)
    return both.loc[differs, "date"]
