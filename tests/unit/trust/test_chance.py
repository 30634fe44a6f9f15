"""Other orders, other draws, dearer trading."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlewick.trust.chance import costs, draw, shuffle, without_best

PROFITS = st.lists(st.floats(-50, 50, allow_nan=False), min_size=1, max_size=60)


@given(PROFITS)
def test_the_fan_is_ordered_and_the_same_for_the_same_seed(profits: list[float]) -> None:
    fan = draw(profits, 1_000.0, seed=7)

    assert fan == draw(profits, 1_000.0, seed=7)
    assert all(
        low <= middle <= high
        for low, middle, high in zip(fan.low, fan.middle, fan.high, strict=True)
    )
    assert fan.steps[0] == 1
    assert fan.steps[-1] == len(profits)
    assert 0 <= fan.loss <= 1


def test_draws_of_the_same_trade_can_go_one_way_only() -> None:
    fan = draw([2.0] * 10, 100.0, seed=1)

    assert fan.low == fan.middle == fan.high
    assert fan.middle[-1] == 120.0
    assert fan.loss == 0.0


def test_the_share_of_losses_is_that_of_the_normal_distribution() -> None:
    profits = np.random.default_rng(1).normal(0.5, 5, 400)
    mean, deviation = profits.mean() * 400, profits.std() * 20

    expected = float((np.random.default_rng(2).normal(mean, deviation, 100_000) < 0).mean())

    assert draw(list(profits), 1_000.0, seed=3).loss == pytest.approx(expected, abs=0.03)


@given(PROFITS)
def test_another_order_falls_at_least_as_far_as_the_best_one(profits: list[float]) -> None:
    falls = shuffle(profits, 10_000.0, seed=5)

    assert 0 <= falls.low <= falls.middle <= falls.high
    losses = -sum(min(profit, 0.0) for profit in profits)
    assert falls.high <= losses / (10_000.0 - losses) + 1e-9


def test_the_drawdown_of_two_trades_is_one_of_two() -> None:
    falls = shuffle([-10.0, 20.0], 100.0, seed=1)

    assert falls.low == pytest.approx(10 / 120)
    assert falls.high == pytest.approx(0.1)


def test_costs_are_used_up_where_the_profit_is_zero() -> None:
    found = costs([30.0, -10.0], [2_000.0, 2_000.0])

    assert found.break_even == 50.0
    assert dict(found.points) == {0: 20.0, 5: 18.0, 10: 16.0, 20: 12.0, 30: 8.0, 50: 0.0}


def test_what_loses_already_has_no_break_even() -> None:
    assert costs([-1.0], [100.0]).break_even is None


def test_without_the_best_trades_the_others_are_left() -> None:
    assert without_best([5.0, 1.0, 9.0, -3.0], 2) == -2.0
    assert without_best([5.0], 5) == 0.0
