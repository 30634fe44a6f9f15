"""The exchange as it was when its candles were taken: ccxt's market structures and leverage tiers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from candlewick.engine.errors import ConfigurationRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What Freqtrade would otherwise ask the exchange for."""

    markets: dict[str, dict[str, Any]]
    leverage_tiers: dict[str, list[dict[str, Any]]] | None = None


def read_snapshot(markets: Path, leverage_tiers: Path | None = None) -> Snapshot:
    """Read `markets.json` (by symbol) and, for futures, `leverage_tiers.json` (by symbol)."""
    structures = _read_object(markets, "market structures by symbol")
    for symbol, market in structures.items():
        if not isinstance(market, dict) or market.get("symbol") != symbol:
            raise ConfigurationRefused(
                f"{markets.name} holds no ccxt market structure for {symbol}."
            )
    tiers = None if leverage_tiers is None else _read_object(leverage_tiers, "leverage tiers")
    return Snapshot(markets=structures, leverage_tiers=tiers)


def _read_object(path: Path, what: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigurationRefused(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigurationRefused(f"{path} is not JSON: {error}.") from error
    if not isinstance(content, dict) or not content:
        raise ConfigurationRefused(f"{path} must be a JSON object of {what}.")
    return content
