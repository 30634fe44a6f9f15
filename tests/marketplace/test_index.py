"""The index: exact counts, pages that stay where they are, rows that come, change and go."""

import functools
import math
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from candlewick.accounts.models import UserId
from candlewick.errors import Invalid
from candlewick.marketplace.models import Counts, ListingId
from candlewick.marketplace.search.index import Index
from candlewick.marketplace.search.query import Order, Query
from candlewick.marketplace.search.rows import Facet, Row, is_found, pack, row_of, unpack
from tests.marketplace.crowd import TODAY, Pair, crowd

COUNT = 600
ORDERS = pytest.mark.parametrize("order", list(Order))


@functools.cache
def rows() -> Mapping[ListingId, Row]:
    found = [row_of(*pair) for pair in crowd(COUNT, seed=3) if is_found(*pair)]
    return {row.id: row for row in found}


def an_index() -> Index:
    made = Index()
    for row in rows().values():
        made.put(row.id, pack(row))
    return made


def ids(index: Index, query: Query) -> list[str]:
    return [listing for listing, _, _ in index.search(query).rows]


def pages(index: Index, query: Query) -> list[str]:
    found: list[str] = []
    while True:
        page = index.search(query)
        found += [listing for listing, _, _ in page.rows]
        if page.next_cursor is None:
            return found
        query = replace(query, cursor=page.next_cursor)


def a_newcomer(name: str = "new", **changes: object) -> Row:
    listing, version = next(crowd(1, seed=9))
    fresh: Pair = (replace(listing, id=ListingId(name)), replace(version, listing=ListingId(name)))
    return replace(row_of(*fresh), **changes)  # type: ignore[arg-type]


def test_a_row_is_unpacked_as_it_was_packed() -> None:
    for row in rows().values():
        assert unpack(pack(row)) == row


def test_a_row_is_small() -> None:
    sizes = [len(pack(row)) for row in rows().values()]

    assert max(sizes) < 2_000


@pytest.mark.parametrize("seed", range(8))
def test_facets_count_what_a_count_by_hand_counts(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - chooses examples
    chosen = dice.sample(list(Facet), dice.randint(0, 3))
    filters = {facet: _some_values(facet, dice) for facet in chosen}
    word = dice.choice(["", "trend", "rsi", "dip"])
    index = an_index()
    matching = set(pages(index, Query(text=word, size=100)))

    page = index.search(Query(text=word, filters=filters, size=100))

    def passes(row: Row, without: Facet | None = None) -> bool:
        others = {facet: wanted for facet, wanted in filters.items() if facet is not without}
        return row.id in matching and all(
            wanted & set(row.values.get(facet, ())) for facet, wanted in others.items()
        )

    assert page.total == sum(passes(row) for row in rows().values())
    for facet in Facet:
        by_hand = Counter(
            value
            for row in rows().values()
            if passes(row, without=facet)
            for value in row.values.get(facet, ())
        )
        assert page.facets[facet] == by_hand


def _some_values(facet: Facet, dice: random.Random) -> frozenset[str]:
    known = sorted({value for row in rows().values() for value in row.values.get(facet, ())})
    return frozenset(dice.sample(known, min(len(known), 2)))


@ORDERS
@pytest.mark.parametrize("text", ["", "trend"])
def test_the_pages_of_a_query_hold_every_listing_once(order: Order, text: str) -> None:
    index = an_index()

    found = pages(index, Query(text=text, order=order, size=7))

    assert len(found) == len(set(found)) == index.search(Query(text=text)).total
    assert found == ids(index, Query(text=text, order=order, size=COUNT))


def test_orders_are_by_rank_by_time_and_by_use_and_the_unranked_come_last() -> None:
    index, found = an_index(), rows()

    ranks = [found[ListingId(item)].rank for item in ids(index, Query(order=Order.RANK, size=COUNT))]  # fmt: skip
    times = [found[ListingId(item)].published for item in ids(index, Query(order=Order.NEWEST, size=COUNT))]  # fmt: skip
    users = [found[ListingId(item)].users for item in ids(index, Query(order=Order.MOST_USED, size=COUNT))]  # fmt: skip

    ranked = [rank for rank in ranks if rank is not None]
    assert ranked == sorted(ranked, reverse=True)
    assert ranks[len(ranked) :] == [None] * (len(ranks) - len(ranked))
    assert None in ranks
    assert times == sorted(times, reverse=True)
    assert users == sorted(users, reverse=True)


@ORDERS
def test_a_new_listing_moves_no_cursor(order: Order) -> None:
    index, query = an_index(), Query(text="trend", order=order, size=5)
    everything = pages(index, query)
    first = index.search(query)
    assert first.next_cursor is not None

    best = a_newcomer(rank=99.0, published=int((TODAY + timedelta(days=9)).timestamp()), users=10**6)  # fmt: skip
    index.put(best.id, pack(best))
    rest = pages(index, replace(query, cursor=first.next_cursor))

    assert [item for item in rest if item != best.id] == everything[5:]


@pytest.mark.parametrize(
    "cursor",
    ["x", "🙂", "e30=", "WzEsMiwzXQ==", "WyJyYW5rIiwiYSIsImIiXQ==", "WyJuZXdlc3QiLDEsImEiXQ=="],
)
def test_a_cursor_of_another_kind_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        an_index().search(Query(order=Order.RANK, cursor=cursor))


def test_a_changed_row_replaces_the_old_one() -> None:
    index = an_index()
    row = a_newcomer(users=1)
    index.put(row.id, pack(row))
    before = index.search(Query(size=1)).total

    index.put(row.id, pack(replace(row, users=10**7)))

    assert ids(index, Query(order=Order.MOST_USED, size=1)) == ["new"]
    assert index.search(Query(size=1)).total == before


def test_a_row_that_is_gone_is_not_found_and_not_counted() -> None:
    index, row = an_index(), a_newcomer()
    before = index.search(Query(size=1))
    index.put(row.id, pack(row))

    index.put(row.id, None)
    index.put(row.id, None)

    after = index.search(Query(size=1))
    assert (after.total, after.facets) == (before.total, before.facets)


def test_many_changes_do_not_let_the_index_grow_for_ever() -> None:
    index, row = Index(), a_newcomer()
    for users in range(1_002):
        index.put(row.id, pack(replace(row, users=users)))

    fresh = index.compacted()

    assert fresh is not index
    assert fresh.search(Query()).rows == index.search(Query()).rows
    assert fresh.compacted() is fresh


def test_what_a_suspended_author_published_is_neither_found_nor_counted() -> None:
    index = an_index()
    owner = next(iter(rows().values())).owner
    theirs = {row.id for row in rows().values() if row.owner == owner}

    page = index.search(Query(size=COUNT), frozenset({owner, UserId("nobody")}))

    assert page.total == len(rows()) - len(theirs)
    assert not theirs & {listing for listing, _, _ in page.rows}


def test_a_row_of_another_format_is_left_out() -> None:
    index = Index()
    index.put(ListingId("old"), _other_format())

    assert index.search(Query()).total == 0


def _other_format() -> bytes:
    import json  # noqa: PLC0415 - here alone
    import zlib  # noqa: PLC0415

    return zlib.compress(json.dumps([0, [], [], []]).encode())


def test_counts_of_listings_show_in_the_row() -> None:
    listing, version = next(crowd(1))

    row = row_of(replace(listing, counts=Counts(users=41)), version)

    assert row.users == 41


@pytest.mark.parametrize("rank", [math.nan, math.inf, -math.inf])
def test_a_rank_that_is_no_number_is_none(rank: float) -> None:
    listing, version = next(pair for pair in crowd(9) if pair[1].out_of_sample is not None)
    assert version.out_of_sample is not None

    row = row_of(listing, replace(version, out_of_sample=replace(version.out_of_sample, rank=rank)))

    assert row.rank is None
