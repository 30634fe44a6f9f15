"""The targets of Cloud Tasks: dispatch a run, verify its result, cancel its job; take a bot's next step.

A task speaks by its status: 2xx is never delivered again, 503 is delivered again later.
"""

from dataclasses import dataclass
from typing import Protocol

from flask import Flask, Response, jsonify, request
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from candlewick.accounts.models import UserId
from candlewick.backtests.dispatch import Dispatcher
from candlewick.backtests.models import RunId, TaskKind
from candlewick.bots.operations import BotOperator
from candlewick.bots.telling import AlertDesk
from candlewick.log import label, logger
from tasks import bot_service
from tasks.app import new_app, parse

log = logger(__name__)


class Verifier(Protocol):
    def verify(self, owner: UserId, run_id: RunId) -> bool: ...


class CallerCheck(Protocol):
    def verify(self, authorization: str | None) -> None: ...


class TaskBody(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="forbid")

    owner: UserId
    run_id: RunId
    kind: TaskKind
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetServices:
    dispatcher: Dispatcher
    verifier: Verifier
    operator: BotOperator
    alerts: AlertDesk
    callers: CallerCheck


def create_app(services: TargetServices) -> Flask:
    app = new_app("candlewick-tasks")

    @app.before_request
    def authenticate() -> None:
        services.callers.verify(request.headers.get("Authorization"))

    @app.post(f"/tasks/{TaskKind.DISPATCH}")
    def dispatch() -> Response:
        body = _body()
        return _done(body, services.dispatcher.dispatch(body.owner, body.run_id, body.number))

    @app.post(f"/tasks/{TaskKind.VERIFY}")
    def verify() -> Response:
        body = _body()
        return _done(body, services.verifier.verify(body.owner, body.run_id))

    @app.post(f"/tasks/{TaskKind.CANCEL}")
    def cancel() -> Response:
        body = _body()
        return _done(body, services.dispatcher.cancel(body.owner, body.run_id))

    bot_service.add_to(app, services.operator, services.alerts)
    return app


def _body() -> TaskBody:
    body = parse(TaskBody)
    label(run_id=body.run_id)
    return body


def _done(body: TaskBody, did_something: bool) -> Response:  # noqa: FBT001 (a result, not a switch)
    log.info(
        "task handled", extra={"run_id": body.run_id, "kind": body.kind, "acted": did_something}
    )
    response: Response = jsonify(acted=did_something)
    return response
