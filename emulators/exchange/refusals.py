"""What the exchange says no with: an HTTP status, Binance's code, its words."""

from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass(slots=True)
class Refusal(Exception):
    """An answer that is an error; `headers` go with it."""

    code: int
    message: str
    status: int = HTTPStatus.BAD_REQUEST
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def missing(name: str) -> Refusal:
    return Refusal(
        -1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    )


def not_required(name: str) -> Refusal:
    return Refusal(-1106, f"Parameter '{name}' sent when not required.")


def illegal(name: str, legal: str) -> Refusal:
    return Refusal(
        -1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'."
    )


def filter_failure(name: str) -> Refusal:
    return Refusal(-1013, f"Filter failure: {name}")


def rejected(why: str) -> Refusal:
    """Return the refusal of an order that is well-formed."""
    return Refusal(-2010, why)


def insufficient_balance() -> Refusal:
    return rejected("Account has insufficient balance for requested action.")


def unknown_symbol() -> Refusal:
    return Refusal(-1121, "Invalid symbol.")


def no_permission() -> Refusal:
    return Refusal(
        -2015, "Invalid API-key, IP, or permissions for action.", HTTPStatus.UNAUTHORIZED
    )


def maintenance() -> Refusal:
    return Refusal(1, "System is under maintenance.", HTTPStatus.SERVICE_UNAVAILABLE)
