"""A preview shows, and an explanation says, what Freqtrade computes from the compiled code on the same candles, in a real backtest."""

import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from candlewick.backtests.models import TradingMode
from candlewick.backtests.plots import PLOT_MEMBER, SIGNALS, VALUES_MEMBER, ClaimedPlot
from candlewick.market_data.timeframes import duration
from candlewick.previews.models import Explanation, Preview
from candlewick.previews.previewing import Previewer
from candlewick.previews.rules import milliseconds
from candlewick.specs.conditions import Condition
from candlewick.specs.evaluation import Evaluator
from candlewick.specs.examples.library import EXAMPLES
from candlewick.specs.explanation import Explained
from candlewick.specs.models import Rule, StrategySpec
from candlewick.specs.operands import IndicatorValue
from tests.unit.engine.conftest import simulated_candles
from tests.unit.previews.simulated_store import previewer as make_previewer
from tests.unit.previews.simulated_store import wanted
from tests.unit.specs.running import archived, simulated_futures

__all__ = ["simulated_candles"]
# Freqtrade's, pandas' and numpy's own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")

PAIRS = {TradingMode.SPOT: "ETH/USDT", TradingMode.FUTURES: "ETH/USDT:USDT"}
WINDOWS = {"1h": "20250301-20250312", "5m": "20250301-20250303"}


@pytest.fixture(scope="module")
def previewer(simulated_candles: Path, tmp_path_factory: pytest.TempPathFactory) -> Previewer:
    market = simulated_futures(simulated_candles, tmp_path_factory.mktemp("market"))
    shutil.copytree(simulated_candles, market, dirs_exist_ok=True)
    return make_previewer(market)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_signals_and_lines_are_those_of_the_backtest(
    name: str, previewer: Previewer, simulated_candles: Path, tmp_path: Path
) -> None:
    spec = EXAMPLES[name]
    archive = archived(spec, simulated_candles, tmp_path, WINDOWS[spec.timeframe])
    mode = TradingMode.FUTURES if spec.can_short else TradingMode.SPOT
    expected = _analysed(archive, PAIRS[mode], duration(spec.timeframe))

    until = datetime.fromtimestamp(expected.index[-1] / 1_000, UTC) + duration(spec.timeframe)
    asked = wanted(spec, pair=PAIRS[mode], trading_mode=mode, until=until, candles=len(expected))
    found = previewer.preview(asked)

    assert found.not_evaluated == ()
    assert found.warming_up == 0
    assert milliseconds(found.window["date"]) == list(expected.index)
    for column in SIGNALS:
        if column in expected:
            assert _dates(found, column) == list(expected.index[expected[column] == 1]), column
        else:
            assert _dates(found, column) == []
    lines = {line.column: np.array(line.values, dtype=float) for line in found.lines}
    shared = [column for column in expected if column in lines]
    assert shared
    for column in shared:
        np.testing.assert_allclose(lines[column], expected[column], rtol=1e-6, err_msg=column)
    some = [expected.index[-1], *(signal.date for signal in found.signals[::7])]
    for date in some[:4]:
        at = datetime.fromtimestamp(date / 1_000, UTC)
        _check(previewer.explain(asked, at), spec, expected.loc[date])


def _check(explanation: Explanation, spec: StrategySpec, row: "pd.Series[float]") -> None:
    """The rules hold where the engine's frame has a signal, and operands are that frame's values."""
    for way, side in product(("enter", "exit"), ("long", "short")):
        held = any(
            rule.when.holds for rule in explanation.rules if (rule.way, rule.side) == (way, side)
        )
        assert held == (row.get(f"{way}_{side}", 0) == 1), (way, side)
    evaluator = Evaluator(spec, pd.DataFrame())
    for rule, step in zip(explanation.rules, (*spec.entries, *spec.exits), strict=True):
        assert isinstance(step, Rule)
        for name, value in _operands(rule.when, step.when, evaluator):
            if name in row:
                assert value == pytest.approx(row[name], rel=1e-6, nan_ok=True)


def _operands(
    explained: Explained, when: Condition, evaluator: Evaluator
) -> Iterator[tuple[str, float | None]]:
    """Yield the column of each operand that is one, and what the explanation says that it was."""
    for given, condition in _pairs(explained, when):
        for name, (_, value) in zip(_varying(condition), given.operands, strict=False):
            operand = getattr(condition, name)
            if isinstance(operand, IndicatorValue) and operand.ago == 0:
                yield evaluator.column_name(operand), value


def _pairs(given: Explained, condition: Condition) -> Iterator[tuple[Explained, Condition]]:
    yield given, condition
    inner = getattr(condition, "conditions", None) or [getattr(condition, "condition", None)]
    for each, its in zip(given.conditions, inner, strict=False):
        yield from _pairs(each, its)


def _varying(condition: Condition) -> list[str]:
    names = ("left", "right", "operand", "reference", "low", "high")
    return [name for name in names if not isinstance(getattr(condition, name, 0), int | float)]


def _dates(found: Preview, column: str) -> list[int]:
    way, _, side = column.partition("_")
    return [signal.date for signal in found.signals if (signal.way, signal.side) == (way, side)]


def _analysed(archive: Path, pair_name: str, step: timedelta) -> pd.DataFrame:
    """Return the pair's columns that the engine kept, by open time: signals, and lines as 32-bit numbers."""
    with zipfile.ZipFile(archive) as members:
        plot = ClaimedPlot.model_validate_json(members.read(PLOT_MEMBER))
        values = np.frombuffer(members.read(VALUES_MEMBER), dtype="<f4")
    at = 0
    for pair in plot.pairs:
        size = pair.rows * len(pair.columns)
        if pair.pair == pair_name:
            columns = values[at : at + size].reshape(len(pair.columns), pair.rows)
            dates = pair.start + np.arange(pair.rows) * (step // timedelta(milliseconds=1))
            return pd.DataFrame(dict(zip(pair.columns, columns, strict=True)), index=dates)
        at += size
    raise AssertionError(plot)
