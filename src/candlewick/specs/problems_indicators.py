"""Indicators: known, with settings in range, computed from what is there."""

from collections.abc import Iterator
from difflib import get_close_matches

from candlewick.indicators.models import Indicator
from candlewick.indicators.registry import INDICATORS, is_pattern
from candlewick.specs.base import CodeBlock
from candlewick.specs.found import Problem, check_number
from candlewick.specs.models import IndicatorUse
from candlewick.specs.names import COLUMNS
from candlewick.specs.operands import IndicatorValue
from candlewick.specs.scope import Frame, Scope

_Placed = tuple[str, Frame, tuple[IndicatorUse | CodeBlock, ...]]


def find(scope: Scope) -> Iterator[Problem]:
    spec = scope.spec
    places: list[_Placed] = [("indicators", None, spec.indicators)]
    places += [
        (f"informatives.{number}.indicators", frame.name, frame.indicators)
        for number, frame in enumerate(spec.informatives)
    ]
    for path, frame, blocks in places:
        taken = set(COLUMNS)
        if frame is None:
            taken |= _merged_columns(scope)
        for number, block in enumerate(blocks):
            if isinstance(block, IndicatorUse):
                yield from _indicator(scope, f"{path}.{number}", frame, block)
                yield from _columns(f"{path}.{number}", block, taken)


def _merged_columns(scope: Scope) -> set[str]:
    """Return the columns that informatives bring into the strategy's own frame."""
    return {
        f"{column}_{frame.name}"
        for frame in scope.spec.informatives
        for column in (*COLUMNS, *(name for name, _, _ in scope.columns(frame.name)))
    }


def _columns(path: str, use: IndicatorUse, taken: set[str]) -> Iterator[Problem]:
    known = INDICATORS.get(use.indicator)
    columns = set(known.columns(use.name)) if known else set()
    for column in sorted(columns & taken):
        yield Problem(
            f"{path}.name",
            f"There is a column {column!r} already. Give the indicator another name.",
        )
    taken |= columns


def _indicator(scope: Scope, path: str, frame: Frame, use: IndicatorUse) -> Iterator[Problem]:
    known = INDICATORS.get(use.indicator)
    if known is None:
        near = get_close_matches(use.indicator, INDICATORS, n=3, cutoff=0.5)
        advice = f"Did you mean {', '.join(near)}?" if near else "Choose one of the registry."
        yield Problem(f"{path}.indicator", f"There is no indicator {use.indicator!r}. {advice}")
        return
    yield from _settings(scope, path, known, use)
    yield from _source(scope, f"{path}.source", frame, use)
    if not known.has_source and (use.source.kind != "price" or use.source.field != "close"):
        yield Problem(
            f"{path}.source",
            f"{known.title} is computed from {', '.join(known.inputs)}. Remove the source.",
        )


def _settings(scope: Scope, path: str, known: Indicator, use: IndicatorUse) -> Iterator[Problem]:
    for name, number in use.settings.items():
        setting = known.setting(name)
        if setting is None:
            names = ", ".join(each.name for each in known.settings) or "none"
            yield Problem(
                f"{path}.settings.{name}",
                f"{known.title} has no setting {name!r}; it has {names}. Remove it.",
            )
        else:
            bounds = (setting.low, setting.high)
            yield from check_number(
                scope, f"{path}.settings.{name}", number, bounds, whole=setting.is_whole
            )


def _source(scope: Scope, path: str, frame: Frame, use: IndicatorUse) -> Iterator[Problem]:
    source = use.source
    if source.ago != 0:
        yield Problem(f"{path}.ago", "An indicator's source cannot be shifted. Set this to 0.")
    if source.frame is not None and (frame is not None or source.frame not in scope.indicators):
        yield Problem(
            f"{path}.frame",
            f"There is no timeframe {source.frame!r} here. Remove it, or add it to the informatives.",
        )
    elif isinstance(source, IndicatorValue):
        at = frame if source.frame is None else source.frame
        yield from check_reference(scope, path, at, source)
        if at == frame:
            yield from _order(scope, f"{path}.name", frame, use)


def check_reference(
    scope: Scope, path: str, frame: Frame, value: IndicatorValue
) -> Iterator[Problem]:
    """Yield what is wrong with the name of an indicator and its output."""
    use = scope.indicator(frame, value.name)
    if use is None:
        names = ", ".join(scope.indicators.get(frame, {})) or "none"
        yield Problem(
            f"{path}.name",
            f"The strategy has no indicator {value.name!r} here; it has {names}. Add it, or choose another.",
        )
        return
    known = INDICATORS.get(use.indicator)
    outputs = [output.name for output in known.outputs] if known else []
    if known is None or value.output in outputs:
        return
    yield Problem(
        f"{path}.output",
        f"{known.title} has no output {value.output!r}. Choose one of {', '.join(outputs)}."
        if outputs != [""]
        else f"{known.title} has one output only. Remove `output`.",
    )


def _order(scope: Scope, path: str, frame: Frame, use: IndicatorUse) -> Iterator[Problem]:
    chain = [use.name]
    source = use.source
    while isinstance(source, IndicatorValue) and source.frame is None:
        chain.append(source.name)
        if source.name in chain[:-1]:
            yield Problem(
                path,
                f"This is a circular reference: {' → '.join(chain)}. Change the source of one of them.",
            )
            return
        following = scope.indicator(frame, source.name)
        if following is None:
            return
        source = following.source
    order = list(scope.indicators[frame])
    if order.index(chain[1]) > order.index(use.name):
        yield Problem(
            path, f"{chain[1]!r} is computed after {use.name!r}, which needs it. Move it up."
        )


def is_pattern_use(scope: Scope, frame: Frame, name: str) -> bool:
    use = scope.indicator(frame, name)
    return use is not None and is_pattern(use.indicator)
