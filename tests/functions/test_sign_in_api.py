"""/api/v1/sign-in: whose code is exchanged, and whose is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.services import attach
from api.sign_in import COOKIE, PREFIX
from candlewick.accounts.google import SIGN_IN_LIFETIME, Sealer, challenge_of
from tests.functions.answers import ok, problem, wrong_fields
from tests.world import ORIGIN, PENDING, RETURN_URI, World

GOOGLE = f"{PREFIX}/google"
EXCHANGE = f"{GOOGLE}/exchange"


def begun(world: World) -> FlaskClient:
    """Return a browser that began the sign-in `PENDING` just now."""
    browser = world.api()
    browser.set_cookie(COOKIE, world.sealed_sign_in(), path=PREFIX)
    return browser


def begin(browser: FlaskClient, origin: str = ORIGIN) -> TestResponse:
    return browser.post(GOOGLE, headers={"Origin": origin})


def exchange(browser: FlaskClient, **body: Any) -> TestResponse:
    sent = {"state": PENDING.state, "code": "a-code"} | body
    return browser.post(
        EXCHANGE, json={name: value for name, value in sent.items() if value is not None}
    )


def test_a_browser_is_sent_to_google_and_comes_back_with_a_token(world: World) -> None:
    browser = world.api()

    address = urlsplit(ok(begin(browser))["authorizeUrl"])
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    world.google.nonce = asked["nonce"]
    token = ok(exchange(browser, state=asked["state"]))["idToken"]

    assert address.geturl().startswith("https://google.example/authorize?")
    assert asked["client_id"] == world.google.client_id
    assert asked["redirect_uri"] == RETURN_URI
    assert asked["scope"] == "openid email profile"
    assert jwt.decode(token, options={"verify_signature": False})["nonce"] == asked["nonce"]
    (used,) = world.google.used
    assert used["redirect_uri"] == RETURN_URI
    assert challenge_of(used["verifier"]) == asked["code_challenge"]


def test_the_cookie_is_for_no_script_no_other_site_and_no_other_path(world: World) -> None:
    cookie = begin(world.api()).headers["Set-Cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    assert set(cookie.split("; ")[1:]) >= {
        "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600", f"Path={PREFIX}",
    }  # fmt: skip


def test_without_tls_on_a_laptop_the_cookie_is_not_secure_or_it_would_be_lost(
    world: World,
) -> None:
    laptop = "http://127.0.0.1:8700"
    app = world.api_app
    app.extensions |= attach(replace(world.services(), allowed_origins=frozenset({laptop})))

    assert "Secure" not in begin(app.test_client(), laptop).headers["Set-Cookie"]


def test_the_cookie_shows_nothing_of_what_it_holds(world: World) -> None:
    sealed = world.sealed_sign_in()

    assert not any(part in sealed for part in (PENDING.state, PENDING.nonce, PENDING.verifier))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_site_begins_nothing(world: World, origin: str) -> None:
    response = begin(world.api(), origin)

    problem(response, 403, "forbidden")
    assert "Set-Cookie" not in response.headers


def test_a_wrong_state_is_refused_and_google_is_not_asked(world: World) -> None:
    problem(exchange(begun(world), state="another"), 403, "forbidden")

    assert world.google.used == []


def test_another_browser_cannot_finish_the_sign_in(world: World) -> None:
    problem(exchange(world.api()), 403, "forbidden")

    assert world.google.used == []


@pytest.mark.parametrize("cookie", ["x", "é", "gAAAAA", Sealer("other")])
def test_a_foreign_cookie_is_refused(world: World, cookie: str | Sealer) -> None:
    browser = world.api()
    text = cookie if isinstance(cookie, str) else cookie.seal(PENDING, world.clock())
    browser.set_cookie(COOKIE, text, path=PREFIX)

    problem(exchange(browser), 403, "forbidden")


def test_a_sign_in_ends_after_ten_minutes(world: World) -> None:
    browser = begun(world)
    world.clock.move(seconds=(SIGN_IN_LIFETIME + timedelta(seconds=1)).total_seconds())

    assert "10 minutes" in problem(exchange(browser), 403, "forbidden")["detail"]


def test_the_cookie_is_gone_after_the_exchange(world: World) -> None:
    browser = begun(world)
    ok(exchange(browser))

    assert browser.get_cookie(COOKIE, path=PREFIX) is None
    problem(exchange(browser), 403, "forbidden")


def test_a_code_is_good_once_even_with_the_same_cookie(world: World) -> None:
    ok(exchange(begun(world)))

    problem(exchange(begun(world)), 403, "google_refused")


def test_somebody_who_cancels_is_told_so_and_the_sign_in_is_over(world: World) -> None:
    browser = begun(world)

    told = problem(exchange(browser, code=None, error="access_denied"), 403, "forbidden")

    assert "You cancelled" in told["detail"]
    assert browser.get_cookie(COOKIE, path=PREFIX) is None


def test_other_refusals_of_google_are_told_without_googles_words(world: World) -> None:
    told = problem(exchange(begun(world), code=None, error="<b>weird"), 403, "forbidden")

    assert "weird" not in told["detail"]


def test_while_google_is_down_the_same_code_may_be_sent_again(world: World) -> None:
    browser = begun(world)
    world.google.is_down = True

    down = exchange(browser)
    world.google.is_down = False

    problem(down, 503, "unavailable")
    assert down.headers["Retry-After"]
    ok(exchange(browser))


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"iss": "https://accounts.example"},
        {"exp": 1},
        {"exp": "soon"},
    ],
)
def test_a_token_for_somebody_elses_sign_in_is_not_handed_out(
    world: World, claims: dict[str, object]
) -> None:
    world.google.claims = claims

    problem(exchange(begun(world)), 403, "google_refused")


def test_where_google_is_not_set_up_the_api_says_so(world: World) -> None:
    world.has_google = False

    assert ok(world.api().get(PREFIX)) == {"google": False}
    for response in (begin(world.api()), exchange(begun(world))):
        assert "not set up" in problem(response, 404, "not_found")["detail"]


def test_the_ways_to_sign_in_may_be_cached_and_nothing_else(world: World) -> None:
    ways = world.api().get(PREFIX)

    assert ok(ways) == {"google": True}
    assert ways.headers["Cache-Control"] == "public, max-age=300"
    assert begin(world.api()).headers["Cache-Control"] == "private, no-store"
    assert exchange(begun(world)).headers["Cache-Control"] == "private, no-store"


def test_a_flood_from_one_address_is_held_back_and_ends_no_sign_in(world: World) -> None:
    browser = begun(world)
    world.sign_in_gate.exhausted = {"flood"}

    problem(begin(browser), 429, "rate_limited")
    problem(exchange(browser), 429, "rate_limited")
    world.sign_in_gate.exhausted = set()

    ok(exchange(browser))


def test_unfit_bodies_are_refused(world: World) -> None:
    assert wrong_fields(exchange(begun(world), state=None)) == {"state"}
    assert wrong_fields(exchange(begun(world), code="x" * 2001)) == {"code"}
    assert wrong_fields(exchange(begun(world), redirectPath="/")) == {"redirectPath"}
