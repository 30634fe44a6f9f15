"""The configuration by which an unchanged Freqtrade trades on the simulated exchange."""

from pathlib import Path
from typing import Any

from freqtrade.enums import RunMode

from tests.emulators.exchange.venue import BTC, ETH, Venue

API = {"public": "/api/v3", "private": "/api/v3", "v1": "/api/v1"}
SAPI = {
    name: f"/sapi/v{number}"
    for number, name in enumerate(("sapi", "sapiV2", "sapiV3", "sapiV4"), start=1)
}


def exchange_settings(venue: Venue) -> dict[str, Any]:
    """Return the part that docs/emulators.md gives."""
    return {
        "name": "binance",
        "key": venue.api_key,
        "secret": venue.secret,
        "enable_ws": False,
        "ccxt_config": {
            "enableRateLimit": False,
            "urls": {"api": {name: venue.url + path for name, path in {**API, **SAPI}.items()}},
            "options": {
                "fetchMarkets": {"types": ["spot"]},
                "fetchMargins": False,
                "fetchCurrencies": False,
                "adjustForTimeDifference": True,
            },
            # Requests may take long on a machine that is busy.
            "timeout": 60_000,
        },
        "pair_whitelist": [BTC, ETH],
    }


def configuration(venue: Venue, folder: Path) -> dict[str, Any]:
    """Return a whole configuration for real money."""
    pricing = {"price_side": "same", "use_order_book": True, "order_book_top": 1}
    return {
        "runmode": RunMode.LIVE,
        "dry_run": False,
        "stake_currency": "USDT",
        "stake_amount": 150,
        "max_open_trades": 2,
        "trading_mode": "spot",
        "margin_mode": "",
        "timeframe": "5m",
        "entry_pricing": dict(pricing),
        "exit_pricing": dict(pricing),
        "order_types": {
            "entry": "limit",
            "exit": "limit",
            "stoploss": "limit",
            "stoploss_on_exchange": True,
            "stoploss_on_exchange_interval": 60,
        },
        "unfilledtimeout": {"entry": 4, "exit": 4, "unit": "minutes", "exit_timeout_count": 0},
        "pairlists": [{"method": "StaticPairList"}],
        "exchange": exchange_settings(venue),
        "db_url": f"sqlite:///{folder / 'trades.sqlite'}",
        "user_data_dir": folder,
        "datadir": folder,
        # What Freqtrade fills in when it reads a file.
        "bot_name": "tested",
        "tradable_balance_ratio": 0.99,
        "amend_last_stake_amount": False,
        "last_stake_amount_min_ratio": 0.5,
        "initial_state": "running",
        "dataformat_ohlcv": "feather",
        "internals": {},
    }
