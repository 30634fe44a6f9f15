"""Cuts candles at a moment, so that nothing of what came after can be read from them."""

from datetime import datetime, timedelta

import pandas as pd

_AHEAD = 2  # candles that Freqtrade needs after the signal: the one that is entered, and one more


def cut_frame(frame: pd.DataFrame, step: timedelta, base: timedelta, at: datetime) -> pd.DataFrame:
    """Return the candles that are closed at `at`, and what a backtest needs to act at `at`.

    The candle that opens at `at` is known by its opening price alone, so it and its successor hold nothing else: all their
    prices are that one, their volume is 0. Freqtrade enters a trade at the opening of the candle after the signal, and never at
    the last one of all.

    Args:
        frame: `date` (UTC), `open`, `high`, `low`, `close`, `volume`; in time's order.
        step: the frame's timeframe.
        base: the run's timeframe. Longer candles get no successors: Freqtrade shows them when they are closed.
        at: on the grid of `base`.
    """
    closed = frame[frame["date"] + step <= at]
    opening = frame.loc[frame["date"] == at, "open"]
    if step > base or closed.empty:
        return closed.reset_index(drop=True)
    price = float(opening.iloc[0]) if len(opening) else float(closed["close"].iloc[-1])
    count = int(_AHEAD * base / step)
    dates = pd.date_range(pd.Timestamp(at), periods=count, freq=step).as_unit("ms")
    flat = pd.DataFrame(
        {
            "date": dates.astype(frame["date"].dtype),
            **dict.fromkeys(("open", "high", "low", "close"), price),
            "volume": 0.0,
        }
    )
    return pd.concat([closed, flat], ignore_index=True)


def cut_rates(frame: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """Return funding rates or mark prices that are known at `at`."""
    return frame[frame["date"] <= at].reset_index(drop=True)
