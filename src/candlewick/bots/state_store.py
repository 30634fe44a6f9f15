"""Each bot's database in Cloud Storage: `{uid}/bots/{botId}/state.sqlite.zst`, replaced by generation."""

from dataclasses import dataclass
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.bots.models import BotId
from candlewick.errors import Conflict, Fenced, NotFound

_TYPE = "application/zstd"


class VersionedObjects(Protocol):
    """A bucket whose objects are replaced by who names the present generation."""

    def read_generation(self, name: str) -> tuple[bytes, int]: ...
    def generation(self, name: str) -> int: ...
    def replace_generation(
        self, name: str, data: bytes, *, content_type: str, generation: int
    ) -> int: ...
    def delete_prefix(self, prefix: str) -> int: ...


@dataclass(frozen=True, slots=True)
class BucketStateStore:
    objects: VersionedObjects

    def generation(self, owner: UserId, bot_id: BotId) -> int:
        """Return the present generation, 0 when there is no state yet."""
        return self.objects.generation(state_object(owner, bot_id))

    def read(self, owner: UserId, bot_id: BotId) -> tuple[bytes, int]:
        try:
            return self.objects.read_generation(state_object(owner, bot_id))
        except NotFound as error:
            raise NotFound("This bot has no state yet.") from error

    def replace(self, owner: UserId, bot_id: BotId, data: bytes, generation: int) -> int:
        try:
            return self.objects.replace_generation(
                state_object(owner, bot_id), data, content_type=_TYPE, generation=generation
            )
        except Conflict as error:
            message = "Another holder has stored this bot's state: stop, and do nothing more."
            raise Fenced(message) from error

    def delete(self, owner: UserId, bot_id: BotId) -> None:
        self.objects.delete_prefix(f"{owner}/bots/{bot_id}/")


def state_object(owner: UserId, bot_id: BotId) -> str:
    """Where a bot's compressed database lies in the results bucket."""
    return f"{owner}/bots/{bot_id}/state.sqlite.zst"
