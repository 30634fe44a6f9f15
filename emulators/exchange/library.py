"""Where the candles come from: Freqtrade's files in a folder, a candle store's folder, or the simulated market."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candlewick.errors import Invalid
from candlewick.market_data import feather, simulated
from candlewick.market_data.manifest import CandleType, Current, Manifest
from candlewick.market_data.markets import derived_market
from candlewick.market_data.timeframes import Series, duration, series_of
from emulators.exchange.symbols import Symbol, symbol
from emulators.exchange.tape import Tape, tape
from emulators.hosting import CannotStart

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A pair and its candles."""

    symbol: Symbol
    tape: Tape


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    files: Mapping[Series, Path]
    markets: Mapping[str, Any]


def simulated_market(pairs: Collection[str] = ()) -> dict[str, Listing]:
    """Return the simulated market's pairs by Binance's names; `pairs` keeps these only."""
    markets = simulated.markets()
    return {
        listing.symbol.name: listing
        for series, frame in simulated.candles()
        if series.timeframe == "5m" and (not pairs or series.pair in pairs)
        for listing in [_listing(series, frame, markets)]
    }


def from_folder(folder: Path, pairs: Collection[str] = ()) -> dict[str, Listing]:
    """Return a folder's spot pairs by Binance's names, each at its finest timeframe.

    The folder holds Freqtrade's feather files and perhaps `markets.json` (ccxt's structures by symbol), or is one
    exchange's folder in a candle store.
    """
    try:
        source = _from_store(folder) if (folder / "current.json").exists() else _from_files(folder)
        listings = [
            _listing(series, feather.read(file.read_bytes(), feather.OHLCV), source.markets)
            for series, file in _finest(source.files).items()
            if not pairs or series.pair in pairs
        ]
    except (OSError, Invalid, ValueError) as error:
        raise CannotStart(f"the candles in {folder} cannot be read: {error}") from error
    missing = set(pairs) - {listing.symbol.pair for listing in listings}
    if missing or not listings:
        wanted = ", ".join(sorted(missing)) or "any spot pair"
        raise CannotStart(f"there are no candles for {wanted} in {folder}")
    return {listing.symbol.name: listing for listing in listings}


def _from_files(folder: Path) -> _Source:
    markets = folder / "markets.json"
    return _Source(
        files={series_of(file.name): file for file in sorted(folder.glob("*.feather"))},
        markets=json.loads(markets.read_text()) if markets.exists() else {},
    )


def _from_store(folder: Path) -> _Source:
    revision = json.loads((folder / "current.json").read_text())["revision"]
    manifest = Manifest.model_validate_json((folder / f"manifests/{revision}.json").read_bytes())
    bucket = folder.parent
    return _Source(
        files=dict(_stored(Current(revision=revision, manifest=manifest), bucket)),
        markets=json.loads((bucket / manifest.markets.object_name).read_text()),
    )


def _stored(current: Current, bucket: Path) -> Iterator[tuple[Series, Path]]:
    for file in current.manifest.files:
        series = Series(
            pair=file.pair, timeframe=file.timeframe, candle_type=CandleType(file.candle_type)
        )
        yield series, bucket / file.object_name


def _finest(files: Mapping[Series, Path]) -> dict[Series, Path]:
    found: dict[str, Series] = {}
    for series in files:
        if series.candle_type is not CandleType.SPOT:
            continue
        known = found.get(series.pair)
        if known is None or duration(series.timeframe) < duration(known.timeframe):
            found[series.pair] = series
    return {series: files[series] for series in found.values()}


def _listing(series: Series, frame: "pd.DataFrame", markets: Mapping[str, Any]) -> Listing:
    market = markets.get(series.pair)
    if market is None:
        prices = [frame[name].to_numpy() for name in ("open", "high", "low", "close")]
        market = derived_market(series.pair, prices, [frame["volume"].to_numpy()])
    spot = symbol(market)
    step_ms = int(duration(series.timeframe).total_seconds() * 1_000)
    return Listing(symbol=spot, tape=tape(frame, step_ms=step_ms, tick=spot.tick, lot=spot.lot))
