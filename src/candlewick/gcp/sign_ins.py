"""Firebase Auth as an operator uses it: look a user up, close and open the sign-in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import firebase_admin
from firebase_admin import auth, exceptions

from candlewick.accounts.models import UserId
from candlewick.admin.models import SignIn
from candlewick.errors import Invalid, Unavailable

_MS = 1_000


@dataclass(frozen=True, slots=True)
class FirebaseSignIns:
    app: firebase_admin.App

    def by_email(self, email: str) -> SignIn | None:
        return _look(lambda: auth.get_user_by_email(email, self.app))

    def by_id(self, owner: UserId) -> SignIn | None:
        return _look(lambda: auth.get_user(owner, self.app))

    def disable(self, owner: UserId) -> None:
        def close() -> Any:
            auth.update_user(owner, disabled=True, app=self.app)
            auth.revoke_refresh_tokens(owner, self.app)
            return auth.get_user(owner, self.app)

        _look(close)

    def enable(self, owner: UserId) -> None:
        _look(lambda: auth.update_user(owner, disabled=False, app=self.app))


def _look(call: Callable[[], Any]) -> SignIn | None:
    try:
        return _sign_in(call())
    except auth.UserNotFoundError:
        return None
    except ValueError as error:
        raise Invalid(str(error)) from error
    except exceptions.FirebaseError as error:
        raise Unavailable(f"Firebase Auth does not answer: {error}") from error


def _sign_in(user: Any) -> SignIn:
    times = user.user_metadata
    return SignIn(
        id=UserId(user.uid),
        email=user.email,
        is_disabled=user.disabled,
        providers=[provider.provider_id for provider in user.provider_data],
        created_at=_moment(times.creation_timestamp),
        last_seen_at=_moment(times.last_sign_in_timestamp),
    )


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / _MS, UTC)
