"""Reads the statements of populate functions back: indicators and rules, and code between them."""

import ast
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from candlewick.indicators.models import Indicator
from candlewick.indicators.registry import INDICATORS
from candlewick.specs.base import CodeBlock, Number
from candlewick.specs.models import IndicatorUse, Rule
from candlewick.specs.names import variable
from candlewick.specs.operands import Column, IndicatorValue
from candlewick.specs.reading_conditions import (
    ConditionReader,
    NotOurs,
    column_of,
    read_number,
)
from candlewick.specs.scope import Scope
from candlewick.specs.statements import Statement

_BY_FUNCTION = {found.function: found for found in INDICATORS.values()}
Recognised = tuple[IndicatorUse | Rule, int]  # with how many statements it takes
Reader = Callable[[Sequence[ast.stmt]], Recognised]


@dataclass
class Blocks:
    """What a function's body is made of, and the line at which each block began."""

    blocks: list[IndicatorUse | Rule | CodeBlock] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, block: IndicatorUse | Rule, line: int) -> None:
        self.blocks.append(block)
        self.lines.append(line)

    def add_code(self, code: str, line: int) -> None:
        """Keep code; what follows other code is one block with it."""
        code = code.strip("\n").rstrip()
        if not code:
            return
        if self.blocks and isinstance(last := self.blocks[-1], CodeBlock):
            self.blocks[-1] = CodeBlock(code=f"{last.code}\n{code}")
        else:
            self.blocks.append(CodeBlock(code=code))
            self.lines.append(line)


def read_blocks(statements: Sequence[Statement], read: Reader, refused: frozenset[int]) -> Blocks:
    """Return the blocks of a function's body; a statement that is not read stays as it is."""
    found = Blocks()
    nodes = [statement.node for statement in statements]
    at = 0
    while at < len(statements):
        statement = statements[at]
        read_here = None if statement.line in refused else _attempted(read, nodes[at:])
        if read_here is None:
            found.add_code(statement.text, statement.line)
            at += 1
            continue
        block, count = read_here
        comments = [line for each in statements[at : at + count] for line in each.comments]
        found.add_code("\n".join(comments), statement.line)
        found.add(block, statement.line)
        at += count
    return found


def _attempted(read: Reader, nodes: Sequence[ast.stmt]) -> Recognised | None:
    try:
        return read(nodes)
    except (NotOurs, ValueError):
        return None


class IndicatorReader:
    """Reads indicators; `columns` are those that a source may be."""

    def __init__(
        self, scope: Scope, columns: Mapping[str, Column], body: Sequence[ast.stmt]
    ) -> None:
        self._scope = scope
        self._columns = dict(columns)
        self._used = names_used(body)

    def read(self, nodes: Sequence[ast.stmt]) -> Recognised:
        target, value = assigned(nodes[0])
        call = value if isinstance(value, ast.Call) else None
        known = _BY_FUNCTION.get(ast.unparse(call.func)) if call else None
        if call is None or known is None:
            raise NotOurs
        is_one = not known.keys
        label = (column_of(target) or "") if is_one else self._several(known, target, nodes)
        use = IndicatorUse.model_validate(
            {
                "name": label,
                "indicator": known.name,
                "settings": self._settings(known, call),
                "source": self._source(known, call),
            }
        )
        self._columns |= {
            known.column(label, output.name): _value(label, output.name) for output in known.outputs
        }
        return use, 1 + len(known.keys)

    def _several(self, known: Indicator, target: ast.expr, nodes: Sequence[ast.stmt]) -> str:
        """Return the label that the columns after the call have in common."""
        count = len(known.keys)
        if not isinstance(target, ast.Name) or len(nodes) <= count:
            raise NotOurs
        label = ""
        for node, output, key in zip(nodes[1:], known.outputs, known.keys, strict=False):
            column, value = assigned(node)
            name = column_of(column) or ""
            expected = ast.Subscript(value=ast.Name(target.id), slice=ast.Constant(key))
            own = name.removesuffix(f"_{output.name}")
            if ast.unparse(value) != ast.unparse(expected) or own == name or label not in {"", own}:
                raise NotOurs
            label = own
        is_elsewhere = self._used[target.id] > 1 + count
        if is_elsewhere and target.id != variable(label, set()):
            raise NotOurs
        return label

    def _settings(self, known: Indicator, call: ast.Call) -> Mapping[str, Number]:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        expected = {setting.keyword for setting in known.settings}
        if len(call.args) != 1 or set(given) - {"price"} - expected:
            raise NotOurs
        left_out = {**known.defaults, **known.omitted}
        return {
            setting.name: read_number(given[setting.keyword], self._scope)
            if setting.keyword in given
            else left_out[setting.name]
            for setting in known.settings
        }

    def _source(self, known: Indicator, call: ast.Call) -> Column:
        names = [keyword.value for keyword in call.keywords if keyword.arg == "price"]
        of_column = column_of(call.args[0])
        if of_column is None and ast.unparse(call.args[0]) != "dataframe":
            raise NotOurs
        if of_column is not None:
            # A column alone is given back as a list of outputs where there are several.
            if names or known.inputs or known.keys:
                raise NotOurs
            names = [ast.Constant(of_column)]
        if not names:
            return self._columns["close"]
        name = names[0].value if isinstance(names[0], ast.Constant) else None
        if not known.has_source or not isinstance(name, str) or name not in self._columns:
            raise NotOurs
        return self._columns[name]


class RuleReader:
    def __init__(self, reader: ConditionReader, way: str, body: Sequence[ast.stmt]) -> None:
        self._reader = reader
        self._way = way
        self._used = names_used(body)
        self._taken: set[str] = set()

    def read(self, nodes: Sequence[ast.stmt]) -> Recognised:
        target, value = assigned(nodes[0])
        if not isinstance(target, ast.Name):
            return self._rule(target, value, None), 1
        if len(nodes) == 1:
            raise NotOurs
        rule = self._rule(*assigned(nodes[1]), (target.id, value))
        name = variable(rule.tag or f"{self._way} {rule.side}", self._taken)
        if self._used[target.id] > 2 and target.id != name:  # noqa: PLR2004 - bound and used once
            raise NotOurs
        self._taken.add(name)
        return rule, 2

    def _rule(self, target: ast.expr, value: ast.expr, bound: tuple[str, ast.expr] | None) -> Rule:
        match target, value:
            case (
                ast.Subscript(
                    value=ast.Attribute(value=ast.Name(id="dataframe"), attr="loc"),
                    slice=ast.Tuple(elts=[condition, ast.Constant(value=str(column))]),
                ),
                ast.Constant(value=1),
            ):
                way, _, side = column.partition("_")
                tags, tag = f"{way}_tag", ""
            case (
                ast.Subscript(
                    value=ast.Attribute(value=ast.Name(id="dataframe"), attr="loc"),
                    slice=ast.Tuple(
                        elts=[
                            condition,
                            ast.List(
                                elts=[
                                    ast.Constant(value=str(column)),
                                    ast.Constant(value=str(tags)),
                                ]
                            ),
                        ]
                    ),
                ),
                ast.Tuple(elts=[ast.Constant(value=1), ast.Constant(value=str(tag))]),
            ):
                way, _, side = column.partition("_")
            case _:
                raise NotOurs
        if way != self._way or tags != f"{way}_tag" or side not in {"long", "short"}:
            raise NotOurs
        if bound is not None:
            if not (isinstance(condition, ast.Name) and condition.id == bound[0]):
                raise NotOurs
            condition = bound[1]
        elif isinstance(condition, ast.Name):
            raise NotOurs
        return Rule.model_validate(
            {"tag": tag, "side": side, "when": self._reader.condition(condition)}
        )


def assigned(node: ast.stmt) -> tuple[ast.expr, ast.expr]:
    match node:
        case ast.Assign(targets=[target], value=value):
            return target, value
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return target, value
    raise NotOurs


def names_used(body: Sequence[ast.stmt]) -> Counter[str]:
    return Counter(
        node.id for statement in body for node in ast.walk(statement) if isinstance(node, ast.Name)
    )


def _value(label: str, output: str) -> Column:
    return IndicatorValue.model_validate({"name": label, "output": output})
