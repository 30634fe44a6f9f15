"""Compiled code says what the spec says: checked, formatted, loaded by Freqtrade, with the same signals."""

import subprocess
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlewick.specs.base import ParameterUse
from candlewick.specs.compiler import compile_spec
from candlewick.specs.evaluation import Evaluator
from candlewick.specs.models import StrategySpec
from candlewick.specs.protections import as_freqtrade
from candlewick.specs.reading import read_spec, write_spec
from candlewick.specs.scope import Scope
from candlewick.specs.sentences import describe
from candlewick.specs.warm_up import startup
from candlewick.strategies.checks import check_code
from tests.unit.specs.random_specs import specs
from tests.unit.specs.running import load, signals

# Freqtrade's, pandas' and numpy's own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")
ANY_SIZE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
FEW = settings(
    max_examples=40, suppress_health_check=[*ANY_SIZE, HealthCheck.function_scoped_fixture]
)


@FEW
@given(specs())
def test_the_static_checks_find_nothing_and_read_the_same_facts(spec: StrategySpec) -> None:
    code = compile_spec(spec)

    report = check_code(code)

    assert report.findings == ()
    assert report.facts.class_name == spec.name
    assert report.facts.timeframe == spec.timeframe
    assert report.facts.startup_candle_count == startup(spec)
    assert report.facts.can_short is spec.can_short
    assert {fact.name for fact in report.facts.parameters} == {p.name for p in spec.parameters}


@FEW
@given(specs())
def test_a_spec_written_and_read_compiles_to_the_same_bytes(spec: StrategySpec) -> None:
    again = read_spec(write_spec(spec))

    assert again == spec
    assert compile_spec(again) == compile_spec(spec)


def test_the_formatter_and_the_linter_leave_compiled_code_alone(tmp_path: Path) -> None:
    written: list[str] = []

    @settings(max_examples=100, suppress_health_check=ANY_SIZE)
    @given(specs())
    def write(spec: StrategySpec) -> None:
        (tmp_path / f"s{len(written)}.py").write_text(compile_spec(spec))
        written.append(spec.name)

    write()

    for command in (["format", "--diff"], ["check", "--select", "E4,E7,E9,F,I"]):
        done = subprocess.run(
            ["ruff", *command, "--isolated", "--no-cache", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(written) >= 50


@FEW
@given(specs(), st.integers(0, 5))
def test_freqtrade_gives_the_signals_that_the_evaluator_gives(
    tmp_path: Path, spec: StrategySpec, seed: int
) -> None:
    strategy = load(compile_spec(spec), spec.name, tmp_path)

    frame, found = signals(strategy, seed)

    expected = Evaluator(spec, frame).signals()
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert strategy.protections == [
        {
            key: Scope(spec).default(each) if isinstance(each, ParameterUse) else each
            for key, each in given.items()
        }
        for given in map(as_freqtrade, spec.protections)
    ]


@FEW
@given(specs())
def test_every_rule_is_put_into_words(spec: StrategySpec) -> None:
    text = describe(spec)

    for rule in (*spec.entries, *spec.exits):
        assert not rule.tag or f"({rule.tag})" in text  # type: ignore[union-attr]  # random specs have no code
    assert "Stop at a loss of" in text
