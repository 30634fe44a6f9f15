"""What every store of the search index promises."""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from candlewick.accounts.models import UserId
from candlewick.audit import Action
from candlewick.cli import admin_search
from candlewick.gcp.audit import list_audit
from candlewick.gcp.documents import to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.firestore import FirestoreListingStore
from candlewick.marketplace.models import Listing, ListingId, ListingVersion, Standing
from candlewick.marketplace.search.firestore import FirestoreFound, FirestoreShards, shard_of
from candlewick.marketplace.search.ports import Changes, FoundReader, ShardReader, Suspensions
from candlewick.marketplace.search.rewriting import Rewriting
from candlewick.marketplace.search.rows import unpack
from tests.contracts.stores import ON_FIRESTORE
from tests.fakes import START
from tests.in_memory_marketplace import InMemoryListings
from tests.in_memory_search import InMemoryFound, InMemoryShards
from tests.marketplace.catalogue import catalogue
from tests.marketplace.crowd import Pair

if TYPE_CHECKING:
    from datetime import datetime

    from google.cloud import firestore

Write = Callable[[Listing, ListingVersion | None], None]


class Shards:
    """One store with its writer, and where listings of this test alone are read back."""

    def __init__(self, reader: ShardReader, write: Write) -> None:
        self.reader, self.write = reader, write
        self._known: dict[int, object] = {}
        self._until: datetime | None = None

    def changes(self) -> Changes:
        """Return what changed since the last call, as an instance asks for it."""
        found = self.reader.read(self._known, self._until)
        self._known |= {shard.number: shard.stamp for shard in found.shards}
        self._until = found.until
        return found


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def shards(request: pytest.FixtureRequest) -> Shards:
    if request.param == "memory":
        memory = InMemoryShards()
        return Shards(memory, memory.write)
    client: firestore.Client = request.getfixturevalue("client")
    adapter = FirestoreShards(client)

    def write(listing: Listing, version: ListingVersion | None) -> None:
        run_transaction(
            client, lambda transaction: adapter.write(transaction, listing, version), lane=listing.id
        )  # fmt: skip

    return Shards(adapter, write)


def a_pair(owner: UserId, name: str = "a") -> Pair:
    listing, version = next(catalogue())
    listing_id = ListingId(f"{owner}-{name}")
    return replace(listing, id=listing_id, owner=owner), replace(version, listing=listing_id)


def rows_of(changes: Changes, listing: ListingId) -> list[bytes]:
    return [shard.rows[listing] for shard in changes.shards if listing in shard.rows]


def test_a_published_listing_is_in_the_first_reading(shards: Shards, owner: UserId) -> None:
    listing, version = a_pair(owner)
    shards.write(listing, version)

    (packed,) = rows_of(shards.changes(), listing.id)

    row = unpack(packed)
    assert row is not None
    assert (row.id, row.owner, row.users, row.rank) == (listing.id, owner, 320, 0.4)


def test_later_readings_hold_the_changed_shards_alone(shards: Shards, owner: UserId) -> None:
    listing, version = a_pair(owner)
    other, other_version = a_pair(owner, "b")
    shards.write(other, other_version)
    shards.changes()

    shards.write(listing, version)
    second = shards.changes()
    third = shards.changes()

    assert [shard.number for shard in second.shards] == [shard_of(listing.id)]
    assert rows_of(second, listing.id)
    assert list(third.shards) == []


def test_a_listing_that_strangers_may_not_find_leaves_the_index(
    shards: Shards, owner: UserId
) -> None:
    listing, version = a_pair(owner)
    shards.write(listing, version)
    shards.changes()

    shards.write(replace(listing, standing=Standing.WITHDRAWN), version)
    changed = shards.changes()

    assert [shard.number for shard in changed.shards] == [shard_of(listing.id)]
    assert rows_of(changed, listing.id) == []


def test_a_draft_writes_no_row(shards: Shards, owner: UserId) -> None:
    listing, _ = a_pair(owner)

    shards.write(replace(listing, standing=Standing.DRAFT, current_version=None), None)

    assert rows_of(shards.changes(), listing.id) == []


def test_two_listings_of_one_shard_keep_each_others_rows(shards: Shards, owner: UserId) -> None:
    first, version = a_pair(owner)
    name = next(f"n{n}" for n in range(10_000) if shard_of(ListingId(f"{owner}-n{n}")) == shard_of(first.id))  # fmt: skip
    second, other = a_pair(owner, name)
    shards.write(first, version)
    shards.write(second, other)

    shards.write(replace(second, standing=Standing.SUSPENDED), other)

    found = shards.changes()
    assert (len(rows_of(found, first.id)), len(rows_of(found, second.id))) == (1, 0)


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def found(request: pytest.FixtureRequest) -> tuple[FoundReader | Suspensions, Callable[..., None]]:
    if request.param == "memory":
        listings = InMemoryListings()
        suspensions: dict[UserId, datetime] = {}

        def remember(pair: Pair, *, is_suspended: bool = False) -> None:
            listings.add(*pair, lambda _: None)
            suspensions.update({pair[0].owner: START} if is_suspended else {})

        return InMemoryFound(listings, suspensions), remember
    client: firestore.Client = request.getfixturevalue("client")

    def store(pair: Pair, *, is_suspended: bool = False) -> None:
        listing, version = pair
        place = client.collection("listings").document(listing.id)
        place.set(to_document(listing))
        place.collection("versions").document(str(version.number)).set(to_document(version))
        if is_suspended:
            client.document("suspensions", listing.owner).set({"since": listing.created_at})

    return FirestoreFound(client), store


def test_listings_come_with_their_versions_and_their_authors_standing(
    found: tuple[FoundReader, Callable[..., None]], owner: UserId
) -> None:
    reader, store = found
    first, second = a_pair(owner), a_pair(UserId(f"{owner}-2"), "b")
    store(first)
    store(second, is_suspended=True)

    read = reader.read(
        [
            (first[0].id, 1, owner),
            (second[0].id, 1, second[0].owner),
            (ListingId(f"{owner}-gone"), 1, owner),
        ]
    )

    assert set(read) == {first[0].id, second[0].id}
    assert (read[first[0].id].listing, read[first[0].id].version) == first
    assert [item.is_author_suspended for item in read.values()] == [False, True]
    assert reader.read([(first[0].id, 2, owner)]) == {}


def test_an_empty_page_reads_nothing(
    found: tuple[FoundReader, Callable[..., None]], owner: UserId
) -> None:
    assert found[0].read([]) == {}


def test_suspended_authors_are_known(
    found: tuple[Suspensions, Callable[..., None]], owner: UserId
) -> None:
    suspensions, store = found
    store(a_pair(owner), is_suspended=True)

    assert owner in suspensions.suspended()


@pytest.mark.emulator
@pytest.mark.xdist_group("firestore")
def test_rows_are_written_anew_from_the_listings(client: "firestore.Client", owner: UserId) -> None:
    listing, version = a_pair(owner)
    draft = replace(listing, id=ListingId(f"{owner}-draft"), standing=Standing.DRAFT, current_version=None)  # fmt: skip
    FirestoreListingStore(client).add(listing, version, lambda _: None)
    FirestoreListingStore(client).add(draft, replace(version, listing=draft.id), lambda _: None)
    rewriting = Rewriting(client)

    for each in (listing.id, draft.id):
        assert each in set(rewriting.listings())
        rewriting.rewrite(each)
        rewriting.rewrite(each)

    read = FirestoreShards(client).read({}, None)
    assert (len(rows_of(read, listing.id)), rows_of(read, draft.id)) == (1, [])


@pytest.mark.emulator
@pytest.mark.xdist_group("firestore")
def test_an_operator_rehearses_before_rows_are_written_anew(
    client: "firestore.Client", owner: UserId
) -> None:
    listing, version = a_pair(owner)
    FirestoreListingStore(client).add(listing, version, lambda _: None)
    desk: Any = SimpleNamespace(operator=owner, settings=SimpleNamespace(project=client.project))
    told = Console(file=StringIO())

    def reindex(*, yes: bool) -> int:
        found = FirestoreShards(client)
        admin_search.reindex(Namespace(yes=yes, reason="test"), told, lambda _: desk)
        return len(rows_of(found.read({}, None), listing.id))

    assert (reindex(yes=False), reindex(yes=True)) == (0, 1)
    (entry,) = (entry for entry in list_audit(client, limit=200) if entry.operator == owner)
    assert (entry.action, entry.target) == (Action.REINDEX, "searchShards")
