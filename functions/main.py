"""The entry points of the Cloud Functions, one per function. No logic lives here."""

import functools
import io

import functions_framework
from flask import Flask, Request
from werkzeug.wrappers import Response

import wiring
from api.app import BLUEPRINTS, create_app
from candlewick import log
from tasks import reconcile as reconcile_app
from tasks import run_events as run_events_app
from tasks import targets as targets_app

log.configure()


@functools.cache
def _app(name: str) -> Flask:
    match name:
        case "tasks":
            return targets_app.create_app(wiring.target_services())
        case "run_events":
            return run_events_app.create_app(wiring.run_events())
        case "reconcile":
            return reconcile_app.create_app(wiring.reconcile_services())
        case _:
            return create_app([BLUEPRINTS[name]], wiring.api_services())


def _hand_over(app: Flask, request: Request) -> Response:
    # The framework reads the outer request again afterwards, so the inner app gets its own copy of the body.
    environ = {**request.environ, "wsgi.input": io.BytesIO(request.get_data())}
    return Response.from_app(app, environ)


@functions_framework.http
def auth(request: Request) -> Response:
    """Serve /api/v1/me and the OpenAPI document."""
    return _hand_over(_app("auth"), request)


@functions_framework.http
def strategies(request: Request) -> Response:
    """Serve /api/v1/strategies and /api/v1/strategy-checks."""
    return _hand_over(_app("strategies"), request)


@functions_framework.http
def backtests(request: Request) -> Response:
    """Serve /api/v1/backtests."""
    return _hand_over(_app("backtests"), request)


@functions_framework.http
def market_data(request: Request) -> Response:
    """Serve /api/v1/market-data."""
    return _hand_over(_app("market_data"), request)


@functions_framework.http
def tasks(request: Request) -> Response:
    """Serve the targets of Cloud Tasks."""
    return _hand_over(_app("tasks"), request)


@functions_framework.http
def run_events(request: Request) -> Response:
    """Serve the jobs' reports."""
    return _hand_over(_app("run_events"), request)


@functions_framework.http
def reconcile(request: Request) -> Response:
    """Serve Cloud Scheduler's call."""
    return _hand_over(_app("reconcile"), request)
