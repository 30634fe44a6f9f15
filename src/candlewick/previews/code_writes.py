"""Which columns of the dataframe a block of code may change, read from its syntax."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_FRAME = "dataframe"
_ANYTHING = ".*"
_LOCATORS = {"loc", "at"}
_ADDING = {"merge_informative_pair"}  # gives back all that it was given
_CHANGING = {"insert", "pop", "update", "drop", "rename", "dropna", "fillna", "clip"}


def changed_columns(code: str) -> tuple[re.Pattern[str], ...]:
    """Return patterns of the columns' names; one that fits all where the code leaves it open."""
    visitor = _Writes()
    # A block may hold `return`, which only a function can.
    lines = "".join(f" {line}\n" for line in code.split("\n"))
    visitor.visit(ast.parse(f"def _():\n pass\n{lines}"))
    return tuple(re.compile(pattern) for pattern in dict.fromkeys(visitor.found))


@dataclass
class _Writes(ast.NodeVisitor):
    found: list[str] = field(default_factory=list)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._target(target, node.value)
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._target(node.target, None)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._target(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._target(node.target, node.value)
        self.visit(node.value)

    def visit_For(self, node: ast.For) -> None:
        self._target(node.target, None)
        self.generic_visit(node)

    def visit_With(self, node: ast.With) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self._target(item.optional_vars, None)
        self.generic_visit(node)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._target(target, None)

    def visit_Expr(self, node: ast.Expr) -> None:
        """A function that is called for what it does may change the frame that it is given."""
        if isinstance(node.value, ast.Call) and any(map(_is_frame, _arguments(node.value))):
            self.found.append(_ANYTHING)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        in_place = any(
            keyword.arg == "inplace" and getattr(keyword.value, "value", True)
            for keyword in node.keywords
        )
        if isinstance(function, ast.Attribute) and _is_of_frame(function.value):
            changes = {"insert", "pop", "update"} if not in_place else _CHANGING
            if in_place or function.attr in changes:
                self.found.append(_ANYTHING)
        self.generic_visit(node)

    def _target(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self._target(each, value)
        elif isinstance(target, ast.Starred):
            self._target(target.value, value)
        elif _is_frame(target):
            if not _adds_only(value):
                self.found.append(_ANYTHING)
        elif isinstance(target, ast.Subscript | ast.Attribute):
            self.found += _written(target)
        elif value is not None and _is_frame(value):
            self.found.append(_ANYTHING)  # another name for the frame


def _written(target: ast.Subscript | ast.Attribute) -> Iterator[str]:
    if isinstance(target, ast.Attribute):
        if _is_frame(target.value):
            yield _ANYTHING if target.attr in {"columns", "index"} else re.escape(target.attr)
        return
    owner, key = target.value, target.slice
    if _is_frame(owner):
        yield from _names(key)
    elif isinstance(owner, ast.Attribute) and _is_frame(owner.value):
        is_cell = owner.attr in _LOCATORS and isinstance(key, ast.Tuple) and len(key.elts) > 1
        yield from _names(key.elts[1]) if is_cell and isinstance(key, ast.Tuple) else [_ANYTHING]
    elif _is_of_frame(owner):
        yield _ANYTHING


def _names(key: ast.expr) -> Iterator[str]:
    match key:
        case ast.Constant(value=str(name)):
            yield re.escape(name)
        case ast.JoinedStr(values=parts):
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else _ANYTHING
                for part in parts
            )
        case ast.List(elts=keys) | ast.Tuple(elts=keys):
            for each in keys:
                yield from _names(each)
        case _:
            yield _ANYTHING


def _adds_only(value: ast.expr | None) -> bool:
    if not isinstance(value, ast.Call):
        return False
    name = getattr(value.func, "id", getattr(value.func, "attr", ""))
    return name in _ADDING


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def _is_frame(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == _FRAME


def _is_of_frame(node: ast.expr) -> bool:
    """Whether this is the frame, or a part of it that may share its values."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return _is_frame(node)
