"""Notes what happened to bots where operators see it; owners read the same in the bot's log."""

from collections.abc import Sequence

from candlewick.bots.models import Bot
from candlewick.bots.wire import Event
from candlewick.log import logger

log = logger(__name__)


class LogTeller:
    """`Teller` into the platform's log, by kind and without the event's words, which are the owner's."""

    def tell(self, bot: Bot, events: Sequence[Event]) -> None:
        for event in events:
            facts = {"bot_id": bot.id, "kind": event.kind, "user_class": bot.user_class}
            log.info("bot event", extra=facts)
