"""A key file opens what its account may open, a forged one opens nothing."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import google.auth
import jwt
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2 import id_token, service_account

from emulators.identity.keys import issue_all, private_key
from emulators.identity.tokens import InvalidGrant, Issuer
from tests.emulators.storage.servers import serving

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("identity")]

PROJECT = "demo-candlewick"
EMAIL = f"operator@{PROJECT}.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
NOW = 1_800_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("identity")


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    account = ("--state", str(folder), "--account", "operator", "--project", PROJECT)
    oidc = ("--oidc-key", str(folder / "oidc.pem"), "--oidc-issuer", "http://issuer")
    with serving("emulators.identity", *account, *oidc) as address:
        yield address


@pytest.fixture
def issuer(url: str, folder: Path) -> Issuer:
    token_uri = f"{url}/token"
    (account,) = issue_all(folder, ["operator"], project=PROJECT, token_uri=token_uri)
    return Issuer(
        accounts={account.email: account},
        token_uri=token_uri,
        secret="s" * 32,
        oidc_key=private_key(folder / "oidc.pem"),
        oidc_issuer="http://issuer",
        now=lambda: NOW,
    )


def test_application_default_credentials_get_a_token(
    url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(folder / "operator.json"))

    credentials, project = google.auth.default(scopes=[SCOPE])
    credentials.refresh(Request())  # type: ignore[no-untyped-call]
    found = requests.post(f"{url}/introspect", {"token": credentials.token}, timeout=5).json()

    assert (project, found["active"], found["sub"]) == (PROJECT, True, EMAIL)


def test_a_key_of_the_same_name_from_elsewhere_gets_none(url: str, tmp_path: Path) -> None:
    issue_all(tmp_path, ["operator"], project=PROJECT, token_uri=f"{url}/token")
    forged = service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
        str(tmp_path / "operator.json"), scopes=[SCOPE]
    )

    with pytest.raises(RefreshError, match="the key is not one of the account's"):
        forged.refresh(Request())


def test_an_id_token_is_verified_with_the_published_certificates(url: str, folder: Path) -> None:
    credentials = service_account.IDTokenCredentials.from_service_account_file(  # type: ignore[no-untyped-call]
        str(folder / "operator.json"), target_audience="http://function"
    )

    credentials.refresh(Request())
    claims = id_token.verify_token(
        credentials.token, Request(), audience="http://function", certs_url=f"{url}/oidc/certs"
    )

    assert (claims["iss"], claims["email"]) == ("http://issuer", EMAIL)
    assert claims["email_verified"] is True


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"iss": "nobody@x"}, "account not found"),
        ({"aud": "https://elsewhere/token"}, "Audience"),
        ({"exp": 1_000}, "expired"),
        ({"exp": 9_999_999_999}, "at most an hour"),
        ({"scope": ""}, "must be asked for"),
    ],
)
def test_an_assertion_that_proves_nothing_is_refused(
    issuer: Issuer, changes: dict[str, object], message: str
) -> None:
    assertion = _assertion(issuer, changes)

    with pytest.raises(InvalidGrant, match=message):
        issuer.exchange(assertion)


@pytest.mark.parametrize("assertion", ["", "x.y.z", "e30.e30."])
def test_text_that_is_no_assertion_is_refused(issuer: Issuer, assertion: str) -> None:
    with pytest.raises(InvalidGrant):
        issuer.exchange(assertion)


def test_an_access_token_ends_after_an_hour(issuer: Issuer) -> None:
    token = issuer.exchange(_assertion(issuer, {}))["access_token"]
    later = replace(issuer, now=lambda: NOW + 3_600)

    assert issuer.introspect(token)["active"] is True
    assert later.introspect(token)["active"] is False


def test_a_token_made_with_another_secret_is_not_active(issuer: Issuer) -> None:
    other = replace(issuer, secret="t" * 32)
    token = other.exchange(_assertion(issuer, {}))["access_token"]

    assert issuer.introspect(token) == {"active": False}


def test_keys_stay_when_the_port_changes(tmp_path: Path) -> None:
    before = issue_all(tmp_path, ["a"], project=PROJECT, token_uri="http://127.0.0.1:1/token")
    after = issue_all(tmp_path, ["a"], project=PROJECT, token_uri="http://127.0.0.1:2/token")
    file = tmp_path / "a.json"

    assert before == after
    assert json.loads(file.read_text())["token_uri"] == "http://127.0.0.1:2/token"
    assert file.stat().st_mode & 0o077 == 0


def _assertion(issuer: Issuer, changes: dict[str, object]) -> str:
    account = issuer.accounts[EMAIL]
    issued_at = int(time.time())
    claims = {
        "iss": EMAIL,
        "aud": issuer.token_uri,
        "iat": issued_at,
        "exp": issued_at + 3_600,
        "scope": SCOPE,
    }
    return jwt.encode(
        claims | changes, account.private_pem, algorithm="RS256", headers={"kid": account.key_id}
    )
