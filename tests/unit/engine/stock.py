"""Freqtrade as its own command line runs it; only ccxt's two network calls answer from a file."""

import json
import shutil
from pathlib import Path
from typing import Any

import ccxt.async_support as ccxt_async
import ccxt.pro as ccxt_pro
import pytest
from freqtrade.commands.optimize_commands import setup_optimize_configuration
from freqtrade.enums import RunMode
from freqtrade.optimize.backtesting import Backtesting

from candlewick.engine import simulated


def stock_archive(
    config: dict[str, Any], folder: Path, work: Path, patch: pytest.MonkeyPatch
) -> Path:
    """Backtest with stock Freqtrade; return its result archive."""
    simulated.register()
    markets = list(json.loads((folder / "markets.json").read_text()).values())

    async def fetch_markets(_self: Any, _params: Any = None) -> list[Any]:
        return markets

    async def fetch_currencies(_self: Any, _params: Any = None) -> dict[str, Any]:
        return {}

    for implementation in (ccxt_pro.binance, ccxt_async.simulated):
        patch.setattr(implementation, "fetch_markets", fetch_markets)
        patch.setattr(implementation, "fetch_currencies", fetch_currencies)
    (work / "user_data").mkdir(parents=True)
    (work / "results").mkdir()
    shutil.copytree(folder / "data", work / "data")
    (work / "config.json").write_text(json.dumps(config))
    processed = setup_optimize_configuration(
        {
            "command": "backtesting",
            "config": [str(work / "config.json")],
            "strategy_path": str(folder / "strategies"),
            "datadir": str(work / "data"),
            "user_data_dir": str(work / "user_data"),
            "exportdirectory": str(work / "results"),
            "export": "trades",
            "backtest_cache": "none",
        },
        RunMode.BACKTEST,
    )
    Backtesting(processed).start()
    return next((work / "results").glob("*.zip"))
