"""One address for the web app and its API, as on Firebase Hosting."""

import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, TCPConnector, hdrs, web

from emulators.firebase_hosting.compressed import CompressedFiles
from emulators.firebase_hosting.config import HostingConfig
from emulators.firebase_hosting.proxy import FunctionProxy

_CSP = "Content-Security-Policy"
_INIT = "/__/firebase/init.json"
_DEFAULTS = "__FIREBASE_DEFAULTS__"
_PROXY = web.AppKey("proxy", FunctionProxy)
_FILES = web.AppKey("files", CompressedFiles)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirebaseProject:
    """What Firebase's SDK in a page needs to know.

    Attributes:
        settings: served at the path where Hosting serves them.
        emulator_hosts: `host:port` by product; told by the SDK's own cookie.
    """

    settings: Mapping[str, str]
    emulator_hosts: Mapping[str, str]

    def cookies(self) -> dict[str, str]:
        """Return the cookie that the SDK looks for, or none when there are no emulators."""
        if not self.emulator_hosts:
            return {}
        defaults = json.dumps({"emulatorHosts": dict(self.emulator_hosts)})
        return {_DEFAULTS: base64.urlsafe_b64encode(defaults.encode()).decode().rstrip("=")}


def create_app(
    config: HostingConfig,
    functions: Mapping[str, str],
    *,
    connect_to: Sequence[str] = (),
    project: FirebaseProject | None = None,
    timeout_s: float = 60,
) -> web.Application:
    """Return the gateway.

    Args:
        config: from `firebase.json`.
        functions: base URL by function id.
        connect_to: origins of emulators that web pages may call, besides those in the policy.
        project: what pages learn for Firebase's SDK.
        timeout_s: how long a function may take; Hosting gives 60 s.
    """

    async def connect(app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(
            timeout=ClientTimeout(total=None, sock_connect=5),
            # gunicorn closes idle connections; a request sent into one that is closing gets no answer.
            connector=TCPConnector(limit=0, force_close=True),
            auto_decompress=False,
        ) as session:
            app[_PROXY] = FunctionProxy(session=session, functions=functions, timeout_s=timeout_s)
            app[_FILES] = CompressedFiles()
            yield
            app[_FILES].close()

    async def answer(request: web.Request) -> web.StreamResponse:
        headers = _connecting(config.headers_of(request.path), connect_to)
        file = _file(config, request.path)
        if request.path == _INIT and project is not None:
            return web.json_response(dict(project.settings), headers=headers)
        if file is not None:
            return await _serve(request, file, headers, cookies)
        rewrite = config.rewrite_of(request.path)
        if rewrite is not None and rewrite.function is not None:
            return await request.app[_PROXY].forward(request, rewrite.function, headers)
        if rewrite is not None and rewrite.destination is not None:
            file = _file(config, rewrite.destination)
        if file is None:
            return _missing(config, headers)
        return await _serve(request, file, headers, cookies)

    cookies = {} if project is None else project.cookies()
    app = web.Application()
    app.cleanup_ctx.append(connect)
    app.router.add_route("*", "/{path:(?!healthz$).*}", answer)
    return app


async def _serve(
    request: web.Request, file: Path, headers: Mapping[str, str], cookies: Mapping[str, str]
) -> web.FileResponse | web.Response:
    if request.method not in {hdrs.METH_GET, hdrs.METH_HEAD}:
        return web.Response(status=405, text="A file can only be read.\n", headers=headers)
    response = web.FileResponse(await request.app[_FILES].of(file), headers=headers)
    response.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
    if file.suffix == ".html":
        for name, value in cookies.items():
            response.set_cookie(name, value, samesite="Strict")
    return response


def _file(config: HostingConfig, path: str) -> Path | None:
    root = config.public.resolve()
    found = (root / path.lstrip("/")).resolve()
    if found.is_dir():
        found /= "index.html"
    inside = found.is_relative_to(root) and found.is_file()
    return found if inside and not config.is_ignored(f"/{found.relative_to(root)}") else None


def _missing(config: HostingConfig, headers: Mapping[str, str]) -> web.StreamResponse:
    page = config.public / "404.html"
    if page.is_file():
        return web.FileResponse(page, status=404, headers=headers)
    built = config.public.is_dir()
    sentence = "Page not found." if built else f"The web app is not built ({config.public})."
    return web.Response(status=404, text=sentence + "\n", headers=headers)


def _connecting(headers: dict[str, str], origins: Sequence[str]) -> dict[str, str]:
    if _CSP in headers and origins:
        added = f"connect-src {' '.join(origins)} "
        headers[_CSP] = headers[_CSP].replace("connect-src ", added, 1)
    return headers
