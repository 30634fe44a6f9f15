"""Reads the strategy's class: attributes, parameters, methods, populate functions."""

import ast
import copy
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from candlewick.errors import Invalid
from candlewick.specs.models import StrategySpec
from candlewick.specs.reading_attributes import (
    literal,
    read_attribute,
    read_method,
    read_parameter,
)
from candlewick.specs.reading_conditions import ConditionReader, NotOurs, columns
from candlewick.specs.reading_document import Document
from candlewick.specs.reading_frames import (
    Blocks,
    IndicatorReader,
    Reader,
    RuleReader,
    assigned,
    read_blocks,
)
from candlewick.specs.scope import Scope
from candlewick.specs.statements import Source, Statement

_INDICATORS = "populate_indicators"
_RULES = {"populate_entry_trend": ("entries", "enter"), "populate_exit_trend": ("exits", "exit")}
_PATHS = {
    "timeframe": "timeframe",
    "can_short": "can_short",
    "startup_candle_count": "startup_candles",
    "minimal_roi": "risk.targets",
    "stoploss": "risk.stop_loss",
    "custom_exit": "risk.time_stop",
    "protections": "protections",
    "custom_stake_amount": "position",
    "adjust_trade_position": "position",
    "leverage": "position",
    "order_types": "orders",
    "plot_config": "plot_config",
}
_LONGEST_DESCRIPTION = 2_000


@dataclass(frozen=True, slots=True)
class _Function:
    statements: Sequence[Statement]
    last_comments: str  # at its end, around `return`


class ClassReader:
    def __init__(
        self, source: Source, document: Document, helpers: frozenset[str], refused: frozenset[int]
    ) -> None:
        self._source = source
        self._document = document
        self._helpers = helpers
        self._refused = refused
        self._functions: dict[str, _Function] = {}

    def read(self, strategy: Statement) -> None:
        node = strategy.node
        inner = self._source.inner(strategy)
        is_plain = isinstance(node, ast.ClassDef) and len(node.bases) == 1 and not node.keywords
        if (
            inner is None
            or not isinstance(node, ast.ClassDef)
            or not is_plain
            or node.decorator_list
        ):
            raise Invalid("The class has decorators or further bases, which blocks cannot show.")
        body, comments = inner
        self._document.attempt(lambda: self._document.parts.update(name=node.name))
        self._read_parameters(body)
        self._read_methods(body)
        for number, statement in enumerate(body):
            self._member(statement, is_first=number == 0)
        self._document.keep_in_class("\n".join(comments))
        self._read_functions()

    def _read_parameters(self, body: Sequence[Statement]) -> None:
        """Read the parameters before the other parts, which refer to them."""
        parts = self._document.parts
        for statement in body:
            name = _name(statement.node)
            if name is None or isinstance(statement.node, ast.FunctionDef):
                continue
            value = assigned(statement.node)[1]
            try:
                parts["attributes"][name] = literal(value)
            except NotOurs:
                parts["attributes"].pop(name, None)
            if statement.line in self._refused:
                continue
            try:
                parameter = read_parameter(name, value)
            except (NotOurs, ValueError):
                continue
            self._document.came_from(f"parameters.{len(parts['parameters'])}", statement.line)
            parts["parameters"].append(parameter.model_dump())

    def _read_methods(self, body: Sequence[Statement]) -> None:
        for statement in body:
            node = statement.node
            if not isinstance(node, ast.FunctionDef) or statement.line in self._refused:
                continue
            if statement.comments != self._source.head_comments(statement):
                continue  # a comment within has no place in the spec
            parts = self._document.parts
            try:
                scope = self._scope()
                self._document.attempt(lambda: read_method(node, scope, self._document.parts))  # noqa: B023 - called at once
            except (NotOurs, ValueError):
                continue
            parts = self._document.parts
            parts["methods"].add(node.name)
            self._document.came_from(_PATHS.get(node.name, "risk"), statement.line)

    def _member(self, statement: Statement, *, is_first: bool) -> None:
        """Read a statement of the class, or keep it."""
        node, name = statement.node, _name(statement.node)
        if is_first and self._is_description(node):
            self._document.passed("docstring")
            return
        comments = self._comments_of_block(statement, name)
        if comments is None:
            if name is not None:
                self._document.passed(name)
            self._document.keep_in_class(statement.text)
        elif name is not None:
            self._document.keep_in_class("\n".join(comments))
            self._document.passed(name)

    def _comments_of_block(self, statement: Statement, name: str | None) -> Sequence[str] | None:
        """Return the comments that stand above a member that could be read; None for any other."""
        node = statement.node
        if name is None or statement.line in self._refused:
            return None
        try:
            if isinstance(node, ast.FunctionDef):
                self._read_function(statement, node)
                return self._source.head_comments(statement)
            self._attribute(statement, name)
        except (NotOurs, ValueError):
            return None
        return statement.comments

    def _attribute(self, statement: Statement, name: str) -> None:
        if any(parameter["name"] == name for parameter in self._document.parts["parameters"]):
            return
        value = assigned(statement.node)[1]
        self._document.attempt(lambda: read_attribute(name, value, self._document.parts))
        self._document.came_from(_PATHS.get(name, "risk"), statement.line)

    def _is_description(self, node: ast.stmt) -> bool:
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                clean = inspect.cleandoc(text)
            case _:
                return False
        if not clean or len(clean) > _LONGEST_DESCRIPTION:
            return False
        document: dict[str, Any] = {"name": "A", "timeframe": "5m", "description": clean}
        if StrategySpec.model_validate(document).description != clean:
            return False
        self._document.parts["description"] = clean
        return True

    def _read_function(self, statement: Statement, node: ast.FunctionDef) -> None:
        if node.name in self._document.parts["methods"]:
            return
        inner = self._source.inner(statement)
        if inner is None or node.name in self._functions:
            raise NotOurs
        body, comments = inner
        if not body or ast.unparse(body[-1].node) != "return dataframe":
            raise NotOurs
        if node.name in {_INDICATORS, *_RULES}:
            _require_head(node)
        else:
            informative = _informative(node)
            number = len(self._document.parts["informatives"])
            self._document.attempt(lambda: self._document.parts["informatives"].append(informative))
            self._document.came_from(f"informatives.{number}", statement.line)
        last = "\n".join([*body[-1].comments, *comments])
        self._functions[node.name] = _Function(body[:-1], last)

    def _read_functions(self) -> None:
        for number in range(len(self._document.parts["informatives"])):
            name = self._document.parts["informatives"][number]["name"]
            blocks = self._indicators(f"{_INDICATORS}_{name}", is_own=False)
            found = self._stored(f"informatives.{number}.indicators", blocks)
            self._document.parts["informatives"][number]["indicators"] = found
        blocks = self._indicators(_INDICATORS, is_own=True)
        self._document.parts["indicators"] = self._stored("indicators", blocks)
        for name, (key, way) in _RULES.items():
            reader = ConditionReader(self._scope(), self._helpers)
            nodes = [statement.node for statement in self._statements(name)]
            blocks = self._blocks(name, RuleReader(reader, way, nodes).read)
            self._document.parts[key] = self._stored(key, blocks)

    def _indicators(self, name: str, *, is_own: bool) -> Blocks:
        scope = self._scope()
        known = {
            column: value
            for column, value in columns(scope)
            if (value.kind == "price" and (is_own or value.frame is None))
            or (is_own and value.frame)
        }
        nodes = [statement.node for statement in self._statements(name)]
        return self._blocks(name, IndicatorReader(scope, known, nodes).read)

    def _statements(self, name: str) -> Sequence[Statement]:
        function = self._functions.get(name)
        return function.statements if function else ()

    def _blocks(self, name: str, read: Reader) -> Blocks:
        found = read_blocks(self._statements(name), read, self._refused)
        function = self._functions.get(name)
        found.add_code(function.last_comments if function else "", 0)
        return found

    def _stored(self, path: str, blocks: Blocks) -> list[dict[str, Any]]:
        for number, line in enumerate(blocks.lines):
            self._document.came_from(f"{path}.{number}", line)
        return [block.model_dump() for block in blocks.blocks]

    def _scope(self) -> Scope:
        return Scope(self._document.partial())


def _name(node: ast.stmt) -> str | None:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            return name
        case ast.FunctionDef(name=name):
            return name
    return None


def _require_head(node: ast.FunctionDef) -> None:
    """Refuse a function with other arguments than Freqtrade's."""
    if node.decorator_list and not node.name.startswith(f"{_INDICATORS}_"):
        raise NotOurs
    bare = copy.deepcopy(node.args)
    for argument in bare.args:
        argument.annotation = None
    if ast.unparse(bare) != "self, dataframe, metadata":
        raise NotOurs


def _informative(node: ast.FunctionDef) -> dict[str, Any]:
    """Return what an informative's decorator says."""
    name = node.name.removeprefix(f"{_INDICATORS}_")
    _require_head(node)
    match node.decorator_list:
        case [ast.Call(func=ast.Name(id="informative"), args=args, keywords=keywords)]:
            words = [literal(argument) for argument in args]
            more = {keyword.arg: literal(keyword.value) for keyword in keywords}
        case _:
            raise NotOurs
    pair = words[1] if len(words) > 1 else None
    is_named = more == {"fmt": f"{{column}}_{name}"}
    is_plain = not more and pair is None and len(words) == 1 and words[0] == name
    if name == node.name or not (is_named or is_plain) or len(words) > 2:  # noqa: PLR2004 - timeframe and pair
        raise NotOurs
    return {"name": name, "timeframe": words[0], "pair": pair}
