"""The emulator refuses what Google refuses, and its page is fit for a browser."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from emulators.google_sign_in.grants import CODE_LIFETIME_S, Client, Refused
from emulators.identity.keys import private_key
from tests.emulators.storage.servers import serving

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("google-sign-in")]

RETURN = "http://127.0.0.1:8700/sign-in/google"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
QUERY = {
    "client_id": "client",
    "redirect_uri": RETURN,
    "response_type": "code",
    "scope": "openid email profile",
    "state": "a&b",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
FORM = {
    "grant_type": "authorization_code",
    "client_id": "client",
    "client_secret": "secret",
    "redirect_uri": RETURN,
    "code_verifier": VERIFIER,
}


@dataclass
class Clock:
    time: float = 1_800_000_000

    def __call__(self) -> float:
        return self.time


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("google")


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    client = ("--client-id", "client", "--client-secret", "secret", "--redirect-uri", RETURN)
    with serving("emulators.google_sign_in", *client, "--key", str(folder / "oidc.pem")) as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(url: str, folder: Path, clock: Clock) -> Client:
    return Client(
        client_id="client",
        client_secret="secret",
        redirect_uris=frozenset({RETURN}),
        key=private_key(folder / "oidc.pem"),
        now=clock,
    )


def answer(url: str, **form: str) -> dict[str, str]:
    """Answer the page's form; return what Google puts into the app's address."""
    reply = requests.post(
        f"{url}/o/oauth2/v2/auth", params=QUERY, data=form, allow_redirects=False, timeout=5
    )
    assert reply.status_code == 303, reply.text
    target = urlsplit(reply.headers["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == RETURN
    return {name: values[0] for name, values in parse_qs(target.query).items()}


def test_a_person_signs_in_and_the_code_becomes_an_id_token(url: str) -> None:
    back = answer(url, answer="go", other="Ada.Lovelace@candlewick.example")

    reply = requests.post(f"{url}/token", data=FORM | {"code": back["code"]}, timeout=5)

    assert back["state"] == "a&b"
    claims = jwt.decode(reply.json()["id_token"], options={"verify_signature": False})
    assert claims["email"] == "ada.lovelace@candlewick.example"
    assert claims["email_verified"] is True
    assert (claims["aud"], claims["nonce"]) == ("client", "n")
    assert claims["name"] == "Ada Lovelace"
    assert claims["exp"] - claims["iat"] == 3_600


def test_who_was_here_before_is_offered_and_keeps_the_same_subject(url: str) -> None:
    subjects = set()
    for form in ({"other": "grace@candlewick.example"}, {"known": "grace@candlewick.example"}):
        back = answer(url, answer="go", **form)
        token = requests.post(f"{url}/token", data=FORM | {"code": back["code"]}, timeout=5).json()
        subjects.add(jwt.decode(token["id_token"], options={"verify_signature": False})["sub"])

    assert len(subjects) == 1
    assert (
        'value="grace@candlewick.example"'
        in requests.get(f"{url}/o/oauth2/v2/auth", params=QUERY, timeout=5).text
    )


def test_somebody_who_cancels_goes_back_without_a_code(url: str) -> None:
    assert answer(url, answer="cancel") == {"error": "access_denied", "state": "a&b"}


def test_the_page_escapes_what_it_shows_and_allows_no_script(url: str) -> None:
    page = requests.get(
        f"{url}/o/oauth2/v2/auth", params=QUERY | {"state": '"><script>x'}, timeout=5
    )

    assert "<script" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:8700;" in policy


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", "another"),
        ("redirect_uri", "https://evil.example/"),
        ("response_type", "token"),
        ("scope", "email"),
        ("state", ""),
        ("nonce", ""),
        ("code_challenge", ""),
        ("code_challenge_method", "plain"),
    ],
)
def test_a_wrong_request_is_shown_and_never_redirected(url: str, name: str, value: str) -> None:
    for method in ("GET", "POST"):
        reply = requests.request(
            method,
            f"{url}/o/oauth2/v2/auth",
            params=QUERY | {name: value},
            data={"answer": "cancel"} if method == "POST" else None,
            allow_redirects=False,
            timeout=5,
        )
        assert reply.status_code == 400
        assert "Location" not in reply.headers


@pytest.mark.parametrize(
    ("change", "error", "status"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({"client_id": "another"}, "invalid_client", 401),
        ({"client_secret": "wrong"}, "invalid_client", 401),
        ({"code": "invented"}, "invalid_grant", 400),
        ({"redirect_uri": "https://evil.example/"}, "redirect_uri_mismatch", 400),
        ({"code_verifier": "w" * 43}, "invalid_grant", 400),
        ({"code_verifier": "short"}, "invalid_grant", 400),
        ({"code_verifier": ""}, "invalid_grant", 400),
    ],
)
def test_a_wrong_exchange_is_refused_as_google_refuses_it(
    url: str, change: dict[str, str], error: str, status: int
) -> None:
    code = answer(url, answer="go", other="ada@candlewick.example")["code"]

    reply = requests.post(f"{url}/token", data=FORM | {"code": code} | change, timeout=5)

    assert (reply.status_code, reply.json()["error"]) == (status, error)


def test_a_code_is_good_once(client: Client) -> None:
    code = client.grant(client.read(QUERY), "ada@candlewick.example")
    client.exchange(FORM | {"code": code})

    with pytest.raises(Refused, match="was used"):
        client.exchange(FORM | {"code": code})


def test_a_code_is_gone_after_a_wrong_verifier(client: Client) -> None:
    code = client.grant(client.read(QUERY), "ada@candlewick.example")
    with pytest.raises(Refused, match="verifier"):
        client.exchange(FORM | {"code": code, "code_verifier": "w" * 43})

    with pytest.raises(Refused, match="was used"):
        client.exchange(FORM | {"code": code})


def test_a_code_expires(client: Client, clock: Clock) -> None:
    code = client.grant(client.read(QUERY), "ada@candlewick.example")
    clock.time += CODE_LIFETIME_S

    with pytest.raises(Refused, match="too old"):
        client.exchange(FORM | {"code": code})


@pytest.mark.parametrize("email", ["", "ada", "ada@", "@x.example", "a b@x.example"])
def test_only_an_address_signs_in(client: Client, email: str) -> None:
    with pytest.raises(Refused, match="not an e-mail address"):
        client.grant(client.read(QUERY), email)
