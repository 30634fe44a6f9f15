"""Previews a spec on the candles of the store, and explains one of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite

from candlewick.errors import Invalid
from candlewick.indicators.registry import INDICATORS
from candlewick.market_data.store import CandleStore
from candlewick.market_data.timeframes import duration
from candlewick.previews.frames import NOT_RUN, StrategyFrame
from candlewick.previews.models import Explanation, Line, Preview, Wanted
from candlewick.previews.rules import Rules, milliseconds
from candlewick.previews.windows import Candles, find_candles
from candlewick.specs.found import Problem
from candlewick.specs.models import (
    BoolParameter,
    ChoiceParameter,
    IndicatorUse,
    Parameter,
    StrategySpec,
)
from candlewick.specs.panes import pane_of
from candlewick.specs.scope import Frame, Scope
from candlewick.specs.sentences import Sentences
from candlewick.specs.warm_up import warm_up, warm_up_of

_MOST_INDICATORS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewer:
    candles: CandleStore

    def preview(self, wanted: Wanted) -> Preview:
        """Return lines and signals of the window; what only code would tell is named instead."""
        made = _made(self.candles, wanted)
        # Before the rules: code among them may change what they find.
        lines = tuple(_lines(made.frame, made.first))
        rules = Rules(made.frame)
        signals = tuple(rules.signals(made.first))
        return Preview(
            revision=made.candles.revision,
            is_simulated=made.candles.manifest.simulated,
            tick_size=made.candles.tick_size(),
            startup_candles=made.candles.warm_up,
            warming_up=made.warming_up,
            window=made.frame.candles.iloc[made.first :],
            lines=lines,
            signals=signals,
            not_evaluated=(*_functions(wanted.spec), *made.frame.problems, *rules.problems),
        )

    def explain(self, wanted: Wanted, at: datetime) -> Explanation:
        """Return each rule as it stood at the candle of the window that opened at `at`."""
        made = _made(self.candles, wanted)
        dates = made.frame.candles["date"]
        row = int(dates.searchsorted(at))
        if row < made.first or row == len(dates) or dates.iloc[row] != at:
            message = (
                f"No candle of this window opened at {at:%Y-%m-%d %H:%M:%S}. Choose one of it."
            )
            raise Invalid(message, fields=(("at", message),))
        rules = Rules(made.frame)
        explained = tuple(rules.explained(row))
        return Explanation(
            revision=made.candles.revision,
            date=milliseconds(dates)[row],
            is_warming_up=row - made.first < made.warming_up,
            rules=explained,
            not_evaluated=(*_functions(wanted.spec), *made.frame.problems, *rules.problems),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """The frame of all candles, warm-up included; the window begins at the row `first`."""

    candles: Candles
    frame: StrategyFrame
    first: int
    warming_up: int


def _made(store: CandleStore, wanted: Wanted) -> _Made:
    spec = wanted.spec
    _require_few(spec)
    wanted = replace(wanted, parameters=_chosen(spec, wanted.parameters))
    candles = find_candles(store, wanted, warm_up(spec))
    frame = StrategyFrame(spec, wanted.parameters).fill(candles)
    dates = frame.candles["date"]
    first = int(dates.searchsorted(candles.window()[0]))
    # When each of the candles that there are first has enough before it.
    ready = [dates.iloc[0] + duration(spec.timeframe) * candles.warm_up]
    ready += [
        frame.beginnings[each.name] + duration(each.timeframe) * warm_up_of(spec, each.name)
        for each in spec.informatives
    ]
    warming_up = max(0, int(dates.searchsorted(max(ready))) - first)
    return _Made(candles=candles, frame=frame, first=first, warming_up=warming_up)


def _require_few(spec: StrategySpec) -> None:
    given = sum(len(uses) for uses in Scope(spec).indicators.values())
    if given > _MOST_INDICATORS:
        message = f"A preview computes at most {_MOST_INDICATORS} indicators; these are {given}."
        raise Invalid(message, fields=(("indicators", message),))


def _functions(spec: StrategySpec) -> Iterator[Problem]:
    """Name the functions that make indicators or signals and are code as a whole."""
    for number, block in enumerate(spec.code):
        if block.place == "class" and re.search(
            r"^(async )?def populate_", block.code, re.MULTILINE
        ):
            yield Problem(f"code.{number}", f"{NOT_RUN} It makes indicators or signals.")


def _lines(made: StrategyFrame, first: int) -> Iterator[Line]:
    sentences = Sentences(made.spec)
    for frame, uses in made.scope.indicators.items():
        for use in uses.values():
            yield from _lines_of(made, frame, use, _settings(sentences, use), first)


def _lines_of(
    made: StrategyFrame, frame: Frame, use: IndicatorUse, settings: str, first: int
) -> Iterator[Line]:
    known = INDICATORS[use.indicator]
    for output in known.outputs:
        column = known.column(use.name, output.name)
        column = column if frame is None else f"{column}_{frame}"
        if column not in made.frame:
            continue
        values = made.frame[column].iloc[first:].astype(float).tolist()
        part = f": {output.title}" if output.name else ""
        yield Line(
            column=column,
            name=use.name,
            output=output.name,
            frame=frame,
            title=f"{known.title}{settings}{part}",
            pane=pane_of(made.scope, frame, use, output),
            values=tuple(value if isfinite(value) else None for value in values),
        )


def _settings(sentences: Sentences, use: IndicatorUse) -> str:
    texts = [sentences.number(number) for number in use.settings.values()]
    return f" ({', '.join(texts)})" if texts else ""


def _chosen(spec: StrategySpec, given: Mapping[str, float]) -> Mapping[str, float]:
    parameters = Scope(spec).parameters
    wrong = [
        (f"parameters.{name}", why)
        for name, value in given.items()
        if (why := _why_not(parameters.get(name), value)) is not None
    ]
    if wrong:
        raise Invalid(" ".join(f"{path}: {why}" for path, why in wrong), fields=tuple(wrong))
    return {name: _as_meant(parameters[name], value) for name, value in given.items()}


def _why_not(parameter: Parameter | None, value: float) -> str | None:
    if parameter is None:
        return "The spec has no such parameter. Add it there, or leave it out here."
    if isinstance(parameter, BoolParameter) or isinstance(value, bool):
        is_fitting = isinstance(parameter, BoolParameter) and isinstance(value, bool)
        return None if is_fitting else "Give true or false to a switch, and a number to any other."
    if isinstance(parameter, ChoiceParameter):
        options = ", ".join(f"{option:g}" for option in parameter.options)
        return None if value in parameter.options else f"Choose one of {options}."
    if not parameter.low <= value <= parameter.high or (parameter.kind == "int" and value % 1):
        what = "a whole number" if parameter.kind == "int" else "a number"
        return f"Give {what} from {parameter.low} to {parameter.high}."
    return None


def _as_meant(parameter: Parameter, value: float) -> float:
    if isinstance(parameter, BoolParameter):
        return value
    if isinstance(parameter, ChoiceParameter):
        return next(option for option in parameter.options if option == value)
    return int(value) if parameter.kind == "int" else float(value)
