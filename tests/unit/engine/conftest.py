"""Inputs of backtests, as a ticket lays them out."""

import gc
import json
import logging
import os
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import freqtrade
import pytest

from candlewick.market_data import feather, simulated
from candlewick.market_data.derived import derived_from_folder

STRATEGIES = Path(__file__).parent / "strategies"
SAMPLE = Path(freqtrade.__file__).parent / "templates" / "sample_strategy.py"
TEN_PAIRS = [
    f"{coin}/BTC"
    for coin in ["ADA", "DASH", "ETC", "ETH", "LTC", "NXT", "TRX", "XLM", "XMR", "ZEC"]
]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A backtest: its configuration, and the folder with strategy, candles and markets."""

    config: dict[str, Any]
    folder: Path


@pytest.fixture(scope="session")
def real_candles() -> Path:
    """Real Binance candles, where this machine has them."""
    configured = os.environ.get("CANDLEWICK_REAL_CANDLES")
    beside = Path(__file__).parents[4] / "shared" / "market-data"
    folder = (Path(configured) if configured else beside) / "binance"
    if not folder.is_dir():
        pytest.skip(f"no real candles in {folder} (set CANDLEWICK_REAL_CANDLES)")
    return folder


@pytest.fixture(scope="session")
def simulated_candles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """BTC and ETH of the simulated market, 5m and 1h."""
    folder = tmp_path_factory.mktemp("simulated")
    for series, frame in islice(simulated.candles(), 4):
        (folder / series.file_name).write_bytes(feather.write(frame))
    return folder


def make_sample_case(tmp_path: Path, real_candles: Path) -> Case:
    """Freqtrade's sample strategy on ten pairs of real candles."""
    folder = _folder(tmp_path, SAMPLE, "SampleStrategy", real_candles)
    _write_markets(folder, derived_from_folder(real_candles, "spot"))
    config = _config("SampleStrategy", "binance", TEN_PAIRS, "BTC")
    return Case(config=config | {"stake_amount": 0.05, "dry_run_wallet": 1}, folder=folder)


def make_everything_case(tmp_path: Path, simulated_candles: Path) -> Case:
    """Detail timeframe, protections, custom stoploss and added positions on the simulated market."""
    folder = _folder(tmp_path, STRATEGIES / "Everything.py", "Everything", simulated_candles)
    _write_markets(folder, {pair: dict(market) for pair, market in simulated.markets().items()})
    config = _config("Everything", "simulated", ["BTC/USDT", "ETH/USDT"], "USDT")
    more = {
        "timeframe": "1h",
        "timeframe_detail": "5m",
        "enable_protections": True,
        "timerange": "20250301-20250312",
    }
    return Case(config=config | more, folder=folder)


def make_template_case(tmp_path: Path, simulated_candles: Path, strategy: Path, name: str) -> Case:
    """A strategy of its own timeframe on two pairs and a month of the simulated market."""
    folder = _folder(tmp_path, strategy, name, simulated_candles)
    _write_markets(folder, {pair: dict(market) for pair, market in simulated.markets().items()})
    config = _config(name, "simulated", ["BTC/USDT", "ETH/USDT"], "USDT")
    del config["timeframe"]
    return Case(config=config | {"timerange": "20250201-20250301"}, folder=folder)


def make_futures_case(tmp_path: Path, real_candles: Path) -> Case:
    """Short and long with leverage on real futures candles, with funding."""
    folder = _folder(tmp_path, STRATEGIES / "ShortAndLong.py", "ShortAndLong", real_candles)
    bring_funding_up_to_date(folder / "data" / "futures")
    _write_markets(folder, derived_from_folder(real_candles, "futures"))
    config = _config("ShortAndLong", "binance", ["XRP/USDT:USDT"], "USDT")
    more = {"timeframe": "5m", "trading_mode": "futures", "margin_mode": "isolated"}
    return Case(config=config | more, folder=folder)


def make_simulated_futures_case(tmp_path: Path, candles: Path, strategy: Path, name: str) -> Case:
    """A strategy of its own timeframe on two perpetual futures of the simulated market."""
    folder = _folder(tmp_path, strategy, name, candles)
    _write_markets(folder, derived_from_folder(candles, "futures"))
    config = _config(name, "binance", ["BTC/USDT:USDT", "ETH/USDT:USDT"], "USDT")
    del config["timeframe"]
    return Case(
        config=config | {"trading_mode": "futures", "margin_mode": "isolated"}, folder=folder
    )


@pytest.fixture
def everything_case(tmp_path: Path, simulated_candles: Path) -> Case:
    return make_everything_case(tmp_path, simulated_candles)


@pytest.fixture
def futures_case(tmp_path: Path, real_candles: Path) -> Case:
    return make_futures_case(tmp_path, real_candles)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Freqtrade sets up the root logger for itself."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(autouse=True, scope="session")
def _event_loops_left_to_the_collector() -> Iterator[None]:
    """Freqtrade closes its event loops when they are collected, or not at all."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def _folder(tmp_path: Path, strategy: Path, name: str, candles: Path) -> Path:
    folder = tmp_path / "input"
    (folder / "strategies").mkdir(parents=True)
    shutil.copy(strategy, folder / "strategies" / f"{name}.py")
    # A copy: Freqtrade renames files of an older layout in place.
    shutil.copytree(candles, folder / "data")
    return folder


def bring_funding_up_to_date(folder: Path) -> None:
    """Store funding as Freqtrade does today: under 1h, without the milliseconds that it came late."""
    frame = feather.read((folder / "XRP_USDT_USDT-8h-funding_rate.feather").read_bytes())
    frame["date"] = frame["date"].dt.floor("h")
    (folder / "XRP_USDT_USDT-1h-funding_rate.feather").write_bytes(feather.write(frame))


def _write_markets(folder: Path, markets: dict[str, dict[str, Any]]) -> None:
    (folder / "markets.json").write_text(json.dumps(markets))


def _config(strategy: str, exchange: str, pairs: list[str], stake: str) -> dict[str, Any]:
    return {
        "strategy": strategy,
        "exchange": {"name": exchange, "pair_whitelist": pairs},
        "pairlists": [{"method": "StaticPairList"}],
        "stake_currency": stake,
        "stake_amount": 100,
        "dry_run_wallet": 1_000,
        "max_open_trades": 5,
        "timeframe": "5m",
        "entry_pricing": {"price_side": "same", "use_order_book": True},
        "exit_pricing": {"price_side": "same", "use_order_book": True},
    }
