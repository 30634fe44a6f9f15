"""What every internal app has in common: bodies parsed by model, errors told in the queue's language."""

from typing import TypeVar
from uuid import uuid4

from flask import Flask, request
from pydantic import BaseModel

from api import problems
from candlewick import log
from candlewick.tracing import Trace, trace_of

Model = TypeVar("Model", bound=BaseModel)

MAX_BODY_BYTES = 256 * 1024


def new_app(name: str, feature: str = "backtests") -> Flask:
    """Return an app that answers problems: 503 asks the queue to try again, harder each time."""
    app = Flask(name, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    problems.install(app)

    @app.before_request
    def begin() -> None:
        log.begin(trace_of(request.headers.get) or Trace(trace_id=uuid4().hex), feature=feature)

    return app


def parse(model: type[Model]) -> Model:
    return model.model_validate_json(request.get_data())
