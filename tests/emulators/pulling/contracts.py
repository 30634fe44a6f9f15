"""What the exchange has of its perpetuals, as it tells itself when it commits no faults."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from candlewick.market_data import feather
from candlewick.market_data.manifest import CandleFile, CandleType, Manifest
from candlewick.market_data.timeframes import duration
from candlewick.objects import ObjectStore
from candlewick.pulling.pull import Result, Share
from candlewick.pulling.running import Manner, pull_universe
from candlewick.pulling.universe import universe_from
from tests.emulators.exchange.venue import Venue
from tests.emulators.pulling.candles import STORED_AS, universe

BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"
PATHS: Mapping[CandleType, str] = {
    CandleType.SPOT: "/api/v3/klines",
    CandleType.FUTURES: "/fapi/v1/klines",
    CandleType.MARK: "/fapi/v1/markPriceKlines",
    CandleType.FUNDING_RATE: "/fapi/v1/fundingRate",
}


def pull(
    store: ObjectStore,
    venue: Venue,
    *,
    share: Share | None = None,
    pace: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Result:
    """Pull perpetuals as the job does."""
    wanted = universe_from(universe(**{"pairs": [BTC, ETH], "start": "2025-04-23", **changes}))
    manner = Manner(url=venue.url, share=share or Share(), pace={"backoff_s": 0.01, **(pace or {})})
    return pull_universe(store, wanted, manner)


def served(venue: Venue, file: CandleFile, *, start: int = 1) -> pd.DataFrame:
    """Ask for all of a series, page by page, and return what is over."""
    rows: list[list[float]] = []
    now = venue.now()
    while page := _page(venue, file, start):
        rows += page
        start = int(page[-1][0]) + 1
    columns = feather.columns_of(file.candle_type)
    frame = pd.DataFrame(rows, columns=list(columns))
    dates = pd.to_datetime(frame["date"], unit="ms", utc=True)
    is_rate = file.candle_type is CandleType.FUNDING_RATE
    lasts = pd.Timedelta(0) if is_rate else duration(file.timeframe)
    frame["date"] = dates.dt.floor("min").dt.as_unit("ms")
    whole = frame["date"] + lasts <= pd.Timestamp(now, unit="ms", tz="UTC")
    return frame[whole].reset_index(drop=True)


def _page(venue: Venue, file: CandleFile, start: int) -> list[list[float]]:
    symbol = file.pair.partition(":")[0].replace("/", "")
    asked: dict[str, Any] = {"symbol": symbol, "startTime": start, "limit": 1_000}
    if file.candle_type is CandleType.FUNDING_RATE:
        paid = venue.get(PATHS[file.candle_type], **asked).json()
        return [[each["fundingTime"], float(each["fundingRate"])] for each in paid]
    told = venue.get(PATHS[file.candle_type], interval=file.timeframe, **asked).json()
    return [[row[0], *map(float, row[1:6])] for row in told]


def assert_whole(store: ObjectStore, venue: Venue, manifest: Manifest) -> None:
    """Hold each file of a revision to what the exchange says of it; nothing else is there."""
    for file in manifest.files:
        found = feather.read(store.read(file.object_name))
        pd.testing.assert_frame_equal(found, served(venue, file), check_exact=True)
        assert len(found) == file.candles
    assert manifest.exchange == STORED_AS
