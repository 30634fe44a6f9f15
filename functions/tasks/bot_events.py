"""What a bot's supervisor asks for and reports, proved by the bot's own token: see `candlewick.bots.wire`."""

from typing import TypeVar

from flask import Flask, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from candlewick.bots.bot_token import BotToken, parse_bot_token
from candlewick.bots.events import BotEvents
from candlewick.bots.wire import (
    MAX_STATE_BYTES,
    Acquire,
    Answer,
    Holder,
    Intent,
    Outcome,
    Release,
    Renewal,
)
from candlewick.errors import TooLarge, Unauthenticated
from candlewick.log import label
from tasks.app import new_app

Model = TypeVar("Model", bound=BaseModel)

MAX_JSON_BYTES = 1024 * 1024
_GENERATION = "X-State-Generation"


class HolderQuery(BaseModel):
    """Who asks, where the body cannot say it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    holder: str = Field(min_length=16, max_length=64)
    epoch: int = Field(ge=1)

    def who(self) -> Holder:
        return Holder(holder=self.holder, epoch=self.epoch)


class StateQuery(HolderQuery):
    """`generation`: which one the body replaces; 0 when there is none."""

    generation: int = Field(ge=0)


def create_app(events: BotEvents) -> Flask:
    app = new_app("candlewick-bot-events", feature="bots")
    app.config["MAX_CONTENT_LENGTH"] = MAX_STATE_BYTES + MAX_JSON_BYTES
    _add_reads(app, events)
    _add_reports(app, events)

    @app.post("/acquire")
    def acquire() -> Response:
        return _reply(events.acquire(_token(), _parse(Acquire)))

    @app.post("/key")
    def key() -> Response:
        response = _reply(events.key(_token(), _parse(Holder)))
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.post("/release")
    def release() -> Response:
        events.release(_token(), _parse(Release))
        return Response(status=204)

    return app


def _add_reads(app: Flask, events: BotEvents) -> None:
    @app.get("/state")
    def state() -> Response:
        token, query = _token(), HolderQuery.model_validate(request.args.to_dict())
        data, generation = events.state(token, query.who())
        headers = {_GENERATION: str(generation), "Cache-Control": "no-store"}
        return Response(data, content_type="application/zstd", headers=headers)

    @app.put("/state")
    def store_state() -> Response:
        token, query = _token(), StateQuery.model_validate(request.args.to_dict())
        data = request.get_data()
        return _reply(events.store_state(token, query.who(), data, query.generation))

    @app.get("/orders")
    def orders() -> Response:
        token, query = _token(), HolderQuery.model_validate(request.args.to_dict())
        return _reply(events.journal(token, query.who()))


def _add_reports(app: Flask, events: BotEvents) -> None:
    @app.post("/intents")
    def intents() -> Response:
        events.intend(_token(), _parse(Intent))
        return Response(status=204)

    @app.post("/answers")
    def answers() -> Response:
        events.answer(_token(), _parse(Answer))
        return Response(status=204)

    @app.post("/renew")
    def renew() -> Response:
        return _reply(events.renew(_token(), _parse(Renewal)))

    @app.post("/outcomes")
    def outcomes() -> Response:
        events.outcome(_token(), _parse(Outcome))
        return Response(status=204)


def _token() -> BotToken:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("A bot calls this endpoint, with its bot token.")
    token = parse_bot_token(text)
    label(bot_id=token.bot_id)
    return token


def _parse(model: type[Model]) -> Model:
    # Only the state may be larger.
    data = request.get_data()
    if len(data) > MAX_JSON_BYTES:
        raise TooLarge(f"The request may have {MAX_JSON_BYTES:,} bytes at most.")
    return model.model_validate_json(data)


def _reply(model: BaseModel) -> Response:
    response: Response = jsonify(model.model_dump(mode="json", by_alias=True))
    return response
