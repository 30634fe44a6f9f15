"""The simulated market is the same everywhere, sound, and has what a backtest must cope with."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from candlewick.market_data import simulated
from candlewick.market_data.timeframes import Series, duration
from candlewick.market_data.validation import coverage, problems

_NOW = datetime(2026, 6, 1, tzinfo=UTC)

Market = dict[tuple[str, str], tuple[Series, pd.DataFrame]]


@pytest.fixture(scope="module")
def market() -> Market:
    return {(s.pair, s.timeframe): (s, frame) for s, frame in simulated.candles()}


def test_it_is_the_same_on_every_machine() -> None:
    assert (
        simulated.fingerprint()
        == "a857708eaef87b637adad32307425ed694c76d709a197b9e4e428c768d6bab3d"
    )


def test_every_series_is_sound_and_spans_the_year(market: Market) -> None:
    assert len({pair for pair, _ in market}) >= 8
    assert {timeframe for _, timeframe in market} == {"5m", "1h"}
    for series, frame in market.values():
        step = duration(series.timeframe)
        assert problems(frame, series.candle_type, step, _NOW) == []
        assert coverage(frame["date"], step).start == datetime(2025, 1, 1, tzinfo=UTC)
        ends = coverage(frame["date"], step).until
        delisted = series.pair == "WAVES/USDT"
        assert ends == (
            datetime(2025, 6, 30, 12, tzinfo=UTC) if delisted else datetime(2026, 1, 1, tzinfo=UTC)
        )


def test_an_outage_and_single_gaps_are_in_the_candles(market: Market) -> None:
    btc = coverage(market["BTC/USDT", "5m"][1]["date"], timedelta(minutes=5))
    waves = coverage(market["WAVES/USDT", "5m"][1]["date"], timedelta(minutes=5))

    assert [(gap.start, gap.candles) for gap in btc.gaps] == [
        (datetime(2025, 3, 11, 2, 0, tzinfo=UTC), 17),
        (datetime(2025, 9, 2, 10, 15, tzinfo=UTC), 8),
    ]
    assert waves.missing_candles > 100


def test_hours_are_made_of_their_five_minutes(market: Market) -> None:
    fine, hourly = market["WAVES/USDT", "5m"][1], market["WAVES/USDT", "1h"][1]

    merged = fine.groupby(fine["date"].dt.floor("1h")).agg(
        open=("open", "first"),
        high=("high", "max"),
        low=("low", "min"),
        close=("close", "last"),
        volume=("volume", "sum"),
    )

    np.testing.assert_array_equal(merged.index, hourly["date"])
    for name in ("open", "high", "low", "close"):
        np.testing.assert_array_equal(merged[name], hourly[name])
    np.testing.assert_allclose(merged["volume"], hourly["volume"], rtol=1e-12)


def test_prices_and_volumes_are_whole_ticks_and_steps(market: Market) -> None:
    for pair, terms in simulated.markets().items():
        _, frame = market[pair, "5m"]
        tick, step = terms["precision"]["price"], terms["precision"]["amount"]
        ticks = frame["close"] / tick
        assert np.allclose(ticks, ticks.round(), atol=1e-4)
        steps = frame["volume"] / step
        assert np.allclose(steps, steps.round(), atol=1e-2)


def test_volatility_comes_in_clusters_and_prices_stay_in_their_world(market: Market) -> None:
    for pair in simulated.markets():
        close = market[pair, "5m"][1]["close"]
        moves = close.pct_change().abs()
        assert moves.autocorr(1) > 0.1
        assert 0.2 < close.min() / close.iloc[0] < close.max() / close.iloc[0] < 5
