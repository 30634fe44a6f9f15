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
