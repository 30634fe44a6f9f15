"""Teaches ccxt the exchange `simulated`, whose candles Candlewick makes itself."""

from typing import Any

import ccxt
import ccxt.async_support as ccxt_async

EXCHANGE_ID = "simulated"

_CAPABILITIES = (
    "cancelOrder",
    "createLimitOrder",
    "createMarketOrder",
    "createOrder",
    "fetchBalance",
    "fetchL2OrderBook",
    "fetchMyTrades",
    "fetchOHLCV",
    "fetchOrder",
    "fetchTicker",
    "fetchTickers",
    "spot",
)


class _Description:
    def describe(self) -> dict[str, Any]:
        described: dict[str, Any] = super().describe()  # type: ignore[misc]  # ccxt's, by the mix-in
        return {
            **described,
            "id": EXCHANGE_ID,
            "name": "Simulated",
            "rateLimit": 50,
            "has": {**described["has"], **dict.fromkeys(_CAPABILITIES, True)},
            "timeframes": {"5m": "5m", "1h": "1h"},
            "precisionMode": ccxt.TICK_SIZE,
            "fees": {"trading": {"taker": 0.001, "maker": 0.001}},
            "features": {"spot": {"fetchOHLCV": {"limit": 1000}}},
        }


class _Simulated(_Description, ccxt.Exchange):  # type: ignore[misc]  # ccxt publishes no types
    pass


class _SimulatedAsync(_Description, ccxt_async.Exchange):  # type: ignore[misc]  # as above
    pass


def register() -> None:
    """Make `simulated` known to ccxt in this process; a second call changes nothing."""
    for module, implementation in ((ccxt, _Simulated), (ccxt_async, _SimulatedAsync)):
        setattr(module, EXCHANGE_ID, implementation)
        if EXCHANGE_ID not in module.exchanges:
            module.exchanges.append(EXCHANGE_ID)
