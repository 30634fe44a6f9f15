"""How conditions and operands read in code, as Python's own syntax tree."""

import ast

from candlewick.indicators.code import column
from candlewick.indicators.registry import INDICATORS
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
    Weekdays,
    Within,
)
from candlewick.specs.operands import Column, IndicatorValue, Math, Operand
from candlewick.specs.scope import Frame, Scope

COMPARISONS: dict[str, type[ast.cmpop]] = {
    ">": ast.Gt, ">=": ast.GtE, "<": ast.Lt, "<=": ast.LtE, "==": ast.Eq, "!=": ast.NotEq,
}  # fmt: skip
ARITHMETIC: dict[str, type[ast.operator]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div,
}  # fmt: skip


class Syntax:
    """Writes conditions of one strategy."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def condition(self, condition: Condition) -> ast.expr:  # noqa: C901, PLR0911, PLR0912 - one case for each kind
        match condition:
            case All():
                return self._joined(ast.BitAnd(), condition.conditions)
            case AnyOf():
                return self._joined(ast.BitOr(), condition.conditions)
            case Not():
                return ast.UnaryOp(op=ast.Invert(), operand=self.condition(condition.condition))
            case Compare():
                sign = COMPARISONS[condition.sign]()
                return compared(self.operand(condition.left), sign, self.operand(condition.right))
            case Crosses():
                function = f"crossed_{condition.direction}"
                sides = [self.operand(condition.left), self.operand(condition.right)]
                return ast.Call(
                    func=ast.Attribute(value=ast.Name("qtpylib"), attr=function),
                    args=sides,
                    keywords=[],
                )
            case Moves():
                arguments = [self.operand(condition.operand), number(condition.candles)]
                return called(condition.direction, *arguments)
            case Within():
                return called(
                    "within", self.condition(condition.condition), number(condition.candles)
                )
            case Between():
                parts = (condition.operand, condition.low, condition.high)
                return called("between", *(self.operand(part) for part in parts))
            case Distance():
                return self._distance(condition)
            case Pattern():
                sign = ast.Gt() if condition.direction == "bullish" else ast.Lt()
                name = _suffixed(condition.name, condition.frame)
                return compared(column(name), sign, ast.Constant(0))
            case TimeOfDay():
                return _opened("between", condition.start, condition.end)
            case Weekdays():
                return _opened("on", *condition.days)
            case Switch():
                own = number(ParameterUse(name=condition.name))
                return called("switched_on", ast.Name("dataframe"), own)
            case CodeBlock():
                return ast.parse(condition.code, mode="eval").body

    def operand(self, operand: Operand) -> ast.expr:
        match operand:
            case int() | float() | ParameterUse():
                return number(operand)
            case Math():
                return ast.BinOp(
                    left=self.operand(operand.left),
                    op=ARITHMETIC[operand.sign](),
                    right=self.operand(operand.right),
                )
            case _:
                found = column(self.name(operand))
                return found if operand.ago == 0 else _method(found, "shift", number(operand.ago))

    def name(self, of: Column, within: Frame = None) -> str:
        """Return the column's name in the strategy's frame, or in the informative one that it is read within."""
        if isinstance(of, IndicatorValue):
            bare = self._bare(of.name, of.output, of.frame if within is None else within)
        else:
            bare = of.field
        return _suffixed(bare, of.frame if within is None else None)

    def _bare(self, label: str, output: str, frame: Frame) -> str:
        use = self._scope.indicator(frame, label)
        known = INDICATORS[use.indicator] if use else None
        return known.column(label, output) if known else label

    def _joined(self, sign: ast.operator, conditions: tuple[Condition, ...]) -> ast.expr:
        first, *others = (self.condition(condition) for condition in conditions)
        for other in others:
            first = ast.BinOp(left=first, op=sign, right=other)
        return first

    def _distance(self, condition: Distance) -> ast.expr:
        function = "percent_apart" if condition.side == "near" else "percent_from"
        percent = called(
            function, self.operand(condition.operand), self.operand(condition.reference)
        )
        limit = number(condition.percent)
        match condition.side:
            case "above":
                return compared(percent, ast.GtE(), limit)
            case "below":
                return compared(percent, ast.LtE(), ast.UnaryOp(op=ast.USub(), operand=limit))
            case _:
                return compared(percent, ast.LtE(), limit)


def _suffixed(name: str, frame: Frame) -> str:
    return name if frame is None else f"{name}_{frame}"


def number(value: Number) -> ast.expr:
    """Return a number, or the value of the parameter in its place."""
    if isinstance(value, ParameterUse):
        own = ast.Attribute(value=ast.Name("self"), attr=value.name)
        return ast.Attribute(value=own, attr="value")
    if value < 0:
        return ast.UnaryOp(op=ast.USub(), operand=ast.Constant(-value))
    return ast.Constant(value)


def compared(left: ast.expr, sign: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left=left, ops=[sign], comparators=[right])


def called(function: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Name(function), args=list(arguments), keywords=[])


def _method(owner: ast.expr, name: str, *arguments: ast.expr) -> ast.Call:
    function = ast.Attribute(value=owner, attr=name)
    return ast.Call(func=function, args=list(arguments), keywords=[])


def _opened(how: str, *words: str) -> ast.expr:
    texts = (ast.Constant(word) for word in words)
    return called(f"opened_{how}", ast.Name("dataframe"), *texts)
