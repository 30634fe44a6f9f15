"""Sharpe ratios, against the figures of the papers and against simulation."""

import numpy as np
import pytest

from candlewick.trust.sharpe import Moments, deflated, expected_best, moments, probable


def test_the_papers_example_gives_the_papers_figures() -> None:
    # Bailey and López de Prado (2014): yearly 2.5 over five years of days, the best of 100 with variance 1/2 a year.
    yearly = 250
    found = Moments(periods=1_250, sharpe=2.5 / np.sqrt(yearly), skewness=-3, kurtosis=10)
    variance = 0.5 / yearly

    assert expected_best(100, variance) == pytest.approx(0.1132, abs=5e-5)
    assert deflated(found, 100, variance) == pytest.approx(0.9004, abs=5e-5)


def test_the_expected_best_of_noise_is_the_mean_best_of_noise() -> None:
    chance = np.random.default_rng(1)
    best = chance.normal(0, 0.1, size=(4_000, 50)).max(axis=1)

    assert expected_best(50, 0.01) == pytest.approx(float(best.mean()), rel=0.03)


def test_one_attempt_is_no_choice() -> None:
    found = Moments(periods=500, sharpe=0.1, skewness=0, kurtosis=3)

    assert deflated(found, 1, 0.0) == probable(found)
    assert deflated(found, 100, 0.01) < probable(found)


@pytest.mark.parametrize("returns", [[0.01] * 9, [0.01] * 50, []])
def test_too_few_returns_or_none_that_vary_say_nothing(returns: list[float]) -> None:
    assert moments(returns) is None


def test_moments_are_those_of_the_distribution() -> None:
    returns = np.random.default_rng(2).normal(0.002, 0.01, 100_000)

    found = moments(returns)

    assert found is not None
    assert found.sharpe == pytest.approx(0.2, abs=0.01)
    assert found.skewness == pytest.approx(0, abs=0.03)
    assert found.kurtosis == pytest.approx(3, abs=0.06)


def test_the_best_of_a_hundred_tuned_on_noise_is_not_believed() -> None:
    chance = np.random.default_rng(3)
    runs = chance.normal(0, 0.01, size=(100, 365))
    ratios = runs.mean(axis=1) / runs.std(axis=1, ddof=1)
    best = moments(runs[int(np.argmax(ratios))])

    assert best is not None
    assert probable(best) > 0.95
    assert deflated(best, 100, float(ratios.var(ddof=1))) < 0.8
