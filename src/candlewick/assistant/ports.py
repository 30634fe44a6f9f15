"""What the chat needs from the outside: a store, and something that answers."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.assistant.models import (
    Conversation,
    ConversationId,
    DayLimits,
    EngineKind,
    Message,
    Usage,
)
from candlewick.assistant.parts import Reply
from candlewick.strategies.models import StrategyId


class ConversationStore(Protocol):
    def add(self, conversation: Conversation, *, limit: int) -> None:
        """Store a conversation; `QuotaExceeded` when its strategy has `limit` of them."""

    def get(self, owner: UserId, conversation_id: ConversationId) -> Conversation | None: ...
    def list(self, owner: UserId, strategy_id: StrategyId) -> Sequence[Conversation]: ...
    def messages(self, owner: UserId, conversation_id: ConversationId) -> Sequence[Message]: ...

    def begin(
        self, conversation: Conversation, message: Message, limits: DayLimits, now: datetime
    ) -> Conversation:
        """Store the user's message and that a reply is under way, in one transaction.

        The store numbers the message. Raises `NotFound`, and what `Usage.begun` raises.
        """

    def end(
        self, owner: UserId, conversation_id: ConversationId, message: Message, tokens: int
    ) -> None:
        """Store the reply and what it cost. When the conversation is gone, only the cost."""

    def append(self, owner: UserId, conversation_id: ConversationId, message: Message) -> Message:
        """Store a message outside a reply, numbered; `NotFound` when the conversation is gone."""

    def delete(self, owner: UserId, conversation_id: ConversationId) -> bool: ...
    def usage(self, owner: UserId, now: datetime) -> Usage: ...
    def take_run(self, owner: UserId, limits: DayLimits, now: datetime) -> Usage: ...


@dataclass(slots=True)
class Meter:
    """Counts what a reply costs, also one that fails or is stopped."""

    tokens: int = 0

    def add(self, tokens: int) -> None:
        self.tokens += tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message to be answered, and all that may be known for it."""

    owner: UserId
    strategy_id: StrategyId
    text: str
    code: str
    history: Sequence[Message]
    tokens_left: int
    stopped: threading.Event
    meter: Meter = field(default_factory=Meter)


class Engine(Protocol):
    @property
    def kind(self) -> EngineKind: ...

    def reply(self, turn: Turn) -> Iterator[Reply]:
        """Answer, piece by piece. What ends a reply early is a `Trouble`, not an exception."""
