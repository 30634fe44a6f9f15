"""A strategy's parameters, read from its code without running it."""

import ast
import math
from collections.abc import Iterator, Mapping, Sequence

from candlewick.strategies.models import ParameterFact, ParameterKind

_KINDS = {
    "IntParameter": ParameterKind.INT,
    "DecimalParameter": ParameterKind.DECIMAL,
    "RealParameter": ParameterKind.REAL,
    "CategoricalParameter": ParameterKind.CATEGORICAL,
    "BooleanParameter": ParameterKind.BOOLEAN,
}
_AUTOMATIC_SPACES = ("buy", "sell", "enter", "exit", "protection")
_FREQTRADES_DECIMALS, _MAX_DECIMALS = 3, 12
_LARGEST = 2**53  # what every reader of JSON keeps exactly
_MAX_PARAMETERS, _MAX_OPTIONS, _MAX_TEXT = 200, 200, 1_000
_BOUNDS = 2

Names = Mapping[str, ast.expr]


def find(strategy: ast.ClassDef, module: ast.Module) -> tuple[ParameterFact, ...]:
    """Return the parameters in the order of the code. The last of one name counts, as in Python."""
    names = dict(_assignments(module.body)) | dict(_assignments(strategy.body))
    calls = [(name, value) for name, value in names.items() if isinstance(value, ast.Call)]
    own = {name for name, _ in _assignments(strategy.body)}
    facts = [
        _fact(name, kind, call, names)
        for name, call in calls
        if name in own and (kind := _kind(call)) is not None
    ]
    return tuple(sorted(facts, key=lambda fact: fact.line)[:_MAX_PARAMETERS])


def _assignments(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            continue
        yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))


def _kind(call: ast.Call) -> ParameterKind | None:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return _KINDS.get(name)


def _fact(name: str, kind: ParameterKind, call: ast.Call, names: Names) -> ParameterFact:
    given = {item.arg: _read(item.value, names) for item in call.keywords if item.arg}
    placed = [_read(item, names) for item in call.args]
    low, high = _bounds(kind, given, placed)
    space = _space(name, given)
    is_loaded = given.get("load") is not False
    default = given.get("default")
    if is_loaded and space is not None:
        default = _written_in_class(space, names).get(name, default)
    return ParameterFact(
        name=name,
        kind=kind,
        space=space,
        low=low,
        high=high,
        default=_scalar(default),
        decimals=_decimals(given) if kind is ParameterKind.DECIMAL else None,
        options=_options(kind, given, placed),
        optimize=given.get("optimize") is not False,
        load=is_loaded,
        line=call.lineno,
    )


def _read(node: ast.expr, names: Names) -> object:
    """Return a literal, or the literal that a plain name stands for; `None` for anything else."""
    if isinstance(node, ast.Name):
        node = names.get(node.id, node)
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value


def _bounds(
    kind: ParameterKind, given: Mapping[str, object], placed: Sequence[object]
) -> tuple[object, object]:
    if kind in {ParameterKind.CATEGORICAL, ParameterKind.BOOLEAN}:
        return None, None
    low = given.get("low", placed[0] if placed else None)
    high = given.get("high", placed[1] if len(placed) > 1 else None)
    if isinstance(low, list | tuple) and len(low) == _BOUNDS:
        low, high = low
    return _number(low), _number(high)


def _options(
    kind: ParameterKind, given: Mapping[str, object], placed: Sequence[object]
) -> tuple[object, ...]:
    if kind is not ParameterKind.CATEGORICAL:
        return ()
    categories = given.get("categories", placed[0] if placed else None)
    if not isinstance(categories, list | tuple):
        return ()
    options = tuple(categories[:_MAX_OPTIONS])
    # One that a JSON file could not hold would be offered as something else.
    return options if all(item is None or _scalar(item) is not None for item in options) else ()


def _space(name: str, given: Mapping[str, object]) -> str | None:
    space = given.get("space")
    if isinstance(space, str) and space.isidentifier() and len(space) <= 100:  # noqa: PLR2004
        return space
    if "space" in given and space is not None:
        return None
    return next((space for space in _AUTOMATIC_SPACES if name.startswith(f"{space}_")), None)


def _written_in_class(space: str, names: Names) -> Mapping[str, object]:
    """Return what `buy_params = {…}` in the class sets: it goes before the parameter's default."""
    node = names.get(f"{space}_params")
    values = None if node is None else _read(node, names)
    return values if isinstance(values, dict) else {}


def _decimals(given: Mapping[str, object]) -> int | None:
    decimals = given.get("decimals", _FREQTRADES_DECIMALS)
    is_number = isinstance(decimals, int) and not isinstance(decimals, bool)
    return decimals if is_number and 0 <= decimals <= _MAX_DECIMALS else None  # type: ignore[operator,return-value]


def _number(value: object) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) and abs(value) <= _LARGEST else None


def _scalar(value: object) -> str | bool | int | float | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if len(value) <= _MAX_TEXT else None
    return _number(value)
