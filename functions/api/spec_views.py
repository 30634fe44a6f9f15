"""How specs, their problems and the indicators look as JSON."""

from pydantic import JsonValue

from api.schema import View
from candlewick.errors import Invalid
from candlewick.indicators.models import Group, Indicator, Pane
from candlewick.indicators.registry import INDICATORS
from candlewick.specs.examples.library import EXAMPLES
from candlewick.specs.models import StrategySpec
from candlewick.specs.sentences import describe
from candlewick.specs.warm_up import startup

Document = dict[str, JsonValue]


class SpecProblemView(View):
    """`path` leads to the block: names and places in lists, by dots."""

    path: str
    message: str


class SpecCheckView(View):
    """`sentence` and `startupCandles` are there when there are no problems."""

    problems: list[SpecProblemView]
    sentence: str | None
    startup_candles: int | None


class CompiledView(View):
    """`spec` is complete: settings that were left out have their defaults."""

    spec: Document
    code: str
    sentence: str
    startup_candles: int


class ExampleView(View):
    name: str
    description: str
    timeframe: str
    sentence: str
    spec: Document


class ExamplesView(View):
    items: list[ExampleView]


class SettingView(View):
    name: str
    title: str
    default: float
    low: float
    high: float
    is_whole: bool


class OutputView(View):
    """`name` is empty where there is one output only."""

    name: str
    title: str
    pane: Pane


class RegistryEntryView(View):
    name: str
    title: str
    meaning: str
    group: Group
    settings: list[SettingView]
    outputs: list[OutputView]
    inputs: list[str]
    has_source: bool
    warm_up: int  # with the settings' defaults


class RegistryView(View):
    items: list[RegistryEntryView]


def refused(error: Invalid) -> SpecCheckView:
    problems = [SpecProblemView(path=path, message=text) for path, text in error.fields]
    return SpecCheckView(problems=problems, sentence=None, startup_candles=None)


def checked(spec: StrategySpec) -> SpecCheckView:
    return SpecCheckView(problems=[], sentence=describe(spec), startup_candles=startup(spec))


def compiled(spec: StrategySpec, code: str) -> CompiledView:
    return CompiledView(
        spec=spec.model_dump(mode="json", exclude_none=True),
        code=code,
        sentence=describe(spec),
        startup_candles=startup(spec),
    )


def examples() -> ExamplesView:
    return ExamplesView(items=[_example(each) for each in EXAMPLES.values()])


def _example(spec: StrategySpec) -> ExampleView:
    return ExampleView(
        name=spec.name,
        description=spec.description,
        timeframe=spec.timeframe,
        sentence=describe(spec),
        spec=spec.model_dump(mode="json", exclude_none=True),
    )


def indicators() -> RegistryView:
    return RegistryView(items=[_indicator(each) for each in INDICATORS.values()])


def _indicator(indicator: Indicator) -> RegistryEntryView:
    return RegistryEntryView(
        name=indicator.name,
        title=indicator.title,
        meaning=indicator.meaning,
        group=indicator.group,
        settings=[
            SettingView(
                name=setting.name,
                title=setting.title,
                default=setting.default,
                low=setting.low,
                high=setting.high,
                is_whole=setting.is_whole,
            )
            for setting in indicator.settings
        ],
        outputs=[
            OutputView(name=output.name, title=output.title, pane=output.pane)
            for output in indicator.outputs
        ],
        inputs=list(indicator.inputs),
        has_source=indicator.has_source,
        warm_up=indicator.warm_up(indicator.defaults),
    )
