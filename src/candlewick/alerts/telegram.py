"""Alerts as messages of a Telegram bot. See https://core.telegram.org/bots/api#sendmessage."""

from dataclasses import dataclass, field
from typing import Final

import httpx

from candlewick.alerts import words
from candlewick.alerts.models import Alert, Undeliverable
from candlewick.bots.models import AlertSettings
from candlewick.errors import Unavailable

API: Final = "https://api.telegram.org"
_PATIENCE_S: Final = 10
# The chat is not known, or its user blocked the bot.
_HOPELESS: Final = (400, 403)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSender:
    """`Sender` over the Bot API; `token` is the platform's own bot's and part of the address, so it is never logged."""

    token: str = field(repr=False)
    api: str = API

    def send(self, alert: Alert, settings: AlertSettings) -> None:
        text = f"{words.subject(alert)}\n{words.message(alert)}"
        try:
            answer = httpx.post(
                f"{self.api}/bot{self.token}/sendMessage",
                json={"chat_id": settings.telegram_chat, "text": text},
                timeout=_PATIENCE_S,
                follow_redirects=False,
            )
        except httpx.HTTPError:
            # Its text has the address, and that the token.
            raise Unavailable("Telegram cannot be reached.") from None
        if answer.is_success:
            return
        if answer.status_code in _HOPELESS:
            raise Undeliverable(
                "Telegram does not know this chat: write to our Telegram bot first, then enter the "
                "number it answers with."
            )
        raise Unavailable(f"Telegram answers with {answer.status_code}.")
