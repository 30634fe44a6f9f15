"""The cost model: the page is what the model says, and every amount has a price with a source."""

from collections import Counter

import pytest

from tools.cost import model
from tools.cost.__main__ import PAGE, page


def test_the_page_is_what_the_model_says() -> None:
    assert PAGE.read_text() == page(), "run `python -m tools.cost`"


def test_every_price_has_a_source_and_a_date() -> None:
    for name, price in model.prices().items():
        assert price.source.startswith("https://"), name
        assert price.usd > 0, name
        assert price.read in {"page", "list"}, name


def test_a_short_backtest_is_billed_for_a_minute_and_a_long_one_for_what_it_takes() -> None:
    small, year = model.backtest("small"), model.backtest("year")

    assert small["job_vcpu_second"] == 60 * 2
    assert year["job_vcpu_second"] == (15 + 97) * 2


def test_what_is_free_is_free_once() -> None:
    one = model.bill(Counter({"request": 2_000_000}))
    two = model.bill(Counter({"request": 4_000_000}))

    assert one["request"] == 0
    assert two["request"] == pytest.approx(0.8)


def test_an_idle_development_deployment_costs_next_to_nothing() -> None:
    assert sum(model.bill(model.idle("dev")).values()) < 1


def test_what_has_no_price_is_no_cost_of_zero() -> None:
    with pytest.raises(KeyError):
        model.bill(Counter({"goodwill": 1}))
