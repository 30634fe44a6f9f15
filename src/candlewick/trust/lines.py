"""Which line of a strategy's code makes a column of its data frame."""

import ast
from collections.abc import Iterator, Mapping

_ENTRIES = {"enter_long", "enter_short", "enter_tag"}
_EXITS = {"exit_long", "exit_short", "exit_tag"}


def lines_of_columns(code: str) -> Mapping[str, int]:
    """Return the first line that assigns each column; nothing where the code cannot be read."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in (name for target in targets for name in _columns(target)):
                found[name] = min(found.get(name, node.lineno), node.lineno)
    return found


def first_line(columns: list[str], lines: Mapping[str, int]) -> int | None:
    """Return the line to blame: that of an indicator, else of a signal; `None` where no column has one."""
    signals = _ENTRIES | _EXITS
    ordered = [name for name in columns if name not in signals] + [
        name for name in columns if name in signals
    ]
    return next((lines[name] for name in ordered if name in lines), None)


def _columns(target: ast.expr) -> Iterator[str]:
    """Yield the names in `frame["a"]`, `frame[["a", "b"]]`, `frame.loc[rows, "a"]` and `frame.a`."""
    if isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            yield from _columns(element)
    elif isinstance(target, ast.Subscript):
        key = target.slice
        is_place = isinstance(target.value, ast.Attribute) and target.value.attr in {"loc", "at"}
        if is_place and isinstance(key, ast.Tuple) and key.elts:
            key = key.elts[-1]
        yield from _names(key)
    elif isinstance(target, ast.Attribute):
        yield target.attr


def _names(key: ast.expr) -> Iterator[str]:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield key.value
    elif isinstance(key, ast.List | ast.Tuple):
        for element in key.elts:
            yield from _names(element)
