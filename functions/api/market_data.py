"""/api/v1/market-data: which candles there are, and the candles of a window for a chart."""

from datetime import UTC, datetime
from typing import Annotated

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field, field_validator

from api.auth import authenticate, caller
from api.backtest_bodies import Pair, Timeframe
from api.schema import Body, View, reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.errors import NotFound
from candlewick.market_data.manifest import CandleFile, CandleType, Gap, Manifest

blueprint = APIBlueprint(
    "market_data",
    __name__,
    url_prefix="/api/v1/market-data",
    abp_tags=[Tag(name="market data")],
    abp_security=[{"bearer": []}],
)
blueprint.before_request(authenticate)


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


class CoverageView(View):
    """What one file covers: open time of its first candle, close time of its last, and its gaps."""

    pair: str
    timeframe: str
    candle_type: CandleType
    start: datetime
    until: datetime
    candles: int
    missing_candles: int
    gaps: list[GapView]


class CoveragesView(View):
    exchange: str
    revision: str
    is_simulated: bool
    items: list[CoverageView]


class CandlesView(View):
    """Columns of equal length. `timeframe` is coarser than asked for when the window was too long."""

    exchange: str
    pair: str
    timeframe: str
    is_simulated: bool
    is_down_sampled: bool
    date: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]


class ExchangePath(Body):
    exchange: str


class CoverageQuery(Body):
    pair: Pair | None = None
    timeframe: Timeframe | None = None


class CandlesQuery(Body):
    pair: Pair
    timeframe: Timeframe
    start: datetime
    end: datetime
    candle_type: CandleType = CandleType.SPOT
    max_candles: Annotated[int, Field(ge=10, le=5_000)] = 1_000

    @field_validator("start", "end")
    @classmethod
    def _in_utc(cls, value: datetime) -> datetime:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@blueprint.get("/exchanges", responses={200: ExchangesView})
def list_exchanges() -> Response:
    """List the exchanges that have candles here."""
    caller(Scope.READ)
    found = services().candles
    current = [found.current(name) for name in found.exchanges()]
    items = [_exchange(*item) for item in current if item is not None]
    return reply(ExchangesView(items=items))


@blueprint.get("/exchanges/<exchange>/coverage", responses={200: CoveragesView})
def get_coverage(path: ExchangePath, query: CoverageQuery) -> Response:
    """Return what is covered per pair and timeframe, with the gaps."""
    caller(Scope.READ)
    revision, manifest = _current(path.exchange)
    items = [
        _coverage(file)
        for file in manifest.files
        if query.pair in {None, file.pair} and query.timeframe in {None, file.timeframe}
    ]
    view = CoveragesView(
        exchange=manifest.exchange,
        revision=revision,
        is_simulated=manifest.simulated,
        items=items,
    )
    return reply(view)


@blueprint.get("/exchanges/<exchange>/candles", responses={200: CandlesView})
def get_candles(path: ExchangePath, query: CandlesQuery) -> Response:
    """Return the candles of a window, merged into coarser ones when there are more than `maxCandles`."""
    who = caller(Scope.READ)
    services().limiter.check(who.id, "candles")
    _, manifest = _current(path.exchange)
    window = services().candles.window(
        manifest,
        pair=query.pair,
        timeframe=query.timeframe,
        candle_type=query.candle_type,
        span=(query.start, query.end),
        max_candles=query.max_candles,
    )
    view = CandlesView(
        exchange=manifest.exchange,
        pair=query.pair,
        timeframe=window.timeframe,
        is_simulated=manifest.simulated,
        is_down_sampled=window.timeframe != query.timeframe,
        date=window.date,
        open=window.open,
        high=window.high,
        low=window.low,
        close=window.close,
        volume=window.volume,
    )
    return reply(view)


def _current(exchange: str) -> tuple[str, Manifest]:
    current = services().candles.current(exchange)
    if current is None:
        raise NotFound(f"There are no candles of {exchange!r}.")
    return current


def _exchange(revision: str, manifest: Manifest) -> ExchangeView:
    return ExchangeView(
        name=manifest.exchange,
        title=manifest.title,
        is_simulated=manifest.simulated,
        revision=revision,
        note=manifest.note,
        pairs=len({file.pair for file in manifest.files}),
        timeframes=sorted({file.timeframe for file in manifest.files}),
    )


def _coverage(file: CandleFile) -> CoverageView:
    return CoverageView(
        pair=file.pair,
        timeframe=file.timeframe,
        candle_type=file.candle_type,
        start=file.start,
        until=file.until,
        candles=file.candles,
        missing_candles=file.missing_candles,
        gaps=[_gap(gap) for gap in file.gaps],
    )


def _gap(gap: Gap) -> GapView:
    return GapView(start=gap.start, until=gap.until, candles=gap.candles)
