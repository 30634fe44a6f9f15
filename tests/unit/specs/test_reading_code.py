"""The way back: compiled code is its spec again, edits within the grammar show, and nothing else is lost."""

from pathlib import Path
from typing import Any

import freqtrade
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlewick.errors import Invalid
from candlewick.specs.base import CodeBlock
from candlewick.specs.compiler import compile_spec
from candlewick.specs.models import IndicatorUse, IntParameter, Rule, StrategySpec
from candlewick.specs.reading import read_spec
from candlewick.specs.reading_code import read_code
from candlewick.strategies.checks import check_code
from tests.unit.specs.random_specs import specs
from tests.unit.specs.round_trips import comments, lost, statements
from tests.unit.specs.running import load, signals
from tests.unit.specs.test_reading import GOOD

pytestmark = pytest.mark.filterwarnings("ignore")
FEW = settings(
    max_examples=25,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
ROOT = Path(__file__).parents[3]
HAND_WRITTEN = sorted(
    [
        *(ROOT / "web/src/features/strategies/templates").glob("*.py"),
        *(ROOT / "tests/unit/engine/strategies").glob("*.py"),
        *(Path(freqtrade.__file__).parent / "templates").glob("sample_strategy.py"),
    ]
)
# In the order in which reading finds them.
CODE: list[dict[str, Any]] = [
    {"place": "module", "after": "imports", "code": "import numpy as np"},
    {"place": "module", "after": "imports", "code": "LIMIT = np.inf"},
    {"place": "module", "after": "class", "code": "# The end."},
    {"place": "class", "after": "stoploss", "code": "exit_profit_only = False  # as before"},
    {
        "place": "class",
        "after": "populate_exit_trend",
        "code": 'def extra(self) -> str:\n    return """a\n  b"""',
    },
]


@FEW
@given(specs())
def test_what_a_spec_compiles_to_is_that_spec_again(spec: StrategySpec) -> None:
    assert read_code(compile_spec(spec)) == spec


@FEW
@given(specs(), st.data())
def test_code_between_blocks_keeps_its_place(spec: StrategySpec, data: st.DataObject) -> None:
    block = CodeBlock(code='# why\ndataframe["mine"] = dataframe["close"] * 2  # twice')
    changes: dict[str, Any] = {"code": read_spec(GOOD | {"code": CODE}).code}
    for name in ("indicators", "entries", "exits"):
        blocks = list(getattr(spec, name))
        blocks.insert(data.draw(st.integers(0, len(blocks))), block)
        changes[name] = tuple(blocks)
    mixed = spec.model_copy(update=changes)

    again = read_code(compile_spec(mixed))

    assert again == mixed


@pytest.mark.parametrize("file", HAND_WRITTEN, ids=[file.stem for file in HAND_WRITTEN])
def test_no_statement_of_hand_written_code_is_lost(file: Path) -> None:
    code = file.read_text()

    again = compile_spec(read_code(code))

    assert lost(code, again) == set()
    assert comments(code) <= comments(again)
    before, after = check_code(code).facts, check_code(again).facts
    assert after.class_name == before.class_name
    assert after.timeframe == before.timeframe
    assert [(f.name, f.default) for f in after.parameters] == [
        (f.name, f.default) for f in before.parameters
    ]
    assert compile_spec(read_code(again)) == again


@pytest.mark.parametrize("file", HAND_WRITTEN, ids=[file.stem for file in HAND_WRITTEN])
def test_hand_written_code_gives_the_same_signals_after_the_round_trip(
    file: Path, tmp_path: Path
) -> None:
    code = file.read_text()
    name = check_code(code).facts.class_name or ""
    again = compile_spec(read_code(code))

    _, expected = signals(load(code, name, tmp_path), seed=3)
    _, found = signals(load(again, name, tmp_path), seed=3)

    pd.testing.assert_frame_equal(found, expected)


def test_edits_within_the_grammar_are_read() -> None:
    code = compile_spec(read_spec(GOOD))
    edited = (
        code.replace("IntParameter(10, 40, default=30", "IntParameter(5, 50, default=25")
        .replace("timeperiod=14)", "timeperiod=21)")
        .replace(
            'dataframe["close"] > dataframe["slow_1h"]',
            'dataframe["open"] >= (2 * dataframe["slow_1h"].shift(2))',
        )
    )

    spec = read_code(edited)

    assert compile_spec(spec) == edited
    assert spec.startup_candles == 211  # as it says, though one more would be needed now
    parameter, rsi, rule = spec.parameters[0], spec.indicators[0], spec.entries[0]
    assert isinstance(parameter, IntParameter)
    assert (parameter.low, parameter.default) == (5, 25)
    assert isinstance(rsi, IndicatorUse)
    assert rsi.settings == {"length": 21}
    assert isinstance(rule, Rule)
    assert "code" not in rule.when.model_dump_json()


def test_a_condition_beyond_the_grammar_is_code_among_conditions() -> None:
    code = compile_spec(read_spec(GOOD))
    edited = code.replace(
        'dataframe["close"] > dataframe["slow_1h"]', 'dataframe["close"].pct_change(3) > 0.1'
    )

    rule = read_code(edited).entries[0]

    assert isinstance(rule, Rule)
    assert [each.kind for each in rule.when.conditions] == ["compare", "code"]  # type: ignore[union-attr]  # an all
    assert 'dataframe["close"].pct_change(3) > 0.1' in compile_spec(read_code(edited)).replace(
        "'", '"'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("timeperiod=14)", "timeperiod=1)"),  # out of the setting's range
        ("timeperiod=14)", "timeperiod=14, price=self.column)"),
        ('["enter_long", "enter_tag"]] = (1, "oversold")', '"enter_long"] = 2'),
        ("stoploss = -0.1", "stoploss = -1.5"),
        ("minimal_roi = {}", 'minimal_roi = {"0": 0.1, **OTHER}'),
        ('metadata: dict) -> DataFrame:\n        dataframe["rsi"]', 'metadata):\n        dataframe["rsi"]'),
        ("self.low_rsi.value", "self.high_rsi.value"),
        ("return dataframe\n\n    def populate_exit", "return dataframe.copy()\n\n    def populate_exit"),
    ],
)  # fmt: skip
def test_what_no_block_can_say_stays_as_it_was(before: str, after: str) -> None:
    edited = compile_spec(read_spec(GOOD)).replace(before, after)
    assert after in edited

    again = compile_spec(read_code(edited))

    assert statements(edited) <= statements(again)


def test_the_chart_follows_the_indicators() -> None:
    code = compile_spec(read_spec(GOOD))
    assert '"Relative strength index": {"rsi": {}, "smooth": {}}' in code
    renamed = code.replace("dataframe, timeperiod=14)", "dataframe, timeperiod=21)")
    longer = renamed.replace(
        "        return dataframe\n\n    def populate_entry",
        '        dataframe["adx"] = ta.ADX(dataframe, timeperiod=14)\n'
        "        return dataframe\n\n    def populate_entry",
    )

    again = compile_spec(read_code(longer))

    assert '"Average directional index": {"adx": {}}' in again


@pytest.mark.parametrize(
    ("before", "after"), [('"rsi": {}', '"rsi": {"color": "red"}'), ('"rsi": {}', '"other": {}')]
)
def test_a_chart_of_ones_own_stays(before: str, after: str) -> None:
    edited = compile_spec(read_spec(GOOD)).replace(before, after)
    assert after in edited

    again = compile_spec(read_code(edited))

    assert after in again
    assert again.count("plot_config") == 1


def test_code_of_the_class_keeps_its_order_where_known_members_stand_otherwise() -> None:
    lines = ["stoploss = -0.2", "first = stoploss", 'timeframe = "5m"', "second = first * 2"]
    code = "class A(IStrategy):\n    " + "\n    ".join(lines) + "\n"

    again = compile_spec(read_code(code))

    places = [again.index(line) for line in lines]
    assert places[0] < places[1] < places[3]
    assert compile_spec(read_code(again)) == again


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("x = (", "Python cannot read this code, line 1"),
        ("x = 1", "holds 0 classes"),
        ("class A(IStrategy):\n    pass\nclass B(IStrategy):\n    pass", "holds 2 classes"),
        ("@decorated\nclass A(IStrategy):\n    pass", "decorators"),
        ("x = 1\n" * 60_000, "longer than"),
    ],
)
def test_code_without_a_strategy_is_refused(code: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_code(code)
