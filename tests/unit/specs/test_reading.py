"""A spec that cannot be used is refused at the block that is wrong, with what to do."""

import copy
import json
from typing import Any

import pytest
from freqtrade.strategy import IStrategy
from hypothesis import given
from hypothesis import strategies as st

from candlewick.errors import Invalid
from candlewick.specs.names import is_reserved
from candlewick.specs.reading import read_spec, write_spec

GOOD: dict[str, Any] = {
    "version": 1,
    "name": "Example",
    "timeframe": "5m",
    "parameters": [
        {"kind": "int", "name": "low_rsi", "low": 10, "high": 40, "default": 30},
        {"kind": "decimal", "name": "width", "low": -1.0, "high": 1.0, "default": 0.5},
    ],
    "informatives": [
        {
            "name": "1h",
            "timeframe": "1h",
            "indicators": [
                {
                    "kind": "indicator",
                    "name": "slow",
                    "indicator": "ema",
                    "settings": {"length": 50},
                }
            ],
        }
    ],
    "indicators": [
        {"kind": "indicator", "name": "rsi", "indicator": "rsi", "settings": {"length": 14}},
        {
            "kind": "indicator",
            "name": "smooth",
            "indicator": "sma",
            "settings": {"length": 9},
            "source": {"kind": "indicator", "name": "rsi"},
        },
        {"kind": "indicator", "name": "bands", "indicator": "bollinger"},
        {"kind": "indicator", "name": "engulfing", "indicator": "engulfing"},
    ],
    "entries": [
        {
            "kind": "rule",
            "tag": "oversold",
            "when": {
                "kind": "all",
                "conditions": [
                    {
                        "kind": "compare",
                        "left": {"kind": "indicator", "name": "rsi"},
                        "sign": "<",
                        "right": {"kind": "parameter", "name": "low_rsi"},
                    },
                    {
                        "kind": "compare",
                        "left": {"kind": "price", "field": "close"},
                        "sign": ">",
                        "right": {"kind": "indicator", "name": "slow", "frame": "1h"},
                    },
                ],
            },
        }
    ],
}
RULE = "entries.0.when.conditions.0"
RSI = {"kind": "indicator", "name": "rsi"}


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the good spec with one place changed."""
    spec: Any = copy.deepcopy(GOOD)
    *places, last = path.split(".")
    at = spec
    for place in places:
        at = at[int(place)] if isinstance(at, list) else at[place]
    at[int(last) if isinstance(at, list) else last] = value
    found: dict[str, Any] = spec
    return found


@pytest.mark.parametrize(
    ("changed_path", "value", "path", "words"),
    [
        ("indicators.0.indicator", "rsy", "indicators.0.indicator", "Did you mean rsi"),
        ("indicators.0.indicator", "???", "indicators.0.indicator", "Choose one of the registry"),
        ("indicators.0.settings.length", 1, "indicators.0.settings.length", "out of range"),
        ("indicators.0.settings.length", 14.5, "indicators.0.settings.length", "has a fraction"),
        ("indicators.0.settings.size", 3, "indicators.0.settings.size", "no setting 'size'"),
        ("indicators.2.settings", {"up": {"kind": "parameter", "name": "low_rsi"}}, "indicators.2.settings.up", "decimal parameter"),
        ("indicators.2.settings", {"up": {"kind": "parameter", "name": "width"}}, "indicators.2.settings.up", "-1.0 to 1.0, is out of range"),
        ("indicators.0.source", {"kind": "indicator", "name": "smooth"}, "indicators.0.source.name", "circular reference: rsi → smooth → rsi"),
        ("indicators.0.source", {"kind": "indicator", "name": "rsi"}, "indicators.0.source.name", "circular reference: rsi → rsi"),
        ("indicators.0.source", {"kind": "indicator", "name": "bands", "output": "upper"}, "indicators.0.source.name", "Move it up"),
        ("indicators.1.source.name", "rsy", "indicators.1.source.name", "no indicator 'rsy'"),
        ("indicators.1.source.frame", "4h", "indicators.1.source.frame", "no timeframe '4h'"),
        ("indicators.1.source", {"kind": "indicator", "name": "bands"}, "", "Move it up"),
        ("indicators.1.name", "rsi", "indicators.1.name", "column 'rsi' already"),
        ("indicators.1.name", "slow_1h", "indicators.1.name", "column 'slow_1h' already"),
        ("indicators.1.name", "close", "indicators.1.name", "column 'close' already"),
        ("indicators.3.source", {"kind": "price", "field": "high"}, "indicators.3.source", "Remove the source"),
        ("parameters.0.default", 50, "parameters.0.default", "out of range"),
        ("parameters.0.high", 10, "parameters.0.high", "range is empty"),
        ("parameters.0.name", "stoploss", "parameters.0.name", "Freqtrade's or Python's own"),
        ("parameters.1.name", "low_rsi", "parameters.1.name", "two of the name"),
        ("informatives.0.timeframe", "1m", "informatives.0.timeframe", "shorter than"),
        ("informatives.0.timeframe", "5m", "informatives.0.timeframe", "own timeframe"),
        (f"{RULE}.left", 20, RULE, "always or never true"),
        (f"{RULE}.left.name", "rsy", f"{RULE}.left.name", "no indicator 'rsy' here; it has rsi"),
        (f"{RULE}.left.output", "upper", f"{RULE}.left.output", "one output only"),
        (f"{RULE}.left", {"kind": "indicator", "name": "bands"}, f"{RULE}.left.output", "Choose one of upper"),
        (f"{RULE}.left", {"kind": "indicator", "name": "engulfing"}, f"{RULE}.left", "condition of the kind pattern"),
        (f"{RULE}.left.ago", -1, f"{RULE}.left.ago", "out of range"),
        (f"{RULE}.right.name", "high_rsi", f"{RULE}.right", "no parameter 'high_rsi'"),
        (f"{RULE}.right", {"kind": "math", "sign": "/", "left": RSI, "right": 0}, f"{RULE}.right.right", "divided by zero"),
        (f"{RULE}.right", {"kind": "math", "sign": "/", "left": RSI, "right": {"kind": "parameter", "name": "width"}}, f"{RULE}.right.right", "parameter's range"),
        (f"{RULE}.right", {"kind": "math", "sign": "/", "left": RSI, "right": {"kind": "math", "sign": "-", "left": 2, "right": 2}}, f"{RULE}.right.right", "divided by zero"),
        (RULE, {"kind": "distance", "operand": RSI, "reference": 0, "side": "near", "percent": 3}, f"{RULE}.reference", "divided by zero"),
        (RULE, {"kind": "between", "operand": RSI, "low": 9, "high": 3}, f"{RULE}.high", "Swap them"),
        (RULE, {"kind": "time", "start": "22:00", "end": "02:00"}, f"{RULE}.end", "over midnight"),
        (RULE, {"kind": "pattern", "name": "rsi", "direction": "bullish"}, f"{RULE}.name", "no candle pattern"),
        (RULE, {"kind": "moves", "operand": 5, "direction": "rising"}, f"{RULE}.operand", "does not change"),
        (RULE, {"kind": "code", "code": "a +"}, f"{RULE}.code", "no Python expression"),
        (f"{RULE}.kind", "comparison", RULE, "Choose one of 'all'"),
        (f"{RULE}.sign", "<>", f"{RULE}.sign", "Input should be"),
        (f"{RULE}.right", True, f"{RULE}.right", "Give a number"),
        (f"{RULE}.colour", "red", f"{RULE}.colour", "no such setting"),
        ("entries.0.side", "short", "entries.0.side", "Set `can_short`"),
        ("timeframe", "7m", "timeframe", "Input should be"),
        ("risk", {"trailing": {"distance": 0.02, "offset": 0.01}}, "risk.trailing.offset", "greater than the distance"),
        ("risk", {"trailing": {"offset": 0.01}}, "risk.trailing.distance", "Give one"),
        ("risk", {"targets": [{"minutes": 10, "profit": 0.1}, {"minutes": 5, "profit": 0.0}]}, "risk.targets.1.minutes", "order of time"),
        ("risk", {"steps": [{"profit": 0.02, "lock": 0.03}]}, "risk.steps.0.lock", "above the price"),
        ("risk", {"range_stop": {"indicator": "bands", "times": 2.0}}, "risk.range_stop.indicator", "such as an atr"),
        ("position", {"leverage": 500}, "position.leverage", "out of range"),
        ("position", {"added": [{"drop": 0.1, "size": 1.0}, {"drop": 0.05, "size": 1.0}]}, "position.added.1.drop", "order of their drops"),
        ("code", [{"place": "class", "code": "x ="}], "code.0.code", "Python cannot read"),
        ("startup_candles", 50_000, "startup_candles", "at most 4,999"),
        ("version", 2, "version", "newer Candlewick"),
        ("version", "one", "version", "Input should be"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_block(
    changed_path: str, value: Any, path: str, words: str
) -> None:
    spec = changed(changed_path, value)

    with pytest.raises(Invalid) as refused:
        read_spec(json.dumps(spec))

    assert any(at.startswith(path) and words in text for at, text in refused.value.fields), (
        refused.value.fields
    )
    assert words in str(refused.value)


def test_a_good_spec_is_read_completed_and_written_the_same_way() -> None:
    spec = read_spec(GOOD)

    assert read_spec(write_spec(spec)) == spec
    assert spec.indicators[2].settings == {"length": 20, "up": 2.0, "down": 2.0}  # type: ignore[union-attr]  # an indicator


def test_an_all_inside_an_all_is_one() -> None:
    inner = {"kind": "all", "conditions": GOOD["entries"][0]["when"]["conditions"]}
    outer = {"kind": "all", "conditions": [inner, GOOD["entries"][0]["when"]["conditions"][0]]}

    spec = read_spec(changed("entries.0.when", outer))

    assert len(spec.entries[0].when.conditions) == 3  # type: ignore[union-attr]  # a rule of an all


def test_two_megabytes_are_not_looked_at() -> None:
    text = json.dumps(changed("description", "x" * 2_000_000))

    with pytest.raises(Invalid, match="bytes; at most 262,144 are read"):
        read_spec(text)


@pytest.mark.parametrize("levels", [50, 5_000, 100_000])
def test_deep_nesting_is_refused(levels: int) -> None:
    condition = '{"kind":"not","condition":' * levels + "1" + "}" * levels
    text = f'{{"name":"A","timeframe":"5m","entries":[{{"kind":"rule","tag":"a","when":{condition}}}]}}'

    with pytest.raises(Invalid):
        read_spec(text[:250_000] if levels > 9_000 else text)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_other_bytes_are_refused_with_a_sentence(data: bytes | str) -> None:
    with pytest.raises(Invalid):
        read_spec(data)


@pytest.mark.parametrize(
    ("when", "path"),
    [
        ({"kind": "switch", "name": "low_rsi"}, "entries.0.when.name"),
        ({"kind": "switch", "name": "nothing"}, "entries.0.when.name"),
        (
            {
                "kind": "compare",
                "left": {"kind": "price"},
                "sign": ">",
                "right": {"kind": "parameter", "name": "is_careful"},
            },
            "entries.0.when.right",
        ),
        (
            {
                "kind": "moves",
                "operand": {"kind": "price"},
                "direction": "rising",
                "candles": {"kind": "parameter", "name": "is_careful"},
            },
            "entries.0.when.candles",
        ),
    ],
)
def test_a_switch_is_no_number_and_a_number_no_switch(when: dict[str, Any], path: str) -> None:
    switch = {"kind": "bool", "name": "is_careful", "default": True}
    spec = {
        **GOOD,
        "parameters": [*GOOD["parameters"], switch],
        "entries": [{"kind": "rule", "tag": "a", "when": when}],
    }

    with pytest.raises(Invalid) as refused:
        read_spec(spec)

    assert [field for field, _ in refused.value.fields] == [path]


@pytest.mark.parametrize(
    ("stop", "words"), [("width", "has a fraction"), ("nothing", "no parameter 'nothing'")]
)
def test_a_protection_takes_parameters_that_fit(stop: str, words: str) -> None:
    cooldown = {"kind": "cooldown", "stop": {"kind": "parameter", "name": stop}}

    with pytest.raises(Invalid, match=words) as refused:
        read_spec({**GOOD, "protections": [cooldown]})

    assert [field for field, _ in refused.value.fields] == ["protections.0.stop"]


def test_no_parameter_can_take_the_place_of_freqtrades_own() -> None:
    names = {name for name in dir(IStrategy) if not name.startswith("_")}

    assert {name for name in names | set(IStrategy.__annotations__) if not is_reserved(name)} <= {
        "_cached_grouped_trades_per_pair",
        "_ft_params_from_file",
        "__source__",
        "__file__",
    }
