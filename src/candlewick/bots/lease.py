"""Who holds a bot, decided by the database's clock alone."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from candlewick.accounts.models import UserId
from candlewick.bots.models import BotId
from candlewick.bots.wire import LEASE_TTL_S, TAKEOVER_MARGIN_S, Acquire, Holder
from candlewick.errors import Conflict, Fenced, HeldBack, RateLimited

TTL: Final = timedelta(seconds=LEASE_TTL_S)
TAKEOVER_AFTER: Final = TTL + timedelta(seconds=TAKEOVER_MARGIN_S)
# A crash waits for the lease longer than this, so that the key never holds its restart up.
_KEY_EVERY: Final = timedelta(seconds=20)
_FENCED: Final = "Another holder has this bot, or it has ended: stop, and do nothing more."


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRecord:
    """A bot's lease as it is stored.

    Attributes:
        renewals: counts writings, because the database keeps its `update_time` when nothing changes.
        token: the number of the token that the holder proved itself with.
        key_released_at: by the database's clock.
    """

    bot_id: BotId
    owner: UserId
    epoch: int
    holder: str
    revision: str
    token: int
    renewals: int = 0
    is_released: bool = False
    key_released_at: datetime | None = None

    def renewed(self) -> "LeaseRecord":
        return replace(self, renewals=self.renewals + 1)

    def released(self) -> "LeaseRecord":
        return replace(self.renewed(), is_released=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLease:
    """A lease as a transaction read it: `age` is the database's read time less the update time."""

    record: LeaseRecord
    age: timedelta
    read_at: datetime

    def granted_to(self, wanted: Acquire, token: int) -> LeaseRecord:
        """Return the lease with its new holder; `Conflict` while the present one may still trade."""
        record = self.record
        if wanted.holder == record.holder:
            if record.is_released:
                raise Fenced(_FENCED)
            return record.renewed()
        if token < record.token:
            raise Fenced("A newer revision has taken this bot over; stop.")
        if not record.is_released and self.age < TAKEOVER_AFTER:
            wait = (TAKEOVER_AFTER - self.age).total_seconds()
            raise Conflict(f"Another holder's lease may be open for another {wait:.0f} s.")
        return replace(
            record,
            epoch=record.epoch + 1,
            holder=wanted.holder,
            revision=wanted.revision,
            token=token,
            renewals=record.renewals + 1,
            is_released=False,
        )

    def require(self, holder: Holder) -> None:
        """Raise `Fenced` unless this holder was the last one whom the lease was granted to."""
        record = self.record
        is_holder = record.holder == holder.holder and record.epoch == holder.epoch
        if not is_holder or record.is_released:
            raise Fenced(_FENCED)

    def require_live(self, holder: Holder) -> None:
        """Raise `Fenced` for another holder, `HeldBack` for one whose lease was not renewed in time."""
        self.require(holder)
        if self.age >= TTL:
            raise HeldBack("The lease was not renewed in time; renew it first.")

    def with_key_released(self) -> LeaseRecord:
        """Return the lease with a release of the key noted; `RateLimited` within 20 s of the last one."""
        last = self.record.key_released_at
        if last is not None and self.read_at - last < _KEY_EVERY:
            wait = int((_KEY_EVERY - (self.read_at - last)).total_seconds()) + 1
            raise RateLimited(
                f"The key is released once in 20 s; try again in {wait} s.", retry_after_s=wait
            )
        return replace(self.record.renewed(), key_released_at=self.read_at)


def first_lease(owner: UserId, bot_id: BotId, wanted: Acquire, token: int) -> LeaseRecord:
    return LeaseRecord(
        bot_id=bot_id,
        owner=owner,
        epoch=1,
        holder=wanted.holder,
        revision=wanted.revision,
        token=token,
    )
