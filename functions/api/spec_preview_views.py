"""How the preview of a spec, and the explanation of one of its candles, look as JSON."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from api.backtest_bodies import Pair
from api.market_data import CandlesView
from api.schema import Body, Moment, View
from api.spec_views import Document, SpecProblemView
from candlewick.backtests.models import TradingMode
from candlewick.indicators.models import Pane
from candlewick.market_data.timeframes import duration

if TYPE_CHECKING:
    from candlewick.previews.models import ExplainedRule, Explanation, Preview, Wanted
    from candlewick.specs.explanation import Explained
    from candlewick.specs.found import Problem

Way = Literal["enter", "exit"]
Side = Literal["long", "short"]


class SpecPreviewBody(Body):
    """A spec, and the candles to show it on: those of a pair up to `end` (exclusive; left out: the newest).

    `revision` names older candles than the exchange has now. `parameters` go before the defaults.
    """

    spec: Document
    exchange: Annotated[str, Field(pattern=r"^[a-z0-9_]{2,40}$")]
    pair: Pair
    trading_mode: TradingMode = TradingMode.SPOT
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    end: Moment | None = None
    candles: Annotated[int, Field(ge=10, le=1_000)] = 400
    parameters: Annotated[Mapping[str, bool | float], Field(default_factory=dict, max_length=100)]


class SpecExplainBody(SpecPreviewBody):
    """A preview, and the candle of its window that opened at `at`."""

    at: Moment


class SpecLineView(View):
    """One output of an indicator: a value for each candle. `frame` is the informative that it is of.

    `column` is its name in the strategy's own frame, `name` the indicator's in the spec.
    """

    column: str
    name: str
    output: str
    frame: str | None
    title: str
    pane: Pane
    values: list[float | None]


class SpecSignalView(View):
    """A signal at the candle that opened at `date` (milliseconds); `tag` is the last holding rule's."""

    date: int
    way: Way
    side: Side
    tag: str


class SpecPreviewView(View):
    """The candles of the window, and for each of them what the strategy computes.

    `startupCandles` are what it needs before its first signal; `warmingUp`: so many candles of the window
    have fewer before them, because the store has no older ones. `notEvaluated` names blocks of code, and
    the blocks that depend on what code does.
    """

    revision: str
    startup_candles: int
    warming_up: int
    candles: CandlesView
    lines: list[SpecLineView]
    signals: list[SpecSignalView]
    not_evaluated: list[SpecProblemView]


class SpecOperandView(View):
    """`value` is null where there is none yet, or where only running code would tell."""

    text: str
    value: float | None


class SpecConditionView(View):
    """A condition as it stood; `holds` is null where only running code would tell."""

    path: str
    text: str
    holds: bool | None
    operands: list[SpecOperandView]
    conditions: list["SpecConditionView"]


class SpecRuleView(View):
    """A rule; `side` and `tag` are null where it is a block of code."""

    path: str
    way: Way
    side: Side | None
    tag: str | None
    holds: bool | None
    when: SpecConditionView


class SpecExplanationView(View):
    """Every rule at the candle that opened at `date` (milliseconds)."""

    revision: str
    date: int
    is_warming_up: bool
    rules: list[SpecRuleView]
    not_evaluated: list[SpecProblemView]


def preview(wanted: "Wanted", found: "Preview") -> SpecPreviewView:
    return SpecPreviewView(
        revision=found.revision,
        startup_candles=found.startup_candles,
        warming_up=found.warming_up,
        candles=_candles(wanted, found),
        lines=[
            SpecLineView(
                column=line.column,
                name=line.name,
                output=line.output,
                frame=line.frame,
                title=line.title,
                pane=line.pane,
                values=list(line.values),
            )
            for line in found.lines
        ],
        signals=[
            SpecSignalView(date=signal.date, way=signal.way, side=signal.side, tag=signal.tag)
            for signal in found.signals
        ],
        not_evaluated=_problems(found.not_evaluated),
    )


def explanation(found: "Explanation") -> SpecExplanationView:
    return SpecExplanationView(
        revision=found.revision,
        date=found.date,
        is_warming_up=found.is_warming_up,
        rules=[_rule(rule) for rule in found.rules],
        not_evaluated=_problems(found.not_evaluated),
    )


def _candles(wanted: "Wanted", found: "Preview") -> CandlesView:
    window, timeframe = found.window, wanted.spec.timeframe
    return CandlesView(
        exchange=wanted.exchange,
        pair=wanted.pair,
        timeframe=timeframe,
        candle_seconds=int(duration(timeframe).total_seconds()),
        merged=1,
        tick_size=found.tick_size,
        is_simulated=found.is_simulated,
        date=window["date"].dt.as_unit("ms").astype("int64").tolist(),
        **{name: window[name].tolist() for name in ("open", "high", "low", "close", "volume")},
    )


def _problems(problems: "Sequence[Problem]") -> list[SpecProblemView]:
    return [SpecProblemView(path=found.path, message=found.message) for found in problems]


def _rule(rule: "ExplainedRule") -> SpecRuleView:
    return SpecRuleView(
        path=rule.path,
        way=rule.way,
        side=rule.side,
        tag=rule.tag,
        holds=rule.when.holds,
        when=_condition(rule.when),
    )


def _condition(found: "Explained") -> SpecConditionView:
    return SpecConditionView(
        path=found.path,
        text=found.text,
        holds=found.holds,
        operands=[SpecOperandView(text=text, value=value) for text, value in found.operands],
        conditions=[_condition(each) for each in found.conditions],
    )
