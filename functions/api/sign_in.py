"""/api/v1/sign-in: signing in with Google. Nobody is signed in yet here."""

from typing import Annotated

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.auth import address
from api.problems import RESPONSES
from api.schema import Body, View, reply
from api.services import services
from candlewick.accounts.google import SIGN_IN_LIFETIME, GoogleSignIn
from candlewick.errors import Forbidden, NotFound

PREFIX = "/api/v1/sign-in"
# Firebase Hosting hands no other cookie to a function.
COOKIE = "__session"
_RETURN_PATH = "/sign-in/google"
_MAY_BE_SENT_AGAIN = {429, 503}
_CACHED = "public, max-age=300"

blueprint = APIBlueprint(
    "sign_in",
    __name__,
    url_prefix=PREFIX,
    abp_tags=[Tag(name="sign-in")],
    abp_responses=RESPONSES,
)


class WaysView(View):
    """Which ways to sign in are set up, besides e-mail and password."""

    google: bool


class BeginView(View):
    """The browser is to open `authorize_url`; Google sends it back to `/sign-in/google`."""

    authorize_url: str


class ExchangeBody(Body):
    """What Google sent back in the address: `state`, and either `code` or `error`."""

    state: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str | None, Field(min_length=1, max_length=2000)] = None
    error: Annotated[str | None, Field(min_length=1, max_length=200)] = None


class GoogleTokenView(View):
    """Google's ID token, with which Firebase signs in. It lives for an hour."""

    id_token: str


@blueprint.get("", responses={200: WaysView})
def get_ways() -> Response:
    """Say which ways to sign in there are."""
    answer = reply(WaysView(google=services().google is not None))
    answer.headers["Cache-Control"] = _CACHED
    return answer


@blueprint.post("/google", responses={200: BeginView})
def begin_google_sign_in() -> Response:
    """Begin to sign in with Google; sets a cookie for the second half, good for ten minutes."""
    google, origin = _google(), request.headers.get("Origin", "")
    if origin not in services().allowed_origins:
        raise Forbidden("A sign-in begins on Candlewick's own pages only.")
    begun = google.begin(f"{origin}{_RETURN_PATH}")
    answer = reply(BeginView(authorize_url=begun.authorize_url))
    answer.set_cookie(
        COOKIE,
        begun.sealed,
        max_age=SIGN_IN_LIFETIME,
        path=PREFIX,
        httponly=True,
        samesite="Lax",
        # Without TLS there is the local stack alone, whose browser would not keep a secure cookie.
        secure=not origin.startswith("http://"),
    )
    return answer


@blueprint.post("/google/exchange", responses={200: GoogleTokenView})
def exchange_google_code(body: ExchangeBody) -> Response:
    """Exchange Google's one-time code for an ID token, in the browser that began the sign-in."""
    id_token = _google().finish(
        sealed=request.cookies.get(COOKIE),
        state=body.state,
        code=body.code,
        refusal=body.error,
    )
    return reply(GoogleTokenView(id_token=id_token))


@blueprint.before_request
def _hold_back_a_flood() -> None:
    if request.method == "POST":
        services().sign_in_gate.check(address())


@blueprint.after_request
def _forget_the_first_half(response: Response) -> Response:
    # The second half ends the sign-in, unless it was never tried and the same one may be sent again.
    is_second_half = request.path.endswith("/exchange") and request.method == "POST"
    if is_second_half and response.status_code not in _MAY_BE_SENT_AGAIN:
        response.delete_cookie(COOKIE, path=PREFIX, httponly=True, samesite="Lax")
    return response


def _google() -> GoogleSignIn:
    google = services().google
    if google is None:
        raise NotFound("Google sign-in is not set up here.")
    return google
