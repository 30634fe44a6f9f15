"""Specs as a model would write them."""

import json
from typing import Any

from candlewick.specs.compiler import compile_spec
from candlewick.specs.reading import read_spec


def a_spec(**changes: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "name": "DipBuyer",
        "timeframe": "5m",
        "indicators": [
            {"kind": "indicator", "name": "rsi", "indicator": "rsi", "settings": {"length": 14}}
        ],
        "entries": [{"kind": "rule", "tag": "oversold", "when": below("rsi", 30)}],
        "exits": [{"kind": "rule", "tag": "recovered", "when": above("rsi", 70)}],
        "risk": {"stop_loss": 0.05},
    }
    return spec | changes


def below(name: str, value: float) -> dict[str, Any]:
    return _compare(name, "<", value)


def above(name: str, value: float) -> dict[str, Any]:
    return _compare(name, ">", value)


def as_json(**changes: Any) -> str:
    return json.dumps(a_spec(**changes))


def as_code(**changes: Any) -> str:
    return compile_spec(read_spec(a_spec(**changes)))


def _compare(name: str, sign: str, value: float) -> dict[str, Any]:
    left = {"kind": "indicator", "name": name}
    return {"kind": "compare", "left": left, "sign": sign, "right": value}
