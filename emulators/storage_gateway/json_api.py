"""The JSON API for holders of an access token: objects and buckets, nothing that we do not check."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from aiohttp import web

from emulators.storage_gateway.backend import Backend, relay, require_storable
from emulators.storage_gateway.bodies import Body, LengthRange
from emulators.storage_gateway.callers import Callers
from emulators.storage_gateway.conditions import Preconditions, generation_of
from emulators.storage_gateway.policy import Policy
from emulators.storage_gateway.refusals import Refusal, invalid, no_such_object, not_emulated
from emulators.storage_gateway.uploads import ResumableSession, ends_upload, read_multipart

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_PREFIXES = ("/upload/storage/v1", "/download/storage/v1", "/storage/v1")
_NOT_PASSED_ON = frozenset(
    {"accept-encoding", "authorization", "connection", "content-length", "transfer-encoding"}
)
_OBJECT_PERMISSIONS = {
    "GET": "storage.objects.get",
    "HEAD": "storage.objects.get",
    "DELETE": "storage.objects.delete",
    "PATCH": "storage.objects.update",
    "PUT": "storage.objects.update",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    request: web.Request
    email: str
    upload: bool
    bucket: str
    name: str | None
    is_objects: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonApi:
    """Checks caller, permission and preconditions, then lets fake-gcs-server do the work."""

    backend: Backend
    callers: Callers
    policy: Policy
    sessions: dict[str, ResumableSession] = field(default_factory=dict)

    @staticmethod
    def serves(path: str) -> bool:
        return path.startswith(("/batch/", *(f"{prefix}/" for prefix in _PREFIXES)))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except Refusal as refusal:
            return refusal.as_json()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "PUT" and "upload_id" in request.query:
            # As with Google, the session's URL is what authorises its pieces.
            return await self._continue_upload(request)
        email = await self.callers.email(request.headers.get("Authorization"))
        call = _parse(request, email)
        if call.upload:
            return await self._upload(call)
        if not call.is_objects:
            return await self._buckets(call)
        if call.name is None:
            if request.method != "GET":
                raise not_emulated("this operation on a bucket's objects")
            prefix = request.query.get("prefix", "")
            self.policy.require(email, "storage.objects.list", call.bucket, prefix)
            return await self._pass_on(call.request)
        return await self._object(call, call.name)

    async def _buckets(self, call: _Call) -> web.StreamResponse:
        permissions = {
            ("GET", True): "storage.buckets.get",
            ("GET", False): "storage.buckets.list",
            ("POST", False): "storage.buckets.create",
        }
        permission = permissions.get((call.request.method, bool(call.bucket)))
        if permission is None:
            raise not_emulated("this operation on buckets")
        self.policy.require(call.email, permission, call.bucket or "*")
        return await self._pass_on(call.request)

    async def _object(self, call: _Call, name: str) -> web.StreamResponse:
        permission = _OBJECT_PERMISSIONS.get(call.request.method)
        if permission is None:
            raise not_emulated("this operation on an object")
        self.policy.require(call.email, permission, call.bucket, name)
        require_storable(name)
        query = call.request.query
        async with self.backend.writing(call.bucket, name):
            stored = await self.backend.stored(call.bucket, name)
            Preconditions.from_query(query).check_read(
                stored, call.bucket, name, generation_of(query)
            )
            if call.request.method == "DELETE":
                reply = await self.backend.send("DELETE", call.request.raw_path)
                reply.release()
                return web.Response(status=HTTPStatus.NO_CONTENT)
        return await self._pass_on(call.request)

    async def _upload(self, call: _Call) -> web.StreamResponse:
        if call.request.method != "POST" or call.name is not None:
            raise not_emulated("this kind of upload")
        body = Body()
        try:
            await body.receive(call.request.content, LengthRange(), call.request.content_length)
            name = _name_of_upload(call.request, body)
            require_storable(name)
            self.policy.require(call.email, "storage.objects.create", call.bucket, name)
            session = ResumableSession(
                email=call.email,
                bucket=call.bucket,
                name=name,
                preconditions=Preconditions.from_query(call.request.query),
            )
            return await self._checked_write(call.request, session, body)
        finally:
            body.close()

    async def _continue_upload(self, request: web.Request) -> web.StreamResponse:
        upload_id = request.query["upload_id"]
        session = self.sessions.get(upload_id)
        if session is None:
            raise no_such_object("upload session", upload_id)
        body = Body()
        try:
            await body.receive(request.content, LengthRange(), request.content_length)
            if not ends_upload(request.headers.get("Content-Range")):
                return await self._pass_on(request, body)
            response = await self._checked_write(request, session, body)
            del self.sessions[upload_id]
            return response
        finally:
            body.close()

    async def _checked_write(
        self, request: web.Request, session: ResumableSession, body: Body
    ) -> web.StreamResponse:
        async with self.backend.writing(session.bucket, session.name):
            stored = await self.backend.stored(session.bucket, session.name)
            session.preconditions.check(stored)
            if stored is not None:
                # Cloud Storage's rule: who may only create may not replace.
                self.policy.require(
                    session.email, "storage.objects.delete", session.bucket, session.name
                )
            return await self._pass_on(request, body, session)

    async def _pass_on(
        self,
        request: web.Request,
        body: Body | None = None,
        session: ResumableSession | None = None,
    ) -> web.StreamResponse:
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in _NOT_PASSED_ON
        }
        data: AsyncIterator[bytes] | bytes | None = None
        if body is not None:
            data = body.chunks()
            headers["Content-Length"] = str(body.size)
        elif request.can_read_body:
            data = await request.read()
        reply = await self.backend.send(request.method, request.raw_path, headers, data)
        location = reply.headers.get("Location")
        if location is None:
            return await relay(request, reply)
        upload_id = parse_qs(urlsplit(location).query)["upload_id"][0]
        if session is not None:
            self.sessions[upload_id] = session
        own = f"http://{request.host}/upload/storage/v1/{location.partition('/storage/v1/')[2]}"
        return await relay(request, reply, {"Location": own})


def _parse(request: web.Request, email: str) -> _Call:
    raw_path = request.raw_path.partition("?")[0]
    prefix = next((prefix for prefix in _PREFIXES if raw_path.startswith(prefix + "/")), None)
    if prefix is None:
        raise not_emulated("batch requests")
    # The JSON API takes an object's name as one segment, slashes encoded.
    match [unquote(segment) for segment in raw_path.removeprefix(prefix).split("/")[1:]]:
        case ["b"]:
            bucket, name, is_objects = "", None, False
        case ["b", bucket]:
            name, is_objects = None, False
        case ["b", bucket, "o"]:
            name, is_objects = None, True
        case ["b", bucket, "o", name]:
            is_objects = True
        case _:
            raise not_emulated(raw_path)
    return _Call(
        request=request,
        email=email,
        upload=prefix.startswith("/upload"),
        bucket=bucket,
        name=name,
        is_objects=is_objects,
    )


def _name_of_upload(request: web.Request, body: Body) -> str:
    kind = request.query.get("uploadType")
    metadata: object = {}
    if kind == "multipart":
        metadata = read_multipart(body, request.headers.get("Content-Type", ""))
    elif kind == "resumable" and body.size:
        try:
            metadata = json.loads(body.slice(0, body.size))
        except ValueError as error:
            raise invalid("The metadata of a resumable upload is JSON.") from error
    elif kind not in {"media", "resumable"}:
        raise invalid("uploadType must be media, multipart or resumable.")
    name = request.query.get("name")
    if name is None and isinstance(metadata, dict):
        name = metadata.get("name")
    if not isinstance(name, str) or not name:
        raise invalid("Required: the object's name.")
    return name
