"""A candle store with BTC and ETH of the simulated market, and a preview's request of it."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from candlewick.market_data.importer import Source, files_in, import_candles
from candlewick.market_data.store import CandleStore
from candlewick.previews.models import Wanted
from candlewick.previews.previewing import Previewer
from candlewick.specs.models import StrategySpec
from tests.unit.market_data.memory import InMemoryObjects

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def previewer(candles: Path) -> Previewer:
    objects = InMemoryObjects()
    loaders = {name: partial(Path.read_bytes, path) for name, path in files_in(candles).items()}
    source = Source(exchange="simulated", title="Simulated market", note="test", simulated=True)
    import_candles(objects, source, loaders, now=NOW)
    return Previewer(candles=CandleStore(objects))


def wanted(spec: StrategySpec, **changes: Any) -> Wanted:
    facts: dict[str, Any] = {"exchange": "simulated", "pair": "ETH/USDT", **changes}
    return Wanted(spec=spec, **facts)
