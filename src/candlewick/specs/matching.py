"""Compares code with a text that has places for numbers and words."""

import ast
from collections.abc import Mapping

_PLACE = "N_"


def match(template: str, node: ast.AST) -> Mapping[str, ast.expr | str] | None:
    """Return what stands in the template's places, or None if the code is another one."""
    found: dict[str, ast.expr | str] = {}
    (expected,) = ast.parse(template).body
    return found if _same(expected, node, found) else None


def same(one: ast.AST, other: ast.AST) -> bool:
    return _same(one, other, {})


def _same(expected: object, actual: object, found: dict[str, ast.expr | str]) -> bool:
    if isinstance(expected, ast.Name) and expected.id.startswith(_PLACE):
        if not isinstance(actual, ast.expr):
            return False
        found[expected.id.removeprefix(_PLACE)] = actual
        return True
    if isinstance(expected, str) and expected.startswith(_PLACE):
        found[expected.removeprefix(_PLACE)] = str(actual)
        return isinstance(actual, str)
    if isinstance(expected, ast.AST):
        return type(expected) is type(actual) and all(
            _same(getattr(expected, name, None), getattr(actual, name, None), found)
            for name in expected._fields
            if name not in {"ctx", "type_comment", "kind"}
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(_same(a, b, found) for a, b in zip(expected, actual, strict=True))
        )
    return type(expected) is type(actual) and expected == actual
