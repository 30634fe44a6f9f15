"""Leases and what their holders report, in Firestore.

botLeases/{botId}                                LeaseRecord; its age is the database's, see `lease`
keyReleases/{id}                                 {at, owner, botId, keyId, epoch, holder}: who got a key when
breakers/keyReleases                             {minute, count}: releases of all bots
users/{uid}/bots/{botId}/trades/{number}         ClosedTrade
users/{uid}/bots/{botId}/log/{eventId}           Event
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.bots.key_risks import KeyRisk
from candlewick.bots.lease import LeaseRecord, SeenLease, first_lease
from candlewick.bots.models import Bot, BotId, KeyId, OperationKind
from candlewick.bots.places import BotPlaces
from candlewick.bots.ports import Granted, Renewed
from candlewick.bots.wire import Acquire, Event, Holder, Release, Renewal, Wanted
from candlewick.errors import Conflict, Fenced, Unavailable
from candlewick.gcp.documents import to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.log import logger

log = logger(__name__)

_GONE = "There is no such bot any more: stop."


@dataclass(frozen=True, slots=True)
class FirestoreLeaseStore:
    client: firestore.Client
    new_id: Callable[[], str]

    def acquire(self, owner: UserId, bot_id: BotId, wanted: Acquire, *, token: int) -> Granted:
        places = BotPlaces(self.client, owner, bot_id)

        def work(transaction: firestore.Transaction) -> Granted:
            bot = places.read(transaction)
            seen = places.lease(transaction)
            if seen is None:
                granted = first_lease(owner, bot_id, wanted, token)
            else:
                granted = seen.granted_to(wanted, token)
            transaction.set(places.lease_document, to_document(granted))
            return Granted(epoch=granted.epoch, bot=bot)

        return run_transaction(self.client, work, lane=bot_id)

    def holds(self, owner: UserId, bot_id: BotId, holder: Holder) -> None:
        places = BotPlaces(self.client, owner, bot_id)
        seen = places.lease(None)
        if seen is None:
            raise Fenced(_GONE)
        seen.require(holder)

    def renew(self, owner: UserId, bot_id: BotId, renewal: Renewal, now: datetime) -> Renewed:
        places = BotPlaces(self.client, owner, bot_id)

        def work(transaction: firestore.Transaction) -> Renewed:
            bot, record = _held(places, transaction, renewal)
            risk = places.risk(transaction, bot)
            new = _unknown(places, transaction, renewal)
            figures = renewal.figures
            shown = replace(
                bot,
                phase=figures.phase,
                figures=figures.model_copy(update={"closed_trades": ()}),
                last_seen_at=now,
                silent_since=None,
            )
            transaction.set(places.lease_document, to_document(record.renewed()))
            transaction.set(places.bot_document, places.stored(shown))
            if risk is not None:
                transaction.set(
                    places.risk_document(risk.key_id), _risk(risk, bot_id, renewal, now)
                )
            for trade in figures.closed_trades:
                transaction.set(places.trade(trade.number), to_document(trade))
            for event in new:
                transaction.set(places.event(event.id), to_document(event))
            return Renewed(before=bot, bot=shown, new_events=new)

        return run_transaction(self.client, work, lane=bot_id)

    def release(self, owner: UserId, bot_id: BotId, wanted: Release, now: datetime) -> Bot | None:
        places = BotPlaces(self.client, owner, bot_id)

        def work(transaction: firestore.Transaction) -> Bot | None:
            bot = places.read(transaction)
            seen = places.lease(transaction)
            if seen is None or seen.record.is_released:
                return None
            seen.require(wanted)
            transaction.set(places.lease_document, to_document(seen.record.released()))
            leaves = bot.wanted is Wanted.STOPPED and bot.operation.kind is OperationKind.STOPPING
            left = bot.operating(OperationKind.DELETING, now) if leaves else bot
            left = replace(left, phase=None)
            transaction.set(places.bot_document, places.stored(left))
            return left

        try:
            return run_transaction(self.client, work, lane=bot_id)
        except Fenced:
            return None

    def release_key(
        self, owner: UserId, bot_id: BotId, holder: Holder, *, now: datetime, per_minute: int
    ) -> Bot:
        places = BotPlaces(self.client, owner, bot_id)
        breaker = self.client.document("breakers", "keyReleases")
        entry = self.client.document("keyReleases", self.new_id())

        def work(transaction: firestore.Transaction) -> Bot:
            bot = places.read(transaction)
            seen = places.lease(transaction)
            if seen is None:
                raise Fenced(_GONE)
            seen.require_live(holder)
            if bot.key_id is None:
                raise Conflict("This bot has no exchange key.")
            noted = seen.with_key_released()
            counted = _counted(breaker.get(transaction=transaction).to_dict(), now, per_minute)
            transaction.set(places.lease_document, to_document(noted))
            transaction.set(breaker, counted)
            transaction.create(entry, _release_entry(bot, bot.key_id, noted, now))
            return bot

        try:
            return run_transaction(self.client, work, lane=bot_id)
        except _BreakerOpen as error:
            log.error(  # noqa: TRY400 (no bug: its place says nothing)
                "key releases held back", extra={"bot_id": bot_id, "per_minute": per_minute}
            )
            raise Unavailable(str(error)) from error


class _BreakerOpen(Exception):
    """More keys were released this minute than the platform's bots ever need."""


def _held(
    places: BotPlaces, transaction: firestore.Transaction, holder: Holder
) -> tuple[Bot, LeaseRecord]:
    bot = places.read(transaction)
    seen: SeenLease | None = places.lease(transaction)
    if seen is None:
        raise Fenced(_GONE)
    seen.require(holder)
    return bot, seen.record


def _unknown(
    places: BotPlaces, transaction: firestore.Transaction, renewal: Renewal
) -> tuple[Event, ...]:
    """Return the events that are not stored yet."""
    if not renewal.events:
        return ()
    wanted = {event.id: event for event in renewal.events}
    found = places.client.get_all([places.event(name) for name in wanted], transaction=transaction)
    known = {item.id for item in found if item.exists}
    return tuple(event for name, event in wanted.items() if name not in known)


def _risk(risk: KeyRisk, bot_id: BotId, renewal: Renewal, now: datetime) -> dict[str, object]:
    return to_document(risk.reported(bot_id, renewal.figures, now))


def _counted(stored: dict[str, object] | None, now: datetime, per_minute: int) -> dict[str, object]:
    minute = now.strftime("%Y-%m-%dT%H:%M")
    found = stored or {}
    count = found.get("count", 0) if found.get("minute") == minute else 0
    if not isinstance(count, int) or count >= per_minute:
        raise _BreakerOpen("Too many exchange keys were asked for at once; try again in a minute.")
    return {"minute": minute, "count": count + 1}


def _release_entry(
    bot: Bot, key_id: KeyId, record: LeaseRecord, now: datetime
) -> dict[str, object]:
    return {
        "at": now,
        "owner": bot.owner,
        "botId": bot.id,
        "keyId": key_id,
        "epoch": record.epoch,
        "holder": record.holder,
        "revision": record.revision,
    }
