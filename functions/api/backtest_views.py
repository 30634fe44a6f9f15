"""How runs look as JSON."""

from datetime import datetime
from decimal import Decimal

from pydantic import JsonValue, TypeAdapter

from api.schema import View
from candlewick.backtests.models import BacktestRun, BacktestSpec, Listed, RunState, TradingMode
from candlewick.backtests.wire import FailureKind, Loop, Phase

_JSON_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])

_OPTIONAL_OBJECT: TypeAdapter[dict[str, JsonValue] | None] = TypeAdapter(
    dict[str, JsonValue] | None
)


class SpecView(View):
    exchange: str
    pairs: list[str]
    timeframe: str
    timeframe_detail: str | None
    start: datetime
    end: datetime
    stake_amount: Decimal | None
    stake_currency: str
    wallet: Decimal
    max_open_trades: int
    fee: Decimal | None
    enable_protections: bool
    trading_mode: TradingMode
    loop: Loop


class ListedView(View):
    """Of closed code a run keeps no log, no archive, no indicators and no parameters."""

    listing_id: str
    version: int
    is_closed: bool


class StrategyRefView(View):
    """What was run: a version of one's own, or `listed`, where `id` is the listing's too."""

    id: str
    name: str
    version: int
    class_name: str
    parameters: dict[str, JsonValue] | None
    listed: ListedView | None


class ProgressView(View):
    phase: Phase
    fraction: float


class TracebackLineView(View):
    line: int
    function: str
    code: str


class FailureView(View):
    kind: FailureKind
    message: str
    traceback: list[TracebackLineView]


class BacktestView(View):
    """A run. `isVerified` says that the platform recomputed the result; `servedFrom` names the run that did."""

    id: str
    state: RunState
    is_verified: bool
    is_simulated: bool
    strategy: StrategyRefView
    spec: SpecView
    identity: str
    candle_revision: str
    engine: str
    created_at: datetime
    entered_at: dict[str, datetime]
    attempt: int
    progress: ProgressView | None
    log_tail: str
    failure: FailureView | None
    headline: dict[str, JsonValue] | None
    served_from: str | None
    timings: dict[str, float]
    notes: str


class BacktestsView(View):
    items: list[BacktestView]
    next_cursor: str | None


class DownloadView(View):
    """A signed URL; whoever has it may read the file until it expires."""

    name: str
    url: str
    expires_at: datetime


class DownloadsView(View):
    items: list[DownloadView]


def backtest(run: BacktestRun) -> BacktestView:
    strategy, result = run.strategy, run.result
    is_done = run.state is RunState.SUCCEEDED and result is not None
    return BacktestView(
        id=run.id,
        state=run.state,
        is_verified=is_done,
        is_simulated=run.is_simulated,
        strategy=StrategyRefView(
            id=strategy.id,
            name=strategy.name,
            version=strategy.version,
            class_name=strategy.class_name,
            parameters=_OPTIONAL_OBJECT.validate_python(strategy.parameters),
            listed=listed_view(strategy.listed),
        ),
        spec=spec_view(run.spec),
        identity=run.identity,
        candle_revision=run.candle_revision,
        engine=run.engine,
        created_at=run.created_at,
        entered_at=dict(run.entered_at),
        attempt=run.attempt,
        progress=_progress(run),
        log_tail=run.log_tail,
        failure=_failure(run),
        headline=_JSON_OBJECT.validate_python(result.headline) if is_done and result else None,
        served_from=run.served_from,
        timings=dict(run.timings),
        notes=run.notes,
    )


def spec_view(spec: BacktestSpec) -> SpecView:
    return SpecView(
        exchange=spec.exchange,
        pairs=list(spec.pairs),
        timeframe=spec.timeframe,
        timeframe_detail=spec.timeframe_detail,
        start=spec.start,
        end=spec.until,
        stake_amount=spec.stake_amount,
        stake_currency=spec.stake_currency,
        wallet=spec.wallet,
        max_open_trades=spec.max_open_trades,
        fee=spec.fee,
        enable_protections=spec.enable_protections,
        trading_mode=spec.trading_mode,
        loop=spec.loop,
    )


def listed_view(listed: Listed | None) -> ListedView | None:
    if listed is None:
        return None
    return ListedView(listing_id=listed.listing, version=listed.version, is_closed=listed.is_closed)


def _progress(run: BacktestRun) -> ProgressView | None:
    if run.progress is None:
        return None
    return ProgressView(phase=run.progress.phase, fraction=run.progress.fraction)


def _failure(run: BacktestRun) -> FailureView | None:
    if run.failure is None:
        return None
    lines = [
        TracebackLineView(line=item.line, function=item.function, code=item.code)
        for item in run.failure.traceback
    ]
    return FailureView(kind=run.failure.kind, message=run.failure.message, traceback=lines)
