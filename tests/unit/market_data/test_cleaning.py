"""Each rule of cleaning with candles made to break it; clean candles go through untouched."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlewick.errors import Invalid
from candlewick.market_data import simulated
from candlewick.market_data.cleaning.models import Action, Rule
from candlewick.market_data.cleaning.pipeline import clean, disagreements, resampled
from candlewick.market_data.manifest import CandleType
from candlewick.market_data.validation import problems

STEP, HOUR = timedelta(minutes=5), timedelta(hours=1)
START = datetime(2025, 1, 1, tzinfo=UTC)
NOW = datetime(2025, 2, 1, tzinfo=UTC)


def candles(count: int = 300, seed: int = 1) -> Any:
    """Honest candles: a walk of 0.1 % a step."""
    chance = np.random.default_rng(seed)
    closes = 100 * np.exp(np.cumsum(chance.normal(0, 0.001, count)))
    opens = np.concatenate([[100.0], closes[:-1]])
    reach = np.abs(chance.normal(0, 0.0005, count))
    return pd.DataFrame(
        {
            "date": pd.date_range(START, periods=count, freq=STEP).as_unit("ms"),
            "open": opens,
            "high": np.maximum(opens, closes) * (1 + reach),
            "low": np.minimum(opens, closes) * (1 - reach),
            "close": closes,
            "volume": chance.uniform(1, 9, count),
        }
    )


def changed(row: int, **values: Any) -> Any:
    frame = candles()
    for name, value in values.items():
        frame.loc[row, name] = value
    return frame


def at(row: int) -> datetime:
    return START + row * STEP


def test_clean_candles_go_through_untouched() -> None:
    found = clean(candles(), STEP, NOW)

    pd.testing.assert_frame_equal(found.frame, candles())
    assert found.found == ()


@pytest.mark.parametrize(
    "given_as",
    [
        lambda dates: dates.dt.tz_convert("Asia/Tokyo"),
        lambda dates: dates.dt.tz_localize(None),
        lambda dates: dates.astype("int64"),
        lambda dates: dates.astype("int64") // 1_000,
        lambda dates: dates.astype("int64") * 1_000,
        lambda dates: dates.astype("int64") * 1_000_000,
        lambda dates: dates.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        lambda dates: dates.dt.tz_convert("America/New_York").map(lambda each: each.isoformat()),
    ],
    ids=["another zone", "without a zone", "ms", "s", "us", "ns", "text", "text of a zone"],
)
def test_times_of_any_kind_become_utc(given_as: Any) -> None:
    raw = candles()
    raw["date"] = given_as(raw["date"])

    found = clean(raw, STEP, NOW)

    pd.testing.assert_frame_equal(found.frame, candles())
    assert found.count(Rule.TIME_ZONE) == len(raw)


def test_times_that_mean_nothing_are_refused() -> None:
    raw = candles()
    raw["date"] = 17

    with pytest.raises(Invalid, match="no moment"):
        clean(raw, STEP, NOW)
    with pytest.raises(Invalid, match="cannot be read"):
        clean(raw.assign(date="yesterday"), STEP, NOW)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Invalid, match="no column volume"):
        clean(candles().drop(columns="volume"), STEP, NOW)


def test_prices_as_text_or_decimals_become_numbers() -> None:
    raw = candles().astype({"open": str, "volume": object})
    raw["volume"] = [Decimal(repr(value)) for value in candles()["volume"]]

    pd.testing.assert_frame_equal(clean(raw, STEP, NOW).frame, candles())


def test_candles_out_of_order_are_ordered() -> None:
    raw = pd.concat([candles()[150:], candles()[:150]])

    found = clean(raw, STEP, NOW)

    pd.testing.assert_frame_equal(found.frame, candles())
    assert found.count(Rule.ORDER) == 150


def test_a_candle_that_comes_twice_stays_once() -> None:
    raw = pd.concat([candles(), candles()[40:60]])

    found = clean(raw, STEP, NOW)

    pd.testing.assert_frame_equal(found.frame, candles())
    assert found.count(Rule.DUPLICATE) == 20


def test_of_two_that_differ_the_later_download_counts() -> None:
    corrected = changed(7, close=candles()["close"][7] * 1.0001, high=candles()["high"][7] * 1.001)

    found = clean(pd.concat([candles(), corrected[7:8]]), STEP, NOW)

    pd.testing.assert_frame_equal(found.frame, corrected)
    (conflict,) = [each for each in found.found if each.rule is Rule.CONFLICT]
    assert (conflict.action, conflict.count, conflict.at) == (Action.REMOVED, 1, (at(7),))


def test_candles_off_the_grid_are_removed() -> None:
    raw = candles()
    raw.loc[9, "date"] += pd.Timedelta(seconds=7)

    found = clean(raw, STEP, NOW)

    assert len(found.frame) == len(raw) - 1
    assert found.count(Rule.OFF_GRID) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"high": 1.0},
        {"low": 1_000.0},
        {"open": np.nan},
        {"close": np.inf},
        {"low": -1.0},
        {"open": 0.0},
        {"volume": -1.0},
        {"volume": np.nan},
    ],
    ids=str,
)
def test_candles_that_cannot_have_been_become_gaps(values: dict[str, float]) -> None:
    found = clean(changed(50, **values), STEP, NOW)

    pd.testing.assert_frame_equal(found.frame, candles().drop(index=50).reset_index(drop=True))
    (impossible,) = found.found
    assert (impossible.rule, impossible.at) == (Rule.IMPOSSIBLE, (at(50),))


def test_a_candle_under_way_is_left_out() -> None:
    found = clean(candles(), STEP, at(299) + timedelta(minutes=4))

    assert len(found.frame) == 299
    assert found.count(Rule.UNFINISHED) == 1


@pytest.mark.parametrize("values", [{"high": 130.0}, {"low": 70.0}], ids=str)
def test_a_wick_far_off_both_neighbours_is_flagged_and_left(values: dict[str, float]) -> None:
    raw = changed(100, **values)

    found = clean(raw, STEP, NOW)

    pd.testing.assert_frame_equal(found.frame, raw)
    (spike,) = found.found
    assert (spike.rule, spike.action, spike.at) == (Rule.SPIKE, Action.FLAGGED, (at(100),))


def test_a_jump_that_stays_is_no_spike() -> None:
    raw = candles()
    raw.loc[100:, ["open", "high", "low", "close"]] *= 1.4
    raw.loc[100, "open"] = raw.loc[99, "close"]
    raw.loc[100, "low"] = min(raw.loc[100, "low"], raw.loc[100, "open"])

    assert clean(raw, STEP, NOW).count(Rule.SPIKE) == 0


def test_the_simulated_market_is_nearly_clean() -> None:
    """Its news jumps are no spikes; what is flagged would have to be looked at."""
    for series, frame in islice(simulated.candles(), 2):
        found = clean(
            frame, STEP if series.timeframe == "5m" else HOUR, datetime(2026, 6, 1, tzinfo=UTC)
        )

        pd.testing.assert_frame_equal(found.frame, frame)
        assert {each.action for each in found.found} <= {Action.FLAGGED}
        assert found.count(Rule.SPIKE) <= len(frame) // 1_000


def test_candles_without_trades_are_flagged() -> None:
    found = clean(changed(3, volume=0.0), STEP, NOW)

    assert found.count(Rule.NO_VOLUME) == 1
    assert len(found.frame) == 300


class TestResampling:
    def test_twelve_short_ones_make_a_long_one(self) -> None:
        made: Any = resampled(candles(), STEP, HOUR)

        first: Any = candles()[:12]
        assert len(made) == 25
        assert made.loc[0, "open"] == first["open"].iloc[0]
        assert made.loc[0, "close"] == first["close"].iloc[-1]
        assert (made.loc[0, "high"], made.loc[0, "low"]) == (
            first["high"].max(),
            first["low"].min(),
        )
        assert made.loc[0, "volume"] == pytest.approx(first["volume"].sum())

    def test_one_with_a_gap_in_it_is_not_made(self) -> None:
        made = resampled(candles().drop(index=14), STEP, HOUR)

        assert at(12) not in set(made["date"])
        assert len(made) == 24

    def test_long_ones_that_are_not_what_short_ones_make_are_found(self) -> None:
        made: Any = resampled(candles(), STEP, HOUR)
        downloaded: Any = made.copy()
        downloaded.loc[4, "high"] *= 1.01
        downloaded.loc[9, "volume"] *= 1.0001

        assert list(disagreements(downloaded, made)) == [pd.Timestamp(at(48))]


RUBBISH = st.sampled_from(
    ["duplicate", "shuffle", "off_grid", "nan", "negative", "inverted", "future", "none"]
)


@given(what=st.lists(RUBBISH, max_size=6), seed=st.integers(0, 2**16))
@settings(max_examples=60, deadline=None)
def test_whatever_comes_in_what_goes_out_is_sound_and_cleaning_it_again_changes_nothing(
    what: list[str], seed: int
) -> None:
    chance = np.random.default_rng(seed)
    raw = candles(120, seed)
    for each in what:
        row = int(chance.integers(len(raw)))
        if each == "duplicate":
            raw = pd.concat([raw, raw.iloc[[row]]], ignore_index=True)
        elif each == "shuffle":
            raw = raw.sample(frac=1, random_state=seed).reset_index(drop=True)
        elif each == "off_grid":
            raw.loc[row, "date"] += pd.Timedelta(seconds=11)
        elif each == "future":
            raw.loc[row, "date"] = pd.Timestamp(NOW) + STEP
        elif each != "none":
            raw.loc[row, "high"] = {"nan": np.nan, "negative": -1.0, "inverted": 1e-3}[each]

    once = clean(raw, STEP, NOW)

    assert once.frame.empty or problems(once.frame, CandleType.SPOT, STEP, NOW) == []
    again = clean(once.frame, STEP, NOW)
    pd.testing.assert_frame_equal(again.frame, once.frame)
    assert {each.action for each in again.found} <= {Action.FLAGGED}
