"""The stores of bots and exchange keys under test."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.bots.firestore import FirestoreBotStore
from candlewick.bots.history_store import FirestoreHistoryStore
from candlewick.bots.journal_store import FirestoreJournalStore
from candlewick.bots.lease_store import FirestoreLeaseStore
from candlewick.bots.models import (
    AccountLimits,
    Bot,
    BotId,
    KeyId,
)
from candlewick.bots.ports import BotStore, Granted, HistoryStore, JournalStore, LeaseStore
from candlewick.bots.wire import (
    Holder,
)
from candlewick.exchange_keys.firestore import FirestoreKeyStore
from candlewick.exchange_keys.models import ExchangeKey, KeyRights, Sealed
from candlewick.exchange_keys.ports import KeyStore
from tests.bot_factories import (
    FIRST,
    a_live_bot,
    an_acquire,
    an_intent,
)
from tests.fakes import START, Clock
from tests.in_memory_bots import (
    BotDatabase,
    InMemoryBots,
    InMemoryJournal,
    InMemoryKeys,
    InMemoryLeases,
)
from tests.in_memory_histories import InMemoryHistories

_numbers = count()


@dataclass
class Desk:
    """The stores, and how the database's clock moves on."""

    bots: BotStore
    leases: LeaseStore
    journal: JournalStore
    histories: HistoryStore
    keys: KeyStore
    wait: Callable[[timedelta], object]
    owner: UserId
    bot_id: BotId

    def put(self, bot: Bot) -> Bot:
        mine = replace(bot, owner=self.owner, id=self.bot_id)
        return self.bots.create(mine, key_hash=f"k-{self.bot_id}", body_hash="b", limit=99)

    def acquire(self, holder: str = FIRST, token: int = 1) -> Granted:
        return self.leases.acquire(self.owner, self.bot_id, an_acquire(holder), token=token)

    def intend(self, *, now: datetime = START, **changes: Any) -> None:
        sequence = changes.pop("sequence", 1)
        self.journal.intend(self.owner, self.bot_id, an_intent(sequence, **changes), now)

    def released_key(self, *, now: datetime = START, per_minute: int = 10**6) -> Bot:
        holder = Holder(holder=FIRST, epoch=1)
        return self.leases.release_key(
            self.owner, self.bot_id, holder, now=now, per_minute=per_minute
        )


def in_memory() -> Desk:
    clock = Clock()
    db = BotDatabase(clock)
    return Desk(
        bots=InMemoryBots(db),
        leases=InMemoryLeases(db),
        journal=InMemoryJournal(db),
        histories=InMemoryHistories(db),
        keys=InMemoryKeys(db),
        wait=lambda span: clock.move(seconds=span.total_seconds()),
        owner=UserId("alice"),
        bot_id=BotId("b1"),
    )


def on(client: firestore.Client) -> Desk:
    name = f"{os.getpid()}-{next(_numbers)}"
    ids = count()
    return Desk(
        bots=FirestoreBotStore(client),
        leases=FirestoreLeaseStore(client, lambda: f"release-{name}-{next(ids)}"),
        journal=FirestoreJournalStore(client),
        histories=FirestoreHistoryStore(client),
        keys=FirestoreKeyStore(client),
        wait=lambda span: time.sleep(span.total_seconds()),
        owner=UserId(f"user-{name}"),
        bot_id=BotId(f"b-{name}"),
    )


def a_key(owner: UserId, key_id: str = "k1", **changes: Any) -> ExchangeKey:
    rights = KeyRights(
        can_read=True,
        can_trade=True,
        can_withdraw=False,
        can_transfer=False,
        is_bound_to_addresses=False,
    )
    key = ExchangeKey(
        id=KeyId(key_id),
        owner=owner,
        venue="binance",
        name="Main",
        last_four="abcd",
        rights=rights,
        sealed=Sealed(nonce="bm8=", ciphertext="Y2k=", wrapped_key="d3I="),
        created_at=START,
        checked_at=START,
    )
    return replace(key, **changes)


def with_key(desk: Desk, limits: AccountLimits) -> None:
    key = a_key(desk.owner, f"key-{desk.bot_id}", limits=limits)
    desk.keys.add(key, limit=9)
    desk.put(replace(a_live_bot(), key_id=key.id))
    desk.acquire()
