"""The identity emulator's HTTP interface.

POST /token          OAuth 2.0 token endpoint (JWT bearer), what a key file's `token_uri` names
POST /introspect     whose an access token is (RFC 7662)
GET  /keys           public keys by service account, against which signatures are checked
GET  /oidc/certs     certificates of the ID tokens' key, PEM by key id
"""

from typing import Any

from aiohttp import web

from emulators.identity.tokens import InvalidGrant, Issuer

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def create_app(issuer: Issuer) -> web.Application:
    """Return the server of one set of accounts."""

    async def token(request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("grant_type") != _JWT_BEARER:
            return _refused("unsupported_grant_type", f"Only {_JWT_BEARER} is granted here.")
        try:
            return web.json_response(issuer.exchange(str(form.get("assertion", ""))))
        except InvalidGrant as error:
            return _refused("invalid_grant", str(error))

    async def introspect(request: web.Request) -> web.Response:
        form = await request.post()
        return web.json_response(issuer.introspect(str(form.get("token", ""))))

    async def keys(_: web.Request) -> web.Response:
        published: dict[str, Any] = {
            account.email: {account.key_id: account.public_pem}
            for account in issuer.accounts.values()
        }
        return web.json_response(published)

    async def certs(_: web.Request) -> web.Response:
        return web.json_response(issuer.certificates())

    app = web.Application()
    app.router.add_post("/token", token)
    app.router.add_post("/introspect", introspect)
    app.router.add_get("/keys", keys)
    app.router.add_get("/oidc/certs", certs)
    return app


def _refused(error: str, description: str) -> web.Response:
    return web.json_response({"error": error, "error_description": description}, status=400)
