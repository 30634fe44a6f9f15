"""Freqtrade's configuration of a bot, made of the plan."""

import json
from pathlib import Path
from typing import Any, Final

from freqtrade.configuration import Configuration
from freqtrade.resolvers import StrategyResolver

from candlewick.bots.wire import Mode
from live_bot.trader_words import Start

_ORDERING: Final = frozenset({Mode.LIVE, Mode.REPLAY})
# Longer than the supervisor ever takes for an order.
_CALL_TIMEOUT_MS: Final = 90_000
_STRATEGIES: Final = "strategies"


def database_path(scratch: Path) -> Path:
    return scratch / "trades.sqlite"


def database_of(config: dict[str, Any]) -> Path:
    return Path(str(config["db_url"]).removeprefix("sqlite:///"))


def configuration(start: Start, inputs: Path, scratch: Path, port: int) -> dict[str, Any]:
    """Let Freqtrade itself read and complete the configuration, as its command line does."""
    plan = start.plan
    user_data = scratch / "user_data"
    for name in ("", "data", "logs"):
        (user_data / name).mkdir(parents=True, exist_ok=True)
    exchange: Any = plan.config.get("exchange") or {}
    wanted = {
        "entry_pricing": {"price_side": "same", "use_order_book": True, "order_book_top": 1},
        "exit_pricing": {"price_side": "same", "use_order_book": True, "order_book_top": 1},
        "pairlists": [{"method": "StaticPairList"}],
        **plan.config,
        "exchange": {
            **exchange,
            "name": plan.venue.exchange,
            # The supervisor signs with the real ones; Freqtrade only wants to see some.
            "key": "supervisor",
            "secret": "supervisor",
            "enable_ws": False,
            "ccxt_config": _ccxt(port),
        },
        "strategy": plan.class_name,
        "dry_run": plan.mode not in _ORDERING,
        "db_url": f"sqlite:///{database_path(scratch)}",
        "initial_state": "running",
        "cancel_open_orders_on_exit": False,
        "force_entry_enable": True,
        "api_server": {
            "enabled": False,
            "listen_ip_address": "127.0.0.1",
            "listen_port": 8080,
            "username": "",
            "password": "",
        },
        "telegram": {"enabled": False, "token": "", "chat_id": ""},
    }
    file = scratch / "config.json"
    file.write_text(json.dumps(wanted))
    arguments = {
        "command": "trade",
        "config": [str(file)],
        "strategy_path": str(inputs / _STRATEGIES),
        "user_data_dir": str(user_data),
        "datadir": str(user_data / "data"),
    }
    found: dict[str, Any] = Configuration(arguments, None).get_config()
    _price_market_orders(found)
    return found


def _price_market_orders(config: dict[str, Any]) -> None:
    """Look at the other side of the book for market orders, as Freqtrade demands."""
    kinds = StrategyResolver.load_strategy(config).order_types
    for name in ("entry", "exit"):
        if kinds.get(name) == "market":
            config[f"{name}_pricing"]["price_side"] = "other"


def _ccxt(port: int) -> dict[str, Any]:
    base = f"http://127.0.0.1:{port}/venue"
    return {
        "urls": {
            "api": {
                "public": f"{base}/api/v3",
                "private": f"{base}/api/v3",
                "v1": f"{base}/api/v1",
                "sapi": f"{base}/sapi/v1",
                "sapiV2": f"{base}/sapi/v2",
                "sapiV3": f"{base}/sapi/v3",
                "sapiV4": f"{base}/sapi/v4",
            }
        },
        "timeout": _CALL_TIMEOUT_MS,
        # The supervisor keeps the exchange's limits.
        "enableRateLimit": False,
        "options": {
            "fetchMarkets": {"types": ["spot"]},
            "fetchMargins": False,
            "fetchCurrencies": False,
            "defaultType": "spot",
        },
    }
