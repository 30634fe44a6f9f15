"""Reads a function's source for anything that it does besides computing from its arguments."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType, FunctionType, ModuleType
from typing import Any

from freqtrade.strategy.parameters import BaseParameter

from candlewick.engine.ahead import names

_PLAIN = (
    ast.Return, ast.If, ast.While, ast.Try, ast.ExceptHandler, ast.Raise, ast.Expr, ast.Pass, ast.Break, ast.Continue,
    ast.Assert, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Dict, ast.Set, ast.List, ast.Tuple, ast.Slice, ast.Starred,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr, ast.FormattedValue, ast.NamedExpr, ast.Assign,
    ast.AugAssign, ast.keyword, ast.boolop, ast.operator, ast.unaryop, ast.cmpop, ast.expr_context,
)  # fmt: skip
_PROVIDER = frozenset(("get_pair_dataframe", "current_whitelist"))


class Impure(Exception):
    """Why a function may depend on more than its arguments."""


@dataclass(slots=True)
class Reader:
    """Reads one function. What it calls of the user's own is in `calls` afterwards, with whether that is a method."""

    strategy: Any
    function: FunctionType
    calls: list[tuple[FunctionType, bool]] = field(default_factory=list)
    _locals: set[str] = field(default_factory=set)
    _functions: set[str] = field(default_factory=set)
    _self: str = ""
    _looked_into: set[int] = field(default_factory=set)
    _tested: set[int] = field(default_factory=set)
    _called: set[int] = field(default_factory=set)

    def read(self, source: ast.FunctionDef, *, is_method: bool) -> None:
        """Raises Impure."""
        function = self.function
        defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
        if function.__closure__ or not all(map(names.is_plain, defaults)):
            raise Impure(f"{function.__name__} keeps values between its calls")
        self._locals = set(_locals_of(function.__code__))
        if self._locals & set(_globals_of(function.__code__)):
            raise Impure(f"{function.__name__} has a name of the module and of its own")
        self._functions = {
            node.name for node in ast.walk(source) if isinstance(node, ast.FunctionDef)
        }
        self._self = source.args.args[0].arg if is_method and source.args.args else ""
        for statement in source.body:
            self._check(statement)

    def _check(self, node: ast.AST) -> None:
        own = getattr(self, f"_at_{type(node).__name__.lower()}", None)
        if own is not None:
            own(node)
        elif isinstance(node, _PLAIN):
            self._check_within(node)
        else:
            raise self._refused(node, f"uses {type(node).__name__.lower()}")

    def _check_within(self, node: ast.AST) -> None:
        for test in _tests(node):
            self._tested.add(id(test))
        for child in ast.iter_child_nodes(node):
            self._check(child)

    def _at_constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and not names.is_harmless_text(node.value):
            raise self._refused(node, f"names {node.value!r}")

    def _at_functiondef(self, node: ast.FunctionDef) -> None:
        if node.decorator_list:
            raise self._refused(node, "decorates a function")
        self._check_inner(node.args, node.body)

    def _at_lambda(self, node: ast.Lambda) -> None:
        self._check_inner(node.args, [node.body])

    def _check_inner(self, given: ast.arguments, body: Sequence[ast.AST]) -> None:
        for argument in ast.walk(given):
            if isinstance(argument, ast.arg) and argument.arg == self._self:
                raise self._refused(argument, f"names an argument {argument.arg}")
        for part in (*given.defaults, *filter(None, given.kw_defaults), *body):
            self._check(part)

    def _at_annassign(self, node: ast.AnnAssign) -> None:
        self._check(node.target)
        if node.value is not None:
            self._check(node.value)

    def _at_delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._check(target)

    def _at_for(self, node: ast.For) -> None:
        self._looked_into.add(id(node.iter))
        self._check_within(node)

    def _at_comprehension(self, node: ast.comprehension) -> None:
        self._looked_into.add(id(node.iter))
        self._check_within(node)

    def _at_compare(self, node: ast.Compare) -> None:
        self._looked_into.update(id(part) for part in node.comparators)
        self._check_within(node)

    def _at_subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.ctx, ast.Load):
            self._looked_into.add(id(node.value))
        elif not self._is_its_own(_root(node)):
            raise self._refused(node, "writes into what is not its own")
        self._check_within(node)

    def _at_call(self, node: ast.Call) -> None:
        called = node.func
        self._called.add(id(called))
        if isinstance(called, ast.Name) and called.id in names.LOOKING:
            self._looked_into.update(id(part) for part in node.args)
        if isinstance(called, ast.Attribute) and called.attr in names.BY_NAME:
            for part in (*node.args, *(keyword.value for keyword in node.keywords)):
                self._check_named(part)
        self._check_within(node)

    def _check_named(self, node: ast.expr) -> None:
        """What pandas may take for a method's name must be known."""
        if isinstance(node, ast.Dict):
            parts: list[ast.expr] = node.values
        elif isinstance(node, ast.List | ast.Tuple):
            parts = node.elts
        else:
            parts = []
            root, _ = _chain(node)
            is_function = isinstance(root, ast.Name) and (
                root.id not in self._locals or root.id in {self._self, *self._functions}
            )
            if not (isinstance(node, ast.Lambda | ast.Constant) or is_function):
                raise self._refused(node, "lets pandas call what is not known before")
        for part in parts:
            self._check_named(part)

    def _at_name(self, node: ast.Name) -> None:
        if node.id == self._self:
            raise self._refused(node, "hands itself on")
        if node.id in self._locals:
            return
        value = self._global(node)
        if isinstance(value, FunctionType) and _is_of_the_user(value):
            self.calls.append((value, False))
        elif not (names.is_library(value) or self._may_be_read(node, value)):
            raise self._refused(node, f"uses {node.id}")

    def _at_attribute(self, node: ast.Attribute) -> None:
        if not isinstance(node.ctx, ast.Load):
            raise self._refused(node, f"sets {ast.unparse(node)}")
        root, path = _chain(node)
        if isinstance(root, ast.Name) and root.id == self._self:
            self._of_itself(node, path)
        elif isinstance(root, ast.Name) and root.id not in self._locals:
            self._of_a_global(node, self._global(root), path)
        else:
            if node.attr in names.BY_NAME and id(node) not in self._called:
                raise self._refused(node, f"hands .{node.attr} on")
            self._behind(node, [node.attr])
            self._check(node.value)

    def _of_a_global(self, node: ast.Attribute, value: Any, path: list[str]) -> None:
        if isinstance(value, ModuleType):
            try:
                value, path = names.member(value, path)
            except AttributeError as error:
                raise self._refused(node, f"uses {ast.unparse(node)}") from error
            if names.is_library(value) and not path:
                return
        self._check_value(node, value, path)

    def _of_itself(self, node: ast.Attribute, path: list[str]) -> None:
        name, *path = path
        if name == "dp":
            self._of_the_provider(node, path)
            return
        value = _static(self.strategy, name)
        function = value.__func__ if isinstance(value, staticmethod) else value
        if isinstance(function, FunctionType) and _is_of_the_user(function) and not path:
            self.calls.append((function, function is value))
            return
        if isinstance(value, BaseParameter) and path[:1] in (["value"], ["range"]):
            attribute, *path = path
            value = value.value if attribute == "value" else ()
        self._check_value(node, value, path)

    def _of_the_provider(self, node: ast.Attribute, path: list[str]) -> None:
        is_asked = not path and id(node) in self._tested
        if not (
            is_asked or path == ["runmode", "value"] or (len(path) == 1 and path[0] in _PROVIDER)
        ):
            raise self._refused(node, f"uses {ast.unparse(node)}")

    def _behind(self, node: ast.AST, path: list[str]) -> None:
        for name in path:
            if not names.is_harmless(name):
                raise self._refused(node, f"uses .{name}")

    def _check_value(self, node: ast.Attribute, value: Any, path: list[str]) -> None:
        is_asked = path[:1] and path[0] in names.ASKED and names.is_collection(value)
        if not (is_asked or self._may_be_read(node, value)):
            raise self._refused(node, f"uses {ast.unparse(node)}")
        self._behind(node, path)

    def _may_be_read(self, node: ast.AST, value: Any) -> bool:
        return names.is_plain(value) or (
            id(node) in self._looked_into and names.is_collection(value)
        )

    def _global(self, node: ast.Name) -> Any:
        space = self.function.__globals__
        inbuilt = space["__builtins__"]
        found = inbuilt if isinstance(inbuilt, dict) else vars(inbuilt)
        try:
            return space[node.id] if node.id in space else found[node.id]
        except KeyError as error:
            raise self._refused(node, f"uses {node.id}") from error

    def _is_its_own(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self._locals and node.id != self._self

    def _refused(self, node: Any, what: str) -> Impure:
        return Impure(f"{self.function.__name__} {what} (line {node.lineno})")


def _is_of_the_user(function: FunctionType) -> bool:
    return not (function.__module__ or "").startswith(("freqtrade.", "technical.", "talib"))


def _static(strategy: Any, name: str) -> Any:
    """Return an attribute as it stands, without calling what might compute it; something unreadable if there is none."""
    for space in (vars(strategy), *map(vars, type(strategy).__mro__)):
        if name in space:
            return space[name]
    return object()


def _chain(node: ast.expr) -> tuple[ast.expr, list[str]]:
    path: list[str] = []
    while isinstance(node, ast.Attribute):
        path.insert(0, node.attr)
        node = node.value
    return node, path


def _root(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node


def _tests(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield node.test
    elif isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.UnaryOp):
        yield node.operand


def _locals_of(code: CodeType) -> Iterator[str]:
    yield from (*code.co_varnames, *code.co_cellvars, *code.co_freevars)
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _locals_of(part)


def _globals_of(code: CodeType) -> Iterator[str]:
    import dis  # noqa: PLC0415 - inspect loads it anyway

    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield str(instruction.argval)
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _globals_of(part)
