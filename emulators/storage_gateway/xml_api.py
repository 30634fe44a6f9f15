"""The XML API, for holders of a signed URL only."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import web

from emulators.storage_gateway.backend import Backend, object_path, relay, require_storable
from emulators.storage_gateway.bodies import Body, LengthRange
from emulators.storage_gateway.callers import Callers
from emulators.storage_gateway.conditions import Preconditions, generation_of
from emulators.storage_gateway.policy import Policy
from emulators.storage_gateway.refusals import (
    Refusal,
    bad_digest,
    invalid,
    no_such_object,
    not_emulated,
    not_modified,
    precondition_failed,
)
from emulators.storage_gateway.signed_urls import Grant, SignedRequest, is_signed, verify

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_OVERRIDES = {
    "response-content-disposition": "Content-Disposition",
    "response-content-type": "Content-Type",
}
_PARAMETERS = frozenset({*_OVERRIDES, "generation", "userProject"})
_METADATA = {
    "content-type": "contentType",
    "content-encoding": "contentEncoding",
    "content-disposition": "contentDisposition",
    "content-language": "contentLanguage",
    "cache-control": "cacheControl",
}
_X_GOOG = frozenset(
    {
        "x-goog-content-length-range",
        "x-goog-content-sha256",
        "x-goog-date",
        "x-goog-hash",
        "x-goog-if-generation-match",
        "x-goog-if-metageneration-match",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    request: web.Request
    grant: Grant
    bucket: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlApi:
    """GET, HEAD, PUT and DELETE of one object."""

    backend: Backend
    callers: Callers
    policy: Policy

    async def handle(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except Refusal as refusal:
            return refusal.as_xml()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw_path, _, raw_query = request.raw_path.partition("?")
        methods: dict[str, Callable[[_Call], Awaitable[web.StreamResponse]]] = {
            "GET": self._read,
            "HEAD": self._read,
            "PUT": self._write,
            "DELETE": self._delete,
        }
        if request.method not in methods:
            raise Refusal(
                405, "MethodNotAllowed", "methodNotAllowed", "The method is not allowed here."
            )
        grant = await self._grant(request, raw_path, raw_query)
        bucket, _, name = unquote(raw_path).removeprefix("/").partition("/")
        if not name:
            raise not_emulated("bucket operations by signed URL")
        require_storable(name)
        _require_known(grant)
        return await methods[request.method](
            _Call(request=request, grant=grant, bucket=bucket, name=name)
        )

    async def _grant(self, request: web.Request, raw_path: str, raw_query: str) -> Grant:
        if not is_signed(raw_query):
            raise Refusal(403, "AccessDenied", "forbidden", "Access denied. Sign the URL.")
        signed = SignedRequest(request.method, raw_path, raw_query, list(request.headers.items()))
        email = unquote(request.query.get("X-Goog-Credential", "")).partition("/")[0]
        return verify(signed, await self.callers.keys(email), datetime.now(UTC))

    async def _read(self, call: _Call) -> web.StreamResponse:
        self._require(call, "storage.objects.get")
        stored = await self.backend.stored(call.bucket, call.name)
        live = Preconditions.from_headers(call.grant.headers).check_read(
            stored, call.bucket, call.name, generation_of(call.grant.query)
        )
        _check_etag(call.request, live.etag)
        headers = {name: value for name, value in call.request.headers.items() if name == "Range"}
        target = f"{object_path(call.bucket, call.name)}?alt=media"
        reply = await self.backend.send(call.request.method, target, headers)
        overrides = {
            header: call.grant.query[parameter]
            for parameter, header in _OVERRIDES.items()
            if parameter in call.grant.query
        }
        return await relay(call.request, reply, overrides)

    async def _write(self, call: _Call) -> web.StreamResponse:
        self._require(call, "storage.objects.create")
        lengths = LengthRange.parse(call.grant.headers.get("x-goog-content-length-range"))
        body = Body()
        try:
            await body.receive(call.request.content, lengths, call.request.content_length)
            _verify_digests(call, body)
            resource = await self._store(call, body)
        finally:
            body.close()
        return web.Response(
            headers={
                "ETag": f'"{resource["etag"]}"',
                "x-goog-generation": resource["generation"],
                "x-goog-metageneration": resource["metageneration"],
                "x-goog-hash": f"crc32c={resource['crc32c']},md5={resource['md5Hash']}",
                "x-goog-stored-content-length": resource["size"],
                "x-goog-stored-content-encoding": "identity",
            }
        )

    async def _store(self, call: _Call, body: Body) -> dict[str, Any]:
        async with self.backend.writing(call.bucket, call.name):
            stored = await self.backend.stored(call.bucket, call.name)
            Preconditions.from_headers(call.grant.headers).check(stored)
            if stored is not None:
                # Cloud Storage's rule: who may only create may not replace.
                self._require(call, "storage.objects.delete")
            return await self.backend.insert(call.bucket, _metadata(call), body.chunks())

    async def _delete(self, call: _Call) -> web.StreamResponse:
        self._require(call, "storage.objects.delete")
        async with self.backend.writing(call.bucket, call.name):
            stored = await self.backend.stored(call.bucket, call.name)
            if stored is None:
                raise no_such_object(call.bucket, call.name)
            Preconditions.from_headers(call.grant.headers).check(stored)
            reply = await self.backend.send("DELETE", object_path(call.bucket, call.name))
            reply.release()
        return web.Response(status=204)

    def _require(self, call: _Call, permission: str) -> None:
        # A signed URL can do what its signer can do, at the time of the request.
        self.policy.require(call.grant.email, permission, call.bucket, call.name)


def _require_known(grant: Grant) -> None:
    unknown = [name for name in grant.query if name not in _PARAMETERS] + [
        name
        for name in grant.headers
        if name.startswith("x-goog-")
        and name not in _X_GOOG
        and not name.startswith("x-goog-meta-")
    ]
    if unknown:
        raise not_emulated(", ".join(unknown))


def _check_etag(request: web.Request, etag: str) -> None:
    unwanted = {each.value for each in request.if_none_match or ()}
    wanted = {each.value for each in request.if_match or ()}
    if unwanted & {etag, "*"}:
        raise not_modified()
    if wanted and not wanted & {etag, "*"}:
        raise precondition_failed()


def _metadata(call: _Call) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in call.request.headers.items()}
    metadata: dict[str, Any] = {"name": call.name, "contentType": "application/octet-stream"}
    metadata |= {field: headers[name] for name, field in _METADATA.items() if name in headers}
    prefix = "x-goog-meta-"
    custom = {
        name.removeprefix(prefix): value
        for name, value in call.grant.headers.items()
        if name.startswith(prefix)
    }
    return metadata | ({"metadata": custom} if custom else {})


def _verify_digests(call: _Call, body: Body) -> None:
    expected = call.grant.payload_sha256
    if expected is not None and body.digest("sha256").hex() != expected:
        raise bad_digest("x-goog-content-sha256")
    if "Content-MD5" in call.request.headers:
        body.require_digest("md5", call.request.headers["Content-MD5"], "Content-MD5")
    for part in filter(None, call.grant.headers.get("x-goog-hash", "").split(",")):
        algorithm, _, digest = part.strip().partition("=")
        if algorithm not in {"crc32c", "md5"}:
            raise invalid("x-goog-hash must be crc32c=… or md5=….")
        body.require_digest(algorithm, digest, "x-goog-hash")
