"""Reads conditions and operands back from Python's syntax tree; what is no condition stays code."""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import get_args

from candlewick.indicators.registry import is_pattern
from candlewick.specs.base import CodeBlock, Number, ParameterUse
from candlewick.specs.conditions import (
    All,
    AnyOf,
    Between,
    Compare,
    Condition,
    Crosses,
    Distance,
    Moves,
    Not,
    Pattern,
    Switch,
    TimeOfDay,
    Weekday,
    Weekdays,
    Within,
)
from candlewick.specs.models import BoolParameter
from candlewick.specs.operands import Column, Field_, IndicatorValue, Math, Operand, Price
from candlewick.specs.scope import Scope
from candlewick.specs.syntax import ARITHMETIC, COMPARISONS

_SIGNS = {kind: sign for sign, kind in COMPARISONS.items()}
_ARITHMETIC = {kind: sign for sign, kind in ARITHMETIC.items()}
_FIELDS: tuple[str, ...] = get_args(Field_)
_TWO, _THREE = 2, 3


class NotOurs(Exception):
    """The code is none that the compiler writes."""


class ConditionReader:
    """Reads the code of one strategy; `helpers` are those that it defines as the compiler does."""

    def __init__(self, scope: Scope, helpers: frozenset[str]) -> None:
        self._scope = scope
        self._helpers = helpers
        self._columns = dict(columns(scope))

    def condition(self, node: ast.expr) -> Condition:
        try:
            return self._condition(node)
        except (NotOurs, ValueError):
            return CodeBlock(code=ast.unparse(node))

    def number(self, node: ast.expr) -> Number:
        return read_number(node, self._scope)

    def operand(self, node: ast.expr) -> Operand:
        if isinstance(node, ast.BinOp):
            sign = _ARITHMETIC.get(type(node.op))
            if sign is None:
                raise NotOurs
            return Math.model_validate(
                {"sign": sign, "left": self.operand(node.left), "right": self.operand(node.right)}
            )
        if isinstance(node, ast.Subscript):
            return self._column(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return self._shifted(node, node.func)
        return self.number(node)

    def _column(self, node: ast.expr) -> Column:
        found = self._columns.get(column_of(node) or "")
        if found is None:
            raise NotOurs
        return found

    def _shifted(self, call: ast.Call, function: ast.Attribute) -> Operand:
        if function.attr != "shift" or len(call.args) != 1 or call.keywords:
            raise NotOurs
        ago = self.number(call.args[0])
        if ago == 0:
            raise NotOurs
        return self._column(function.value).model_copy(update={"ago": ago})

    def _condition(self, node: ast.expr) -> Condition:
        match node:
            case ast.BinOp(op=ast.BitAnd()):
                return All(conditions=tuple(map(self.condition, chain(node, ast.BitAnd))))
            case ast.BinOp(op=ast.BitOr()):
                return AnyOf(conditions=tuple(map(self.condition, chain(node, ast.BitOr))))
            case ast.UnaryOp(op=ast.Invert()):
                return Not(condition=self.condition(node.operand))
            case ast.Compare(ops=[sign]):
                return self._compared(node.left, sign, node.comparators[0])
            case ast.Call(keywords=[]):
                return self._called(node)
        raise NotOurs

    def _compared(self, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> Condition:
        if isinstance(left, ast.Call) and isinstance(left.func, ast.Name):
            return self._distance(left, sign, right)
        operand, other = self.operand(left), self.operand(right)
        if isinstance(operand, IndicatorValue) and self._is_pattern(operand):
            direction = {ast.Gt: "bullish", ast.Lt: "bearish"}.get(type(sign))
            if direction is None or other != 0 or operand.ago != 0 or not isinstance(other, int):
                raise NotOurs
            return Pattern.model_validate(
                {"name": operand.name, "frame": operand.frame, "direction": direction}
            )
        return Compare.model_validate({"left": operand, "sign": _SIGNS[type(sign)], "right": other})

    def _is_pattern(self, value: IndicatorValue) -> bool:
        use = self._scope.indicator(value.frame, value.name)
        return use is not None and is_pattern(use.indicator)

    def _distance(self, call: ast.Call, sign: ast.cmpop, right: ast.expr) -> Condition:
        name = self._helper(call)
        sides = {
            ("percent_from", ast.GtE): "above",
            ("percent_from", ast.LtE): "below",
            ("percent_apart", ast.LtE): "near",
        }
        side = sides.get((name, type(sign)))
        if side == "below":
            if not (isinstance(right, ast.UnaryOp) and isinstance(right.op, ast.USub)):
                raise NotOurs
            right = right.operand
        if side is None or len(call.args) != _TWO or call.keywords:
            raise NotOurs
        return Distance.model_validate(
            {
                "operand": self.operand(call.args[0]),
                "reference": self.operand(call.args[1]),
                "side": side,
                "percent": self.number(right),
            }
        )

    def _helper(self, call: ast.Call) -> str:
        if not isinstance(call.func, ast.Name) or call.func.id not in self._helpers:
            raise NotOurs
        return call.func.id

    def _called(self, call: ast.Call) -> Condition:
        if isinstance(call.func, ast.Attribute):
            return self._crosses(call, call.func)
        name = self._helper(call)
        readers: Mapping[str, Callable[[str, Sequence[ast.expr]], Condition]] = {
            "rising": self._moves,
            "falling": self._moves,
            "within": self._within,
            "between": self._between,
            "opened_between": _opened_between,
            "opened_on": _opened_on,
            "switched_on": self._switch,
        }
        if name not in readers:
            raise NotOurs
        return readers[name](name, call.args)

    def _crosses(self, call: ast.Call, function: ast.Attribute) -> Condition:
        direction = function.attr.removeprefix("crossed_")
        is_ours = isinstance(function.value, ast.Name) and function.value.id == "qtpylib"
        if not is_ours or direction not in {"above", "below"} or len(call.args) != _TWO:
            raise NotOurs
        left, right = map(self.operand, call.args)
        return Crosses.model_validate({"left": left, "direction": direction, "right": right})

    def _moves(self, name: str, arguments: Sequence[ast.expr]) -> Condition:
        _expect(arguments, _TWO)
        return Moves.model_validate(
            {
                "operand": self.operand(arguments[0]),
                "direction": name,
                "candles": self.number(arguments[1]),
            }
        )

    def _switch(self, _: str, arguments: Sequence[ast.expr]) -> Condition:
        _expect(arguments, _TWO)
        name = _parameter(arguments[1])
        is_ours = ast.unparse(arguments[0]) == "dataframe"
        if not is_ours or not isinstance(self._scope.parameters.get(name or ""), BoolParameter):
            raise NotOurs
        return Switch.model_validate({"name": name})

    def _within(self, _: str, arguments: Sequence[ast.expr]) -> Condition:
        _expect(arguments, _TWO)
        return Within(condition=self.condition(arguments[0]), candles=self.number(arguments[1]))

    def _between(self, _: str, arguments: Sequence[ast.expr]) -> Condition:
        _expect(arguments, _THREE)
        operand, low, high = map(self.operand, arguments)
        return Between.model_validate({"operand": operand, "low": low, "high": high})


def columns(scope: Scope) -> list[tuple[str, Column]]:
    """Return every column of the strategy's own frame that a spec can name."""
    found: list[tuple[str, Column]] = []
    for frame in scope.indicators:
        end = "" if frame is None else f"_{frame}"
        found += [
            (f"{field}{end}", Price.model_validate({"field": field, "frame": frame}))
            for field in _FIELDS
        ]
        found += [
            (
                f"{name}{end}",
                IndicatorValue.model_validate({"name": use.name, "output": output, "frame": frame}),
            )
            for name, use, output in scope.columns(frame)
        ]
    return found


def column_of(node: ast.expr) -> str | None:
    """Return the name in `dataframe["name"]`."""
    match node:
        case ast.Subscript(value=ast.Name(id="dataframe"), slice=ast.Constant(value=str(name))):
            return name
    return None


def chain(node: ast.expr, sign: type[ast.operator]) -> list[ast.expr]:
    """Return the operands of `a & b & c`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, sign):
        return [*chain(node.left, sign), *chain(node.right, sign)]
    return [node]


def read_number(node: ast.expr, scope: Scope) -> Number:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
    name = _parameter(node)
    if name is None or scope.bounds(use := ParameterUse(name=name)) is None:
        raise NotOurs
    return use


def _parameter(node: ast.expr) -> str | None:
    """Return the name in `self.name.value`."""
    match node:
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="self"), attr=name), attr="value"):
            return name
    return None


def _expect(arguments: Sequence[ast.expr], count: int) -> None:
    if len(arguments) != count:
        raise NotOurs


def _texts(arguments: Sequence[ast.expr]) -> list[str]:
    head, *texts = arguments or [ast.Constant(None)]
    if not (isinstance(head, ast.Name) and head.id == "dataframe"):
        raise NotOurs
    found = [text.value for text in texts if isinstance(text, ast.Constant)]
    if len(found) != len(texts) or not all(isinstance(text, str) for text in found):
        raise NotOurs
    return [str(text) for text in found]


def _opened_between(_: str, arguments: Sequence[ast.expr]) -> Condition:
    _expect(arguments, _THREE)
    start, end = _texts(arguments)
    return TimeOfDay(start=start, end=end)


def _opened_on(_: str, arguments: Sequence[ast.expr]) -> Condition:
    days = _texts(arguments)
    if len(set(days)) != len(days) or not set(days) <= set(get_args(Weekday)):
        raise NotOurs
    return Weekdays.model_validate({"days": days})
