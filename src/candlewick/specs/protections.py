"""Protections: the property that tells Freqtrade when to pause."""

import ast
from collections.abc import Mapping, Sequence

from candlewick.specs.layout import STEP, WIDTH, broken, flat
from candlewick.specs.risk import (
    Cooldown,
    DrawdownGuard,
    LowProfitGuard,
    Protection,
    StopGuard,
)

_COMMON = {
    "lookback_period_candles": "lookback",
    "trade_limit": "trades",
    "stop_duration_candles": "stop",
}
_HEAD = "@property\ndef protections(self) -> list[dict]:\n"


def protections_text(protections: Sequence[Protection]) -> str:
    items = ast.List(elts=[_literal(as_freqtrade(each)) for each in protections])
    start = f"{' ' * 2 * STEP}return "
    text = flat(items)
    if len(start) + len(text) > WIDTH:
        text = broken(items, 2 * STEP)
    lines = f"{start}{text}".split("\n")
    return _HEAD + "\n".join(line[STEP:] for line in lines)


def as_freqtrade(protection: Protection) -> Mapping[str, object]:
    match protection:
        case Cooldown():
            return {"method": "CooldownPeriod", "stop_duration_candles": protection.stop}
        case StopGuard():
            return {
                "method": "StoplossGuard",
                "lookback_period_candles": protection.lookback,
                "trade_limit": protection.trades,
                "stop_duration_candles": protection.stop,
                "only_per_pair": protection.per_pair,
            }
        case DrawdownGuard():
            return {
                "method": "MaxDrawdown",
                "lookback_period_candles": protection.lookback,
                "trade_limit": protection.trades,
                "stop_duration_candles": protection.stop,
                "max_allowed_drawdown": protection.drawdown,
            }
        case LowProfitGuard():
            return {
                "method": "LowProfitPairs",
                "lookback_period_candles": protection.lookback,
                "trade_limit": protection.trades,
                "stop_duration_candles": protection.stop,
                "required_profit": protection.profit,
            }


def _literal(values: Mapping[str, object]) -> ast.expr:
    return ast.parse(repr(dict(values)), mode="eval").body


_BY_METHOD: Mapping[
    str, tuple[type[Cooldown | StopGuard | DrawdownGuard | LowProfitGuard], Mapping[str, str]]
] = {
    "CooldownPeriod": (Cooldown, {"stop_duration_candles": "stop"}),
    "StoplossGuard": (StopGuard, {**_COMMON, "only_per_pair": "per_pair"}),
    "MaxDrawdown": (DrawdownGuard, {**_COMMON, "max_allowed_drawdown": "drawdown"}),
    "LowProfitPairs": (LowProfitGuard, {**_COMMON, "required_profit": "profit"}),
}


def read_protections(items: object) -> Sequence[Protection]:
    """Return the protections of a literal list; raises `ValueError` for one that is written otherwise."""
    if not isinstance(items, list):
        raise ValueError("no list")  # noqa: TRY004 - one error for all that is not ours
    return [_read(item) for item in items]


def _read(item: object) -> Protection:
    known = _BY_METHOD.get(str(item.get("method"))) if isinstance(item, dict) else None
    if known is None or not isinstance(item, dict):
        raise ValueError("unknown protection")
    model, names = known
    given = {key: value for key, value in item.items() if key != "method"}
    if set(given) != set(names):
        raise ValueError("other settings")
    return model.model_validate({names[key]: value for key, value in given.items()})
