"""The tick sizes that the store keeps are those that Freqtrade's own function gives for a file."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pandas as pd
from freqtrade.data.btanalysis.historic_precision import get_tick_size_over_time
from hypothesis import given
from hypothesis import strategies as st

from candlewick.market_data.manifest import CandleFile, TickSize
from candlewick.market_data.ticks import tick_sizes
from tests.factories import a_candle_file

COLUMNS = ("open", "high", "low", "close")


@st.composite
def markets(draw: st.DrawFn) -> pd.DataFrame:
    """Candles over some months, some of them without any, each month with decimals of its own and some with noise."""
    frames = []
    for month in range(draw(st.integers(1, 8))):
        count = draw(st.integers(0, 5))
        whole = st.integers(1, 10 ** draw(st.integers(1, 12)))
        noise = draw(st.sampled_from([1.0, 1.0, 1.0, 1 + 2**-50, np.pi]))
        # At 19 decimals Freqtrade's integers overflow.
        decimals = draw(st.integers(0, 9 if noise == 1 else 5))
        dates = pd.date_range(f"2024-{month + 1:02}-03", periods=count, freq="5D", tz="UTC")
        prices = {
            name: [float(Decimal(draw(whole)).scaleb(-decimals)) * noise for _ in range(count)]
            for name in COLUMNS
        }
        frames.append(pd.DataFrame({"date": dates, **prices}))
    return pd.concat(frames, ignore_index=True)


@given(candles=markets())
def test_every_moment_has_the_tick_size_that_freqtrade_gives(candles: pd.DataFrame) -> None:
    found = tick_sizes(candles)

    if candles.empty:
        assert found == []
        return
    expected = get_tick_size_over_time(candles.copy())
    for day in pd.date_range(expected.index[0], periods=300, freq="D"):
        known = [size.tick_size for size in found if size.since <= day.date()]
        theirs = expected.asof(day)
        assert (known[-1] if known else None) == (None if pd.isna(theirs) else theirs)


@given(candles=markets())
def test_only_changes_are_kept(candles: pd.DataFrame) -> None:
    sizes = [size.tick_size for size in tick_sizes(candles)]

    assert all(size != after for size, after in pairwise(sizes))


def test_an_exchange_that_makes_its_step_finer_is_seen_in_the_month_of_the_change() -> None:
    dates = pd.to_datetime(["2024-01-31", "2024-02-10", "2024-03-01"], utc=True)
    prices = {name: [10.1, 10.25, 10.2] for name in COLUMNS}

    found = tick_sizes(pd.DataFrame({"date": dates, **prices}))

    assert found == [
        TickSize(since=date(2024, 1, 1), tick_size=0.1),
        TickSize(since=date(2024, 2, 1), tick_size=0.01),
        TickSize(since=date(2024, 3, 1), tick_size=0.1),
    ]


def test_prices_without_decimals_tell_no_tick_size() -> None:
    whole = pd.DataFrame(
        {"date": [datetime(2024, 1, 1, tzinfo=UTC)], **{name: [7.0] for name in COLUMNS}}
    )

    assert tick_sizes(whole) == []


def test_a_manifest_from_before_they_were_kept_is_read() -> None:
    stored = a_candle_file().model_dump(mode="json", by_alias=True)
    del stored["tickSizes"]

    assert CandleFile.model_validate(stored).tick_sizes is None
