"""What every internal app has in common: bodies parsed by model, errors told in the queue's language."""

from typing import TypeVar

from flask import Flask, request
from pydantic import BaseModel

from api import problems

Model = TypeVar("Model", bound=BaseModel)

MAX_BODY_BYTES = 256 * 1024


def new_app(name: str) -> Flask:
    """Return an app that answers problems: 503 asks the queue to try again, harder each time."""
    app = Flask(name, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    problems.install(app)
    return app


def parse(model: type[Model]) -> Model:
    return model.model_validate_json(request.get_data())
