"""One-time codes, and the ID tokens that they are exchanged for."""

import hmac
import re
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from emulators.identity.tokens import key_id

CODE_LIFETIME_S = 60.0
_TOKEN_LIFETIME_S = 3_600
_ISSUER = "https://accounts.google.com"
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+")


class Refused(Exception):
    """`error` is OAuth's code for it, `args[0]` says what is wrong."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.status = error, status


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a page asks for: the parameters of Google's authorize page."""

    redirect_uri: str
    scope: str
    state: str
    nonce: str
    challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    request: Request
    email: str
    expires_at: float


@dataclass(kw_only=True)
class Client:
    """One OAuth client, its codes, and who signed in here before.

    Attributes:
        redirect_uris: the addresses that a sign-in may end at; no other is answered.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: frozenset[str]
    key: rsa.RSAPrivateKey = field(repr=False)
    now: Callable[[], float] = field(default=time.time)
    known: list[str] = field(default_factory=list)
    _grants: dict[str, _Grant] = field(default_factory=dict)

    def read(self, query: Mapping[str, str]) -> Request:
        """Check an authorize request as Google does: what is wrong is shown, never redirected."""
        expected = {
            "client_id": self.client_id,
            "response_type": "code",
            "code_challenge_method": "S256",
        }
        for name, value in expected.items():
            if query.get(name) != value:
                raise Refused("invalid_request", f"{name} must be {value}.")
        if query.get("redirect_uri") not in self.redirect_uris:
            raise Refused("redirect_uri_mismatch", "redirect_uri is not one of the client's.")
        for name in ("state", "nonce", "code_challenge"):
            if not query.get(name):
                raise Refused("invalid_request", f"{name} is missing.")
        if "openid" not in query.get("scope", "").split():
            raise Refused("invalid_scope", "scope must hold openid, or there is no ID token.")
        return Request(
            redirect_uri=query["redirect_uri"],
            scope=query["scope"],
            state=query["state"],
            nonce=query["nonce"],
            challenge=query["code_challenge"],
        )

    def grant(self, request: Request, email: str) -> str:
        """Return a code for a person who agreed."""
        email = email.strip().lower()
        if not _EMAIL.fullmatch(email):
            raise Refused("invalid_request", "This is not an e-mail address.")
        if email not in self.known:
            self.known.append(email)
        code = f"4/0A{secrets.token_urlsafe(48)}"
        self._grants[code] = _Grant(
            request=request, email=email, expires_at=self.now() + CODE_LIFETIME_S
        )
        return code

    def exchange(self, form: Mapping[str, str]) -> dict[str, object]:
        """Return the token endpoint's reply; a code is gone after its first exchange, right or wrong."""
        if form.get("grant_type") != "authorization_code":
            raise Refused("unsupported_grant_type", "Only authorization_code is granted here.")
        self._authenticate(form)
        grant = self._grants.pop(form.get("code", ""), None)
        if grant is None or grant.expires_at <= self.now():
            raise Refused("invalid_grant", "Malformed auth code, or it was used, or is too old.")
        if form.get("redirect_uri") != grant.request.redirect_uri:
            raise Refused("redirect_uri_mismatch", "redirect_uri is not the one of the code.")
        if not _matches(form.get("code_verifier", ""), grant.request.challenge):
            raise Refused("invalid_grant", "Invalid code verifier.")
        return {
            "access_token": f"ya29.{secrets.token_urlsafe(24)}",
            "expires_in": _TOKEN_LIFETIME_S - 1,
            "scope": grant.request.scope,
            "token_type": "Bearer",
            "id_token": self._id_token(grant),
        }

    def _authenticate(self, form: Mapping[str, str]) -> None:
        is_known = form.get("client_id") == self.client_id and hmac.compare_digest(
            form.get("client_secret", "").encode(), self.client_secret.encode()
        )
        if not is_known:
            raise Refused("invalid_client", "The OAuth client was not found.", status=401)

    def _id_token(self, grant: _Grant) -> str:
        now, name = int(self.now()), grant.email.partition("@")[0].replace(".", " ").title()
        claims = {
            "iss": _ISSUER,
            "azp": self.client_id,
            "aud": self.client_id,
            "sub": str(int(sha256(grant.email.encode()).hexdigest()[:17], 16)),
            "email": grant.email,
            "email_verified": True,
            "nonce": grant.request.nonce,
            "name": name,
            "given_name": name.partition(" ")[0],
            "iat": now,
            "exp": now + _TOKEN_LIFETIME_S,
        }
        headers = {"kid": key_id(self.key)}
        return jwt.encode(claims, self.key, algorithm="RS256", headers=headers)


def _matches(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(digest.encode(), challenge.encode())
