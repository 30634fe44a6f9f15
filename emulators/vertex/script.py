"""What the model says next: a list of answers, one for each call, and what was asked meanwhile."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer.

    Attributes:
        steps: each `{"text"}`, `{"thought"}`, `{"call": {"name", "args"}}`, `{"parts": […]}`, `{"raw"}` (bytes as they are),
            `{"delay_s"}`, or `{"cut": true}`, which breaks the connection.
        error: `{"code", "status", "message"}` instead of an answer.
        finish: the finish reason of the last chunk; empty for none.
        usage: the last chunk's usage metadata.
    """

    steps: tuple[Mapping[str, Any], ...] = ()
    error: Mapping[str, Any] | None = None
    finish: str = "STOP"
    usage: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Answer":
        """Read one answer of a script; `ValueError` names what it does not know."""
        known = {"steps", "error", "finish", "usage"}
        if unknown := given.keys() - known:
            raise ValueError(f"An answer has {', '.join(sorted(known))}, not {min(unknown)}.")
        steps = tuple(given.get("steps", ()))
        for step in steps:
            if not step.keys() & {"text", "thought", "call", "parts", "raw", "delay_s", "cut"}:
                raise ValueError(f"A step is none of those that are known: {step}.")
        return cls(
            steps=steps,
            error=given.get("error"),
            finish=given.get("finish", "STOP"),
            usage=given.get("usage", {}),
        )


class Script:
    """Answers in their order; `asked` remembers every call that came."""

    def __init__(self) -> None:
        self._answers: deque[Answer] = deque()
        self.asked: list[dict[str, Any]] = []
        self.signatures: set[str] = set()
        self.cut_off = 0

    def replace(self, answers: list[Mapping[str, Any]]) -> None:
        self._answers = deque(map(Answer.read, answers))
        self.asked = []
        self.signatures = set()
        self.cut_off = 0

    def next(self) -> Answer | None:
        return self._answers.popleft() if self._answers else None

    @property
    def left(self) -> int:
        return len(self._answers)
