"""Protections: the property that tells Freqtrade when to pause."""

import ast
from collections.abc import Callable, Mapping, Sequence

from candlewick.specs.base import Number
from candlewick.specs.layout import STEP, WIDTH, broken, flat
from candlewick.specs.risk import (
    Cooldown,
    DrawdownGuard,
    LowProfitGuard,
    Protection,
    StopGuard,
)
from candlewick.specs.syntax import number

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


def as_freqtrade(protection: Protection) -> Mapping[str, Number | str]:
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


def _literal(values: Mapping[str, Number | str]) -> ast.expr:
    keys: list[ast.expr | None] = [ast.Constant(key) for key in values]
    return ast.Dict(keys=keys, values=[_value(value) for value in values.values()])


def _value(value: Number | str) -> ast.expr:
    return ast.Constant(value) if isinstance(value, bool | str) else number(value)


_BY_METHOD: Mapping[
    object, tuple[type[Cooldown | StopGuard | DrawdownGuard | LowProfitGuard], Mapping[str, str]]
] = {
    "CooldownPeriod": (Cooldown, {"stop_duration_candles": "stop"}),
    "StoplossGuard": (StopGuard, {**_COMMON, "only_per_pair": "per_pair"}),
    "MaxDrawdown": (DrawdownGuard, {**_COMMON, "max_allowed_drawdown": "drawdown"}),
    "LowProfitPairs": (LowProfitGuard, {**_COMMON, "required_profit": "profit"}),
}


def read_protections(items: ast.expr, read: Callable[[ast.expr], Number]) -> Sequence[Protection]:
    """Return the protections of a list in code; raises `ValueError` for one that is written otherwise."""
    if not isinstance(items, ast.List):
        raise ValueError("no list")  # noqa: TRY004 - one error for all that is not ours
    return [_read(item, read) for item in items.elts]


def _read(item: ast.expr, read: Callable[[ast.expr], Number]) -> Protection:
    if not isinstance(item, ast.Dict):
        raise ValueError("no protection")  # noqa: TRY004 - one error for all that is not ours
    given = {
        ast.literal_eval(key): value
        for key, value in zip(item.keys, item.values, strict=True)
        if key is not None
    }
    method = given.pop("method", ast.Constant(None))
    known = _BY_METHOD.get(method.value) if isinstance(method, ast.Constant) else None
    if known is None or len(given) + 1 != len(item.keys):
        raise ValueError("unknown protection")
    model, names = known
    missing = set(names) - set(given) - {"only_per_pair"}
    if missing or not set(given) <= set(names):
        raise ValueError("other settings")
    return model.model_validate({names[key]: _said(value, read) for key, value in given.items()})


def _said(node: ast.expr, read: Callable[[ast.expr], Number]) -> object:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return node.value
    found = read(node)
    return found if isinstance(found, int | float) else found.model_dump()
