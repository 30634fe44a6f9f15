"""Faults that the exchange commits on request: which, for which requests, how many times.

before the request is processed          after it was processed
slow, cut_before, error,                 slow_after, cut_after, error_after,
rate_limit, ban, and the refusals        hold (until a later cancel was processed),
                                         missing_candles, repeated_candles
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emulators.exchange.calls import Call
from emulators.exchange.refusals import (
    Refusal,
    insufficient_balance,
    maintenance,
    no_permission,
)

_UNKNOWN: Final = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."

REFUSALS: Final[Mapping[str, Refusal]] = {
    "precision": Refusal(-1111, "Parameter 'quantity' has too much precision."),
    "insufficient_balance": insufficient_balance(),
    "key_revoked": no_permission(),
    "maintenance": maintenance(),
    "clock_skew": Refusal(-1021, "Timestamp for this request is outside of the recvWindow."),
    "error": Refusal(
        -1001, "Internal error; unable to process your request. Please try again.", 500
    ),
    "reject": Refusal(-1000, "An unknown error occurred while processing the request."),
}
BEFORE: Final = frozenset({"slow", "cut_before", "rate_limit", "ban", *REFUSALS})
ALTERING: Final = frozenset({"missing_candles", "repeated_candles"})
AFTER: Final = frozenset({"slow_after", "cut_after", "error_after", "hold", *ALTERING})


class Rule(BaseModel):
    """One fault and the requests that it hits.

    Attributes:
        fault: its name.
        method: of the request; `*` is any.
        path: glob, such as `/api/v3/order` or `/api/*`.
        parameters: that the request must have, such as `{"side": "SELL"}`.
        skip: how many matching requests pass first.
        count: how many are hit then; 0: all.
        seconds: of a delay or a hold in real time, of a ban or Retry-After on the exchange's clock.
        status, code, message: in place of the usual ones.
        candles: how many are missing or repeated, in the middle of the answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: str
    method: str = "*"
    path: str = "*"
    parameters: dict[str, str] = Field(default_factory=dict)
    skip: int = Field(default=0, ge=0)
    count: int = Field(default=1, ge=0)
    seconds: float = Field(default=1.0, ge=0)
    status: int | None = Field(default=None, ge=400, le=599)
    code: int | None = None
    message: str | None = None
    candles: int = Field(default=1, ge=1)

    def matches(self, call: Call) -> bool:
        return (
            self.method in {"*", call.method}
            and fnmatchcase(call.path, self.path)
            and all(call.parameters.get(name) == value for name, value in self.parameters.items())
        )

    def refusal(self) -> Refusal:
        """Return what the client is told."""
        usual = REFUSALS.get(self.fault, Refusal(-1007, _UNKNOWN, 504))
        return Refusal(
            usual.code if self.code is None else self.code,
            usual.message if self.message is None else self.message,
            usual.status if self.status is None else self.status,
        )


def altered(rule: Rule, rows: list[Any]) -> list[Any]:
    """Return candles of which some in the middle are missing, or come twice."""
    first = max(0, (len(rows) - rule.candles) // 2)
    last = first + rule.candles
    again = 0 if rule.fault == "missing_candles" else 2
    return [*rows[:first], *(row for row in rows[first:last] for _ in range(again)), *rows[last:]]


@dataclass(slots=True)
class _Armed:
    rule: Rule
    seen: int = 0
    hits: int = 0

    def hit(self, call: Call) -> bool:
        if not self.rule.matches(call):
            return False
        self.seen += 1
        if self.seen <= self.rule.skip or (self.rule.count and self.hits >= self.rule.count):
            return False
        self.hits += 1
        return True


@dataclass(slots=True)
class Trouble:
    """The rules that are in force."""

    _armed: list[_Armed] = field(default_factory=list)

    def replace(self, rules: object) -> None:
        """Put a list of rules in the place of all present ones; `ValueError` when one makes no sense."""
        if not isinstance(rules, list):
            raise ValueError("Give a list of rules, each an object with a fault.")  # noqa: TRY004 (one kind of refusal)
        try:
            read = [Rule.model_validate(rule) for rule in rules]
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"{where}: {first['msg']}") from error
        for rule in read:
            if rule.fault not in BEFORE | AFTER:
                known = ", ".join(sorted(BEFORE | AFTER))
                raise ValueError(f"There is no fault {rule.fault!r}; known: {known}.")
        self._armed = [_Armed(rule) for rule in read]

    def take(self, call: Call) -> list[Rule]:
        """Return the rules that hit a request, in their order."""
        return [armed.rule for armed in self._armed if armed.hit(call)]

    def describe(self) -> list[dict[str, Any]]:
        return [
            armed.rule.model_dump() | {"seen": armed.seen, "hits": armed.hits}
            for armed in self._armed
        ]
