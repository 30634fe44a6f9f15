"""fake-gcs-server behind the gateway: storage and wire formats are its own, conditions are ours."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from weakref import WeakValueDictionary

from aiohttp import ClientResponse, ClientSession, hdrs, web
from yarl import URL

from emulators.storage_gateway.conditions import StoredObject
from emulators.storage_gateway.refusals import Refusal, invalid

_BOUNDARY = "candlewick-storage-gateway"
_MAX_NAME_BYTES = 1_024
_MAX_SEGMENT_BYTES = 255
_NOT_RELAYED = frozenset(
    {
        "connection",
        "date",
        "keep-alive",
        "server",
        "transfer-encoding",
        "access-control-allow-origin",
    }
)


@dataclass(slots=True)
class Backend:
    """One fake-gcs-server, reached by nobody but this gateway."""

    url: str
    session: ClientSession
    _locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )

    def writing(self, bucket: str, name: str) -> asyncio.Lock:
        """Return the lock that makes "check the generation, then write" one step."""
        return self._locks.setdefault((bucket, name), asyncio.Lock())

    async def stored(self, bucket: str, name: str) -> StoredObject | None:
        """Return the live generation, or `None` when there is no such object."""
        reply = await self.send("GET", object_path(bucket, name))
        async with reply:
            if reply.status == HTTPStatus.NOT_FOUND:
                return None
            if reply.status != HTTPStatus.OK:
                raise unexpected(reply)
            found = await reply.json(content_type=None)
        return StoredObject(
            generation=int(found["generation"]),
            metageneration=int(found.get("metageneration", 1)),
            etag=found["etag"],
        )

    async def insert(
        self, bucket: str, metadata: Mapping[str, Any], content: AsyncIterator[bytes]
    ) -> dict[str, Any]:
        """Store an object with its metadata; return its resource."""
        reply = await self.send(
            "POST",
            f"/upload/storage/v1/b/{quote(bucket, safe='')}/o?uploadType=multipart",
            {"Content-Type": f"multipart/related; boundary={_BOUNDARY}"},
            _multipart(metadata, content),
        )
        async with reply:
            if reply.status != HTTPStatus.OK:
                raise unexpected(reply)
            resource: dict[str, Any] = await reply.json(content_type=None)
            return resource

    async def send(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        data: AsyncIterator[bytes] | bytes | None = None,
    ) -> ClientResponse:
        """Send a request whose path is encoded already."""
        return await self.session.request(
            method,
            URL(self.url + target, encoded=True),
            # Without this, fake-gcs-server unpacks a packed object but announces its packed length.
            headers={**(headers or {}), hdrs.ACCEPT_ENCODING: "gzip"},
            data=data,
            allow_redirects=False,
            skip_auto_headers=(hdrs.CONTENT_TYPE, hdrs.USER_AGENT),
        )


async def relay(
    request: web.Request,
    reply: ClientResponse,
    overrides: Mapping[str, str] | None = None,
) -> web.StreamResponse:
    """Stream a reply on to the caller, unpacked when it cannot unpack it itself."""
    response = web.StreamResponse(status=reply.status, reason=reply.reason)
    for name, value in reply.headers.items():
        if name.lower() not in _NOT_RELAYED:
            response.headers.add(name, value)
    response.headers.update(overrides or {})
    packed = reply.headers.get(hdrs.CONTENT_ENCODING) == "gzip"
    unpack = packed and "gzip" not in request.headers.get(hdrs.ACCEPT_ENCODING, "")
    if unpack:
        # Cloud Storage calls it decompressive transcoding.
        del response.headers[hdrs.CONTENT_ENCODING], response.headers[hdrs.CONTENT_LENGTH]
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    async with reply:
        await response.prepare(request)
        async for chunk in reply.content.iter_chunked(2**18):
            await response.write(unpacker.decompress(chunk) if unpack else chunk)
    await response.write_eof()
    return response


def object_path(bucket: str, name: str) -> str:
    return f"/storage/v1/b/{quote(bucket, safe='')}/o/{quote(name, safe='')}"


def require_storable(name: str) -> None:
    """Refuse names that a file system cannot hold, though Cloud Storage could."""
    segments = name.split("/")
    if len(name.encode()) > _MAX_NAME_BYTES or {"\r", "\n", "\0"} & set(name):
        raise invalid("An object name has at most 1024 bytes and no CR, LF or NUL.")
    if {"", ".", ".."} & set(segments):
        raise invalid(
            "The storage gateway keeps objects as files: a name has no empty, '.' or '..' part."
        )
    if any(len(segment.encode()) > _MAX_SEGMENT_BYTES for segment in segments):
        raise invalid("The storage gateway keeps objects as files: a part has at most 255 bytes.")


def unexpected(reply: ClientResponse) -> Refusal:
    if reply.status == HTTPStatus.NOT_FOUND:
        return Refusal(404, "NoSuchBucket", "notFound", "The specified bucket does not exist.")
    return Refusal(
        500, "InternalError", "backendError", f"fake-gcs-server answered {reply.status}."
    )


async def _multipart(
    metadata: Mapping[str, Any], content: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    content_type = metadata.get("contentType", "application/octet-stream")
    yield (
        f"--{_BOUNDARY}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
        f"{json.dumps(metadata)}\r\n--{_BOUNDARY}\r\nContent-Type: {content_type}\r\n\r\n"
    ).encode()
    async for chunk in content:
        yield chunk
    yield f"\r\n--{_BOUNDARY}--\r\n".encode()
