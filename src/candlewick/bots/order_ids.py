"""Names for orders, by which the exchange, the journal and the database can be compared after any crash."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_FORM: Final = re.compile(
    r"cw-(?P<bot>[0-9a-f]{10})-(?P<epoch>[0-9a-z]{1,6})-(?P<seq>[0-9a-z]{1,8})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderName:
    """Which bot, in which epoch, the how manieth order of the bot. Exchanges take at most 36 characters."""

    bot: str
    epoch: int
    sequence: int

    def text(self) -> str:
        return f"cw-{bot_mark(self.bot)}-{_base36(self.epoch)}-{_base36(self.sequence)}"


def bot_mark(bot_id: str) -> str:
    """Return the ten hexadecimal digits that stand for a bot in its orders' names."""
    return sha256(bot_id.encode()).hexdigest()[:10]


def is_of_bot(client_order_id: str, bot_id: str) -> bool:
    """Whether an order at the exchange was sent by this bot."""
    found = _FORM.fullmatch(client_order_id)
    return found is not None and found["bot"] == bot_mark(bot_id)


def is_ours(client_order_id: str) -> bool:
    """Whether any bot of the platform sent an order."""
    return _FORM.fullmatch(client_order_id) is not None


def sequence_of(client_order_id: str) -> int:
    """Return the sequence number in a name; `ValueError` when it is none of ours."""
    found = _FORM.fullmatch(client_order_id)
    if found is None:
        raise ValueError(f"{client_order_id} is no order of a bot.")
    return int(found["seq"], 36)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _ALPHABET[digit] + digits
    return digits or "0"
