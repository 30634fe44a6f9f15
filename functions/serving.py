"""Makes a function's app once, and hands requests over to it."""

import functools
import io
import threading
from collections.abc import Callable

from flask import Flask, Request
from werkzeug.wrappers import Response

import wiring
from api.app import BLUEPRINTS, create_app
from tasks import bot_events, reconcile, run_events, targets

_MAKERS: dict[str, Callable[[], Flask]] = {
    "tasks": lambda: targets.create_app(wiring.target_services()),
    "run_events": lambda: run_events.create_app(wiring.run_events()),
    "bot_events": lambda: bot_events.create_app(wiring.bot_events()),
    "reconcile": lambda: reconcile.create_app(wiring.reconcile_services()),
}
_starting = threading.Lock()


def hand_over(name: str, request: Request) -> Response:
    """Answer a request with the app of one function."""
    # A cold instance may get many first requests at once, and the cache alone would start an app for each.
    with _starting:
        app = _make(name)
    # The framework reads the outer request again afterwards, so the inner app gets its own copy of the body.
    environ = {**request.environ, "wsgi.input": io.BytesIO(request.get_data())}
    return Response.from_app(app, environ)


@functools.cache
def _make(name: str) -> Flask:
    if name in BLUEPRINTS:
        return create_app(BLUEPRINTS[name], wiring.api_services())
    return _MAKERS[name]()
