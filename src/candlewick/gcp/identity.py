"""Checks the OIDC tokens by which Cloud Tasks and Cloud Scheduler prove who calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from cachecontrol import CacheControl
from google.auth import exceptions as auth_errors
from google.auth.transport.requests import Request
from google.oauth2 import id_token

from candlewick.errors import Forbidden, Unauthenticated, Unavailable

_CLOCK_SKEW_S = 10


def _caching_request() -> Request:
    # The certificates change about once a day; without a cache every call would fetch them.
    return Request(session=CacheControl(requests.Session()))


@dataclass(frozen=True, kw_only=True)
class OidcVerifier:
    """Accepts one service account's tokens for one audience."""

    issuer: str
    certs_url: str
    audience: str
    identity: str
    request: Request = field(default_factory=_caching_request)

    def verify(self, authorization: str | None) -> None:
        """Raise `Unauthenticated` or `Forbidden` unless the header carries a token of `identity`."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("This endpoint is called by the platform itself.")
        claims = self._claims(token)
        if claims.get("iss") != self.issuer:
            raise Forbidden("The caller's token comes from another issuer.")
        if claims.get("email") != self.identity or claims.get("email_verified") is not True:
            raise Forbidden("The caller is not the service that may call this endpoint.")

    def _claims(self, token: str) -> Mapping[str, object]:
        try:
            claims: Mapping[str, object] = id_token.verify_token(
                token,
                self.request,
                audience=self.audience,
                certs_url=self.certs_url,
                clock_skew_in_seconds=_CLOCK_SKEW_S,
            )
        except auth_errors.TransportError as error:
            raise Unavailable("The identity provider does not answer.") from error
        except (ValueError, auth_errors.GoogleAuthError) as error:
            raise Unauthenticated("The caller's token is not valid.") from error
        return claims
