"""Which runs an examination makes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from candlewick.backtests.models import BacktestSpec, Probe
from candlewick.backtests.wire import ProbeKind
from candlewick.market_data.timeframes import duration
from candlewick.marketplace.exams.models import Part, PlannedRun
from candlewick.strategies.models import CodeFacts, ParameterFact, ParameterKind
from candlewick.strategies.values import merge
from candlewick.trust.truncation import cutting_places

_LATER_STARTS = (0.125, 0.25, 0.375)  # of the run's time
_MOST_PARAMETERS = 4
_NUDGE = 0.1
_ANALYSED_CANDLES = 20_000
_CUTS = 4

Values = Mapping[str, object]


def first_runs(
    spec: BacktestSpec, parameters: Values | None, facts: CodeFacts
) -> Mapping[str, PlannedRun]:
    """Return the runs that need nothing but the version."""
    found = {"base": PlannedRun(part=Part.BASE, spec=spec, parameters=parameters)}
    for number, share in enumerate(_LATER_STARTS, 1):
        later = replace(spec, start=_later(spec, share))
        found[f"start-{number}"] = PlannedRun(part=Part.START, spec=later, parameters=parameters)
    longest = duration(spec.timeframe) * _ANALYSED_CANDLES
    recent = replace(spec, start=max(spec.start, spec.until - longest), timeframe_detail=None)
    for part, kind in (
        (Part.LOOKAHEAD, ProbeKind.LOOKAHEAD),
        (Part.RECURSIVE, ProbeKind.RECURSIVE),
    ):
        probe = replace(recent, probe=Probe(kind=kind))
        found[part.value] = PlannedRun(part=part, spec=probe, parameters=parameters)
    numeric = [
        fact for fact in facts.parameters if fact.load and fact.space and fact.kind in _NUMERIC
    ]
    for fact in numeric[:_MOST_PARAMETERS]:
        found |= _named(_of_parameter(spec, parameters, fact))
    return found


def later_runs(
    spec: BacktestSpec,
    parameters: Values | None,
    *,
    trades: Sequence[Mapping[str, Any]],
    settings: Mapping[str, Any],
) -> Mapping[str, PlannedRun]:
    """Return the runs that need the base run's trades, and the settings that Freqtrade reports of it."""
    found = _named(_of_risk(spec, parameters, settings))
    step = duration(spec.timeframe)
    milliseconds, until = int(step.total_seconds() * 1_000), int(spec.until.timestamp() * 1_000)
    places = cutting_places(trades, milliseconds, until, _CUTS)
    for number, place in enumerate(places, 1):
        at = datetime.fromtimestamp(place / 1_000, UTC)
        cut = replace(spec, until=at + 2 * step, probe=Probe(kind=ProbeKind.TRUNCATED, cut_at=at))
        found[f"cut-{number}"] = PlannedRun(part=Part.TRUNCATED, spec=cut, parameters=parameters)
    return found


def _later(spec: BacktestSpec, share: float) -> datetime:
    step = duration(spec.timeframe)
    return spec.start + step * int((spec.until - spec.start) * share / step)


def _named(found: Iterator[PlannedRun]) -> dict[str, PlannedRun]:
    return {f"neighbour-{each.parameter}-{place}": each for place, each in enumerate(found, 1)}


def _of_parameter(
    spec: BacktestSpec, parameters: Values | None, fact: ParameterFact
) -> Iterator[PlannedRun]:
    space = fact.space or ""
    own = (parameters or {}).get(space)
    value = own.get(fact.name, fact.default) if isinstance(own, Mapping) else fact.default
    if not isinstance(value, int | float):
        return
    for moved in _moved(fact, float(value)):
        yield PlannedRun(
            part=Part.NEIGHBOUR,
            spec=spec,
            parameters=merge(parameters, {space: {fact.name: moved}}),
            parameter=fact.name,
            value=moved,
        )


def _moved(fact: ParameterFact, value: float) -> Iterator[int | float]:
    """Yield the value moved down and up by a tenth, at least by one step of the parameter's, within its range."""
    decimals = 0 if fact.kind is ParameterKind.INT else (fact.decimals or 6)
    size = max(abs(value) * _NUDGE, 10.0**-decimals)
    for moved in (value - size, value + size):
        low = fact.low if isinstance(fact.low, int | float) else moved
        high = fact.high if isinstance(fact.high, int | float) else moved
        kept = round(min(max(moved, low), high), decimals)
        if kept != value:
            yield int(kept) if fact.kind is ParameterKind.INT else kept


def _of_risk(
    spec: BacktestSpec, parameters: Values | None, settings: Mapping[str, Any]
) -> Iterator[PlannedRun]:
    """Yield runs with stop and targets moved by a fifth: every strategy has them, parameters or not."""
    stop, targets = settings.get("stoploss"), settings.get("minimal_roi")
    for factor in (0.8, 1.25):
        if isinstance(stop, int | float) and -1 < stop * factor < 0:
            moved = round(stop * factor, 6)
            values: dict[str, Mapping[str, object]] = {"stoploss": {"stoploss": moved}}
            yield _risk(spec, parameters, values, ("stoploss", moved))
        if isinstance(targets, Mapping) and targets:
            table = {str(after): round(ratio * factor, 6) for after, ratio in targets.items()}
            yield _risk(spec, parameters, {"roi": table}, ("minimal_roi", f"times {factor:g}"))


def _risk(
    spec: BacktestSpec,
    parameters: Values | None,
    values: Mapping[str, Mapping[str, object]],
    told: tuple[str, object],
) -> PlannedRun:
    return PlannedRun(
        part=Part.NEIGHBOUR,
        spec=spec,
        parameters=merge(parameters, values),
        parameter=told[0],
        value=told[1],
    )


_NUMERIC = {ParameterKind.INT, ParameterKind.DECIMAL, ParameterKind.REAL}
