"""Funding rates and mark prices are no candles: what is missing of them, and what cleaning leaves of them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlewick.errors import Invalid
from candlewick.market_data.cleaning.models import Rule
from candlewick.market_data.cleaning.pipeline import clean
from candlewick.market_data.manifest import CandleType
from candlewick.market_data.validation import Coverage, coverage, problems
from tests.unit.market_data.test_importer import frame_of

BEGIN = pd.Timestamp("2025-01-01", tz="UTC")
HOUR = timedelta(hours=1)
NOW = datetime(2025, 2, 1, tzinfo=UTC)


def times(*hours: int) -> "pd.Series[pd.Timestamp]":
    """Return moments that are so many hours apart."""
    after = np.cumsum([0, *hours])
    return pd.Series(BEGIN + pd.to_timedelta(after, unit="h"))


def covered(*hours: int) -> Coverage:
    return coverage(times(*hours), HOUR, CandleType.FUNDING_RATE)


def rates(values: list[float], late: str = "0ms") -> pd.DataFrame:
    dates = times(*[8] * (len(values) - 1)) + pd.Timedelta(late)
    return pd.DataFrame({"date": dates.dt.as_unit("ms"), "funding_rate": values})


@given(first=st.sampled_from([8, 4, 1]), then=st.sampled_from([8, 4, 1]), count=st.integers(6, 40))
def test_an_exchange_may_change_how_often_it_pays(first: int, then: int, count: int) -> None:
    found = covered(*[first] * count, *[then] * count)

    assert (found.gaps, found.missing_candles) == ([], 0)
    assert found.interval == timedelta(hours=then)


@given(
    phases=st.lists(st.tuples(st.sampled_from([8, 4, 2, 1]), st.integers(2, 12)), max_size=5),
    last=st.tuples(st.sampled_from([8, 4, 2, 1]), st.integers(1, 12)),
)
def test_no_change_of_how_often_it_pays_is_a_gap_however_new_or_short(
    phases: list[tuple[int, int]], last: tuple[int, int]
) -> None:
    paid, begin = [0], 0
    for every, count in [*phases, last]:
        paid += [begin + after for after in range(every, 8 * count + 1, every)]
        begin = paid[-1]

    found = covered(*np.diff(paid).tolist())

    assert (found.gaps, found.missing_candles) == ([], 0)
    assert found.interval == timedelta(hours=last[0])


@pytest.mark.parametrize("then", [(8, 4), (16,), (8, 4, 4), (12, 8)])
def test_one_longer_interval_is_no_change_unless_it_is_the_last(then: tuple[int, ...]) -> None:
    found = covered(*[4] * 30, *then)

    assert found.gaps[0].start == BEGIN + timedelta(hours=31 * 4)


def test_a_longer_interval_that_ends_when_no_exchange_pays_is_a_gap() -> None:
    found = covered(*[4] * 31, 8)

    assert found.missing_candles == 1


@given(every=st.sampled_from([8, 4]), missing=st.integers(1, 30), place=st.integers(1, 19))
def test_rates_that_were_left_out_are_a_gap(every: int, missing: int, place: int) -> None:
    apart = [every] * 20
    apart[place] = every * (missing + 1)

    found = covered(*apart)

    (gap,) = found.gaps
    before = BEGIN + timedelta(hours=every * place)
    assert (gap.start, gap.candles) == (before + timedelta(hours=every), missing)
    assert gap.until == before + timedelta(hours=every * (missing + 1))
    assert found.missing_candles == missing


@pytest.mark.parametrize("hours", [(), (8,), (8, 16)])
def test_of_few_rates_nothing_is_known_to_be_missing_that_may_be_usual(
    hours: tuple[int, ...],
) -> None:
    found = covered(*hours)

    assert found.start == BEGIN
    assert found.missing_candles == (1 if hours == (8, 16) else 0)
    assert found.until == BEGIN + timedelta(hours=sum(hours)) + HOUR


def test_rates_below_zero_stay_and_those_that_are_no_number_go() -> None:
    cleaned = clean(rates([0.0001, -0.0075, np.nan, np.inf]), HOUR, NOW, CandleType.FUNDING_RATE)

    assert cleaned.frame["funding_rate"].tolist() == [0.0001, -0.0075]
    assert [(each.rule, each.count) for each in cleaned.found] == [(Rule.IMPOSSIBLE, 2)]
    assert problems(cleaned.frame, CandleType.FUNDING_RATE, HOUR, NOW) == []


def test_rates_that_come_late_are_brought_to_the_hour() -> None:
    cleaned = clean(rates([0.0001] * 3, late="7ms"), HOUR, NOW, CandleType.FUNDING_RATE)

    assert cleaned.frame["date"].tolist() == times(8, 8).tolist()
    assert [(each.rule, each.count) for each in cleaned.found] == [(Rule.LATE, 3)]


def test_of_a_rate_that_comes_twice_the_last_one_counts() -> None:
    twice = pd.concat([rates([0.1, 0.2]), rates([0.1, 0.3])], ignore_index=True)

    cleaned = clean(twice, HOUR, NOW, CandleType.FUNDING_RATE)

    assert cleaned.frame["funding_rate"].tolist() == [0.1, 0.3]
    assert [cleaned.count(rule) for rule in (Rule.DUPLICATE, Rule.CONFLICT)] == [1, 1]


def test_a_rate_is_known_when_it_is_paid_and_not_before() -> None:
    paid = times(8).iloc[-1].to_pydatetime()

    early = clean(rates([0.1, 0.2]), HOUR, paid - timedelta(seconds=1), CandleType.FUNDING_RATE)
    there = clean(rates([0.1, 0.2]), HOUR, paid, CandleType.FUNDING_RATE)

    assert (len(early.frame), len(there.frame)) == (1, 2)


def test_rates_need_their_column() -> None:
    with pytest.raises(Invalid, match="no column funding_rate"):
        clean(frame_of(), HOUR, NOW, CandleType.FUNDING_RATE)


def test_mark_prices_without_volume_are_sound_and_nothing_is_flagged() -> None:
    cleaned = clean(frame_of(20, volume=np.nan), timedelta(minutes=5), NOW, CandleType.MARK)

    assert cleaned.found == ()
    assert cleaned.frame["volume"].tolist() == [0.0] * 20


@pytest.mark.parametrize("candle_type", list(CandleType))
def test_cleaning_what_is_clean_changes_nothing(candle_type: CandleType) -> None:
    is_rate = candle_type is CandleType.FUNDING_RATE
    raw = rates([0.1, -0.2], late="3ms") if is_rate else frame_of(20, volume=1.0)
    step = HOUR if is_rate else timedelta(minutes=5)

    once = clean(raw, step, NOW, candle_type)
    twice = clean(once.frame, step, NOW, candle_type)

    pd.testing.assert_frame_equal(once.frame, twice.frame)
    assert twice.found == ()
