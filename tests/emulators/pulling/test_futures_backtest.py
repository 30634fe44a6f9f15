"""A futures backtest pinned to a pulled revision is the one on the exchange's own candles, in every figure."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from candlewick.backtests.config import freqtrade_config
from candlewick.backtests.inputs import check_spec, input_files
from candlewick.backtests.models import TradingMode
from candlewick.market_data import feather
from candlewick.market_data.manifest import Manifest
from tests.architecture.tree import ROOT
from tests.emulators.exchange.venue import Venue
from tests.emulators.pulling.candles import STORED_AS, whole
from tests.emulators.pulling.contracts import BTC, ETH, pull, served
from tests.factories import a_spec, a_strategy_ref
from tests.unit.engine import archives
from tests.unit.market_data.memory import InMemoryObjects

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("pulling-futures"),
    # Freqtrade's.
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]
STRATEGY = "ShortAndLong"
SPEC = a_spec(
    exchange=STORED_AS,
    pairs=(BTC, ETH),
    timeframe="5m",
    start=datetime(2025, 4, 24, tzinfo=UTC),
    until=datetime(2025, 4, 30, tzinfo=UTC),
    trading_mode=TradingMode.FUTURES,
)


def test_a_backtest_on_a_pulled_revision_is_the_one_on_the_exchanges_candles(
    exchange: Venue, tmp_path: Path
) -> None:
    store = InMemoryObjects()
    pull(store, exchange, timeframes=["5m", "1h"])
    manifest = whole(store)
    check_spec(SPEC, manifest)
    assert manifest.leverage_tiers is not None
    pulled = inputs(tmp_path / "pulled", manifest, lambda file: store.read(file.object_name))
    for name, stored in (
        ("markets.json", manifest.markets),
        ("leverage_tiers.json", manifest.leverage_tiers),
    ):
        (pulled / name).write_bytes(store.read(stored.object_name))
    # Here the tiers are those that Freqtrade has itself.
    direct = inputs(
        tmp_path / "direct", manifest, lambda file: feather.write(served(exchange, file))
    )
    shutil.copy(pulled / "markets.json", direct / "markets.json")

    expected, found = backtest(direct), backtest(pulled)

    trades = found["trades"]
    assert found == expected
    assert {trade["leverage"] for trade in trades} == {3.0}
    assert {trade["is_short"] for trade in trades} == {True, False}
    fees = [trade["funding_fees"] for trade in trades]
    assert min(fees) < 0 < max(fees)


def inputs(folder: Path, manifest: Manifest, read: Callable[[Any], bytes]) -> Path:
    """Lay out a run's files as its ticket does."""
    (folder / "strategies").mkdir(parents=True)
    (folder / "data" / "futures").mkdir(parents=True)
    source = ROOT / "tests" / "unit" / "engine" / "strategies" / f"{STRATEGY}.py"
    shutil.copy(source, folder / "strategies")
    for file in input_files(SPEC, a_strategy_ref(), manifest):
        (folder / "data" / file.file_name).write_bytes(read(file))
    config = freqtrade_config(SPEC, STRATEGY, rules_of=manifest.rules_of)
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def backtest(folder: Path) -> dict[str, Any]:
    """Run the engine in a process of its own, and return all that it found."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.engine_process", folder, "skipping", folder / "scratch"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout.splitlines()[-1])
    return archives.statistics(Path(measured["archive"]), STRATEGY)
