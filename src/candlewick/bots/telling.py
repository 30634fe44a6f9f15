"""Tells owners what happened to their bots: a task for each channel, whose alert is sent until it arrives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.alerts.models import Alert, Channel, Sender, Undeliverable, channels
from candlewick.bots.models import Bot, BotId
from candlewick.bots.ports import BotStore
from candlewick.bots.wire import Event
from candlewick.errors import AppError
from candlewick.log import logger

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTask:
    """One event to tell by one channel; the same one twice is told once."""

    owner: UserId
    bot_id: BotId
    event_id: str
    channel: Channel


class AlertQueue(Protocol):
    def send_alert_task(self, task: AlertTask) -> None:
        """Create the task. Sending it twice has the effect of sending it once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTeller:
    """`Teller` by tasks, for the kinds of events that the bot's owner wants to hear of."""

    bots: BotStore
    queue: AlertQueue

    def tell(self, bot: Bot, events: Sequence[Event]) -> None:
        for event in events:
            facts = {"bot_id": bot.id, "kind": event.kind, "user_class": bot.user_class}
            log.info("bot event", extra=facts)
        wanted = [event for event in events if event.kind in bot.alerts]
        if not wanted:
            return
        settings = self.bots.alert_settings(bot.owner)
        for event in wanted:
            for channel in channels(settings):
                self._send(
                    AlertTask(owner=bot.owner, bot_id=bot.id, event_id=event.id, channel=channel)
                )

    def _send(self, task: AlertTask) -> None:
        try:
            self.queue.send_alert_task(task)
        except AppError:
            # The event stands in the bot's log; what reports it must not fail for it.
            facts = {"bot_id": task.bot_id, "channel": task.channel}
            log.warning("alert not queued", extra=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDesk:
    """Sends what a task asks for. `site` is the web app's address, for links; empty: none."""

    bots: BotStore
    senders: Mapping[Channel, Sender]
    site: str

    def deliver(self, task: AlertTask) -> bool:
        """Send one alert; return whether it went out. `Unavailable` asks to be tried again."""
        bot = self.bots.get(task.owner, task.bot_id)
        event = self.bots.event(task.owner, task.bot_id, task.event_id)
        sender = self.senders.get(task.channel)
        settings = self.bots.alert_settings(task.owner)
        if bot is None or event is None or sender is None:
            return False
        if task.channel not in channels(settings):
            return False  # given up in between
        alert = Alert(
            id=event.id,
            bot_id=bot.id,
            bot=bot.name,
            kind=event.kind,
            at=event.at,
            text=event.text,
            pair=event.pair,
            link=f"{self.site}/bots/{bot.id}" if self.site else "",
        )
        try:
            sender.send(alert, settings)
        except Undeliverable:
            log.warning("alert undeliverable", extra={"bot_id": bot.id, "channel": task.channel})
            return False
        return True
