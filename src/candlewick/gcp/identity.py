"""Checks the OIDC tokens by which Cloud Tasks and Cloud Scheduler prove who calls.

Cloud Run checks the token of a service that is not public, and hands it on with a mark in the place of its
signature, so that nobody can use it again. The claims are then all that is left to check.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import jwt
import requests
from cachecontrol import CacheControl
from google.auth import exceptions as auth_errors
from google.auth.transport.requests import Request
from google.oauth2 import id_token

from candlewick.errors import Forbidden, Unauthenticated, Unavailable

_CLOCK_SKEW_S = 10
_REMOVED_SIGNATURE = ".SIGNATURE_REMOVED_BY_GOOGLE"


def _caching_request() -> Request:
    # The certificates change about once a day; without a cache every call would fetch them.
    return Request(session=CacheControl(requests.Session()))


@dataclass(frozen=True, kw_only=True)
class OidcVerifier:
    """Accepts one service account's tokens for one audience.

    Args:
        is_behind_cloud_run: a token whose signature Cloud Run has removed counts as signed. Only for a
            service that nobody may call without Cloud Run's own check.
    """

    issuer: str
    certs_url: str
    audience: str
    identity: str
    is_behind_cloud_run: bool = False
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
        if self.is_behind_cloud_run and token.endswith(_REMOVED_SIGNATURE):
            return self._claims_without_signature(token)
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

    def _claims_without_signature(self, token: str) -> Mapping[str, object]:
        try:
            claims: Mapping[str, object] = jwt.decode(
                token,
                audience=self.audience,
                leeway=_CLOCK_SKEW_S,
                options={
                    "verify_signature": False,
                    "verify_aud": True,
                    "verify_exp": True,
                    "verify_iat": True,
                    "require": ["exp", "iat", "aud"],
                },
            )
        except jwt.InvalidTokenError as error:
            raise Unauthenticated("The caller's token is not valid.") from error
        return claims
