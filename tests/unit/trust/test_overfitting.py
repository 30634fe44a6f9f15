"""The probability of backtest overfitting, where it is known."""

import numpy as np
import pytest

from candlewick.trust.overfitting import probability


def test_a_variant_that_is_truly_better_is_chosen_rightly() -> None:
    returns = np.random.default_rng(1).normal(0, 0.01, size=(500, 10))
    returns[:, 4] += 0.006

    assert probability(returns) == 0.0


def test_choosing_among_noise_is_a_coin_toss() -> None:
    found = [
        probability(np.random.default_rng(seed).normal(0, 0.01, size=(300, 20)))
        for seed in range(30)
    ]

    assert np.mean([each for each in found if each is not None]) == pytest.approx(0.5, abs=0.1)


def test_what_is_good_in_one_half_only_is_found_out() -> None:
    chance = np.random.default_rng(2)
    returns = chance.normal(0, 0.01, size=(500, 10))
    for variant in range(10):
        returns[variant * 50 : (variant + 1) * 50, variant] += 0.02
        returns[:, variant] -= 0.002

    found = probability(returns)

    assert found is not None
    assert found > 0.9


@pytest.mark.parametrize("shape", [(500, 1), (500, 2), (49, 10)])
def test_too_little_says_nothing(shape: tuple[int, int]) -> None:
    assert probability(np.zeros(shape)) is None


def test_variants_that_never_trade_are_no_error() -> None:
    assert probability(np.zeros((100, 4))) is None


def test_variants_that_did_the_same_are_one() -> None:
    """A stop that is moved and never hit makes no second variant."""
    chance = np.random.default_rng(5)
    good, other = chance.normal(0.01, 0.01, 100), chance.normal(0, 0.01, 100)

    assert probability(np.column_stack([good, good, good])) is None
    assert probability(np.column_stack([good, other, good])) is None
