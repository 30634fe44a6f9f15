"""Values for a strategy's parameters: checked against its code's facts, and laid over each other."""

from collections.abc import Callable, Mapping

from candlewick.errors import Invalid
from candlewick.strategies.models import CodeFacts, ParameterFact, ParameterKind

Values = Mapping[str, object]
_Check = Callable[[object], str | None]  # what is wrong with a value

_MAX_OPEN_TRADES = 1_000
_ROUNDING = 1e-9


def check_values(facts: CodeFacts, parameters: Mapping[str, Values]) -> None:
    """Raise `Invalid` with one field error for each value that the strategy would not take.

    Besides its own parameters a strategy takes `roi`, `stoploss`, `trailing` and `max_open_trades`,
    which stand for its attributes of these names.
    """
    errors = tuple(
        (f"parameters.{space}.{name}", message)
        for space, values in parameters.items()
        for name, value in values.items()
        if (message := _wrong(facts, space, name, value)) is not None
    )
    if errors:
        detail = "; ".join(f"{field.partition('.')[2]}: {text}" for field, text in errors[:5])
        raise Invalid(f"{detail}.", fields=errors)


def merge(own: Values | None, chosen: Mapping[str, Values] | None) -> Values | None:
    """Lay chosen values over a version's own; a table of returns (`roi`) is replaced as a whole."""
    merged = dict(own or {})
    for space, values in (chosen or {}).items():
        before = merged.get(space)
        is_mixed = space != "roi" and isinstance(before, Mapping)
        merged[space] = {**before, **values} if is_mixed else dict(values)  # type: ignore[dict-item]
    return merged or None


def _wrong(facts: CodeFacts, space: str, name: str, value: object) -> str | None:
    fact = next((item for item in facts.parameters if item.name == name), None)
    if fact is not None and fact.space in {space, None}:
        if not fact.load:
            return "the code says load=False, so Freqtrade would ignore a value"
        return _CHECKS[fact.kind](fact, value)
    if space in _ATTRIBUTES:
        check = _ATTRIBUTES[space].get("*" if space == "roi" and name.isdigit() else name)
        return "there is no such setting" if check is None else check(value)
    if fact is not None:
        return f"this parameter belongs to the space {fact.space}"
    known = ", ".join(item.name for item in facts.parameters[:20]) or "none"
    return f"the code declares no such parameter; it declares: {known}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _integer(fact: ParameterFact, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "give a whole number"
    return _in_range(fact, value)


def _real(fact: ParameterFact, value: object) -> str | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "give a number"
    return _in_range(fact, value)


def _decimal(fact: ParameterFact, value: object) -> str | None:
    wrong = _real(fact, value)
    if wrong is not None or not isinstance(value, int | float) or fact.decimals is None:
        return wrong
    is_exact = abs(round(value, fact.decimals) - value) < _ROUNDING
    return None if is_exact else f"give at most {fact.decimals} decimals; Freqtrade rounds to these"


def _in_range(fact: ParameterFact, value: float) -> str | None:
    is_low = isinstance(fact.low, int | float) and value < fact.low
    is_high = isinstance(fact.high, int | float) and value > fact.high
    return f"give a number from {fact.low} to {fact.high}" if is_low or is_high else None


def _one_of(fact: ParameterFact, value: object) -> str | None:
    # 1 == True in Python, but a strategy may tell them apart.
    same = [item for item in fact.options if item == value and type(item) is type(value)]
    if same or not fact.options:
        return None
    return f"choose one of {', '.join(map(str, fact.options[:20]))}"


def _boolean(_: ParameterFact, value: object) -> str | None:
    return None if isinstance(value, bool) else "give true or false"


_CHECKS: Mapping[ParameterKind, Callable[[ParameterFact, object], str | None]] = {
    ParameterKind.INT: _integer,
    ParameterKind.DECIMAL: _decimal,
    ParameterKind.REAL: _real,
    ParameterKind.CATEGORICAL: _one_of,
    ParameterKind.BOOLEAN: _boolean,
}


def _number(low: float, high: float) -> _Check:
    def check(value: object) -> str | None:
        is_fit = isinstance(value, int | float) and _is_number(value) and low <= value <= high
        return None if is_fit else f"give a number from {low} to {high}"

    return check


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "give true or false"


def _count(value: object) -> str | None:
    is_fit = isinstance(value, int) and _is_number(value) and -1 <= value <= _MAX_OPEN_TRADES
    return None if is_fit else f"give a whole number from -1 (no limit) to {_MAX_OPEN_TRADES}"


def _or_none(check: _Check) -> _Check:
    return lambda value: None if value is None else check(value)


_ATTRIBUTES: Mapping[str, Mapping[str, _Check]] = {
    "roi": {"*": _number(-1, 1_000)},
    "stoploss": {"stoploss": _number(-1, 0)},
    "max_open_trades": {"max_open_trades": _count},
    "trailing": {
        "trailing_stop": _flag,
        "trailing_stop_positive": _or_none(_number(0, 1)),
        "trailing_stop_positive_offset": _number(0, 1),
        "trailing_only_offset_is_reached": _flag,
    },
}
