"""The entry points of the Cloud Functions, one per function. No logic lives here."""

import functions_framework
from flask import Request
from werkzeug.wrappers import Response

from serving import hand_over
from wiring import configure_log

configure_log()


@functions_framework.http
def auth(request: Request) -> Response:
    """Serve /api/v1/me, /api/v1/sign-in and the OpenAPI document."""
    return hand_over("auth", request)


@functions_framework.http
def strategies(request: Request) -> Response:
    """Serve /api/v1/strategies, /api/v1/strategy-checks, /api/v1/specs and /api/v1/indicators."""
    return hand_over("strategies", request)


@functions_framework.http
def backtests(request: Request) -> Response:
    """Serve /api/v1/backtests."""
    return hand_over("backtests", request)


@functions_framework.http
def market_data(request: Request) -> Response:
    """Serve /api/v1/market-data."""
    return hand_over("market_data", request)


@functions_framework.http
def bots(request: Request) -> Response:
    """Serve /api/v1/bots."""
    return hand_over("bots", request)


@functions_framework.http
def credentials(request: Request) -> Response:
    """Serve /api/v1/exchange-keys."""
    return hand_over("credentials", request)


@functions_framework.http
def assistant(request: Request) -> Response:
    """Serve /api/v1/assistant; replies are streams."""
    return hand_over("assistant", request)


@functions_framework.http
def marketplace(request: Request) -> Response:
    """Serve /api/v1/marketplace."""
    return hand_over("marketplace", request)


@functions_framework.http
def tasks(request: Request) -> Response:
    """Serve the targets of Cloud Tasks."""
    return hand_over("tasks", request)


@functions_framework.http
def run_events(request: Request) -> Response:
    """Serve the jobs' reports."""
    return hand_over("run_events", request)


@functions_framework.http
def bot_events(request: Request) -> Response:
    """Serve the live bots' supervisors."""
    return hand_over("bot_events", request)


@functions_framework.http
def reconcile(request: Request) -> Response:
    """Serve Cloud Scheduler's call."""
    return hand_over("reconcile", request)
