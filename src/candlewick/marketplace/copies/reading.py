"""Reads code as tokens in which a name stands for what it was made from, so that renaming changes nothing."""

import ast
import hashlib
from collections.abc import Iterator

SEPARATOR = "\x1f"

# What decides nothing.
_IDLE = {"plot_config", "INTERFACE_VERSION"}
_IDLE_FIELDS = {"annotation", "returns", "ctx", "type_comment", "decorator_list", "args"}
# Names that Freqtrade gives: no author can choose others.
_GIVEN = {
    "date", "open", "high", "low", "close", "volume", "enter_long", "exit_long", "enter_short", "exit_short",
    "enter_tag", "exit_tag",
}  # fmt: skip
_FIRST = "populate_indicators"


class Reading:
    """One reading of a module. `is_blurred`: numbers are all the same."""

    def __init__(self, *, is_blurred: bool = False) -> None:
        self._is_blurred = is_blurred
        self._columns: dict[str, str] = {}
        self._attributes: dict[str, str] = {}
        self._locals: dict[str, str] = {}

    def pieces(self, tree: ast.Module) -> Iterator[str]:
        """Yield one text for each statement of the module and its classes, which may be reordered at will."""
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                # What a name was made from must be read before its use.
                for each in sorted(node.body, key=_turn):
                    yield from self._piece(each)
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                yield from self._piece(node)

    def _piece(self, node: ast.stmt) -> Iterator[str]:
        if _is_idle(node):
            return
        self._locals = {}
        if isinstance(node, ast.FunctionDef):
            named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            self._locals = {each.arg: f"argument {place}" for place, each in enumerate(named)}
        yield SEPARATOR.join(self._of(node))
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            made = self._mark(list(self._of(node.value)))
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name) and isinstance(node.value, ast.Call):
                    self._attributes[target.id] = made

    def _of(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Constant):
            yield self._constant(node)
        elif isinstance(node, ast.Assign):
            yield from self._assigned(node)
        else:
            yield type(node).__name__
            yield from self._own(node)
            yield from self._below(node)

    def _below(self, node: ast.AST) -> Iterator[str]:
        for name, value in ast.iter_fields(node):
            if name in _IDLE_FIELDS and not (name == "args" and isinstance(node, ast.Call)):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not (
                    isinstance(child, ast.stmt) and _is_idle(child)
                ):
                    yield from self._of(child)

    def _assigned(self, node: ast.Assign) -> Iterator[str]:
        value = list(self._of(node.value))
        yield "Assign"
        yield from value
        for target in node.targets:
            column = _column(target)
            if isinstance(target, ast.Name):
                self._locals[target.id] = self._mark(value)
            elif column is not None and column not in _GIVEN:
                self._columns[column] = self._mark(value)
            else:
                yield from self._of(target)

    def _own(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Name):
            yield self._locals.get(node.id, node.id)
        elif isinstance(node, ast.Attribute):
            is_own = isinstance(node.value, ast.Name) and node.value.id == "self"
            yield self._attributes.get(node.attr, node.attr) if is_own else node.attr
        elif isinstance(node, ast.keyword):
            yield str(node.arg)
        elif isinstance(node, ast.FunctionDef):
            yield node.name

    def _constant(self, node: ast.Constant) -> str:
        if isinstance(node.value, str):
            return self._columns.get(node.value, f"'{node.value}'")
        return "#" if self._is_blurred else f"#{node.value!r}"

    def _mark(self, tokens: list[str]) -> str:
        return hashlib.blake2b(SEPARATOR.join(tokens).encode(), digest_size=8).hexdigest()


def _turn(node: ast.stmt) -> int:
    if not isinstance(node, ast.FunctionDef):
        return 0
    return 1 if node.name == _FIRST else 2


def _column(target: ast.expr) -> str | None:
    """Return the name in `frame["name"]`."""
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
        return None
    key = target.slice
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _is_idle(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring, or a bare constant
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(isinstance(target, ast.Name) and target.id in _IDLE for target in targets)
