"""What Cloud Scheduler calls every minute: close whatever is stuck, finish what is being erased."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, jsonify, request

from candlewick.backtests.reconcile import Reconciler
from candlewick.log import logger
from tasks.app import new_app
from tasks.targets import CallerCheck

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileServices:
    reconciler: Reconciler
    erase_again: Callable[[], int]
    callers: CallerCheck


def create_app(services: ReconcileServices) -> Flask:
    app = new_app("candlewick-reconcile")

    @app.before_request
    def authenticate() -> None:
        services.callers.verify(request.headers.get("Authorization"))

    @app.post("/")
    def reconcile() -> Response:
        done = services.reconciler.reconcile()
        erased = services.erase_again()
        facts = {"tasks_sent": done.tasks_sent, "runs_moved": done.runs_moved, "erased": erased}
        if any(facts.values()):
            log.warning("reconciled", extra=facts)
        response: Response = jsonify(facts)
        return response

    return app
