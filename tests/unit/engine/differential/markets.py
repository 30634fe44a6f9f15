"""The candles and the configuration of the differential tests."""

import json
import shutil
from pathlib import Path
from typing import Any

from candlewick.market_data import feather, simulated
from candlewick.market_data.derived import derived_from_folder
from tests.unit.engine.conftest import bring_funding_up_to_date

PAIRS = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "ADA/USDT")
_USUAL: dict[str, Any] = {
    "pairlists": [{"method": "StaticPairList"}],
    "stake_currency": "USDT",
    "stake_amount": 100,
    "dry_run_wallet": 1_000,
    "max_open_trades": 3,
    "timeframe": "5m",
}
SPOT_CONFIG: dict[str, Any] = {
    **_USUAL,
    "exchange": {"name": "simulated", "pair_whitelist": list(PAIRS)},
    "timerange": "20250305-20250314",
}
# Long enough for what happens at every candle; a pair begins within them.
TWO_DAYS = {"timerange": "20250308-20250310"}
FUTURES_CONFIG: dict[str, Any] = {
    **_USUAL,
    "exchange": {"name": "binance", "pair_whitelist": ["XRP/USDT:USDT"]},
    "trading_mode": "futures",
    "margin_mode": "isolated",
}


def write_spot(folder: Path) -> None:
    """Write four pairs of the simulated market; one begins late and one ends early."""
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


def write_futures(folder: Path, real_candles: Path) -> None:
    shutil.copytree(real_candles, folder / "candles")
    bring_funding_up_to_date(folder / "candles" / "futures")
    (folder / "markets.json").write_text(json.dumps(derived_from_folder(real_candles, "futures")))
