"""Equity curves for charts: merged, and windows of them."""

import pytest

from candlewick.backtests.curve import Stored, reduced
from candlewick.errors import Invalid

STEP = 60_000


def a_curve(balance: list[float]) -> Stored:
    return {
        "start": 10 * STEP,
        "step": STEP,
        "balance": balance,
        "positions": list(range(len(balance))),
        "market": [value / 100 for value in balance],
        "buyAndHold": [value * 2 for value in balance],
    }


def test_a_point_holds_the_extremes_of_its_candles_and_the_values_at_their_end() -> None:
    found = reduced(a_curve([100, 120, 90, 110, 105]), points=2)

    assert found == {
        "start": 10 * STEP,
        "step": 3 * STEP,
        "merged": 3,
        "candles": 5,
        "balance": [90, 105],
        "low": [90, 105],
        "high": [120, 110],
        "drawdown": [0.25, 0.125],
        "positions": [2, 4],
        "market": [0.9, 1.05],
        "buyAndHold": [180, 210],
    }


def test_a_window_counts_its_drawdown_from_the_highest_balance_of_the_whole_run() -> None:
    found = reduced(a_curve([200, 100, 100, 150]), points=10, start=12 * STEP, until=14 * STEP)

    assert (found["start"], found["drawdown"]) == (12 * STEP, [0.5, 0.25])


@pytest.mark.parametrize("points", range(1, 12))
def test_there_are_never_more_points_than_asked_for_and_no_extreme_is_lost(points: int) -> None:
    balance = [100.0, 103, 99, 104, 98, 105, 97, 106, 96, 107, 95]

    found = reduced(a_curve(balance), points=points)

    lows, highs = found["low"], found["high"]
    assert isinstance(lows, list)
    assert isinstance(highs, list)
    assert len(lows) <= points
    assert (min(lows), max(highs)) == (95, 107)


@pytest.mark.parametrize(
    ("start", "until"), [(99 * STEP, None), (None, 5 * STEP), (12 * STEP, 11 * STEP)]
)
def test_a_window_without_candles_is_refused(start: int | None, until: int | None) -> None:
    with pytest.raises(Invalid, match="no candles in this window"):
        reduced(a_curve([1, 2, 3]), points=10, start=start, until=until)
