"""Rows that are added to the table lead from one revision to the next."""

import io
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from candlewick.market_data.feather import OHLCV
from candlewick.market_data.manifest import CandleType, QualityNote
from candlewick.market_data.warehouse.rows import changes, finding_lines, parquet, series_lines
from tests.factories import a_candle_file, a_manifest

BEGIN = pd.Timestamp("2025-01-01", tz="UTC")
PRICES = OHLCV[1:]

opens = st.dictionaries(st.integers(0, 30), st.sampled_from([1.0, 2.0, 3.0]), min_size=1)


def frame_of(found: dict[int, float]) -> pd.DataFrame:
    """Return candles by their number, all prices of a candle equal."""
    numbers = sorted(found)
    dates = [BEGIN + timedelta(minutes=5 * number) for number in numbers]
    prices = np.array([found[number] for number in numbers])
    return pd.DataFrame(
        {"date": pd.DatetimeIndex(dates).as_unit("ms"), **dict.fromkeys(PRICES, prices)}
    )


@given(old=opens, new=opens)
def test_a_revision_and_its_changes_make_the_next(
    old: dict[int, float], new: dict[int, float]
) -> None:
    before, after = frame_of(old), frame_of(new)

    found = changes(before, after)

    kept = before[~before["date"].isin(found["date"])]
    added = found.loc[~found["removed"], ["date", *PRICES]]
    made = pd.concat([kept, added]).sort_values("date", ignore_index=True)
    pd.testing.assert_frame_equal(made, after)
    untouched = {number for number in old if old[number] == new.get(number)}
    assert len(found) == len(old.keys() | new.keys()) - len(untouched)


def test_of_the_first_revision_all_is_new() -> None:
    found = changes(None, frame_of({0: 1.0, 1: 2.0}))

    assert found["removed"].tolist() == [False, False]


def test_no_load_touches_more_days_than_bigquery_takes() -> None:
    dates = pd.date_range("2001-01-01", "2026-01-01", freq="D", tz="UTC").as_unit("ms")
    candles = pd.DataFrame({"date": dates, **dict.fromkeys(PRICES, 1.0)})

    parts = list(
        parquet(changes(None, candles), a_candle_file("BTC/USDT", "1d"), "f" * 64, a_manifest())
    )

    tables = [pq.read_table(io.BytesIO(data)) for _, data in parts]
    assert len({load for load, _ in parts}) == len(parts) == 3
    assert sum(len(table) for table in tables) == len(candles)
    for table in tables:
        days = {moment.date() for moment in table["opened_at"].to_pylist()}
        assert len(days) <= 3_650


def test_lines_say_of_each_file_what_the_manifest_says() -> None:
    note = QualityNote(rule="spike", action="flagged", count=3)
    file = a_candle_file("BTC/USDT", "5m").model_copy(update={"quality": [note]})
    mark = a_candle_file("BTC/USDT:USDT", "1h").model_copy(update={"candle_type": CandleType.MARK})
    manifest = a_manifest(file, mark).model_copy(
        update={"created_at": datetime(2026, 1, 1, tzinfo=UTC)}
    )

    series = [json.loads(line) for line in series_lines("f" * 64, manifest).splitlines()]
    findings = [json.loads(line) for line in finding_lines("f" * 64, manifest).splitlines()]

    assert [(row["pair"], row["step_s"], row["candle_type"]) for row in series] == [
        ("BTC/USDT", 300, "spot"),
        ("BTC/USDT:USDT", 3_600, "mark"),
    ]
    assert [(row["rule"], row["count"], row["recorded_at"]) for row in findings] == [
        ("spike", 3, "2026-01-01T00:00:00+00:00")
    ]
