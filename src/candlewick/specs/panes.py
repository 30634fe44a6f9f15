"""Where an indicator of a strategy is drawn: over the candles only what is on their scale."""

from candlewick.indicators.models import Group, Output, Pane
from candlewick.indicators.registry import INDICATORS
from candlewick.specs.models import IndicatorUse
from candlewick.specs.operands import Price
from candlewick.specs.scope import Frame, Scope

_PATTERNS = "Candle patterns"
_VOLUME = "Volume"


def pane_of(scope: Scope, frame: Frame, use: IndicatorUse, output: Output) -> Pane:
    """Return the pane: that of the registry, unless the source or another pair has a scale of its own."""
    is_over = output.pane is Pane.PRICE and _pair(scope, frame) is None
    return Pane.PRICE if is_over and _own_scale(scope, frame, use) is None else Pane.OWN


def title_of(scope: Scope, frame: Frame, use: IndicatorUse) -> str:
    """Return the title of an indicator's own pane, which it shares with what is on the same scale."""
    known = INDICATORS[use.indicator]
    if known.group is Group.PATTERN:
        return _PATTERNS
    title = _own_scale(scope, frame, use) or known.title
    return title if _pair(scope, frame) is None else f"{title} ({frame})"


def _own_scale(scope: Scope, frame: Frame, use: IndicatorUse) -> str | None:
    """Return what the source is, where it is no price; None where it is one."""
    known, source = INDICATORS[use.indicator], use.source
    if not known.has_source:
        return None
    if isinstance(source, Price):
        return _VOLUME if source.field == "volume" else None
    inner = scope.indicator(frame, source.name)
    found = INDICATORS.get(inner.indicator) if inner is not None else None
    if inner is None or found is None:
        return None
    output = next((each for each in found.outputs if each.name == source.output), None)
    if output is not None and output.pane is Pane.OWN:
        return found.title
    return _own_scale(scope, frame, inner)


def _pair(scope: Scope, frame: Frame) -> str | None:
    return next((each.pair for each in scope.spec.informatives if each.name == frame), None)
