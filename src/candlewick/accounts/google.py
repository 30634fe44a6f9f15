"""Sign in with Google by OAuth 2.0's code flow with PKCE, exchanged on the server.

What a sign-in must remember between its two halves stays in a sealed cookie of the browser that began it.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode

import jwt
from cryptography.fernet import Fernet, InvalidToken

from candlewick.errors import AppError, Forbidden

SIGN_IN_LIFETIME = timedelta(minutes=10)
_SCOPES = "openid email profile"
_ISSUERS = frozenset({"https://accounts.google.com", "accounts.google.com"})
_SKEW = timedelta(seconds=60)
_CANCELLED = "access_denied"


class GoogleRefused(AppError):
    """Google does not take the code: it was used, it is too old, or it is another sign-in's."""

    code, status = "google_refused", 403


class Codes(Protocol):
    """Google's token endpoint."""

    def exchange(self, *, code: str, verifier: str, redirect_uri: str) -> str:
        """Return the ID token for a one-time code; raises `GoogleRefused` or `Unavailable`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A sign-in between its two halves: what its second half is checked against."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """`authorize_url` is for the address bar, `sealed` for a cookie that no script reads."""

    authorize_url: str
    sealed: str


class Sealer:
    """Encrypts and signs a pending sign-in, so that a cookie can hold it."""

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))

    def seal(self, pending: Pending, now: datetime) -> str:
        content = json.dumps(asdict(pending)).encode()
        return self._fernet.encrypt_at_time(content, int(now.timestamp())).decode()

    def open(self, sealed: str, now: datetime) -> Pending:
        """Return what was sealed; `Forbidden` when it is too old, or was sealed by nobody here."""
        try:
            content = self._fernet.decrypt_at_time(
                sealed.encode(),
                ttl=int(SIGN_IN_LIFETIME.total_seconds()),
                current_time=int(now.timestamp()),
            )
        except (InvalidToken, UnicodeEncodeError) as error:
            raise _not_ours() from error
        return Pending(**json.loads(content))


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleSignIn:
    client_id: str
    authorize_url: str
    sealer: Sealer
    codes: Codes
    now: Callable[[], datetime]
    new_secret: Callable[[], str]

    def begin(self, redirect_uri: str) -> Begun:
        """Start a sign-in that Google ends at `redirect_uri`."""
        pending = Pending(
            state=self.new_secret(),
            nonce=self.new_secret(),
            verifier=self.new_secret(),
            redirect_uri=redirect_uri,
        )
        query = {
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": _SCOPES,
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": challenge_of(pending.verifier),
            "code_challenge_method": "S256",
            "prompt": "select_account",
        }
        return Begun(
            authorize_url=f"{self.authorize_url}?{urlencode(query)}",
            sealed=self.sealer.seal(pending, self.now()),
        )

    def finish(
        self, *, sealed: str | None, state: str, code: str | None, refusal: str | None
    ) -> str:
        """Return Google's ID token for what Google sent back to the page.

        Args:
            sealed: the cookie of the browser that sends this.
            state: as Google returned it.
            code: one-time, or None when Google refused.
            refusal: Google's error code when there is no `code`.
        """
        if sealed is None:
            raise _not_ours()
        pending = self.sealer.open(sealed, self.now())
        if not hmac.compare_digest(pending.state.encode(), state.encode()):
            raise _not_ours()
        if code is None:
            raise Forbidden(_refusal(refusal))
        id_token = self.codes.exchange(
            code=code, verifier=pending.verifier, redirect_uri=pending.redirect_uri
        )
        self._check(id_token, pending)
        return id_token

    def _check(self, id_token: str, pending: Pending) -> None:
        # It came straight from Google over TLS, so its signature proves nothing more (OpenID Connect Core
        # 3.1.3.7); Firebase checks it all the same when the browser signs in with it.
        try:
            claims = jwt.decode(id_token, options={"verify_signature": False})
        except jwt.InvalidTokenError as error:
            raise _foreign_token() from error
        if not self._is_for(claims, pending):
            raise _foreign_token()

    def _is_for(self, claims: Mapping[str, object], pending: Pending) -> bool:
        expires = claims.get("exp")
        return (
            claims.get("iss") in _ISSUERS
            and claims.get("aud") == self.client_id
            and hmac.compare_digest(str(claims.get("nonce")).encode(), pending.nonce.encode())
            and isinstance(expires, int)
            and expires > (self.now() - _SKEW).timestamp()
        )


def challenge_of(verifier: str) -> str:
    """Return PKCE's S256 challenge (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _not_ours() -> Forbidden:
    minutes = SIGN_IN_LIFETIME.seconds // 60
    return Forbidden(
        f"This sign-in was begun more than {minutes} minutes ago, or in another browser or tab. Begin again."
    )


def _foreign_token() -> GoogleRefused:
    return GoogleRefused("Google answered for another sign-in than this one. Begin again.")


def _refusal(code: str | None) -> str:
    if code == _CANCELLED:
        return "You cancelled the sign-in at Google. Nothing was changed."
    return "Google did not sign you in. Try again, or sign in with e-mail and password."
