"""Watches and notices in Firestore; no client may read them.

listings/{id}/watchers/{uid}         Watch
notices/{id}                         Notice; the id is made of what it tells and to whom
users/{uid}/settings/notices         {readUntil}
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.gcp.documents import Document, from_document, to_document
from candlewick.gcp.pages import read_page
from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.notices.models import MAX_WATCHES, Notice, Watch
from candlewick.pages import Page

_BATCH = 400


@dataclass(frozen=True, slots=True)
class FirestoreWatchStore:
    client: firestore.Client

    def add(self, watch: Watch) -> None:
        place = self._place(watch.listing, watch.user)

        def work(transaction: firestore.Transaction) -> None:
            if place.get(transaction=transaction).exists:
                return
            transaction.set(place, to_document(watch))
            self._count(transaction, watch.listing, 1)

        run_transaction(self.client, work, lane=watch.listing)

    def remove(self, listing: ListingId, user: UserId) -> None:
        place = self._place(listing, user)

        def work(transaction: firestore.Transaction) -> None:
            if place.get(transaction=transaction).exists:
                transaction.delete(place)
                self._count(transaction, listing, -1)

        run_transaction(self.client, work, lane=listing)

    def of_user(self, user: UserId) -> Sequence[Watch]:
        mine = FieldFilter("user", "==", user)
        query = self.client.collection_group("watchers").where(filter=mine).limit(2 * MAX_WATCHES)
        found = [from_document(watch.to_dict() or {}, Watch) for watch in query.stream()]
        return sorted(found, key=lambda watch: (watch.at, watch.listing), reverse=True)

    def is_watching(self, listing: ListingId, user: UserId) -> bool:
        return bool(self._place(listing, user).get().exists)

    def watchers(self, listing: ListingId) -> Sequence[UserId]:
        watchers = self._listing(listing).collection("watchers").select([])
        return [UserId(found.id) for found in watchers.stream()]

    def _count(self, transaction: firestore.Transaction, listing: ListingId, change: int) -> None:
        counted = {"counts.watchers": firestore.Increment(change)}
        transaction.update(self._listing(listing), counted)

    def _listing(self, listing: ListingId) -> firestore.DocumentReference:
        return self.client.collection("listings").document(listing)

    def _place(self, listing: ListingId, user: UserId) -> firestore.DocumentReference:
        place: firestore.DocumentReference = (
            self._listing(listing).collection("watchers").document(user)
        )
        return place


@dataclass(frozen=True, slots=True)
class FirestoreNoticeStore:
    client: firestore.Client

    def add(self, notices: Sequence[Notice]) -> None:
        rest = iter(notices)
        while chunk := list(itertools.islice(rest, _BATCH)):
            batch = self.client.batch()
            for notice in chunk:
                batch.set(self._place(notice.id), to_document(notice), merge=True)
            batch.commit()

    def of_user(self, owner: UserId, *, cursor: str | None, size: int) -> Page[Notice]:
        newest = self._of(owner).order_by("at", direction=firestore.Query.DESCENDING)
        notices = self.client.collection("notices")
        return read_page(newest, notices, cursor=cursor, size=size, read=_notice)

    def unread(self, owner: UserId) -> int:
        until, query = self.read_until(owner), self._of(owner)
        if until is not None:
            query = query.where(filter=FieldFilter("at", ">", until))
        counted: Any = query.count()
        return int(counted.get()[0][0].value)

    def read_until(self, owner: UserId) -> datetime | None:
        found: datetime | None = (self._mark(owner).get().to_dict() or {}).get("readUntil")
        return found

    def mark_read(self, owner: UserId, until: datetime) -> None:
        before = self.read_until(owner)
        if before is None or before < until:
            self._mark(owner).set({"readUntil": until})

    def _of(self, owner: UserId) -> firestore.Query:
        return self.client.collection("notices").where(filter=FieldFilter("owner", "==", owner))

    def _place(self, name: str) -> firestore.DocumentReference:
        return self.client.collection("notices").document(name)

    def _mark(self, owner: UserId) -> firestore.DocumentReference:
        return self.client.document("users", owner, "settings", "notices")


def add_notices(
    client: firestore.Client, transaction: firestore.Transaction, notices: Sequence[Notice]
) -> None:
    """Add notices to a transaction: they tell of what it changes."""
    for notice in notices:
        place = client.collection("notices").document(notice.id)
        transaction.set(place, to_document(notice), merge=True)


def _notice(document: Document | Any) -> Notice:
    return from_document(document, Notice)
