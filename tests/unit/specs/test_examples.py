"""Every example is a valid spec that compiles, comes back, and trades in a backtest with its rules' tags."""

from pathlib import Path

import pandas as pd
import pytest

from candlewick.specs.compiler import compile_spec
from candlewick.specs.evaluation import Evaluator
from candlewick.specs.examples.library import EXAMPLES
from candlewick.specs.explanation import explain
from candlewick.specs.models import Rule
from candlewick.specs.problems import find_problems
from candlewick.specs.reading import read_spec, write_spec
from candlewick.specs.reading_code import read_code
from candlewick.specs.sentences import describe
from candlewick.strategies.checks import check_code
from tests.unit.engine.conftest import simulated_candles
from tests.unit.specs.running import backtested, load, signals

__all__ = ["simulated_candles"]
# Freqtrade's, pandas' and numpy's own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")
EACH = pytest.mark.parametrize("name", sorted(EXAMPLES))
# Hourly candles take a longer window than those of five minutes to show a trade.
WINDOWS = {"1h": "20250215-20250315", "5m": "20250215-20250220"}


def test_there_are_enough_and_each_says_what_it_does() -> None:
    assert len(EXAMPLES) >= 25
    assert len({spec.description for spec in EXAMPLES.values()}) == len(EXAMPLES)
    assert all(spec.description.endswith(".") for spec in EXAMPLES.values())


@EACH
def test_it_is_valid_and_the_same_in_each_of_its_forms(name: str) -> None:
    spec = EXAMPLES[name]
    code = compile_spec(spec)

    assert find_problems(spec) == ()
    assert read_spec(write_spec(spec)) == spec
    assert read_code(code) == spec
    assert check_code(code).findings == ()
    assert "Buy when" in describe(spec) or "Sell short when" in describe(spec)


@EACH
def test_it_trades_and_every_tag_is_a_rules(
    name: str, simulated_candles: Path, tmp_path: Path
) -> None:
    spec = EXAMPLES[name]
    trades = backtested(spec, simulated_candles, tmp_path, WINDOWS[spec.timeframe])

    assert trades
    tags = {rule.tag for rule in spec.entries if isinstance(rule, Rule)}
    assert {trade["enter_tag"] for trade in trades} <= tags
    sides = {rule.side for rule in spec.entries if isinstance(rule, Rule)}
    assert {"short" if trade["is_short"] else "long" for trade in trades} == sides
    assert (spec.position.leverage is None) == ({trade["leverage"] for trade in trades} == {1.0})


@EACH
def test_the_explanation_of_a_candle_agrees_with_freqtrades_signal(
    name: str, tmp_path: Path
) -> None:
    spec = EXAMPLES[name]
    frame, found = signals(load(compile_spec(spec), name, tmp_path), seed=1)
    evaluator = Evaluator(spec, frame)
    pd.testing.assert_frame_equal(found, evaluator.signals(), check_dtype=False)

    for row in (300, 450, 599):
        rules = explain(evaluator, row)
        entered = any(each.holds for each in rules if each.path.startswith("entries"))
        assert entered == bool(found["enter_long"][row] or found["enter_short"][row])
        assert all(each.text for each in rules)
