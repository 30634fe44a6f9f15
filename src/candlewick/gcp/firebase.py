"""Firebase sign-ins: ID tokens, and the deletion of a user."""

from collections.abc import Mapping
from dataclasses import dataclass

import firebase_admin
from firebase_admin import auth, exceptions

from candlewick.accounts.models import Caller, UserId
from candlewick.errors import AccountSuspended, Unauthenticated, Unavailable
from candlewick.ids import is_user_id

_CLOCK_SKEW_S = 5
_BAD_TOKEN = (auth.InvalidIdTokenError, auth.UserNotFoundError, ValueError)


@dataclass(frozen=True, slots=True)
class FirebaseSessions:
    """`Sessions` and `Holding` over Firebase Auth."""

    app: firebase_admin.App

    def verify(self, id_token: str, *, check_revoked: bool) -> Caller:
        """Return who signed in; `Unauthenticated` for an expired, revoked or foreign token."""
        try:
            claims = auth.verify_id_token(
                id_token,
                self.app,
                check_revoked=check_revoked,
                clock_skew_seconds=_CLOCK_SKEW_S,
            )
        except auth.ExpiredIdTokenError as error:
            raise Unauthenticated("Your session has expired; sign in again.") from error
        except auth.RevokedIdTokenError as error:
            raise Unauthenticated("Your session was revoked; sign in again.") from error
        except auth.UserDisabledError as error:
            raise AccountSuspended from error
        except auth.CertificateFetchError as error:
            raise Unavailable("Sign-ins cannot be checked at the moment.") from error
        except _BAD_TOKEN as error:
            raise Unauthenticated("This sign-in is not valid; sign in again.") from error
        except exceptions.FirebaseError as error:
            raise Unavailable("Sign-ins cannot be checked at the moment.") from error
        return _caller(claims)

    def export(self, owner: UserId) -> Mapping[str, object]:
        try:
            user = auth.get_user(owner, self.app)
        except auth.UserNotFoundError:
            return {}
        return {
            "email": user.email,
            "emailVerified": user.email_verified,
            "providers": [provider.provider_id for provider in user.provider_data],
        }

    def erase(self, owner: UserId) -> None:
        try:
            auth.delete_user(owner, self.app)
        except auth.UserNotFoundError:
            return


def _caller(claims: Mapping[str, str]) -> Caller:
    uid = claims["uid"]
    if not is_user_id(uid):
        raise Unauthenticated("This account's id cannot be used here.")
    return Caller(id=UserId(uid), email=claims.get("email"), display_name=claims.get("name"))
