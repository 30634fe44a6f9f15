"""What Cloud Scheduler calls every minute: close whatever is stuck, finish what is being erased."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from flask import Flask, Response, jsonify, request

from candlewick.backtests.reconcile import Reconciled, Reconciler
from candlewick.bots.reconcile import BotReconciler
from candlewick.log import logger
from tasks.app import new_app
from tasks.targets import CallerCheck

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileServices:
    reconciler: Reconciler
    bots: BotReconciler
    erase_again: Callable[[], int]
    examine: Callable[[], int]  # takes the marketplace's examinations further
    follow: Callable[[], int]  # and the out-of-sample runs of published versions
    callers: CallerCheck
    backups: Callable[[], None]  # looks whether there is a recent one, now and then


def create_app(services: ReconcileServices) -> Flask:
    app = new_app("candlewick-reconcile", feature="platform")

    @app.before_request
    def authenticate() -> None:
        services.callers.verify(request.headers.get("Authorization"))

    @app.post("/")
    def reconcile() -> Response:
        done = services.reconciler.reconcile()
        erased = services.erase_again()
        facts = {"tasks_sent": done.tasks_sent, "runs_moved": done.runs_moved, "erased": erased}
        log.info("reconciled", extra={**facts, **_found(done)})
        _reconcile_bots(services.bots)
        services.backups()
        # Last: it may take long, and nothing that trades or is watched over should wait for it.
        found = {"examinations": services.examine(), "followed": services.follow()}
        log.info("marketplace reconciled", extra=found)
        response: Response = jsonify(facts)
        return response

    return app


def _reconcile_bots(bots: BotReconciler) -> None:
    done = bots.reconcile()
    log.info("bots reconciled", extra=asdict(done))


def _found(done: Reconciled) -> dict[str, float]:
    counts = {state.value: count for state, count in done.counts.items()}
    return {
        "tasks_unsent": done.tasks_unsent,
        "overdue": done.overdue,
        "oldest_overdue_s": done.oldest_overdue_s,
        "oldest_queued_s": done.oldest_queued_s,
        **counts,
    }
