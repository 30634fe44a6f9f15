"""Each hook and option of Freqtrade, alone and with others: both loops leave the same to the last figure."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from candlewick.market_data import feather, simulated
from candlewick.market_data.derived import derived_from_folder
from tests.unit.engine.conftest import bring_funding_up_to_date
from tests.unit.engine.differential.running import difference, run
from tests.unit.engine.differential.strategies import FUTURES, SPOT, Probe

# What Freqtrade and its libraries warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")

PAIRS = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "ADA/USDT")
_USUAL: dict[str, Any] = {
    "pairlists": [{"method": "StaticPairList"}],
    "stake_currency": "USDT",
    "stake_amount": 100,
    "dry_run_wallet": 1_000,
    "max_open_trades": 3,
    "timeframe": "5m",
}
_SPOT = {
    "exchange": {"name": "simulated", "pair_whitelist": list(PAIRS)},
    "timerange": "20250305-20250314",
}
_FUTURES = {
    "exchange": {"name": "binance", "pair_whitelist": ["XRP/USDT:USDT"]},
    "trading_mode": "futures",
    "margin_mode": "isolated",
}


@pytest.fixture(scope="session")
def spot_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four pairs of the simulated market; one begins late and one ends early."""
    folder = tmp_path_factory.mktemp("spot")
    (folder / "candles").mkdir()
    wanted = {(pair, timeframe) for pair in PAIRS for timeframe in ("5m", "1h")}
    for series, frame in simulated.candles():
        if (series.pair, series.timeframe) not in wanted:
            continue
        wanted.remove((series.pair, series.timeframe))
        dates = frame["date"]
        begins = series.pair != "SOL/USDT" or dates >= "2025-03-08 13:00"
        ends = series.pair != "ADA/USDT" or dates < "2025-03-12 07:00"
        kept = frame[begins & ends & (dates > "2025")].reset_index(drop=True)
        (folder / "candles" / series.file_name).write_bytes(feather.write(kept))
        if not wanted:
            break
    (folder / "markets.json").write_text(json.dumps(dict(simulated.markets()), default=dict))
    return folder


@pytest.fixture(scope="session")
def futures_data(real_candles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("futures")
    shutil.copytree(real_candles, folder / "candles")
    bring_funding_up_to_date(folder / "candles" / "futures")
    (folder / "markets.json").write_text(json.dumps(derived_from_folder(real_candles, "futures")))
    return folder


@pytest.mark.parametrize("name", SPOT)
def test_on_spot_nothing_differs(name: str, spot_data: Path) -> None:
    assert_same(SPOT[name], _USUAL | _SPOT, spot_data)


@pytest.mark.parametrize("name", FUTURES)
def test_on_futures_nothing_differs(name: str, futures_data: Path) -> None:
    assert_same(FUTURES[name], _USUAL | _FUTURES, futures_data)


def assert_same(probe: Probe, usual: dict[str, Any], data: Path) -> None:
    config = usual | dict(probe.config)

    stock = run(config, probe.source(), data, skips=False)
    ours = run(config, probe.source(), data, skips=True)

    assert difference(stock, ours) == ""
    assert (ours.path, bool(ours.reason)) == (probe.path, probe.path != "events")
    assert stock.path == "stock"
