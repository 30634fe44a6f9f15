"""Turns every failure into an RFC 9457 problem with a stable code."""

from http import HTTPStatus

from flask import Flask, Response, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from api.schema import View
from candlewick.errors import AppError, Invalid, RateLimited, TooLarge, Unavailable
from candlewick.gcp.outages import OUTAGES
from candlewick.log import logger

log = logger(__name__)

_CONTENT_TYPE = "application/problem+json"
_WORDS = {
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}


class FieldError(View):
    """One thing that is wrong with one field."""

    field: str
    message: str


class Problem(View):
    """RFC 9457. `code` is stable; `detail` is for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[FieldError, ...] = ()


def _documented(status: int) -> dict[str, object]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": HTTPStatus(status).phrase,
        "content": {_CONTENT_TYPE: {"schema": schema}},
    }


# What every route may answer, for the OpenAPI document.
RESPONSES: dict[str | int | HTTPStatus, type[BaseModel] | dict[str, object] | None] = {
    status: _documented(status) for status in (401, 403, 404, 409, 413, 422, 429, 503)
}


def install(app: Flask) -> None:
    """Answer every error that `app` raises as a problem, never with a stack trace."""
    app.register_error_handler(AppError, _expected)
    app.register_error_handler(ValidationError, invalid)
    app.register_error_handler(HTTPException, _http)
    for kind in OUTAGES:
        app.register_error_handler(kind, _outage)
    app.register_error_handler(Exception, _unexpected)


def invalid(error: ValidationError) -> Response:
    """Answer a request that does not fit its model, with every field that is wrong."""
    errors = [FieldError(field=_field(item), message=_sentence(item)) for item in error.errors()]
    detail = "; ".join(f"{item.field}: {item.message}" for item in errors[:5])
    return _answer(422, "invalid", detail or "The request does not fit.", errors)


def _field(item: ErrorDetails) -> str:
    return ".".join(str(part) for part in item["loc"]) or "body"


def _sentence(item: ErrorDetails) -> str:
    if item["type"] == "model_type":
        return "send a JSON object, with `Content-Type: application/json`"
    return item["msg"].removeprefix("Value error, ")


def _expected(error: AppError) -> Response:
    fields = error.fields if isinstance(error, Invalid) else ()
    errors = [FieldError(field=field, message=message) for field, message in fields]
    response = _answer(error.status, error.code, str(error), errors)
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = "2"
        log.warning("dependency down", extra={"detail": str(error), "path": request.path})
    return response


def _outage(error: Exception) -> Response:
    log.warning("outage", exc_info=error, extra={"path": request.path})
    return _expected(Unavailable("A service that this needs does not answer; please try again."))


def _http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        limit = request.max_content_length or 0
        return _expected(TooLarge(f"The request may have {limit:,} bytes at most."))
    status = error.code or 500
    detail = error.description or HTTPStatus(status).phrase
    response = _answer(status, _WORDS.get(status, "bad_request"), detail)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.allow.update(error.valid_methods)
    return response


def _unexpected(error: Exception) -> Response:
    log.error("bug", exc_info=error, extra={"path": request.path, "method": request.method})
    return _answer(500, "internal", "Something went wrong on our side; it has been recorded.")


def _answer(
    status: int, code: str, detail: str, errors: list[FieldError] | None = None
) -> Response:
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        errors=tuple(errors or ()),
    )
    body = problem.model_dump_json(by_alias=True)
    return Response(body, status=status, content_type=_CONTENT_TYPE)
