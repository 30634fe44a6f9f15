"""/api/v1/backtests: submit, watch, note, cancel and delete runs; read their verified results."""

import hashlib
import json
from datetime import datetime, timedelta

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api import backtest_views as views
from api.auth import authenticate, caller
from api.backtest_bodies import (
    BacktestBody,
    EquityQuery,
    IdempotencyHeader,
    NotesBody,
    RunPath,
    RunsQuery,
)
from api.problems import RESPONSES
from api.schema import no_content, reply
from api.services import services
from candlewick.accounts.models import Scope, UserId
from candlewick.backtests.curve import reduced
from candlewick.backtests.models import BacktestRun, RunId
from candlewick.backtests.ports import IdempotencyKey, RunFilter
from candlewick.backtests.secrecy import NOT_KEPT
from candlewick.backtests.service import Submission
from candlewick.backtests.tickets import ARCHIVE_NAME, LOG_NAME
from candlewick.errors import Forbidden, NotFound
from candlewick.strategies.models import StrategyId

blueprint = APIBlueprint(
    "backtests",
    __name__,
    url_prefix="/api/v1/backtests",
    abp_tags=[Tag(name="backtests")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)
blueprint.before_request(authenticate)

_PLAIN = "text/plain; charset=utf-8"
_TEXT: dict[str, object] = {"text/plain": {"schema": {"type": "string"}}}
_URL_LIFETIME = timedelta(minutes=15)
# Name of the object → name that the browser saves it under.
_DOWNLOADS = {
    "result.zip": "freqtrade-result-{id}.zip",
    "trades.csv": "trades-{id}.csv",
    "trades.json": "trades-{id}.json",
    "summary.json": "summary-{id}.json",
    "equity.json": "equity-{id}.json",
    "certificate.json": "data-certificate-{id}.json",
    "log.txt": "log-{id}.txt",
}
# The archive holds the code, the log whatever the code printed.
_WITH_CODE = frozenset({ARCHIVE_NAME, LOG_NAME})


@blueprint.post("", responses={202: views.BacktestView})
def submit_backtest(header: IdempotencyHeader, body: BacktestBody) -> Response:
    """Start a backtest. An identical one that is known is answered from its stored result at once."""
    owner, found = _writer(), services()
    account = found.accounts.profile(caller())
    strategy_id = StrategyId(body.strategy_id)
    version = found.strategies.version(owner, strategy_id, body.version)
    wanted = Submission(
        strategy_id=strategy_id,
        version=body.version,
        spec=body.to_spec(version.report.facts.timeframe),
        parameters=body.parameters,
        user_class=account.user_class(caller().email),
        key=IdempotencyKey(
            key_hash=_sha256(header.idempotency_key), body_hash=_sha256(body.model_dump_json())
        ),
    )
    return reply(views.backtest(found.backtests.submit(owner, wanted, account.quotas)), 202)


@blueprint.get("", responses={200: views.BacktestsView})
def list_backtests(query: RunsQuery) -> Response:
    """List runs, the newest first."""
    wanted = RunFilter(
        state=query.state,
        strategy_id=None if query.strategy_id is None else StrategyId(query.strategy_id),
        exchange=query.exchange,
    )
    page = services().backtests.list(
        caller(Scope.READ).id, wanted, cursor=query.cursor, size=query.size
    )
    items = [views.backtest(run) for run in page.items]
    return reply(views.BacktestsView(items=items, next_cursor=page.next_cursor))


@blueprint.get("/<run_id>", responses={200: views.BacktestView})
def get_backtest(path: RunPath) -> Response:
    """Return a run: its state, progress, failure or headline figures."""
    return reply(
        views.backtest(services().backtests.get(caller(Scope.READ).id, RunId(path.run_id)))
    )


@blueprint.patch("/<run_id>", responses={200: views.BacktestView})
def write_notes(path: RunPath, body: NotesBody) -> Response:
    """Write the run's notes."""
    run = services().backtests.write_notes(_writer(), RunId(path.run_id), body.notes)
    return reply(views.backtest(run))


@blueprint.post("/<run_id>/cancel", responses={202: views.BacktestView})
def cancel_backtest(path: RunPath) -> Response:
    """Stop a run. It is `cancelled` at once, or `cancelling` until its container has stopped."""
    return reply(views.backtest(services().backtests.cancel(_writer(), RunId(path.run_id))), 202)


@blueprint.delete("/<run_id>", responses={204: None})
def delete_backtest(path: RunPath) -> Response:
    """Delete a run that is over, and its result unless another run is served from it."""
    services().backtests.delete(_writer(), RunId(path.run_id))
    return no_content()


@blueprint.get("/<run_id>/summary", responses={200: {"description": "All metrics, recomputed."}})
def get_summary(path: RunPath) -> Response:
    """Return every metric of a verified result, and the settings it was made with."""
    return _stored(path, "summary.json")


@blueprint.get(
    "/<run_id>/trades", responses={200: {"description": "All trades with their orders."}}
)
def get_trades(path: RunPath) -> Response:
    """Return all trades of a verified result, open positions included."""
    return _stored(path, "trades.json")


@blueprint.get("/<run_id>/equity", responses={200: {"description": "Equity at candle resolution."}})
def get_equity(path: RunPath, query: EquityQuery) -> Response:
    """Return the equity of a verified result, marked to market; its pairs' mean price and holding them.

    With `points`, candles are merged so that a chart gets no more than it can draw: see `EquityQuery`.
    """
    if query.points is None:
        return _stored(path, "equity.json")
    stored = json.loads(services().results.read(f"{_succeeded(path).files}/equity.json"))
    window = reduced(stored, points=query.points, start=_ms(query.start), until=_ms(query.end))
    whole = {name: stored[name] for name in ("format", "days", "drawdowns")}
    return _kept(json.dumps({**whole, **window}, separators=(",", ":")), "application/json")


@blueprint.get(
    "/<run_id>/certificate", responses={200: {"description": "What the run's candles are like."}}
)
def get_certificate(path: RunPath) -> Response:
    """Return gaps, jumps and candles without volume under the run, and the trades that rest on them."""
    return _stored(path, "certificate.json")


@blueprint.get("/<run_id>/log", responses={200: {"description": "Plain text.", "content": _TEXT}})
def get_log(path: RunPath) -> Response:
    """Return what the run printed, the last 1.2 MB of it; while it runs, and where nothing was kept, its end."""
    found = services()
    run = found.backtests.get(caller(Scope.READ).id, RunId(path.run_id))
    if run.strategy.is_closed:
        raise Forbidden(NOT_KEPT)
    try:
        text = found.results.read(f"{run.files}/{LOG_NAME}")
    except NotFound:
        return Response(run.log_tail, content_type=_PLAIN, headers={"Cache-Control": "no-store"})
    if not run.state.is_final:
        return Response(text, content_type=_PLAIN, headers={"Cache-Control": "no-store"})
    return _kept(text, _PLAIN)


@blueprint.get("/<run_id>/downloads", responses={200: views.DownloadsView})
def list_downloads(path: RunPath) -> Response:
    """Return signed URLs of the result's files."""
    found = services()
    run = _succeeded(path)
    there = set(found.results.names(f"{run.files}/"))
    expires_at = found.now() + _URL_LIFETIME
    items = [
        views.DownloadView(
            name=name,
            url=found.results.sign_get(
                f"{run.files}/{name}",
                valid_for=_URL_LIFETIME,
                download_as=saved_as.format(id=run.id),
            ),
            expires_at=expires_at,
        )
        for name, saved_as in _DOWNLOADS.items()
        if f"{run.files}/{name}" in there and not (run.strategy.is_closed and name in _WITH_CODE)
    ]
    return reply(views.DownloadsView(items=items))


def _stored(path: RunPath, name: str) -> Response:
    return _kept(services().results.read(f"{_succeeded(path).files}/{name}"), "application/json")


def _kept(data: bytes | str, content_type: str) -> Response:
    # The result never changes, so its owner's browser may keep it.
    caching = {"Cache-Control": "private, max-age=86400, immutable"}
    return Response(data, content_type=content_type, headers=caching)


def _succeeded(path: RunPath) -> BacktestRun:
    return services().backtests.succeeded(caller(Scope.READ).id, RunId(path.run_id))


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1_000)


def _writer() -> UserId:
    who = caller(Scope.BACKTESTS)
    services().limiter.check(who.id, "backtest")
    return who.id


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
