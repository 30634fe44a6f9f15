"""Refusals in Cloud Storage's two shapes: XML for signed URLs, JSON for the JSON API."""

from collections.abc import Mapping
from http import HTTPStatus
from xml.sax.saxutils import escape

from aiohttp import web


class Refusal(Exception):
    """A request that Cloud Storage would not carry out.

    Args:
        status: the HTTP status.
        code: the XML API's code, such as `AccessDenied`.
        reason: the JSON API's reason, such as `forbidden`.
        message: the sentence in both.
        details: further elements of the XML error.
    """

    def __init__(
        self,
        status: int,
        code: str,
        reason: str,
        message: str,
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details or {}

    def as_xml(self) -> web.Response:
        elements = {"Code": self.code, "Message": self.message, **self.details}
        inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in elements.items())
        return web.Response(
            status=self.status,
            text=f"<?xml version='1.0' encoding='UTF-8'?><Error>{inner}</Error>",
            content_type="application/xml",
        )

    def as_json(self) -> web.Response:
        problem = {"message": self.message, "domain": "global", "reason": self.reason}
        error = {"code": self.status, "message": self.message, "errors": [problem]}
        return web.json_response({"error": error}, status=self.status)


def malformed_query(details: str) -> Refusal:
    return Refusal(
        400,
        "AuthenticationQueryParametersError",
        "invalid",
        "Query-string authentication requires well-formed parameters.",
        {"Details": details},
    )


def malformed_header(name: str, details: str) -> Refusal:
    return Refusal(
        400,
        "MalformedSecurityHeader",
        "invalid",
        "Your request has a malformed header.",
        {"ParameterName": name, "Details": details},
    )


def expired(details: str) -> Refusal:
    return Refusal(
        400, "ExpiredToken", "invalid", "The provided token has expired.", {"Details": details}
    )


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidArgument", "invalid", message)


def bad_digest(header: str) -> Refusal:
    return Refusal(
        400, "BadDigest", "invalid", f"The {header} you specified did not match what we computed."
    )


def unauthenticated(message: str) -> Refusal:
    return Refusal(401, "AuthenticationRequired", "required", message)


def access_denied(caller: str, permission: str, resource: str) -> Refusal:
    return Refusal(
        403,
        "AccessDenied",
        "forbidden",
        f"{caller} does not have {permission} access to {resource}.",
    )


def precondition_failed() -> Refusal:
    return Refusal(
        HTTPStatus.PRECONDITION_FAILED,
        "PreconditionFailed",
        "conditionNotMet",
        "At least one of the pre-conditions you specified did not hold.",
    )


def not_modified() -> Refusal:
    return Refusal(HTTPStatus.NOT_MODIFIED, "NotModified", "notModified", "Not modified")


def no_such_object(bucket: str, name: str) -> Refusal:
    return Refusal(404, "NoSuchKey", "notFound", f"No such object: {bucket}/{name}")


def not_emulated(what: str) -> Refusal:
    return Refusal(
        501, "NotImplemented", "notImplemented", f"The storage gateway does not emulate {what}."
    )
