"""An alert, the ways in which it can be told, and what senders promise."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from candlewick.bots.models import AlertSettings, BotId
from candlewick.bots.wire import EventKind
from candlewick.errors import AppError


class Channel(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"
    TELEGRAM = "telegram"


class Undeliverable(AppError):
    """This alert can never be told this way; the message says what the user can change."""

    code, status = "undeliverable", 422
    retryable: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to tell. `id` is the same however often it is tried; `link` leads to the bot's page."""

    id: str
    bot_id: BotId
    bot: str
    kind: EventKind
    at: datetime
    text: str
    pair: str = ""
    link: str = ""


class Sender(Protocol):
    """One channel. `Unavailable` asks to be tried again, `Undeliverable` not to."""

    def send(self, alert: Alert, settings: AlertSettings) -> None: ...


def channels(settings: AlertSettings) -> tuple[Channel, ...]:
    """Return the channels that a user has set up."""
    given = {
        Channel.EMAIL: settings.email,
        Channel.WEBHOOK: settings.webhook_url,
        Channel.TELEGRAM: settings.telegram_chat,
    }
    return tuple(channel for channel, address in given.items() if address)
