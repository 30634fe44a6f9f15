"""Makes a function's Flask app from its blueprints, and the one document of all of them."""

import itertools
import json
from collections.abc import Sequence
from uuid import uuid4

from flask import Response, g, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.models.server import Server
from flask_openapi3.openapi import OpenAPI

from api import (
    accounts,
    assistant,
    backtest_plots,
    bot_comparison,
    bot_signals,
    exchange_keys,
    market_data,
    problems,
    shares,
    sign_in,
    spec_previews,
    strategies,
    trust,
)
from api.marketplace import (
    authors,
    house,
    listings,
    members,
    moderation,
    notices,
    payments,
    reviews,
    search,
    using,
    versions,
)
from api.problems import Problem
from api.services import Services, attach, services
from api.shared import pages
from candlewick import log
from candlewick.errors import Invalid
from candlewick.tracing import Trace, trace_of

MAX_BODY_BYTES = 1024 * 1024
_INFO = Info(
    title="Candlewick",
    version="1.0.0",
    description="Backtests, strategies, live bots and market data. Every error is an RFC 9457 problem.",
)
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A Firebase ID token or an API token.",
}

# What each function serves.
BLUEPRINTS: dict[str, tuple[APIBlueprint, ...]] = {
    "auth": (accounts.blueprint, sign_in.blueprint),
    "strategies": (strategies.blueprint, spec_previews.blueprint),
    "backtests": (backtest_plots.blueprint, shares.blueprint, trust.blueprint),
    "market_data": (market_data.blueprint,),
    "bots": (bot_comparison.blueprint, bot_signals.blueprint),
    "credentials": (exchange_keys.blueprint,),
    "assistant": (assistant.blueprint,),
    "marketplace": (
        listings.blueprint,
        versions.blueprint,
        house.blueprint,
        authors.blueprint,
        using.blueprint,
        members.blueprint,
        payments.blueprint,
        payments.events,
        search.blueprint,
        reviews.blueprint,
        notices.blueprint,
        moderation.blueprint,
    ),
}

# By which feature the lines of a request, and so their cost, are counted.
_FEATURES = {
    "accounts": "account",
    "sign_in": "account",
    "strategies": "strategies",
    "specs": "strategies",
    "backtests": "backtests",
    "shares": "backtests",
    "trust": "backtests",
    "shared_pages": "backtests",
    "market_data": "market-data",
    "bots": "bots",
    "bot_signals": "bots",
    "exchange_keys": "bots",
    "assistant": "assistant",
    "marketplace_listings": "marketplace",
    "marketplace_versions": "marketplace",
    "marketplace_house": "marketplace",
    "marketplace_authors": "marketplace",
    "marketplace_using": "marketplace",
    "marketplace_members": "marketplace",
    "marketplace_payments": "marketplace",
    "marketplace_payment_events": "marketplace",
    "marketplace_search": "marketplace",
    "marketplace_reviews": "marketplace",
    "marketplace_notices": "marketplace",
    "marketplace_moderation": "marketplace",
}


def create_app(blueprints: Sequence[APIBlueprint], found: Services) -> OpenAPI:
    """Return the app that serves `blueprints` with the given services."""
    app = _bare_app()
    app.extensions |= attach(found)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    problems.install(app)
    app.before_request(_start)
    app.after_request(_finish)
    for blueprint in blueprints:
        app.register_api(blueprint)
    if shares.blueprint in blueprints:
        app.register_blueprint(pages.blueprint)
    app.add_url_rule("/api/openapi.json", view_func=_document)
    return app


def openapi_document() -> dict[str, object]:
    """Return the OpenAPI 3.1 document of every function's routes."""
    app = _bare_app()
    for blueprint in itertools.chain.from_iterable(BLUEPRINTS.values()):
        app.register_api(blueprint)
    document: dict[str, object] = app.api_doc
    return document


def _bare_app() -> OpenAPI:
    return OpenAPI(
        "candlewick-api",
        info=_INFO,
        servers=[Server(url="/")],
        security_schemes={"bearer": dict(_BEARER)},
        validation_error_model=Problem,
        validation_error_callback=problems.invalid,
        doc_ui=False,
        static_folder=None,
    )


def _document() -> Response:
    body = json.dumps(openapi_document())
    return Response(
        body, content_type="application/json", headers={"Cache-Control": "public, max-age=300"}
    )


def _start() -> None:
    trace = trace_of(request.headers.get) or Trace(trace_id=uuid4().hex)
    g.request_id = trace.trace_id
    log.begin(trace, feature=_FEATURES.get(request.blueprint or "", "platform"))
    if request.method in {"POST", "PUT", "PATCH"} and request.content_length:
        _require_json()


def _require_json() -> None:
    if not request.is_json:
        raise Invalid("Send the request's body as JSON, with `Content-Type: application/json`.")
    try:
        json.loads(request.get_data(cache=True))
    except UnicodeDecodeError as error:
        raise Invalid(f"The body is not UTF-8: byte {error.start} cannot be read.") from error
    except (ValueError, RecursionError) as error:
        raise Invalid(f"The body is not JSON: {error}.") from error


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    origin = request.headers.get("Origin")
    response.vary.add("Origin")
    if origin is not None and origin in services().allowed_origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, PATCH, DELETE"
        response.headers["Access-Control-Allow-Headers"] = (
            "Authorization, Content-Type, Idempotency-Key"
        )
        response.headers["Access-Control-Max-Age"] = "600"
    return response
