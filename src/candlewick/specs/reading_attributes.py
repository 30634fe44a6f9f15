"""Reads the attributes and methods of a strategy's class back into the parts of a spec."""

import ast
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from candlewick.specs.base import TIMEFRAMES
from candlewick.specs.matching import match
from candlewick.specs.methods import TEXTS
from candlewick.specs.models import (
    BoolParameter,
    ChoiceParameter,
    DecimalParameter,
    IntParameter,
    Parameter,
)
from candlewick.specs.protections import read_protections
from candlewick.specs.reading_conditions import NotOurs, read_number
from candlewick.specs.risk import Protection
from candlewick.specs.scope import Scope

JSON = dict[str, Any]
_BOUNDS = 2
_SPACES = ("buy_", "sell_")  # names from which Freqtrade takes a parameter's space


def read_parameter(name: str, node: ast.expr) -> Parameter:
    """Return the parameter that a call declares."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        raise NotOurs
    given = {str(keyword.arg): literal(keyword.value) for keyword in node.keywords}
    placed = [literal(argument) for argument in node.args]
    placed += [given.pop(bound) for bound in ("low", "high") if bound in given]
    if "space" not in given and name.startswith(_SPACES):
        given["space"] = name.partition("_")[0]
    extra = set(given) - {"default", "space", "optimize", "decimals"}
    if extra or "default" not in given or given.get("space") not in {"buy", "sell", "protection"}:
        raise NotOurs
    match node.func.id, placed:
        case "IntParameter", [low, high] if "decimals" not in given:
            return IntParameter.model_validate({"name": name, "low": low, "high": high, **given})
        case "DecimalParameter", [low, high]:
            return DecimalParameter.model_validate(
                {"name": name, "low": low, "high": high, **given}
            )
        case "CategoricalParameter", [list(options)] if "decimals" not in given:
            return ChoiceParameter.model_validate({"name": name, "options": options, **given})
        case "BooleanParameter", [] if "decimals" not in given:
            return BoolParameter.model_validate({"name": name, **given})
    raise NotOurs


def literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise NotOurs from error


def read_attribute(name: str, node: ast.expr, spec: JSON) -> None:
    """Put what an attribute says into the document of a spec."""
    readers: Mapping[str, Callable[[Any, JSON], None]] = {
        "INTERFACE_VERSION": lambda value, _: _require(value == 3),  # noqa: PLR2004 - the only one
        "timeframe": _timeframe,
        "can_short": lambda value, found: found.update(can_short=value),
        "startup_candle_count": _startup,
        "process_only_new_candles": lambda value, _: _require(value is True),
        "minimal_roi": _targets,
        "stoploss": _stop_loss,
        "order_types": _orders,
        "plot_config": lambda value, found: found.update(plot_config=value),
        "use_custom_stoploss": _later("custom_stoploss"),
        "position_adjustment_enable": _later("adjust_trade_position"),
        "trailing_stop": _trailing("trailing_stop"),
        "trailing_stop_positive": _trailing("distance"),
        "trailing_stop_positive_offset": _trailing("offset"),
        "trailing_only_offset_is_reached": _trailing("only_after_offset"),
    }
    if name not in readers:
        raise NotOurs
    readers[name](literal(node), spec)


def _require(condition: bool) -> None:  # noqa: FBT001 - what it is called with says it
    if not condition:
        raise NotOurs


def _startup(value: Any, spec: JSON) -> None:
    _require(type(value) is int and value >= 0)
    spec["startup_candles"] = value


def _timeframe(value: Any, spec: JSON) -> None:
    _require(value in TIMEFRAMES)
    spec["timeframe"] = value


def _targets(value: Any, spec: JSON) -> None:
    _require(isinstance(value, dict) and all(str(key).isdigit() for key in value))
    targets = [{"minutes": int(minutes), "profit": profit} for minutes, profit in value.items()]
    _require(all(isinstance(target["profit"], int | float) for target in targets))
    # Freqtrade takes them in any order.
    spec["risk"]["targets"] = sorted(targets, key=itemgetter("minutes"))


def _stop_loss(value: Any, spec: JSON) -> None:
    _require(isinstance(value, float) and -1 < value < 0)
    spec["risk"]["stop_loss"] = -value


def _orders(value: Any, spec: JSON) -> None:
    names = {
        "entry": "entry",
        "exit": "exit",
        "stoploss": "stop_loss",
        "stoploss_on_exchange": "stop_on_exchange",
    }
    _require(isinstance(value, dict) and set(value) == set(names))
    spec["orders"] = {names[key]: each for key, each in value.items()}


def _later(method: str) -> Callable[[Any, JSON], None]:
    """Take a switch along with the method that it switches on."""

    def read(value: Any, spec: JSON) -> None:
        _require(value is True and method in spec["methods"])

    return read


def _trailing(name: str) -> Callable[[Any, JSON], None]:
    def read(value: Any, spec: JSON) -> None:
        # Without the first switch the others mean nothing to Freqtrade.
        _require(spec["attributes"].get("trailing_stop") is True)
        trailing: JSON = spec["risk"].setdefault("trailing", {})
        if name != "trailing_stop":
            _require(bool(value))
            trailing[name] = value

    return read


def read_method(node: ast.FunctionDef, scope: Scope, spec: JSON) -> None:
    """Put what a method says into the document of a spec, if its text is the compiler's."""
    if node.name == "protections":
        spec["protections"] = [each.model_dump() for each in _protections(node, scope)]
        return
    for text in TEXTS.get(node.name, ()):
        found = match(text, node)
        if found is not None:
            if "self.stoploss" in text:
                found = {**found, "is_risked": text}
            _METHODS[node.name](found, scope, spec)
            return
    raise NotOurs


def _protections(node: ast.FunctionDef, scope: Scope) -> Sequence[Protection]:
    for end in (" -> list[dict]", ""):
        found = match(f"@property\ndef protections(self){end}:\n    return N_items", node)
        if found is not None and isinstance(items := found["items"], ast.expr):
            return read_protections(items, lambda each: read_number(each, scope))
    raise NotOurs


Found = Mapping[str, ast.expr | str]


def _number(found: Found, name: str, scope: Scope) -> Any:
    node = found[name]
    if not isinstance(node, ast.expr):
        raise NotOurs
    number = read_number(node, scope)
    return number if isinstance(number, int | float) else number.model_dump()


def _pairs(found: Found, name: str, scope: Scope) -> list[tuple[Any, Any]]:
    node = found[name]
    if not isinstance(node, ast.List):
        raise NotOurs
    pairs = []
    for item in node.elts:
        if not (isinstance(item, ast.Tuple) and len(item.elts) == _BOUNDS):
            raise NotOurs
        first, second = (_number({"it": each}, "it", scope) for each in item.elts)
        pairs.append((first, second))
    _require(bool(pairs))
    return pairs


def _read_stop(found: Found, scope: Scope, spec: JSON) -> None:
    if "steps" in found:
        pairs = _pairs(found, "steps", scope)
        spec["risk"]["steps"] = [{"profit": profit, "lock": lock} for profit, lock in pairs]
    if "times" in found:
        times = _number(found, "times", scope)
        spec["risk"]["range_stop"] = {"indicator": found["indicator"], "times": times}


def _read_time_stop(found: Found, scope: Scope, spec: JSON) -> None:
    spec["risk"]["time_stop"] = {
        name: _number(found, name, scope) for name in ("minutes", "unless_above")
    }


def _read_stake(found: Found, scope: Scope, spec: JSON) -> None:
    kind = "risk" if "is_risked" in found else "share"
    spec["position"]["size"] = {"kind": kind, "share": _number(found, "share", scope)}


def _read_added(found: Found, scope: Scope, spec: JSON) -> None:
    pairs = _pairs(found, "added", scope)
    spec["position"]["added"] = [{"drop": drop, "size": size} for drop, size in pairs]


def _read_leverage(found: Found, scope: Scope, spec: JSON) -> None:
    spec["position"]["leverage"] = _number(found, "leverage", scope)


_METHODS: Mapping[str, Callable[[Found, Scope, JSON], None]] = {
    "custom_stoploss": _read_stop,
    "custom_exit": _read_time_stop,
    "custom_stake_amount": _read_stake,
    "adjust_trade_position": _read_added,
    "leverage": _read_leverage,
}
