"""How conversations, replies and the day's budget look as JSON and as events."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from pydantic import JsonValue

from api.schema import View
from candlewick.assistant.models import (
    Conversation,
    DayLimits,
    EngineKind,
    Message,
    Role,
    Usage,
)
from candlewick.assistant.parts import Part, Reply

EVENTS = ("text", "tool", "proposal", "question", "backtest", "result", "problem", "done")


class UsedView(View):
    used: int
    limit: int


class BudgetView(View):
    """What the chat may use up today (UTC)."""

    tokens: UsedView
    runs: UsedView


class AssistantView(View):
    """`engine` says what answers: Gemini, or the offline parser, which costs no tokens."""

    engine: EngineKind
    budget: BudgetView


class ConversationView(View):
    id: str
    strategy_id: str
    title: str
    messages: int
    created_at: datetime
    updated_at: datetime


class ConversationsView(View):
    items: list[ConversationView]


class MessageView(View):
    """`parts` are those of the events, without text; a stored proposal has no spec, its code says it all."""

    number: int
    role: Role
    text: str
    at: datetime
    parts: list[Part]
    engine: EngineKind | None
    is_stopped: bool


class TranscriptView(View):
    conversation: ConversationView
    messages: list[MessageView]


def budget(usage: Usage, limits: DayLimits) -> BudgetView:
    return BudgetView(
        tokens=UsedView(used=usage.tokens, limit=limits.tokens),
        runs=UsedView(used=usage.runs, limit=limits.runs),
    )


def conversation(item: Conversation) -> ConversationView:
    return ConversationView(
        id=item.id,
        strategy_id=item.strategy_id,
        title=item.title,
        messages=item.messages,
        created_at=item.created_at,
        updated_at=item.updated_at,
    )


def message(item: Message) -> MessageView:
    return MessageView(
        number=item.number,
        role=item.role,
        text=item.text,
        at=item.at,
        parts=list(item.parts.items),
        engine=item.engine,
        is_stopped=item.is_stopped,
    )


def events(pieces: Iterable[Reply | None]) -> Iterator[str]:
    """Yield server-sent events; a sign of life is a comment, which readers leave out."""
    yield ": here\n\n"
    for piece in pieces:
        if piece is None:
            yield ": still here\n\n"
        else:
            yield event(piece.kind, piece.model_dump(mode="json", by_alias=True, exclude={"kind"}))


def event(name: str, data: dict[str, JsonValue]) -> str:
    # JSON has no line break outside of texts, where it is escaped.
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
