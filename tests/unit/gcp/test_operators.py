"""Whose credentials these are is said by Google."""

from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError

from candlewick.errors import AppError, Unauthenticated, Unavailable
from candlewick.gcp.operators import operator_email


def _refusal() -> Exception:
    kind: type[Exception] = RefreshError
    return kind("revoked")


class Credentials:
    """Refreshes as told; `service_account_email` is there for service accounts alone."""

    def __init__(self, email: str | None = None, error: Exception | None = None) -> None:
        self.token: str | None = None
        self._error = error
        if email is not None:
            self.service_account_email = email

    def refresh(self, _request: Any) -> None:
        if self._error is not None:
            raise self._error
        self.token = "fresh"


def answer(monkeypatch: pytest.MonkeyPatch, status: int, claims: dict[str, Any]) -> list[Any]:
    asked: list[Any] = []

    class Reply:
        ok = status < 400

        def json(self) -> dict[str, Any]:
            return claims

    def get(url: str, **options: Any) -> Reply:
        asked.append((url, options["headers"]))
        return Reply()

    monkeypatch.setattr(requests, "get", get)
    return asked


def test_a_service_account_is_who_got_a_token_with_its_key() -> None:
    identity: Any = Credentials("robot@p1.iam.gserviceaccount.com")

    assert operator_email(identity) == "robot@p1.iam.gserviceaccount.com"
    assert identity.token == "fresh"


def test_a_person_is_who_google_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer(monkeypatch, 200, {"email": "ada@example.org", "email_verified": True})
    identity: Any = Credentials()
    again: Any = Credentials()

    assert operator_email(identity, lambda: again) == "ada@example.org"
    assert (identity.token, again.token) == (None, "fresh")
    ((url, headers),) = asked
    assert url.startswith("https://openidconnect.googleapis.com/")
    assert headers == {"Authorization": "Bearer fresh"}
    assert "fresh" not in url


@pytest.mark.parametrize(
    ("status", "claims"),
    [
        (200, {}),
        (200, {"email": "ada@example.org"}),
        (200, {"email": "ada@example.org", "email_verified": False}),
        (401, {"email": "ada@example.org", "email_verified": True}),
    ],
)
def test_who_cannot_be_named_does_nothing(
    monkeypatch: pytest.MonkeyPatch, status: int, claims: dict[str, Any]
) -> None:
    answer(monkeypatch, status, claims)
    identity: Any = Credentials()

    with pytest.raises(Unauthenticated, match="gcloud auth application-default login"):
        operator_email(identity, lambda: identity)


def test_refused_credentials_name_nobody() -> None:
    identity: Any = Credentials("robot@p1", _refusal())

    with pytest.raises(Unauthenticated, match="does not accept"):
        operator_email(identity)


def test_google_may_be_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(requests, "get", fail)
    identity: Any = Credentials()
    raised: type[AppError] = Unavailable

    with pytest.raises(raised):
        operator_email(identity, lambda: identity)
