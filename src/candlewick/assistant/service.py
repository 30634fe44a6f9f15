"""Holds conversations: stores what the user says before anything answers, and the reply after it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.assistant.models import (
    MAX_CONVERSATIONS,
    MAX_MESSAGES,
    MAX_TEXT,
    MAX_TITLE,
    Conversation,
    ConversationId,
    DayLimits,
    Message,
    Role,
    Usage,
)
from candlewick.assistant.parts import (
    Delta,
    Part,
    Parts,
    Proposal,
    Reply,
    Result,
    Trouble,
    stored,
)
from candlewick.assistant.ports import ConversationStore, Engine, Turn
from candlewick.errors import AppError, Invalid, NotFound, QuotaExceeded
from candlewick.log import logger
from candlewick.strategies.models import Strategy, StrategyId
from candlewick.strategies.service import checked_size

log = logger(__name__)

_GONE = "There is no such conversation."


class Strategies(Protocol):
    def get(self, owner: UserId, strategy_id: StrategyId) -> Strategy: ...


class Results(Protocol):
    def of_run(self, owner: UserId, run_id: str) -> Result: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A stored message that waits for its reply."""

    conversation: Conversation
    turn: Turn


@dataclass(slots=True)
class _Collected:
    text: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def take(self, piece: Reply) -> None:
        if isinstance(piece, Delta):
            self.text.append(piece.delta)
        else:
            if isinstance(piece, Proposal):
                # The last one counts, and two could be more than a document holds.
                self.parts = [part for part in self.parts if not isinstance(part, Proposal)]
            self.parts.append(stored(piece))


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantService:
    conversations: ConversationStore
    strategies: Strategies
    engine: Engine
    results: Results
    limits: DayLimits
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def create(self, owner: UserId, strategy_id: StrategyId) -> Conversation:
        self.strategies.get(owner, strategy_id)
        now = self.now()
        made = Conversation(
            id=ConversationId(self.new_id()),
            owner=owner,
            strategy_id=strategy_id,
            title="",
            created_at=now,
            updated_at=now,
        )
        self.conversations.add(made, limit=MAX_CONVERSATIONS)
        return made

    def list(self, owner: UserId, strategy_id: StrategyId) -> Sequence[Conversation]:
        self.strategies.get(owner, strategy_id)
        return self.conversations.list(owner, strategy_id)

    def get(self, owner: UserId, conversation_id: ConversationId) -> Conversation:
        found = self.conversations.get(owner, conversation_id)
        if found is None:
            raise NotFound(_GONE)
        return found

    def messages(self, owner: UserId, conversation_id: ConversationId) -> Sequence[Message]:
        self.get(owner, conversation_id)
        return self.conversations.messages(owner, conversation_id)

    def delete(self, owner: UserId, conversation_id: ConversationId) -> None:
        if not self.conversations.delete(owner, conversation_id):
            raise NotFound(_GONE)

    def usage(self, owner: UserId) -> Usage:
        return self.conversations.usage(owner, self.now())

    def take_run(self, owner: UserId, conversation_id: ConversationId) -> Usage:
        """Count a backtest that the user starts from here; `QuotaExceeded` when there is none left."""
        self.get(owner, conversation_id)
        return self.conversations.take_run(owner, self.limits, self.now())

    def show_result(self, owner: UserId, conversation_id: ConversationId, run_id: str) -> Message:
        """Put a verified run of the owner's into the conversation."""
        self.get(owner, conversation_id)
        shown = Parts(items=(self.results.of_run(owner, run_id),))
        message = Message(number=0, role=Role.ASSISTANT, text="", at=self.now(), parts=shown)
        return self.conversations.append(owner, conversation_id, message)

    def begin(
        self, owner: UserId, conversation_id: ConversationId, text: str, code: str
    ) -> Exchange:
        """Store the user's message. From here on nothing that they wrote can be lost."""
        found = self.get(owner, conversation_id)
        said = _checked(text)
        checked_size(code, None)
        if found.messages >= MAX_MESSAGES:
            raise QuotaExceeded(
                f"A conversation may have {MAX_MESSAGES} messages; begin a new one."
            )
        history, now = self.conversations.messages(owner, conversation_id), self.now()
        message = Message(number=0, role=Role.USER, text=said, at=now)
        titled = found if found.title else replace(found, title=_title(said))
        begun = self.conversations.begin(titled, message, self.limits, now)
        used = self.conversations.usage(owner, now)
        turn = Turn(
            owner=owner,
            strategy_id=begun.strategy_id,
            text=said,
            code=code,
            history=history,
            tokens_left=max(0, self.limits.tokens - used.tokens),
            stopped=threading.Event(),
        )
        return Exchange(conversation=begun, turn=turn)

    def answer(self, exchange: Exchange) -> Iterator[Reply]:
        """Answer a stored message; what came of the reply is stored however it ends."""
        collected, turn = _Collected(), exchange.turn
        try:
            for piece in self._pieces(turn):
                collected.take(piece)
                yield piece
        finally:
            is_kept = self._end(exchange, collected)
        if not is_kept:
            yield Trouble(
                code="not_stored",
                message="This reply could not be stored: it will be gone when you reload the page.",
                is_transient=True,
            )

    def _pieces(self, turn: Turn) -> Iterator[Reply]:
        try:
            for piece in self.engine.reply(turn):
                yield piece
                if turn.stopped.is_set():
                    return
        except AppError as error:
            yield Trouble(code=error.code, message=str(error), is_transient=error.retryable)
        except Exception:
            # The status is sent already: the stream itself must say that it failed.
            log.exception("reply failed")
            yield Trouble(
                code="internal",
                message="Something went wrong on our side; it has been recorded. Your message is kept.",
                is_transient=True,
            )

    def _end(self, exchange: Exchange, collected: _Collected) -> bool:
        conversation, turn = exchange.conversation, exchange.turn
        message = Message(
            number=0,
            role=Role.ASSISTANT,
            text="".join(collected.text),
            at=self.now(),
            parts=Parts(items=tuple(collected.parts)),
            engine=self.engine.kind,
            is_stopped=turn.stopped.is_set(),
        )
        try:
            self.conversations.end(turn.owner, conversation.id, message, turn.meter.tokens)
        except Exception:
            # Whatever it is, the reply is on its way already and must end as one.
            log.exception("reply not stored")
            return False
        facts = {
            "engine": self.engine.kind,
            "tokens": turn.meter.tokens,
            "parts": len(collected.parts),
            "stopped": message.is_stopped,
        }
        log.info("reply given", extra=facts)
        return True


def _checked(text: str) -> str:
    said = text.strip()
    if not said:
        raise Invalid("Say what the strategy should do.")
    if len(said) > MAX_TEXT:
        raise Invalid(f"A message may have {MAX_TEXT:,} characters; this one has {len(said):,}.")
    if "\x00" in said:
        raise Invalid("The message holds a NUL character; remove it.")
    return said


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_TITLE else f"{line[: MAX_TITLE - 1]}…"
