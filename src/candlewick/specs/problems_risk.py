"""Targets, stops, sizes and protections: numbers in range, steps in order."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from candlewick.indicators.registry import INDICATORS
from candlewick.specs.base import ParameterUse
from candlewick.specs.found import Problem, check_number
from candlewick.specs.risk import Trailing
from candlewick.specs.scope import Scope

if TYPE_CHECKING:
    from candlewick.specs.base import Number

_MOST_MINUTES = 1_000_000
_MOST_LEVERAGE = 125
_CANDLES = (1, 10_000)
_PROTECTED: dict[str, tuple[tuple[float, float], bool | None]] = {
    "lookback": (_CANDLES, True),
    "trades": (_CANDLES, True),
    "stop": (_CANDLES, True),
    "drawdown": ((0.0001, 0.9999), None),
    "profit": ((-0.9999, 0.9999), None),
}


def find(scope: Scope) -> Iterator[Problem]:
    yield from _targets(scope)
    if scope.spec.risk.trailing is not None:
        yield from _trailing(scope.spec.risk.trailing)
    yield from _steps(scope)
    yield from _range_stop(scope)
    yield from _numbers(scope)
    yield from _added(scope)
    yield from _protections(scope)


def _protections(scope: Scope) -> Iterator[Problem]:
    """Yield what is wrong with parameters; plain numbers are bounded by the model."""
    for number, protection in enumerate(scope.spec.protections):
        for name, (bounds, whole) in _PROTECTED.items():
            given = getattr(protection, name, None)
            if isinstance(given, ParameterUse):
                path = f"protections.{number}.{name}"
                yield from check_number(scope, path, given, bounds, whole=whole)


def _targets(scope: Scope) -> Iterator[Problem]:
    minutes = [target.minutes for target in scope.spec.risk.targets]
    for number, (earlier, later) in enumerate(pairwise(minutes), start=1):
        if later <= earlier:
            yield Problem(
                f"risk.targets.{number}.minutes",
                f"{later} minutes are not after {earlier}. Put the targets in the order of time.",
            )


def _trailing(trailing: Trailing) -> Iterator[Problem]:
    path = "risk.trailing"
    if trailing.distance is None and (trailing.offset or trailing.only_after_offset):
        yield Problem(f"{path}.distance", "An offset needs a distance of its own. Give one.")
    elif trailing.only_after_offset and not trailing.offset:
        yield Problem(f"{path}.offset", "Give the profit from which on the stop follows.")
    elif trailing.distance is not None and 0 < trailing.offset <= trailing.distance:
        yield Problem(
            f"{path}.offset",
            f"The offset must be greater than the distance. Give more than {trailing.distance}.",
        )


def _steps(scope: Scope) -> Iterator[Problem]:
    last = -1.0
    for number, step in enumerate(scope.spec.risk.steps):
        path = f"risk.steps.{number}"
        yield from check_number(scope, f"{path}.profit", step.profit, (0.0, 100.0))
        yield from check_number(scope, f"{path}.lock", step.lock, (-1.0, 100.0))
        profit, lock = scope.bounds(step.profit), scope.bounds(step.lock)
        if profit is None or lock is None:
            continue
        if lock[1] >= profit[0]:
            yield Problem(
                f"{path}.lock",
                "The stop would lie above the price. Lock less than the profit of the step.",
            )
        if profit[0] <= last:
            yield Problem(f"{path}.profit", "Put the steps in the order of their profits.")
        last = profit[1]


def _range_stop(scope: Scope) -> Iterator[Problem]:
    stop = scope.spec.risk.range_stop
    if stop is None:
        return
    yield from check_number(scope, "risk.range_stop.times", stop.times, (0.1, 100))
    use = scope.indicator(None, stop.indicator)
    known = INDICATORS.get(use.indicator) if use else None
    if use is None or (known is not None and len(known.outputs) > 1):
        yield Problem(
            "risk.range_stop.indicator",
            f"{stop.indicator!r} is no indicator with one output of this strategy. Add one, such as an atr.",
        )


def _numbers(scope: Scope) -> Iterator[Problem]:
    spec = scope.spec
    numbers: list[tuple[str, Number, tuple[float, float]]] = []
    if spec.risk.time_stop is not None:
        stop = spec.risk.time_stop
        numbers.append(("risk.time_stop.minutes", stop.minutes, (1, _MOST_MINUTES)))
        numbers.append(("risk.time_stop.unless_above", stop.unless_above, (-1, 100)))
    if spec.position.leverage is not None:
        numbers.append(("position.leverage", spec.position.leverage, (1, _MOST_LEVERAGE)))
    if spec.position.size is not None:
        most = 100 if spec.position.size.kind == "share" else 1
        numbers.append(("position.size.share", spec.position.size.share, (0.0001, most)))
    for path, number, bounds in numbers:
        yield from check_number(scope, path, number, bounds)


def _added(scope: Scope) -> Iterator[Problem]:
    last = 0.0
    for number, step in enumerate(scope.spec.position.added):
        path = f"position.added.{number}"
        yield from check_number(scope, f"{path}.drop", step.drop, (0.0001, 1))
        yield from check_number(scope, f"{path}.size", step.size, (0.01, 100))
        drop = scope.bounds(step.drop)
        if drop is not None and drop[0] <= last:
            yield Problem(f"{path}.drop", "Put the steps in the order of their drops.")
        last = drop[1] if drop else last
