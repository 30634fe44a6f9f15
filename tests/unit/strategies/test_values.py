"""Values are held to what the strategy's code declares."""

from typing import Any

import pytest

from candlewick.errors import Invalid
from candlewick.strategies.checks import check_code
from candlewick.strategies.values import check_values, merge
from tests.factories import CODE

DECLARED = """
    buy_rsi = IntParameter(10, 40, default=30)
    buy_factor = DecimalParameter(0.5, 2, default=1, decimals=1)
    buy_share = RealParameter(0, 1, default=0.5)
    buy_kind = CategoricalParameter(["ema", 3], default="ema")
    buy_free = CategoricalParameter(names(), default="ema")
    sell_on = BooleanParameter(default=True)
    sell_fixed = IntParameter(1, 2, default=1, load=False)
    elsewhere = IntParameter(1, 2, default=1, space=where())
"""
FACTS = check_code(CODE.replace('    timeframe = "5m"\n', DECLARED)).facts
FIT: dict[str, dict[str, Any]] = {
    "buy": {
        "buy_rsi": 10,
        "buy_factor": 1.7,
        "buy_share": 0.123456,
        "buy_kind": 3,
        "buy_free": "anything",
        "elsewhere": 2,
    },
    "sell": {"sell_on": False},
    "roi": {"0": 0.1, "30": 0},
    "stoploss": {"stoploss": -0.2},
    "max_open_trades": {"max_open_trades": -1},
    "trailing": {
        "trailing_stop": True,
        "trailing_stop_positive": None,
        "trailing_stop_positive_offset": 0.02,
        "trailing_only_offset_is_reached": False,
    },
}


def test_fit_values_are_taken() -> None:
    check_values(FACTS, FIT)
    check_values(FACTS, {})


@pytest.mark.parametrize(
    ("space", "name", "value", "message"),
    [
        ("buy", "buy_rsi", 41, "from 10 to 40"),
        ("buy", "buy_rsi", 9, "from 10 to 40"),
        ("buy", "buy_rsi", 20.0, "whole number"),
        ("buy", "buy_rsi", True, "whole number"),
        ("buy", "buy_factor", "1", "give a number"),
        ("buy", "buy_factor", 1.75, "at most 1 decimals"),
        ("buy", "buy_factor", 2.1, "from 0.5 to 2"),
        ("buy", "buy_share", None, "give a number"),
        ("buy", "buy_kind", "wma", "one of ema, 3"),
        ("buy", "buy_kind", 3.0, "one of ema, 3"),
        ("sell", "sell_on", 1, "true or false"),
        ("sell", "sell_fixed", 1, "load=False"),
        ("sell", "buy_rsi", 20, "belongs to the space buy"),
        ("buy", "unknown", 20, "declares no such parameter"),
        ("roi", "soon", 0.1, "no such setting"),
        ("stoploss", "stoploss", 0.1, "from -1 to 0"),
        ("max_open_trades", "max_open_trades", 1.5, "whole number"),
        ("trailing", "trailing_stop", "yes", "true or false"),
    ],
)
def test_an_unfit_value_is_named_with_its_reason(
    space: str, name: str, value: object, message: str
) -> None:
    with pytest.raises(Invalid) as caught:
        check_values(FACTS, {**FIT, space: {name: value}})

    ((field, text),) = caught.value.fields
    assert field == f"parameters.{space}.{name}"
    assert message in text
    assert message in str(caught.value)


def test_chosen_values_go_before_a_versions_own() -> None:
    own = {"buy": {"x": 1, "y": 1}, "roi": {"0": 0.1, "30": 0.05}}

    merged = merge(own, {"buy": {"x": 2}, "roi": {"0": 0.2}, "sell": {"z": True}})

    assert merged == {"buy": {"x": 2, "y": 1}, "roi": {"0": 0.2}, "sell": {"z": True}}
    assert merge(own, None) == own
    assert merge(None, {}) is None
