"""What a client sends to the chat."""

from typing import Annotated

from pydantic import Field

from api.schema import Body, Id, Path
from candlewick.assistant.models import MAX_TEXT


class ConversationBody(Body):
    strategy_id: Id


class ConversationsQuery(Body):
    strategy_id: Id


class ConversationPath(Path):
    conversation_id: Id


class MessageBody(Body):
    """`code` is the draft as the user sees it; empty where there is none yet."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    code: str = ""


class ResultBody(Body):
    run_id: Id
