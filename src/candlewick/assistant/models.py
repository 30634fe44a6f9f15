"""Conversations, their messages, and a day's use of the chat."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from candlewick.accounts.models import UserId
from candlewick.assistant.parts import Parts
from candlewick.errors import Conflict, QuotaExceeded
from candlewick.strategies.models import StrategyId

ConversationId = NewType("ConversationId", str)

MAX_TEXT = 4_000
MAX_TITLE = 80
MAX_CONVERSATIONS = 50  # of one strategy
MAX_MESSAGES = 400  # of one conversation
NO_PARTS = Parts()
# Longer than a reply may take: one that died with its instance blocks the next no longer than this.
REPLY_LIFETIME = timedelta(seconds=90)


class Role(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


class EngineKind(StrEnum):
    """What answers."""

    GEMINI = "gemini"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    id: ConversationId
    owner: UserId
    strategy_id: StrategyId
    title: str
    created_at: datetime
    updated_at: datetime
    messages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    number: int
    role: Role
    text: str
    at: datetime
    parts: Parts = NO_PARTS
    engine: EngineKind | None = None
    is_stopped: bool = False  # whoever asked went away before its end


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLimits:
    """What one user may use up in a day (UTC)."""

    tokens: int
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a user has used up on `day`."""

    day: str
    tokens: int = 0
    runs: int = 0
    replying_since: datetime | None = None

    def on(self, now: datetime) -> "Usage":
        """Return the use of the day of `now`: a new day begins with nothing used."""
        day = now.date().isoformat()
        return self if self.day == day else replace(self, day=day, tokens=0, runs=0)

    def begun(self, now: datetime, limits: DayLimits) -> "Usage":
        """Return the use with a reply under way; one at a time, so that none can overdraw unseen."""
        today = self.on(now)
        since = today.replying_since
        if since is not None and now - since < REPLY_LIFETIME:
            raise Conflict("A reply is still under way. Stop it, or wait until it is there.")
        if today.tokens >= limits.tokens:
            raise QuotaExceeded(
                f"The chat's {limits.tokens:,} tokens of today are used up. It goes on at midnight UTC; "
                "blocks, code and backtests work meanwhile."
            )
        return replace(today, replying_since=now)

    def ended(self, now: datetime, tokens: int) -> "Usage":
        today = self.on(now)
        return replace(today, tokens=today.tokens + tokens, replying_since=None)

    def with_run(self, now: datetime, limits: DayLimits) -> "Usage":
        today = self.on(now)
        if today.runs >= limits.runs:
            raise QuotaExceeded(
                f"The chat's {limits.runs} backtests of today are used up. Start one from the editor, "
                "or go on at midnight UTC."
            )
        return replace(today, runs=today.runs + 1)
