"""The token by which a bot's supervisor proves that it may speak for the bot."""

import hmac
import re
from dataclasses import dataclass

from candlewick.accounts.models import UserId, hash_secret
from candlewick.bots.models import Bot, BotId
from candlewick.errors import Unauthenticated
from candlewick.ids import is_id, is_user_id

# A user id may hold dots itself.
_TOKEN = re.compile(
    r"(?P<owner>.+)\.(?P<bot>[^.]+)\.(?P<number>[0-9]{1,9})\.(?P<secret>[A-Za-z0-9_-]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotToken:
    """`number` counts the tokens of a bot; each revision of its service gets its own."""

    owner: UserId
    bot_id: BotId
    number: int
    secret: str

    def text(self) -> str:
        return f"{self.owner}.{self.bot_id}.{self.number}.{self.secret}"

    def __repr__(self) -> str:
        return f"BotToken(bot_id={self.bot_id!r}, number={self.number})"

    def is_of(self, bot: Bot) -> bool:
        """Whether the bot knows this token. A bot without a service knows none."""
        found = next((item for item in bot.tokens if item.number == self.number), None)
        return found is not None and hmac.compare_digest(
            found.secret_hash, hash_secret(self.secret)
        )


def parse_bot_token(text: str) -> BotToken:
    """Read a token's text; `Unauthenticated` when it has not the form of one."""
    found = _TOKEN.fullmatch(text)
    if found is None or not is_user_id(found["owner"]) or not is_id(found["bot"]):
        raise Unauthenticated("This is not a bot token.")
    return BotToken(
        owner=UserId(found["owner"]),
        bot_id=BotId(found["bot"]),
        number=int(found["number"]),
        secret=found["secret"],
    )
