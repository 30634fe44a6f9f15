"""A problem, and the checks that many blocks share."""

from collections.abc import Iterator
from dataclasses import dataclass

from candlewick.specs.base import Number, ParameterUse
from candlewick.specs.scope import Scope


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, at a dotted path through the spec, and what to do about it."""

    path: str
    message: str


def check_number(
    scope: Scope,
    path: str,
    number: Number,
    bounds: tuple[float, float],
    *,
    whole: bool | None = None,
) -> Iterator[Problem]:
    """Yield what is wrong with a number, or a parameter in its place, that must lie within bounds."""
    low, high = bounds
    found = scope.bounds(number)
    what = f"a {'whole ' if whole else ''}number from {low} to {high}"
    if found is None and isinstance(number, ParameterUse):
        yield unknown_parameter(scope, path, number.name)
    elif whole and not scope.is_whole(number):
        yield Problem(
            path, f"Give {what}, or a parameter of whole numbers; this one has a fraction."
        )
    elif whole is False and isinstance(number, ParameterUse) and scope.is_whole(number):
        yield Problem(path, f"Give {what}, or a decimal parameter; this one is of whole numbers.")
    elif found is not None and not (low <= found[0] and found[1] <= high):
        given = (
            f"The range of the parameter {number.name}, {found[0]} to {found[1]},"
            if isinstance(number, ParameterUse)
            else f"{number}"
        )
        yield Problem(path, f"{given} is out of range. Give {what}.")


def unknown_parameter(scope: Scope, path: str, name: str) -> Problem:
    """Return what is wrong with a parameter that there is not, or that is a switch."""
    if name in scope.parameters:
        return Problem(path, f"{name!r} is a switch, no number. Choose another parameter.")
    return Problem(
        path,
        f"There is no parameter {name!r}. Add it to the strategy's parameters, or give a number.",
    )
