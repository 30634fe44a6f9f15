"""Stores what users tell their bots: each once, with an expiry and an outcome."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.bots.models import COMMAND_LIFETIME, Bot, BotCommand, CommandState
from candlewick.bots.ports import BotStore
from candlewick.bots.wire import Verb, Wanted

_ID_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """One thing to tell a bot.

    Attributes:
        key: the caller's idempotency key: the same one never tells twice.
        by: who asked, for the record: `session`, `api token` or `webhook`.
    """

    verb: Verb
    key: str
    by: str
    pair: str = ""
    trade: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSender:
    bots: BotStore
    now: Callable[[], datetime]

    def send(self, bot: Bot, wish: CommandRequest) -> BotCommand:
        """Store a command for a bot to fetch; the earlier one when its key was used before."""
        return self.bots.add_command(self._command(bot, wish))

    def send_once(self, bot: Bot, wish: CommandRequest, unique: str) -> BotCommand:
        """Store a command for a bot to fetch; `IdempotencyMismatch` when its key was used before, whatever for."""
        command = replace(self._command(bot, wish), body_hash=_sha256(unique))
        return self.bots.add_command(command)

    def record(self, bot: Bot, wish: CommandRequest, message: str) -> BotCommand:
        """Store what was done without the bot, so that it stands among what it was told."""
        command = self._command(bot, wish)
        return self.bots.add_command(command.settled(CommandState.DONE, message, command.at))

    def tell(self, bot: Bot, wish: CommandRequest) -> BotCommand:
        """Send what a running bot has to take over; one that is stopped finds it when it starts."""
        if bot.wanted is Wanted.STOPPED:
            return self.record(bot, wish, "It holds from the next start on.")
        return self.send(bot, wish)

    def _command(self, bot: Bot, wish: CommandRequest) -> BotCommand:
        now = self.now()
        expires_at = now + COMMAND_LIFETIME
        return BotCommand(
            id=_sha256(f"{bot.id}:{wish.key}")[:_ID_LENGTH],
            bot_id=bot.id,
            owner=bot.owner,
            verb=wish.verb,
            pair=wish.pair,
            trade=wish.trade,
            at=now,
            expires_at=expires_at,
            pending_until=expires_at,
            by=wish.by,
            body_hash=_sha256(json.dumps([wish.verb, wish.pair, wish.trade])),
        )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
