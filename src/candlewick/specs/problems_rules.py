"""Rules: conditions over what is there, that can be true and false."""

import ast
from collections.abc import Iterator

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
    Within,
)
from candlewick.specs.found import Problem, check_number, unknown_parameter
from candlewick.specs.models import BoolParameter, Rule
from candlewick.specs.operands import IndicatorValue, Math, Operand, Price, has_column
from candlewick.specs.problems_indicators import check_reference, is_pattern_use
from candlewick.specs.scope import Scope

_MOST_CANDLES = 500
_MOST_PERCENT = 10_000
_DEEPEST = 8


def find(scope: Scope) -> Iterator[Problem]:
    spec = scope.spec
    for way, steps in (("entries", spec.entries), ("exits", spec.exits)):
        for number, step in enumerate(steps):
            if not isinstance(step, Rule):
                continue
            path = f"{way}.{number}"
            if step.side == "short" and not spec.can_short:
                yield Problem(f"{path}.side", "This strategy does not go short. Set `can_short`.")
            yield from _Rule(scope).condition(f"{path}.when", step.when)


class _Rule:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def condition(  # noqa: C901, PLR0912 - one case for each kind
        self, path: str, condition: Condition, depth: int = 1
    ) -> Iterator[Problem]:
        if depth > _DEEPEST:
            yield Problem(
                path, f"At most {_DEEPEST} levels of conditions. Make two rules of this one."
            )
            return
        match condition:
            case All() | AnyOf():
                for number, inner in enumerate(condition.conditions):
                    yield from self.condition(f"{path}.conditions.{number}", inner, depth + 1)
            case Not():
                yield from self.condition(f"{path}.condition", condition.condition, depth + 1)
            case Within():
                yield from self._candles(f"{path}.candles", condition.candles)
                yield from self.condition(f"{path}.condition", condition.condition, depth + 1)
            case Compare():
                yield from self._compared(path, condition)
            case Crosses():
                yield from self._varying(f"{path}.left", condition.left)
                yield from self._operand(f"{path}.right", condition.right)
            case Moves():
                yield from self._varying(f"{path}.operand", condition.operand)
                yield from self._candles(f"{path}.candles", condition.candles)
            case Between():
                yield from self._between(path, condition)
            case Distance():
                yield from self._distance(path, condition)
            case Pattern():
                yield from self._pattern(path, condition)
            case TimeOfDay():
                yield from _time(path, condition)
            case Switch():
                yield from self._switch(path, condition)
            case CodeBlock():
                yield from _expression(path, condition)

    def _compared(self, path: str, condition: Compare) -> Iterator[Problem]:
        yield from self._operand(f"{path}.left", condition.left)
        yield from self._operand(f"{path}.right", condition.right)
        if not (has_column(condition.left) or has_column(condition.right)):
            yield Problem(
                path,
                "This compares two numbers, which is always or never true. Put a price or an indicator on one side.",
            )

    def _between(self, path: str, condition: Between) -> Iterator[Problem]:
        yield from self._varying(f"{path}.operand", condition.operand)
        yield from self._operand(f"{path}.low", condition.low)
        yield from self._operand(f"{path}.high", condition.high)
        low, high = condition.low, condition.high
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            yield Problem(f"{path}.high", f"Nothing lies between {low} and {high}. Swap them.")

    def _distance(self, path: str, condition: Distance) -> Iterator[Problem]:
        yield from self._varying(f"{path}.operand", condition.operand)
        yield from self._operand(f"{path}.reference", condition.reference)
        yield from self._divisor(f"{path}.reference", condition.reference)
        bounds = (0, _MOST_PERCENT)
        yield from check_number(self._scope, f"{path}.percent", condition.percent, bounds)

    def _pattern(self, path: str, condition: Pattern) -> Iterator[Problem]:
        if condition.frame not in self._scope.indicators:
            yield _unknown_frame(path, str(condition.frame))
        elif not is_pattern_use(self._scope, condition.frame, condition.name):
            yield Problem(
                f"{path}.name",
                f"{condition.name!r} is no candle pattern of this strategy. Add one to its indicators.",
            )

    def _switch(self, path: str, condition: Switch) -> Iterator[Problem]:
        if not isinstance(self._scope.parameters.get(condition.name), BoolParameter):
            yield Problem(
                f"{path}.name",
                f"{condition.name!r} is no parameter that is true or false. Add one to the strategy's parameters.",
            )

    def _varying(self, path: str, operand: Operand) -> Iterator[Problem]:
        yield from self._operand(path, operand)
        if not has_column(operand):
            yield Problem(path, "A number does not change. Put a price or an indicator here.")

    def _operand(self, path: str, operand: Operand, depth: int = 1) -> Iterator[Problem]:
        match operand:
            case ParameterUse():
                if self._scope.bounds(operand) is None:
                    yield unknown_parameter(self._scope, path, operand.name)
            case Math():
                if depth > _DEEPEST:
                    yield Problem(path, f"At most {_DEEPEST} levels of arithmetic. Simplify this.")
                    return
                yield from self._operand(f"{path}.left", operand.left, depth + 1)
                yield from self._operand(f"{path}.right", operand.right, depth + 1)
                if operand.sign == "/":
                    yield from self._divisor(f"{path}.right", operand.right)
            case Price() | IndicatorValue():
                yield from self._column(path, operand)

    def _column(self, path: str, column: Price | IndicatorValue) -> Iterator[Problem]:
        bounds = (0, _MOST_CANDLES)
        yield from check_number(self._scope, f"{path}.ago", column.ago, bounds, whole=True)
        if column.frame not in self._scope.indicators:
            yield _unknown_frame(path, str(column.frame))
        elif isinstance(column, IndicatorValue):
            yield from check_reference(self._scope, path, column.frame, column)
            if is_pattern_use(self._scope, column.frame, column.name):
                yield Problem(
                    path, "This is a candle pattern. Use a condition of the kind pattern."
                )

    def _divisor(self, path: str, operand: Operand) -> Iterator[Problem]:
        least, greatest = self._range(operand)
        if least <= 0 <= greatest:
            yield Problem(
                path,
                "This can be zero, and nothing can be divided by zero. Divide by another value, or keep 0 out of the "
                "parameter's range.",
            )

    def _range(self, operand: Operand) -> tuple[float, float]:
        """Return the bounds of a number; a column, which the data decides, counts as positive."""
        if isinstance(operand, int | float | ParameterUse):
            return self._scope.bounds(operand) or (1, 1)
        if not isinstance(operand, Math) or has_column(operand):
            return 1, 1
        (a, b), (c, d) = self._range(operand.left), self._range(operand.right)
        if operand.sign == "/" and c <= 0 <= d:
            return 1, 1  # said at the inner division
        ends = [_computed(operand.sign, x, y) for x in (a, b) for y in (c, d)]
        return min(ends), max(ends)

    def _candles(self, path: str, candles: Number) -> Iterator[Problem]:
        yield from check_number(self._scope, path, candles, (1, _MOST_CANDLES), whole=True)


def _computed(sign: str, x: float, y: float) -> float:
    match sign:
        case "+":
            return x + y
        case "-":
            return x - y
        case "*":
            return x * y
        case _:
            return x / y


def _unknown_frame(path: str, frame: str) -> Problem:
    return Problem(
        f"{path}.frame",
        f"There is no informative {frame!r}. Add it to the informatives, or remove this.",
    )


def _time(path: str, condition: TimeOfDay) -> Iterator[Problem]:
    if condition.start >= condition.end:
        yield Problem(
            f"{path}.end",
            f"{condition.end} is not after {condition.start}. For a time over midnight use a `not` around the other hours.",
        )


def _expression(path: str, condition: CodeBlock) -> Iterator[Problem]:
    try:
        ast.parse(condition.code, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield Problem(f"{path}.code", f"This is no Python expression: {error}. Correct it.")
