"""Hands a request to a function as Hosting does: bounded, in time, without hop-by-hop headers."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from aiohttp import ClientError, ClientResponse, ClientSession, hdrs, web
from multidict import CIMultiDict
from yarl import URL

MAX_BODY_BYTES = 32 * 2**20
# The only cookie that Hosting's cache lets through to a function.
_COOKIE = "__session"
_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class _TooLarge(Exception):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionProxy:
    """Forwards to functions by name."""

    session: ClientSession
    functions: Mapping[str, str]
    timeout_s: float

    async def forward(
        self, request: web.Request, function: str, headers: Mapping[str, str]
    ) -> web.StreamResponse:
        """Return the function's own answer, or 413, 502 or 504 with a sentence."""
        if (request.content_length or 0) > MAX_BODY_BYTES:
            return _problem(413, "The request is larger than Hosting's 32 MiB.", headers)
        deadline = asyncio.get_running_loop().time() + self.timeout_s
        try:
            async with asyncio.timeout_at(deadline):
                reply = await self._send(request, function)
        except _TooLarge:
            return _problem(413, "The request is larger than Hosting's 32 MiB.", headers)
        except TimeoutError:
            sentence = f"The function {function} took longer than {self.timeout_s:g} s."
            return _problem(504, sentence, headers)
        except ClientError:
            return _problem(502, f"The function {function} does not answer.", headers)
        async with reply:
            return await _stream(request, reply, headers, deadline)

    async def _send(self, request: web.Request, function: str) -> ClientResponse:
        return await self.session.request(
            request.method,
            URL(self.functions[function] + request.raw_path, encoded=True),
            headers=_forwarded(request),
            data=_bounded(request) if request.body_exists else None,
            allow_redirects=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )


async def _stream(
    request: web.Request, reply: ClientResponse, headers: Mapping[str, str], deadline: float
) -> web.StreamResponse:
    response = web.StreamResponse(status=reply.status, reason=reply.reason)
    response.headers.extend(_end_to_end(reply.headers))
    # Hosting caches nothing of a function that does not say so itself.
    for name, value in {hdrs.CACHE_CONTROL: "private", **headers}.items():
        response.headers.setdefault(name, value)
    has_body = reply.status not in {204, 304} and request.method != hdrs.METH_HEAD
    if has_body and _is_text(reply.headers) and hdrs.CONTENT_ENCODING not in reply.headers:
        # Hosting's edge compresses what functions leave as it is.
        response.headers.popall(hdrs.CONTENT_LENGTH, None)
        response.enable_compression()
    await response.prepare(request)
    try:
        async with asyncio.timeout_at(deadline):
            async for chunk in reply.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
    except (TimeoutError, ClientError):
        # The status is sent already: a cut connection is the only way left to say that it failed.
        if request.transport is not None:
            request.transport.abort()
    return response


def _is_text(headers: Mapping[str, str]) -> bool:
    kind = headers.get(hdrs.CONTENT_TYPE, "")
    # A compressor would hold events back until it has enough of them.
    if kind.startswith("text/event-stream"):
        return False
    return kind.startswith("text/") or "json" in kind


async def _bounded(request: web.Request) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.content.iter_any():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise _TooLarge
        yield chunk


def _forwarded(request: web.Request) -> CIMultiDict[str]:
    headers = _end_to_end(request.headers)
    headers.popall(hdrs.HOST, None)
    headers.popall(hdrs.EXPECT, None)
    session = _session_cookie(headers.popall(hdrs.COOKIE, []))
    if session is not None:
        headers[hdrs.COOKIE] = session
    known = headers.popall(hdrs.X_FORWARDED_FOR, [])
    headers[hdrs.X_FORWARDED_FOR] = ", ".join([*known, request.remote or "unknown"])
    headers[hdrs.X_FORWARDED_HOST] = request.host
    headers[hdrs.X_FORWARDED_PROTO] = request.scheme
    return headers


def _session_cookie(cookies: list[str]) -> str | None:
    try:
        found = SimpleCookie("; ".join(cookies)).get(_COOKIE)
    except CookieError:
        return None
    return None if found is None else f"{_COOKIE}={found.coded_value}"


def _end_to_end(headers: Mapping[str, str]) -> CIMultiDict[str]:
    named = {name.strip().lower() for name in headers.get(hdrs.CONNECTION, "").split(",")}
    kept = CIMultiDict(headers)
    for name in {*kept}:
        if name.lower() in _HOP_BY_HOP | named:
            kept.popall(name, None)
    return kept


def _problem(status: int, sentence: str, headers: Mapping[str, str]) -> web.Response:
    return web.Response(status=status, text=sentence + "\n", headers=headers)
