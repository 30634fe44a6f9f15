"""How the preview of a spec, and the explanation of one of its candles, look as JSON."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from api.backtest_bodies import Pair
from api.market_data import CandlesView
from api.schema import Body, Moment, View
from api.spec_views import Document, SpecProblemView
from candlewick.backtests.models import TradingMode
from candlewick.indicators.models import Pane

Way = Literal["enter", "exit"]
Side = Literal["long", "short"]


class PreviewBody(Body):
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


class ExplainBody(PreviewBody):
    """A preview, and the candle of its window that opened at `at`."""

    at: Moment


class LineView(View):
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


class SignalView(View):
    """A signal at the candle that opened at `date` (milliseconds); `tag` is the last holding rule's."""

    date: int
    way: Way
    side: Side
    tag: str


class PreviewView(View):
    """The candles of the window, and for each of them what the strategy computes.

    `startupCandles` are what it needs before its first signal; `warmingUp`: so many candles of the window
    have fewer before them, because the store has no older ones. `notEvaluated` names blocks of code, and
    the blocks that depend on what code does.
    """

    revision: str
    startup_candles: int
    warming_up: int
    candles: CandlesView
    lines: list[LineView]
    signals: list[SignalView]
    not_evaluated: list[SpecProblemView]


class OperandView(View):
    """`value` is null where there is none yet, or where only running code would tell."""

    text: str
    value: float | None


class ConditionView(View):
    """A condition as it stood; `holds` is null where only running code would tell."""

    path: str
    text: str
    holds: bool | None
    operands: list[OperandView]
    conditions: list["ConditionView"]


class RuleView(View):
    """A rule; `side` and `tag` are null where it is a block of code."""

    path: str
    way: Way
    side: Side | None
    tag: str | None
    holds: bool | None
    when: ConditionView


class ExplanationView(View):
    """Every rule at the candle that opened at `date` (milliseconds)."""

    revision: str
    date: int
    is_warming_up: bool
    rules: list[RuleView]
    not_evaluated: list[SpecProblemView]
