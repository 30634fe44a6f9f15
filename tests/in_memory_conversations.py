"""The chat's store in memory; the contract tests hold it to what Firestore's adapter does."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.assistant.models import Conversation, ConversationId, DayLimits, Message, Usage
from candlewick.errors import NotFound, QuotaExceeded
from candlewick.strategies.models import StrategyId


class InMemoryConversations:
    def __init__(self) -> None:
        self._conversations: dict[tuple[UserId, ConversationId], Conversation] = {}
        self._messages: dict[tuple[UserId, ConversationId], list[Message]] = {}
        self._usage: dict[UserId, Usage] = {}
        self._lock = threading.RLock()

    def add(self, conversation: Conversation, *, limit: int) -> None:
        with self._lock:
            if len(self.list(conversation.owner, conversation.strategy_id)) >= limit:
                raise QuotaExceeded(f"A strategy may have {limit} conversations.")
            self._conversations[conversation.owner, conversation.id] = conversation
            self._messages[conversation.owner, conversation.id] = []

    def get(self, owner: UserId, conversation_id: ConversationId) -> Conversation | None:
        return self._conversations.get((owner, conversation_id))

    def list(self, owner: UserId, strategy_id: StrategyId) -> Sequence[Conversation]:
        found = [
            item
            for (whose, _), item in self._conversations.items()
            if whose == owner and item.strategy_id == strategy_id
        ]
        return sorted(found, key=lambda item: item.updated_at, reverse=True)

    def messages(self, owner: UserId, conversation_id: ConversationId) -> Sequence[Message]:
        return list(self._messages.get((owner, conversation_id), []))

    def begin(
        self, conversation: Conversation, message: Message, limits: DayLimits, now: datetime
    ) -> Conversation:
        owner = conversation.owner
        with self._lock:
            found = self._read(owner, conversation.id)
            self._usage[owner] = self.usage(owner, now).begun(now, limits)
            return self._grow(replace(found, title=conversation.title), message)

    def end(
        self, owner: UserId, conversation_id: ConversationId, message: Message, tokens: int
    ) -> None:
        with self._lock:
            found = self.get(owner, conversation_id)
            self._usage[owner] = self.usage(owner, message.at).ended(message.at, tokens)
            if found is not None:
                self._grow(found, message)

    def append(self, owner: UserId, conversation_id: ConversationId, message: Message) -> Message:
        with self._lock:
            grown = self._grow(self._read(owner, conversation_id), message)
            return replace(message, number=grown.messages)

    def delete(self, owner: UserId, conversation_id: ConversationId) -> bool:
        with self._lock:
            self._messages.pop((owner, conversation_id), None)
            return self._conversations.pop((owner, conversation_id), None) is not None

    def usage(self, owner: UserId, now: datetime) -> Usage:
        return self._usage.get(owner, Usage(day=now.date().isoformat())).on(now)

    def take_run(self, owner: UserId, limits: DayLimits, now: datetime) -> Usage:
        with self._lock:
            self._usage[owner] = taken = self.usage(owner, now).with_run(now, limits)
            return taken

    def _read(self, owner: UserId, conversation_id: ConversationId) -> Conversation:
        found = self.get(owner, conversation_id)
        if found is None:
            raise NotFound("There is no such conversation.")
        return found

    def _grow(self, conversation: Conversation, message: Message) -> Conversation:
        number = conversation.messages + 1
        grown = replace(conversation, messages=number, updated_at=message.at)
        self._conversations[conversation.owner, conversation.id] = grown
        self._messages[conversation.owner, conversation.id].append(replace(message, number=number))
        return grown
