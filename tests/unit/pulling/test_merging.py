"""What is known and what the exchange says now become one, and nothing that was known is lost."""

from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlewick.market_data.cleaning.models import Action, Found, Rule
from candlewick.pulling.merging import merge, quality

START = pd.Timestamp("2025-01-01", tz="UTC")


def frame_of(closes: dict[int, float]) -> pd.DataFrame:
    """Return five-minute candles by their number, with these closing prices."""
    places = sorted(closes)
    prices = [closes[place] for place in places]
    return pd.DataFrame(
        {
            "date": pd.DatetimeIndex([START + pd.Timedelta(minutes=5 * n) for n in places]),
            "open": prices,
            "high": prices,
            "low": prices,
            "close": prices,
            "volume": 1.0,
        }
    )


def closes(frame: pd.DataFrame) -> dict[int, float]:
    places = (frame["date"] - START) // pd.Timedelta(minutes=5)
    return dict(zip(places, frame["close"], strict=True))


CANDLES = st.dictionaries(st.integers(0, 40), st.sampled_from([1.0, 2.0, 3.0]), min_size=1)


@given(CANDLES, CANDLES)
def test_nothing_that_was_known_is_lost_and_the_newer_word_counts(
    known: dict[int, float], fresh: dict[int, float]
) -> None:
    merged = merge(frame_of(known), frame_of(fresh))

    changed = [place for place in known if place in fresh and known[place] != fresh[place]]
    assert closes(merged.frame) == {**known, **fresh}
    assert merged.frame["date"].is_monotonic_increasing
    assert merged.added == len(fresh.keys() - known.keys())
    assert (0 if merged.changed is None else merged.changed.count) == len(changed)
    assert merged.is_news == ({**known, **fresh} != known)


def test_the_first_candles_are_all_news() -> None:
    merged = merge(None, frame_of({0: 1.0, 1: 2.0}))

    assert (merged.added, merged.changed, merged.is_news) == (2, None, True)
    assert merged.frame["date"].dt.unit == "ms"


def test_an_empty_volume_is_the_same_empty_volume() -> None:
    frame = frame_of({0: 1.0}).assign(volume=float("nan"))

    assert not merge(frame, frame).is_news


def off_grid(*minutes: int) -> Found:
    at = tuple(datetime(2025, 1, 1, 0, minute, tzinfo=UTC) for minute in minutes)
    return Found(rule=Rule.OFF_GRID, action=Action.REMOVED, count=len(at), at=at)


def test_what_is_left_out_again_and_again_is_counted_once() -> None:
    frame = frame_of({0: 1.0})

    first = quality(frame, (), [off_grid(1, 2)])
    second = quality(frame, first, [off_grid(2, 3)])

    (noted,) = second
    assert (noted.rule, noted.count) == ("off_grid", 3)
    assert [moment.minute for moment in noted.at] == [1, 2, 3]


@pytest.mark.parametrize("rule", [Rule.UNFINISHED, Rule.TIME_ZONE, Rule.UNIT])
def test_what_every_download_has_is_not_noted(rule: Rule) -> None:
    each = Found(rule=rule, action=Action.REMOVED, count=1)

    assert quality(frame_of({0: 1.0}), (), [each]) == []


def test_flags_are_those_of_the_whole_file() -> None:
    frame = frame_of({0: 1.0, 1: 1.0, 2: 1.0})
    frame.loc[[0, 2], "volume"] = 0.0
    stale = Found(rule=Rule.NO_VOLUME, action=Action.FLAGGED, count=9)

    (noted,) = quality(frame, (), [stale])

    assert (noted.rule, noted.count) == ("no_volume", 2)
