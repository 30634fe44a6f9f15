"""Runs compiled code in Freqtrade's own classes, on random candles."""

import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.enums import CandleType, RunMode, TradingMode
from freqtrade.resolvers import StrategyResolver
from freqtrade.strategy import IStrategy

from candlewick.engine.run import Inputs, run_backtest
from candlewick.market_data import feather
from candlewick.specs.compiler import compile_spec
from candlewick.specs.models import StrategySpec
from tests.unit.engine.archives import statistics
from tests.unit.engine.conftest import make_simulated_futures_case, make_template_case

_SIGNALS = ("enter_long", "enter_short", "exit_long", "exit_short")
PAIR = "ETH/USDT"


def random_candles(seed: int, rows: int, minutes: int) -> pd.DataFrame:
    """Return a random walk; now and then a candle like the one before it, so that values are equal too."""
    numbers = np.random.default_rng(seed)
    steps = numbers.normal(0, 0.6, rows) * (numbers.random(rows) > 0.1)
    path = np.cumsum(steps)
    close = 60 + path - np.min(path)
    opened = np.r_[close[0], close[:-1]]
    spread = numbers.random((2, rows)) * 0.4
    return pd.DataFrame(
        {
            "date": pd.date_range("2025-01-03", periods=rows, freq=f"{minutes}min", tz="UTC"),
            "open": opened,
            "high": np.maximum(opened, close) + spread[0],
            "low": np.minimum(opened, close) - spread[1],
            "close": close,
            "volume": np.round(numbers.random(rows) * 100, 1),
        }
    )


class Candles:
    """What an informative decorator asks Freqtrade's data provider for."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def market(self, pair: str) -> dict[str, str]:
        base, quote = pair.split("/")
        return {"base": base, "quote": quote}

    def get_pair_dataframe(self, pair: str, *_: object) -> pd.DataFrame:
        return random_candles(self._seed + len(pair), 60, 60)


def load(code: str, name: str, folder: Path) -> IStrategy:
    """Load code with Freqtrade's resolver, as its command line does."""
    # A folder of its own: bytecode of another one of the same name, size and second would be taken.
    folder = Path(tempfile.mkdtemp(dir=folder))
    (folder / f"{name}.py").write_text(code)
    config: dict[str, Any] = {
        "strategy": name,
        "strategy_path": str(folder),
        "user_data_dir": folder,
        "stake_currency": "USDT",
        "stake_amount": 100,
        "runmode": RunMode.BACKTEST,
        "trading_mode": TradingMode.FUTURES,
        "candle_type_def": CandleType.SPOT,
        "exchange": {"name": "binance"},
    }
    return StrategyResolver.load_strategy(config)


def signals(strategy: IStrategy, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the analysed frame, and the signals that the code gives."""
    strategy.dp = Candles(seed)
    frame = strategy.advise_all_indicators({PAIR: random_candles(seed, 600, 5)})[PAIR]
    analysed = strategy.ft_advise_signals(frame.copy(), {"pair": PAIR})
    found = pd.DataFrame(
        {
            name: (analysed[name] == 1) if name in analysed else np.zeros(len(analysed), dtype=bool)
            for name in _SIGNALS
        }
    )
    for tag in ("enter_tag", "exit_tag"):
        found[tag] = analysed[tag].astype(object)
    return frame, found[
        ["enter_long", "enter_short", "enter_tag", "exit_long", "exit_short", "exit_tag"]
    ]


def backtested(
    spec: StrategySpec, candles: Path, folder: Path, timerange: str
) -> list[dict[str, Any]]:
    """Return the trades of a backtest on BTC and ETH of the simulated market."""
    return trades_of(archived(spec, candles, folder, timerange), spec.name)


def archived(spec: StrategySpec, candles: Path, folder: Path, timerange: str) -> Path:
    """Return the archive of such a backtest, on futures for a spec that goes short."""
    if spec.can_short:
        market = simulated_futures(candles, folder / "market")
        return archived_futures(compile_spec(spec), spec.name, market, folder / "run", timerange)
    return archived_code(compile_spec(spec), spec.name, candles, folder, timerange)


def archived_code(code: str, name: str, candles: Path, folder: Path, timerange: str) -> Path:
    """Return the archive of a backtest of code."""
    file = folder / f"{name}.py"
    file.write_text(code)
    case = make_template_case(folder, candles, file, name)
    (folder / "scratch").mkdir()
    inputs = Inputs.in_folder(case.folder, scratch=folder / "scratch")
    config = case.config | {"timerange": timerange, "enable_protections": True}
    return run_backtest(config, inputs=inputs, on_progress=lambda *_: None)


def simulated_futures(candles: Path, folder: Path) -> Path:
    """Return a folder with the spot candles as perpetual futures, and funding of 0.01 % every eight hours."""
    (folder / "futures").mkdir(parents=True)
    for pair, timeframe in product(("BTC", "ETH"), ("5m", "1h")):
        data = (candles / f"{pair}_USDT-{timeframe}.feather").read_bytes()
        stem = f"{pair}_USDT_USDT-{timeframe}"
        (folder / "futures" / f"{stem}-futures.feather").write_bytes(data)
        if timeframe == "1h":
            (folder / "futures" / f"{stem}-mark.feather").write_bytes(data)
            frame = feather.read(data)
            rates = frame[frame["date"].dt.hour % 8 == 0].reset_index(drop=True)
            rates[["open", "high", "low", "close", "volume"]] = [0.0001, 0.0, 0.0, 0.0, 0.0]
            file = folder / "futures" / f"{stem}-funding_rate.feather"
            file.write_bytes(feather.write(rates))
    return folder


def futures_trades(
    code: str, name: str, candles: Path, folder: Path, timerange: str
) -> list[dict[str, Any]]:
    """Return the trades of a backtest of code on such futures, with isolated margin."""
    return trades_of(archived_futures(code, name, candles, folder, timerange), name)


def archived_futures(code: str, name: str, candles: Path, folder: Path, timerange: str) -> Path:
    """Return the archive of such a backtest."""
    folder.mkdir()
    file = folder / f"{name}.py"
    file.write_text(code)
    case = make_simulated_futures_case(folder, candles, file, name)
    (folder / "scratch").mkdir()
    inputs = Inputs.in_folder(case.folder, scratch=folder / "scratch")
    config = case.config | {"timerange": timerange}
    return run_backtest(config, inputs=inputs, on_progress=lambda *_: None)


def trades_of(archive: Path, name: str) -> list[dict[str, Any]]:
    trades: list[dict[str, Any]] = statistics(archive, name)["trades"]
    return trades
