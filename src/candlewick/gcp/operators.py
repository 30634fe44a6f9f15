"""Who uses these credentials: said by Google, not by the person."""

from collections.abc import Callable

import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request

from candlewick.errors import Unauthenticated, Unavailable
from candlewick.gcp import clients

_USER_INFO = "https://openidconnect.googleapis.com/v1/userinfo"
_PATIENCE_S = 10
_NAMELESS = (
    "Google does not say whose credentials these are. Run `gcloud auth application-default login` "
    "again, so that they include your e-mail address."
)


def operator_email(
    identity: Credentials, named: Callable[[], Credentials] = clients.named_credentials
) -> str:
    """Return the e-mail address behind credentials, proved by a fresh token that Google gave for them.

    `named` makes a person's credentials again, with the scopes that tell who they are.
    """
    if not hasattr(identity, "service_account_email"):
        identity = named()
    try:
        identity.refresh(Request())  # type: ignore[no-untyped-call]
    except GoogleAuthError as error:
        raise Unauthenticated(
            f"Google does not accept your credentials: {error}. Run "
            "`gcloud auth application-default login`."
        ) from error
    # Service accounts, impersonated ones and those of the metadata server; a refreshed token is the proof.
    email = getattr(identity, "service_account_email", None)
    return str(email) if email and "@" in str(email) else _email_of_user(str(identity.token))


def _email_of_user(token: str) -> str:
    try:
        reply = requests.get(
            _USER_INFO, headers={"Authorization": f"Bearer {token}"}, timeout=_PATIENCE_S
        )
    except requests.RequestException as error:
        raise Unavailable(
            "Google does not say at the moment whose credentials these are."
        ) from error
    claims = reply.json() if reply.ok else {}
    if not claims.get("email") or claims.get("email_verified") is not True:
        raise Unauthenticated(_NAMELESS)
    return str(claims["email"])
