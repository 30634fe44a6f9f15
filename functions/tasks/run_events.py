"""What a job reports about its run, proved by the run's own token."""

from flask import Flask, Response, jsonify, request
from pydantic import BaseModel

from candlewick.backtests.events import RunEvents
from candlewick.backtests.run_token import RunToken, parse_run_token
from candlewick.backtests.wire import Finished, Progress, StartClaim
from candlewick.errors import Unauthenticated
from candlewick.log import label
from tasks.app import new_app, parse


def create_app(events: RunEvents) -> Flask:
    app = new_app("candlewick-run-events")

    @app.post("/started")
    def started() -> Response:
        return _reply(events.started(_token(), parse(StartClaim)))

    @app.post("/progress")
    def progress() -> Response:
        return _reply(events.progress(_token(), parse(Progress)))

    @app.post("/finished")
    def finished() -> Response:
        events.finished(_token(), parse(Finished))
        return Response(status=204)

    return app


def _token() -> RunToken:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("A job calls this endpoint, with its run token.")
    token = parse_run_token(text)
    label(run_id=token.run_id)
    return token


def _reply(model: BaseModel) -> Response:
    response: Response = jsonify(model.model_dump(mode="json", by_alias=True))
    return response
