"""Runs a backtest twice in this process, and says what differs first."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.optimize import backtesting as optimize

from candlewick.engine.open_trades import ObservedBacktesting
from candlewick.engine.run import Inputs, configured, prepare
from candlewick.engine.snapshot import read_snapshot
from candlewick.engine.swaps import swapped
from tests.unit.engine.differential.journal import Call, keep_journal

_WALL_CLOCK = {"backtest_run_start_ts", "backtest_run_end_ts", "run_id"}


@dataclass(frozen=True, kw_only=True)
class Found:
    """All that a backtest leaves."""

    path: str
    reason: str
    content: Mapping[str, Any]
    statistics: Mapping[str, Any]
    left_open: list[dict[str, Any]]
    refused: dict[str, list[Any]]
    calls: list[Call]

    @property
    def trades(self) -> pd.DataFrame:
        found: pd.DataFrame = self.content["results"]
        return found


def run(config: Mapping[str, Any], source: str, data: Path, *, skips: bool) -> Found:
    with _inputs(source, data) as inputs:
        prepared = configured({"export": "none", **config, "strategy": "Probe"}, inputs)
        backtesting = prepare(
            prepared, read_snapshot(inputs.markets, inputs.leverage_tiers), skips=skips
        )
        calls = keep_journal(backtesting)
        try:
            # Both print the same tables, a sixth of the time.
            with swapped(optimize, "show_backtest_results", _print_nothing):
                backtesting.start()
        finally:
            backtesting.exchange.close()
    return _found(backtesting, calls)


def _print_nothing(*_: Any) -> None:
    pass


def difference(stock: Found, ours: Found) -> str:
    """Return the first thing that differs, the two side by side; empty when nothing does."""
    rows = zip(_records(stock), _records(ours), strict=False)
    for number, (expected, found) in enumerate(rows):
        if expected != found:
            names = [name for name in expected if expected[name] != found.get(name)]
            lines = [f"  {name}: {expected[name]!r} | {found.get(name)!r}" for name in names]
            return f"Trade {number} of {expected['pair']} differs (stock | ours):\n" + "\n".join(
                lines
            )
    if len(stock.trades) != len(ours.trades):
        return f"{len(stock.trades)} trades by stock, {len(ours.trades)} by ours"
    return _difference_of_the_rest(stock, ours)


def _difference_of_the_rest(stock: Found, ours: Found) -> str:
    for name in stock.content:
        found = _difference_of_content(name, stock.content[name], ours.content[name])
        if found:
            return found
    for name, expected in stock.statistics.items():
        if expected != ours.statistics.get(name):
            return f"statistics, {name}: {expected!r} | {ours.statistics.get(name)!r}"
    for name in ("left_open", "refused"):
        if getattr(stock, name) != getattr(ours, name):
            return f"{name}: {getattr(stock, name)} | {getattr(ours, name)}"
    return _difference_of_calls(stock.calls, ours.calls)


def _difference_of_content(name: str, expected: Any, found: Any) -> str:
    if isinstance(expected, pd.DataFrame):
        try:
            pd.testing.assert_frame_equal(expected, found, check_exact=True)
        except AssertionError as problem:
            return f"{name}: {problem}"
        return ""
    left_out = {"config", "backtest_start_time", "backtest_end_time", "run_id", "locks"}
    return f"{name}: {expected!r} | {found!r}" if name not in left_out and expected != found else ""


def _difference_of_calls(stock: list[Call], ours: list[Call]) -> str:
    for number, (expected, found) in enumerate(zip(stock, ours, strict=False)):
        if repr(expected) != repr(found):
            pairs = zip(expected, found, strict=False)
            parts = [f"  {one!r} | {other!r}" for one, other in pairs if repr(one) != repr(other)]
            return f"Call {number} of a hook differs (stock | ours):\n" + "\n".join(parts)
    return "" if len(stock) == len(ours) else f"{len(stock)} calls by stock, {len(ours)} by ours"


def _records(found: Found) -> list[dict[str, Any]]:
    text = found.trades.to_json(orient="records", date_format="iso", double_precision=15)
    records: list[dict[str, Any]] = json.loads(text)
    return records


def _found(backtesting: ObservedBacktesting, calls: list[Call]) -> Found:
    choice = backtesting.choices["Probe"]
    statistics = json.loads(json.dumps(backtesting.results["strategy"]["Probe"], default=str))
    return Found(
        path=choice.path.value,
        reason=choice.reason,
        content=backtesting.all_bt_content["Probe"],
        statistics={name: value for name, value in statistics.items() if name not in _WALL_CLOCK},
        refused=backtesting.rejected_dict,
        left_open=json.loads(json.dumps(backtesting.left_open["Probe"], default=str)),
        calls=calls,
    )


@contextmanager
def _inputs(source: str, data: Path) -> Iterator[Inputs]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "strategies").mkdir()
        (folder / "strategies" / "Probe.py").write_text(source)
        shutil.copy(data / "markets.json", folder / "markets.json")
        (folder / "data").symlink_to(data / "candles")
        yield Inputs.in_folder(folder, scratch=folder / "scratch")
