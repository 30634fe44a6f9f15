"""Freqtrade's own Exchange, filled from a snapshot where it would otherwise ask the network."""

from typing import Any

from freqtrade.enums import TradingMode
from freqtrade.exchange import Exchange
from freqtrade.resolvers import ExchangeResolver
from freqtrade.util.datetime_helpers import dt_ts

from candlewick.engine.errors import ConfigurationRefused
from candlewick.engine.snapshot import Snapshot

# Freqtrade ships Binance's tiers and uses them itself when it is not trading.
_TIERS_SHIPPED_WITH_FREQTRADE = frozenset({"binance"})


def offline_exchange(config: dict[str, Any], snapshot: Snapshot) -> Exchange:
    """Return the exchange as `ExchangeResolver.load_exchange` would, without a connection."""
    exchange = ExchangeResolver.load_exchange(config, validate=False, load_leverage_tiers=False)
    exchange._api_async.set_markets(list(snapshot.markets.values()))  # noqa: SLF001 - see below
    exchange._api.set_markets_from_exchange(exchange._api_async)  # noqa: SLF001
    exchange._markets = exchange._api_async.markets  # noqa: SLF001
    # reload_markets() does these four lines with the network; there is no public way without it.
    exchange._last_markets_refresh = dt_ts()  # noqa: SLF001
    exchange.validate_config(config)
    if exchange.trading_mode == TradingMode.FUTURES:
        _fill_leverage_tiers(exchange, snapshot)
    return exchange


def _fill_leverage_tiers(exchange: Exchange, snapshot: Snapshot) -> None:
    if snapshot.leverage_tiers is not None:
        for pair, tiers in snapshot.leverage_tiers.items():
            exchange._leverage_tiers[pair] = [  # noqa: SLF001 - fill_leverage_tiers() asks the network
                exchange.parse_leverage_tier(tier) for tier in tiers
            ]
    elif exchange.id in _TIERS_SHIPPED_WITH_FREQTRADE:
        exchange.fill_leverage_tiers()
    else:
        raise ConfigurationRefused(
            f"A futures backtest on {exchange.name} needs a snapshot of its leverage tiers."
        )
