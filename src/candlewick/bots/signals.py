"""Signals from outside, such as TradingView's alerts, that may make a bot enter a trade: see decision 0015."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from candlewick.accounts.models import UserId, hash_secret
from candlewick.bots.models import Bot, BotCommand, BotId
from candlewick.bots.ports import BotStore
from candlewick.bots.requests import CommandRequest, CommandSender
from candlewick.bots.service import require_entry, require_name
from candlewick.bots.wire import Verb
from candlewick.errors import Conflict, IdempotencyMismatch, Invalid, NotFound, Unauthenticated
from candlewick.ids import is_id, is_user_id
from candlewick.log import logger

log = logger(__name__)

LATEST: Final = timedelta(minutes=2)
_AHEAD: Final = timedelta(seconds=30)  # what clocks may differ
# A user id may hold dots itself.
_TOKEN = re.compile(r"(?P<owner>.+)\.(?P<bot>[^.]+)\.(?P<secret>[A-Za-z0-9_-]{20,100})")
_NOT_VALID = "This token is not valid, or its bot takes no signals."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalToken:
    """Names a bot and proves that the sender may signal to it."""

    owner: UserId
    bot_id: BotId
    secret: str = field(repr=False)

    def text(self) -> str:
        return f"{self.owner}.{self.bot_id}.{self.secret}"


def parse_signal_token(text: str) -> SignalToken:
    """Read a token's text; `Unauthenticated` when it has not the form of one."""
    found = _TOKEN.fullmatch(text)
    if found is None or not is_user_id(found["owner"]) or not is_id(found["bot"]):
        raise Unauthenticated(_NOT_VALID)
    return SignalToken(
        owner=UserId(found["owner"]), bot_id=BotId(found["bot"]), secret=found["secret"]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """`pair` as TradingView or we write it; `id` tells signals of the same pair and second apart."""

    pair: str
    at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalDesk:
    bots: BotStore
    commands: CommandSender
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_secret: Callable[[], str]

    def allow(self, owner: UserId, bot_id: BotId, *, typed_name: str) -> SignalToken:
        """Let a bot take signals by a new token, which is known to its owner alone; an earlier one is void."""
        secret = self.new_secret()

        def decide(found: Bot) -> Bot:
            require_name(found, typed_name)
            return replace(found, signal_secret_hash=hash_secret(secret), updated_at=self.now())

        bot = self.bots.change(owner, bot_id, decide)
        log.info("bot takes signals", extra={"bot_id": bot_id})
        return SignalToken(owner=owner, bot_id=bot_id if bot is None else bot.id, secret=secret)

    def forbid(self, owner: UserId, bot_id: BotId) -> Bot:
        """Take no signals any more, at once."""
        changed = self.bots.change(
            owner, bot_id, lambda bot: replace(bot, signal_secret_hash="", updated_at=self.now())
        )
        if changed is None:
            raise NotFound("There is no such bot.")
        log.info("bot takes no signals", extra={"bot_id": bot_id})
        return changed

    def known(self, token: SignalToken) -> Bot:
        """Return the bot that a token is of; `Unauthenticated` never says what was wrong."""
        bot = self.bots.get(token.owner, token.bot_id)
        stored = "" if bot is None else bot.signal_secret_hash
        is_right = hmac.compare_digest(stored, hash_secret(token.secret))
        if bot is None or not is_right:
            raise Unauthenticated(_NOT_VALID)
        return bot

    def take(self, bot: Bot, signal: Signal) -> BotCommand:
        """Tell a bot to enter a trade, once.

        `Invalid` for a pair that it may not trade and for a time that is not now, `Conflict` when it takes no
        entries or has had this signal.
        """
        age = self.now() - signal.at
        if not -_AHEAD <= age <= LATEST:
            raise Invalid(
                f"This signal is of {signal.at:%Y-%m-%d %H:%M:%S} UTC, which is not now; put the time of "
                "the alert into `at` ({{timenow}} at TradingView)."
            )
        pair = _own_pair(bot, signal.pair)
        require_entry(bot, pair)
        key = f"signal:{signal.at.isoformat()}:{pair}:{signal.id}"
        wish = CommandRequest(verb=Verb.FORCE_ENTRY, key=key, by="webhook", pair=pair)
        try:
            return self.commands.send_once(bot, wish, self.new_id())
        except IdempotencyMismatch as error:
            raise Conflict("This signal was taken before.") from error


def _own_pair(bot: Bot, written: str) -> str:
    """Return the bot's pair that is meant by BTC/USDT, BTCUSDT or BINANCE:BTCUSDT."""
    plain = written.rpartition(":")[2].replace("/", "").upper()
    for pair in bot.trading.pairs:
        if pair.replace("/", "") == plain:
            return pair
    raise Invalid(f"This bot does not trade {written}.")
