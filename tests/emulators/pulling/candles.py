"""What the exchange has, and what a pull brings of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from candlewick.market_data import feather
from candlewick.market_data.cleaning.pipeline import resampled
from candlewick.market_data.manifest import Manifest
from candlewick.market_data.publishing import current_manifest, raw_object
from candlewick.market_data.timeframes import duration
from candlewick.objects import ObjectStore, sha256_hex
from candlewick.pulling.downloading import SOURCE, Access, Downloader
from candlewick.pulling.pull import Pull, Result
from candlewick.pulling.universe import universe_from
from tests.emulators.exchange.venue import BTC, ETH, START, Venue, walk, write_candles

# More than one answer holds, and then some that are yet to come.
PAST, TO_COME = 2_300, 400
HOLE = range(1_200, 1_207)
STORED_AS = "replay"


def write(
    folder: Path,
    *,
    pairs: tuple[str, ...] = (BTC, ETH),
    opened: Mapping[int, float] = MappingProxyType({}),
) -> None:
    """Store the exchange's candles; `opened` replaces open prices."""
    rows = {
        BTC: walk(100_000.0, PAST + TO_COME, seed=1),
        ETH: walk(3_000.0, PAST + TO_COME, seed=2),
    }
    write_candles(folder, {pair: rows[pair] for pair in pairs}, first=PAST)
    file = folder / "BTC_USDT-5m.feather"
    frame = feather.read(file.read_bytes()).drop(index=list(HOLE))
    for place, price in opened.items():
        frame.loc[place, ["open", "high"]] = price
    file.write_bytes(feather.write(frame.reset_index(drop=True)))


def universe(**changes: Any) -> dict[str, Any]:
    return {
        "exchange": "binance",
        "store_as": STORED_AS,
        "simulated": True,
        "pairs": [BTC, ETH],
        "timeframes": ["5m"],
        "start": "2025-01-01",
        **changes,
    }


def pull(
    store: ObjectStore,
    venue: Venue,
    *,
    access: Mapping[str, Any] | None = None,
    pace: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Result:
    """Pull from an exchange into a store, as one task."""
    given = Access(exchange="binance", url=venue.url, **(access or {}))
    with Downloader(given, pace={"backoff_s": 0.01, **(pace or {})}) as downloader:
        downloader.load_markets()
        wanted = Pull(store=store, universe=universe_from(universe(**changes)), source=SOURCE)
        return wanted.run(downloader)


def manifest(store: ObjectStore) -> Manifest:
    found = current_manifest(store, STORED_AS)
    assert found is not None
    return found


def stored(store: ObjectStore, pair: str, timeframe: str = "5m") -> pd.DataFrame:
    (file,) = [
        each for each in manifest(store).files if (each.pair, each.timeframe) == (pair, timeframe)
    ]
    return feather.read(store.read(file.object_name))


def given(folder: Path, pair: str, until: str = START) -> pd.DataFrame:
    """Return the candles that the exchange has closed by then."""
    frame = feather.read((folder / f"{pair.replace('/', '_')}-5m.feather").read_bytes())
    return frame[frame["date"] < pd.Timestamp(until)].reset_index(drop=True)


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected.assign(date=expected["date"].dt.as_unit("ms")))


def longer(folder: Path, pair: str, timeframe: str) -> pd.DataFrame:
    return resampled(given(folder, pair), duration("5m"), duration(timeframe))


def whole(store: ObjectStore, stored_as: str = STORED_AS) -> Manifest:
    """Return the current manifest, having looked that all that it names is there, as its hash says."""
    pointer = json.loads(store.read(f"{stored_as}/current.json"))
    data = store.read(f"{stored_as}/manifests/{pointer['revision']}.json")
    assert sha256_hex(data) == pointer["revision"]
    found = Manifest.model_validate_json(data)
    named = {file.object_name: file.sha256 for file in found.files}
    beside = [found.markets, *([found.leverage_tiers] if found.leverage_tiers else [])]
    named |= {stored.object_name: stored.sha256 for stored in beside}
    named |= {
        raw_object(stored_as, file.raw, file.file_name): file.raw
        for file in found.files
        if file.raw is not None
    }
    for name, digest in named.items():
        assert sha256_hex(store.read(name)) == digest
    return found
