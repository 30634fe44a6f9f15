"""Which bots run with an exchange key."""

from collections.abc import Sequence
from dataclasses import dataclass

from candlewick.accounts.models import UserId
from candlewick.bots.models import KeyId
from candlewick.bots.ports import BotStore
from candlewick.bots.wire import Wanted


@dataclass(frozen=True, slots=True)
class BotsWithKey:
    """`KeyUse` by the stored bots: those that run, or are not gone yet."""

    bots: BotStore

    def bots_with(self, owner: UserId, key_id: KeyId) -> Sequence[str]:
        found = self.bots.using_key(owner, key_id)
        return [bot.name for bot in found if bot.is_active or bot.wanted is not Wanted.STOPPED]
