"""/api/v1/assistant: conversations about a strategy. Nothing here saves, runs or trades."""

from collections.abc import Iterator

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api import assistant_views as views
from api.assistant_bodies import (
    ConversationBody,
    ConversationPath,
    ConversationsQuery,
    MessageBody,
    ResultBody,
)
from api.auth import authenticate, caller
from api.problems import RESPONSES
from api.schema import no_content, reply
from api.services import services
from candlewick.accounts.models import Scope, UserId
from candlewick.assistant.models import ConversationId
from candlewick.assistant.parts import Reply
from candlewick.assistant.relay import relayed
from candlewick.assistant.service import AssistantService, Exchange
from candlewick.strategies.models import StrategyId

blueprint = APIBlueprint(
    "assistant",
    __name__,
    url_prefix="/api/v1/assistant",
    abp_tags=[Tag(name="assistant")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)
blueprint.before_request(authenticate)

_CONVERSATION = "/conversations/<conversation_id>"
_EVENT = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": [*views.EVENTS]},
        "data": {"type": "string", "description": "JSON: a part of a message, see MessageView."},
    },
}
_STREAM: dict[str, object] = {
    "description": "The reply, piece by piece; `done` ends it, with its cost and what is left of the day.",
    "content": {"text/event-stream": {"schema": _EVENT}},
}


@blueprint.get("", responses={200: views.AssistantView})
def get_assistant() -> Response:
    """Say what answers, and what is left of the day's budget."""
    owner, found = caller(Scope.READ).id, services().assistant
    budget = views.budget(found.usage(owner), found.limits)
    return reply(views.AssistantView(engine=found.engine.kind, budget=budget))


@blueprint.post("/conversations", responses={201: views.ConversationView})
def create_conversation(body: ConversationBody) -> Response:
    """Begin a conversation about a strategy."""
    made = services().assistant.create(_writer(), StrategyId(body.strategy_id))
    return reply(views.conversation(made), 201)


@blueprint.get("/conversations", responses={200: views.ConversationsView})
def list_conversations(query: ConversationsQuery) -> Response:
    """List a strategy's conversations, the last used first."""
    owner = caller(Scope.READ).id
    found = services().assistant.list(owner, StrategyId(query.strategy_id))
    return reply(views.ConversationsView(items=[views.conversation(item) for item in found]))


@blueprint.get(_CONVERSATION, responses={200: views.TranscriptView})
def get_conversation(path: ConversationPath) -> Response:
    """Return a conversation with its messages."""
    owner, found = caller(Scope.READ).id, services().assistant
    conversation = found.get(owner, _id(path))
    messages = [views.message(item) for item in found.messages(owner, conversation.id)]
    return reply(
        views.TranscriptView(conversation=views.conversation(conversation), messages=messages)
    )


@blueprint.delete(_CONVERSATION, responses={204: None})
def delete_conversation(path: ConversationPath) -> Response:
    """Delete a conversation with its messages. This cannot be undone."""
    services().assistant.delete(_writer(), _id(path))
    return no_content()


@blueprint.post(f"{_CONVERSATION}/messages", responses={200: _STREAM})
def send_message(path: ConversationPath, body: MessageBody) -> Response:
    """Store a message and stream the reply. 429 when the day's tokens are used up; nothing is stored then."""
    found = services().assistant
    begun = found.begin(_writer(), _id(path), body.text, body.code)
    headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
    pieces = relayed(found.answer(begun), begun.turn.stopped)
    return Response(
        _stream(found, begun, pieces), content_type="text/event-stream", headers=headers
    )


@blueprint.post(f"{_CONVERSATION}/runs", responses={200: views.BudgetView})
def take_run(path: ConversationPath) -> Response:
    """Count a backtest that the user starts from the chat. 429 when the day's are used up."""
    found = services().assistant
    return reply(views.budget(found.take_run(_writer(), _id(path)), found.limits))


@blueprint.post(f"{_CONVERSATION}/results", responses={201: views.MessageView})
def show_result(path: ConversationPath, body: ResultBody) -> Response:
    """Put the figures of one of the caller's verified backtests into the conversation."""
    shown = services().assistant.show_result(_writer(), _id(path), body.run_id)
    return reply(views.message(shown), 201)


def _stream(
    found: AssistantService, begun: Exchange, pieces: Iterator[Reply | None]
) -> Iterator[str]:
    yield from views.events(pieces)
    spent = begun.turn.meter.tokens
    budget = views.budget(found.usage(begun.turn.owner), found.limits)
    yield views.event(
        "done", {"tokens": spent, "budget": budget.model_dump(mode="json", by_alias=True)}
    )


def _id(path: ConversationPath) -> ConversationId:
    return ConversationId(path.conversation_id)


def _writer() -> UserId:
    who = caller(Scope.STRATEGIES)
    services().limiter.check(who.id, "chat")
    return who.id
