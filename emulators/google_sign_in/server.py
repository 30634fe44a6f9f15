"""The sign-in emulator's HTTP interface, with Google's paths.

GET  /o/oauth2/v2/auth   the page that asks who you are
POST /o/oauth2/v2/auth   its answer: back to the app with a code, or with what went wrong
POST /token              OAuth 2.0 token endpoint (authorization code with PKCE)
"""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from emulators.google_sign_in import page
from emulators.google_sign_in.grants import Client, Refused, Request

AUTHORIZE = "/o/oauth2/v2/auth"


def create_app(client: Client) -> web.Application:
    """Return the server of one OAuth client."""

    async def ask(request: web.Request) -> web.Response:
        try:
            wanted = client.read(request.query)
        except Refused as refused:
            return _html(page.refusal(refused), refused.status)
        return _html(page.question(request.query_string, wanted, client.known), 200, wanted)

    async def answer(request: web.Request) -> web.Response:
        form = _texts(await request.post())
        try:
            wanted = client.read(request.query)
            back = _back(client, wanted, form)
        except Refused as refused:
            return _html(page.refusal(refused), refused.status)
        # A plain redirect (303): the form's content stays here.
        raise web.HTTPSeeOther(f"{wanted.redirect_uri}?{urlencode(back)}")

    async def token(request: web.Request) -> web.Response:
        try:
            return web.json_response(client.exchange(_texts(await request.post())))
        except Refused as refused:
            body = {"error": refused.error, "error_description": str(refused)}
            return web.json_response(body, status=refused.status)

    app = web.Application()
    app.router.add_get(AUTHORIZE, ask)
    app.router.add_post(AUTHORIZE, answer)
    app.router.add_post("/token", token)
    return app


def _back(client: Client, wanted: Request, form: Mapping[str, str]) -> dict[str, str]:
    if form.get("answer") == "cancel":
        return {"error": "access_denied", "state": wanted.state}
    email = form.get("other", "").strip() or form.get("known", "")
    code = client.grant(wanted, email)
    # Google adds the last three; an app must not mind them.
    return {
        "state": wanted.state,
        "code": code,
        "scope": wanted.scope,
        "authuser": "0",
        "prompt": "consent",
    }


def _texts(form: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _html(text: str, status: int, wanted: Request | None = None) -> web.Response:
    response = web.Response(text=text, content_type="text/html", status=status)
    targets = ["'self'"]
    if wanted is not None:
        # Chromium holds form-action against the redirect, too.
        parts = urlsplit(wanted.redirect_uri)
        targets.append(f"{parts.scheme}://{parts.netloc}")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none';"
        f" form-action {' '.join(targets)}; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
