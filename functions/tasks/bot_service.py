"""The targets of Cloud Tasks for bots: the next step of an operation, an alert."""

from flask import Flask, Response, jsonify
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from candlewick.accounts.models import UserId
from candlewick.alerts.models import Channel
from candlewick.bots.models import BotId
from candlewick.bots.operations import BotOperator
from candlewick.bots.telling import AlertDesk, AlertTask
from candlewick.log import label, logger
from tasks.app import parse

log = logger(__name__)


class ServiceTaskBody(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="forbid")

    owner: UserId
    bot_id: BotId
    number: int


class AlertTaskBody(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="forbid")

    owner: UserId
    bot_id: BotId
    event_id: str
    channel: Channel


def add_to(app: Flask, operator: BotOperator, alerts: AlertDesk) -> None:
    """Serve `/tasks/bot-service` and `/tasks/bot-alert`; 503 asks the queue to try again."""

    @app.post("/tasks/bot-service")
    def bot_service() -> Response:
        body = parse(ServiceTaskBody)
        label(bot_id=body.bot_id, feature="bots")
        did_something = operator.take_step(body.owner, body.bot_id, body.number)
        log.info("bot task handled", extra={"bot_id": body.bot_id, "acted": did_something})
        response: Response = jsonify(acted=did_something)
        return response

    @app.post("/tasks/bot-alert")
    def bot_alert() -> Response:
        body = parse(AlertTaskBody)
        label(bot_id=body.bot_id, feature="bots")
        did_something = alerts.deliver(AlertTask(**body.model_dump()))
        log.info("alert handled", extra={"bot_id": body.bot_id, "acted": did_something})
        response: Response = jsonify(acted=did_something)
        return response
