"""Expected failures, sorted by what the receiver can do about them."""

from typing import ClassVar


class AppError(Exception):
    """An expected failure. `str(error)` is safe to show to the user."""

    code: ClassVar[str] = "app_error"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False


class Invalid(AppError):
    """The input cannot be used; the message says what to change, `fields` what is wrong where."""

    code, status = "invalid", 422

    def __init__(self, message: str, *, fields: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.fields = fields


class Unauthenticated(AppError):
    """Nobody, or nobody any more: sign in again."""

    code, status = "unauthenticated", 401


class Forbidden(AppError):
    """The caller is known but the credential does not reach this far."""

    code, status = "forbidden", 403


class AccountSuspended(AppError):
    """An operator closed the account for the time being; only an operator opens it again."""

    code, status = "account_suspended", 403

    def __init__(self) -> None:
        super().__init__(
            "This account is suspended. Please write to this site's operator if you think that "
            "this is a mistake."
        )


class NotFound(AppError):
    """No such object, or somebody else's: the two read the same."""

    code, status = "not_found", 404


class Gone(AppError):
    """It was there, and was taken back for good."""

    code, status = "gone", 410


class Conflict(AppError):
    """The object's state does not allow this; read it again and decide."""

    code, status = "conflict", 409


class IdempotencyMismatch(AppError):
    """An idempotency key was used again with another request."""

    code, status = "idempotency_mismatch", 422


class TooLarge(AppError):
    """More bytes than this endpoint takes."""

    code, status = "too_large", 413


class QuotaExceeded(AppError):
    """A limit of the caller's plan is reached; it frees up when something ends."""

    code, status = "quota_exceeded", 429


class RateLimited(AppError):
    """Too many calls in a short time."""

    code, status = "rate_limited", 429

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unavailable(AppError):
    """A dependency is down or throttling; the same call may work later."""

    code, status, retryable = "unavailable", 503, True


class Fenced(AppError):
    """Another holder has the lease: stop, and do nothing more."""

    code, status = "fenced", 409


class HeldBack(AppError):
    """This one order must not be sent; the message says why."""

    code, status = "held_back", 423
