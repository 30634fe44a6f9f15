"""The gateway: JSON API with access tokens, XML API with signed URLs, CORS for browsers."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from aiohttp import ClientSession, ClientTimeout, TCPConnector, hdrs, web

from emulators.storage_gateway.backend import Backend
from emulators.storage_gateway.callers import Callers
from emulators.storage_gateway.json_api import JsonApi
from emulators.storage_gateway.policy import Policy
from emulators.storage_gateway.xml_api import XmlApi

_EXPOSED = "Content-Length, Content-Range, Content-Type, ETag, x-goog-generation, x-goog-hash"
_PREFLIGHT_S = "3600"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Where the others are, and which web pages may read objects."""

    backend_url: str
    identity_url: str
    policy: Policy
    cors_origins: Collection[str]


def create_app(options: Options) -> web.Application:
    """Return the gateway in front of one fake-gcs-server."""
    app = web.Application()

    async def connect(app: web.Application) -> AsyncIterator[None]:
        timeout = ClientTimeout(total=None, sock_connect=5)
        connector = TCPConnector(limit=0)
        async with ClientSession(
            timeout=timeout, connector=connector, auto_decompress=False
        ) as session:
            backend = Backend(options.backend_url, session)
            callers = Callers(options.identity_url, session)
            json_api = JsonApi(backend=backend, callers=callers, policy=options.policy)
            xml_api = XmlApi(backend=backend, callers=callers, policy=options.policy)
            app[_JSON_API], app[_XML_API] = json_api, xml_api
            yield

    async def cors(request: web.Request, response: web.StreamResponse) -> None:
        origin = request.headers.get(hdrs.ORIGIN)
        if origin in options.cors_origins:
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin or ""
            response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = _EXPOSED
            response.headers[hdrs.VARY] = hdrs.ORIGIN

    app.cleanup_ctx.append(connect)
    app.on_response_prepare.append(cors)
    app.router.add_route("*", "/{path:(?!healthz$).*}", _dispatch)
    return app


_JSON_API = web.AppKey("json_api", JsonApi)
_XML_API = web.AppKey("xml_api", XmlApi)


async def _dispatch(request: web.Request) -> web.StreamResponse:
    if request.method == hdrs.METH_OPTIONS:
        return _preflight(request)
    if JsonApi.serves(request.raw_path):
        return await request.app[_JSON_API].handle(request)
    return await request.app[_XML_API].handle(request)


def _preflight(request: web.Request) -> web.Response:
    asked = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS, "")
    return web.Response(
        headers={
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, HEAD, PUT, DELETE",
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: asked,
            hdrs.ACCESS_CONTROL_MAX_AGE: _PREFLIGHT_S,
        }
    )
