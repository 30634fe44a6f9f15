"""/api/v1/market-data: which candles there are, and the candles of a window for a chart."""

from datetime import date, datetime
from typing import Annotated

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.auth import authenticate, caller
from api.backtest_bodies import Pair, Timeframe
from api.problems import RESPONSES
from api.schema import Body, Moment, Path, View, reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.market_data.manifest import (
    TRADED,
    CandleFile,
    CandleType,
    Current,
    Gap,
    Listing,
    Manifest,
    TickSize,
)
from candlewick.market_data.store import find_files

blueprint = APIBlueprint(
    "market_data",
    __name__,
    url_prefix="/api/v1/market-data",
    abp_tags=[Tag(name="market data")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)
blueprint.before_request(authenticate)

_COLUMNS = ("date", "open", "high", "low", "close", "volume")


class ExchangeView(View):
    name: str
    title: str
    is_simulated: bool
    revision: str
    note: str
    pairs: int
    timeframes: list[str]


class ExchangesView(View):
    items: list[ExchangeView]


class GapView(View):
    start: datetime
    until: datetime
    candles: int


class CandleFindingView(View):
    """What cleaning found in a file, and did about it."""

    rule: str
    action: str
    candles: int


class PairListingView(View):
    """When the exchange has listed a pair, as far as pulls have seen. Its candles stay when it is delisted."""

    is_active: bool
    first_seen: date
    last_seen: date


class TickSizeView(View):
    """The step in which prices move, from a day on."""

    since: date
    tick_size: float


class CoverageView(View):
    """What one file covers: open time of its first candle, close time of its last, and its gaps.

    `listing` is there where candles are pulled from the exchange. `tickSizes` are told from the candles as Freqtrade does; `null`
    where nothing is traded, and in candles stored before they were kept.
    """

    pair: str
    timeframe: str
    candle_type: CandleType
    start: datetime
    until: datetime
    candles: int
    missing_candles: int
    gaps: list[GapView]
    findings: list[CandleFindingView]
    tick_sizes: list[TickSizeView] | None
    listing: PairListingView | None


class CoveragesView(View):
    exchange: str
    revision: str
    is_simulated: bool
    items: list[CoverageView]


class CandlesView(View):
    """Columns of equal length. `merged` candles of the store are one here when the window is long.

    `tickSize` is the step in which prices moved at the window's end, where it is known.
    """

    exchange: str
    pair: str
    timeframe: str
    candle_seconds: int
    merged: int
    tick_size: float | None
    is_simulated: bool
    date: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]


class ExchangePath(Path):
    exchange: str


class CoverageQuery(Body):
    pair: Pair | None = None
    timeframe: Timeframe | None = None


class CandlesQuery(Body):
    pair: Pair
    timeframe: Timeframe
    start: Moment
    end: Moment
    candle_type: CandleType = CandleType.SPOT
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    max_candles: Annotated[int, Field(ge=10, le=5_000)] = 1_000


@blueprint.get("/exchanges", responses={200: ExchangesView})
def list_exchanges() -> Response:
    """List the exchanges that have candles here."""
    caller(Scope.READ)
    found = services().candles
    items = [_exchange(found.current(name)) for name in found.exchanges()]
    return reply(ExchangesView(items=items))


@blueprint.get("/exchanges/<exchange>/coverage", responses={200: CoveragesView})
def get_coverage(path: ExchangePath, query: CoverageQuery) -> Response:
    """Return what is covered per pair and timeframe, with the gaps."""
    caller(Scope.READ)
    current = services().candles.current(path.exchange)
    manifest = current.manifest
    listings = {listing.pair: listing for listing in manifest.listings}
    items = [
        _coverage(file, listings.get(file.pair))
        for file in manifest.files
        if query.pair in {None, file.pair} and query.timeframe in {None, file.timeframe}
    ]
    view = CoveragesView(
        exchange=manifest.exchange,
        revision=current.revision,
        is_simulated=manifest.simulated,
        items=items,
    )
    return reply(view)


@blueprint.get("/exchanges/<exchange>/candles", responses={200: CandlesView})
def get_candles(path: ExchangePath, query: CandlesQuery) -> Response:
    """Return the candles of a window, merged into coarser ones when there are more than `maxCandles`.

    With a run's `candleRevision` they are the candles that the run saw, and may be kept.
    """
    who = caller(Scope.READ)
    services().limiter.check(who.id, "candles")
    manifest = _manifest(path.exchange, query.revision)
    (file,) = find_files(manifest, [query.pair], query.timeframe, query.candle_type)
    window = services().candles.window(file, query.start, query.end, max_rows=query.max_candles)
    columns = list(zip(*window.rows, strict=True)) or [()] * 6
    view = CandlesView(
        exchange=manifest.exchange,
        pair=query.pair,
        timeframe=query.timeframe,
        candle_seconds=window.candle_s,
        merged=window.merged,
        tick_size=file.tick_size_before(query.end),
        is_simulated=manifest.simulated,
        **{name: list(column) for name, column in zip(_COLUMNS, columns, strict=True)},
    )
    response = reply(view)
    if query.revision is not None:
        response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _manifest(exchange: str, revision: str | None) -> Manifest:
    candles = services().candles
    return (
        candles.current(exchange).manifest
        if revision is None
        else candles.revision(exchange, revision)
    )


def _exchange(current: Current) -> ExchangeView:
    manifest = current.manifest
    return ExchangeView(
        name=manifest.exchange,
        title=manifest.title,
        is_simulated=manifest.simulated,
        revision=current.revision,
        note=manifest.note,
        pairs=len({file.pair for file in manifest.files}),
        # Of what is traded: mark prices and funding rates only go with it.
        timeframes=sorted(
            {file.timeframe for file in manifest.files if file.candle_type in TRADED}
        ),
    )


def _coverage(file: CandleFile, listing: Listing | None) -> CoverageView:
    return CoverageView(
        pair=file.pair,
        timeframe=file.timeframe,
        candle_type=file.candle_type,
        start=file.start,
        until=file.until,
        candles=file.candles,
        missing_candles=file.missing_candles,
        gaps=[_gap(gap) for gap in file.gaps],
        findings=[
            CandleFindingView(rule=note.rule, action=note.action, candles=note.count)
            for note in file.quality
        ],
        tick_sizes=None if file.tick_sizes is None else [_tick(size) for size in file.tick_sizes],
        listing=None if listing is None else _listing(listing),
    )


def _tick(size: TickSize) -> TickSizeView:
    return TickSizeView(since=size.since, tick_size=size.tick_size)


def _listing(listing: Listing) -> PairListingView:
    return PairListingView(
        is_active=listing.active, first_seen=listing.first_seen, last_seen=listing.last_seen
    )


def _gap(gap: Gap) -> GapView:
    return GapView(start=gap.start, until=gap.until, candles=gap.candles)
