"""Grants: a JWT signed with a key file's key is exchanged for an access token or an ID token."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from emulators.identity.keys import ServiceAccount

_LIFETIME_S = 3_600
_SKEW_S = 60
_PREFIX = "ya29."
# Google's client libraries name this audience whatever the key file's token_uri says.
_GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token"


class InvalidGrant(Exception):
    """The assertion proves nothing; the text says why, as Google's token endpoint does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Checks assertions and makes tokens.

    Access tokens are opaque to callers and hold no state here, so they outlive a restart.
    """

    accounts: Mapping[str, ServiceAccount]
    token_uri: str
    secret: str
    oidc_key: rsa.RSAPrivateKey
    oidc_issuer: str
    now: Callable[[], float] = field(default=time.time)

    def exchange(self, assertion: str) -> dict[str, Any]:
        """Return the token endpoint's reply to a JWT-bearer assertion."""
        claims = self._verified(assertion)
        if "target_audience" in claims:
            return {"id_token": self._id_token(claims["iss"], claims["target_audience"])}
        if not claims.get("scope"):
            raise InvalidGrant("Either a scope or a target_audience must be asked for.")
        return {
            "access_token": self._access_token(claims["iss"]),
            "expires_in": _LIFETIME_S,
            "token_type": "Bearer",
        }

    def introspect(self, token: str) -> dict[str, Any]:
        """Say whose an access token is, as RFC 7662 has it."""
        try:
            claims = jwt.decode(
                token.removeprefix(_PREFIX),
                self.secret,
                algorithms=["HS256"],
                options={"verify_exp": False, "verify_iat": False, "require": ["sub", "exp"]},
            )
        except jwt.InvalidTokenError:
            return {"active": False}
        known = token.startswith(_PREFIX) and claims["sub"] in self.accounts
        if not known or claims["exp"] <= self.now():
            return {"active": False}
        return {"active": True, "sub": claims["sub"], "exp": claims["exp"]}

    def certificates(self) -> dict[str, str]:
        """Return PEM certificates by key id, as www.googleapis.com/oauth2/v1/certs does."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "identity-emulator")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.oidc_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .sign(self.oidc_key, hashes.SHA256())
        )
        return {key_id(self.oidc_key): certificate.public_bytes(Encoding.PEM).decode()}

    def _verified(self, assertion: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(assertion)
            issuer = jwt.decode(assertion, options={"verify_signature": False}).get("iss")
            account = self.accounts.get(issuer) if isinstance(issuer, str) else None
            if account is None:
                raise InvalidGrant("Invalid grant: account not found")
            if header.get("kid", account.key_id) != account.key_id:
                raise InvalidGrant("Invalid JWT: the key is not one of the account's.")
            claims: dict[str, Any] = jwt.decode(
                assertion,
                account.public_pem,
                algorithms=["RS256"],
                audience=[self.token_uri, _GOOGLE_AUDIENCE],
                options={"require": ["iss", "aud", "iat", "exp"]},
                leeway=_SKEW_S,
            )
        except jwt.InvalidTokenError as error:
            raise InvalidGrant(f"Invalid JWT: {error}") from error
        if claims["exp"] - claims["iat"] > _LIFETIME_S + _SKEW_S:
            raise InvalidGrant("Invalid JWT: it must be valid for at most an hour.")
        return claims

    def _access_token(self, email: str) -> str:
        claims = {"sub": email, "exp": int(self.now()) + _LIFETIME_S}
        return _PREFIX + jwt.encode(claims, self.secret, algorithm="HS256")

    def _id_token(self, email: str, audience: str) -> str:
        now = int(self.now())
        subject = str(int(sha256(email.encode()).hexdigest()[:16], 16))
        claims = {
            "iss": self.oidc_issuer,
            "aud": audience,
            "azp": subject,
            "sub": subject,
            "email": email,
            "email_verified": True,
            "iat": now,
            "exp": now + _LIFETIME_S,
        }
        return jwt.encode(
            claims, self.oidc_key, algorithm="RS256", headers={"kid": key_id(self.oidc_key)}
        )


def key_id(key: rsa.RSAPrivateKey) -> str:
    """Name a key by its content, so that whoever shares the key file says the same name."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(public).hexdigest()[:40]
