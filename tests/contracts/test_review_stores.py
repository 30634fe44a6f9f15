"""What every store of reviews, watches and notices promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, Invalid
from candlewick.marketplace.models import Listing, ListingId, UseKind
from candlewick.marketplace.notices.models import Watch
from candlewick.marketplace.reviews.models import Review, ReviewId
from tests.contracts.feedback import (
    Feedback,
    a_notice,
    a_review,
    counts,
    in_memory,
    on,
    others,
    put,
)
from tests.contracts.stores import ON_FIRESTORE, at_once
from tests.fakes import START
from tests.marketplace_factories import a_listing, a_listing_version


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def stores(request: pytest.FixtureRequest) -> Feedback:
    if request.param == "memory":
        return in_memory()
    return on(request.getfixturevalue("client"))


@pytest.fixture
def listing(stores: Feedback, owner: UserId) -> Listing:
    made = a_listing(id=ListingId(f"l-{owner}"), owner=owner)
    stores.listings.add(made, a_listing_version(listing=made.id, owner=owner), lambda _: None)
    return made


def test_a_review_is_found_by_its_writer_and_by_its_id(stores: Feedback, listing: Listing) -> None:
    (user,) = others(listing.owner, 1)
    review = a_review(listing, user)
    put(stores, review)

    assert stores.reviews.get(listing.id, user) == review
    assert stores.reviews.find(listing.id, review.id) == review
    assert stores.reviews.get(listing.id, listing.owner) is None
    assert stores.reviews.find(listing.id, ReviewId("other")) is None


def test_the_listings_counts_follow_its_reviews(stores: Feedback, listing: Listing) -> None:
    first, second = others(listing.owner, 2)
    put(stores, a_review(listing, first, stars=5))
    put(stores, a_review(listing, second, stars=2))
    both = counts(stores, listing)

    put(stores, a_review(listing, second, stars=3))
    changed = counts(stores, listing)
    put(stores, a_review(listing, first, stars=5, is_hidden=True))
    hidden = counts(stores, listing)
    stores.reviews.put(listing.id, second, lambda _: None)

    assert [both, changed, hidden] == [(2, 7, 0), (2, 8, 0), (1, 3, 0)]
    assert counts(stores, listing) == (0, 0, 0)


def test_reviews_written_at_once_are_all_counted(stores: Feedback, listing: Listing) -> None:
    users = others(listing.owner, 6)

    at_once(6, lambda number: put(stores, a_review(listing, users[number], stars=5)))

    assert counts(stores, listing) == (6, 30, 0)


def test_reviews_come_newest_first_in_pages_and_hidden_ones_not_at_all(
    stores: Feedback, listing: Listing
) -> None:
    users = others(listing.owner, 5)
    for number, user in enumerate(users):
        at = START + timedelta(minutes=number)
        put(stores, a_review(listing, user, at=at, is_hidden=number == 3))

    first = stores.reviews.shown(listing.id, cursor=None, size=2)
    second = stores.reviews.shown(listing.id, cursor=first.next_cursor, size=2)

    assert [review.user for review in (*first.items, *second.items)] == [users[4], users[2], users[1], users[0]]  # fmt: skip
    assert second.next_cursor is None
    assert first.next_cursor == first.items[-1].id  # which tells nobody who wrote it
    with pytest.raises(Invalid):
        stores.reviews.shown(listing.id, cursor="gone", size=2)


def test_what_a_review_tells_is_stored_with_it(stores: Feedback, listing: Listing) -> None:
    (user,) = others(listing.owner, 1)

    put(stores, a_review(listing, user), a_notice(listing, listing.owner))

    assert stores.notices.unread(listing.owner) == 1


def test_a_refused_change_of_a_review_changes_nothing(stores: Feedback, listing: Listing) -> None:
    (user,) = others(listing.owner, 1)

    def refuse(_: Review | None) -> Review:
        raise Conflict("no")

    with pytest.raises(Conflict):
        stores.reviews.put(listing.id, user, refuse, [a_notice(listing, listing.owner)])

    assert (counts(stores, listing), stores.notices.unread(listing.owner)) == ((0, 0, 0), 0)


def test_who_ran_it_has_the_version_that_was_run_last(stores: Feedback, listing: Listing) -> None:
    runner, forker = others(listing.owner, 2)
    stores.uses.note(runner, listing.id, 1, UseKind.RUN, START)
    stores.uses.note(runner, listing.id, 2, UseKind.BOT, START)
    stores.uses.note(forker, listing.id, 2, UseKind.FORK, START)

    assert stores.reviews.version_run(listing.id, runner) == 2
    assert stores.reviews.version_run(listing.id, forker) is None
    assert stores.reviews.version_run(listing.id, listing.owner) is None


def test_a_watch_is_counted_once_and_forgotten_once(stores: Feedback, listing: Listing) -> None:
    (user,) = others(listing.owner, 1)
    watch = Watch(listing=listing.id, user=user, at=START)
    stores.watches.add(watch)
    stores.watches.add(replace(watch, at=START + timedelta(hours=1)))

    assert counts(stores, listing) == (0, 0, 1)
    assert stores.watches.is_watching(listing.id, user)
    assert (list(stores.watches.of_user(user)), list(stores.watches.watchers(listing.id))) == ([watch], [user])  # fmt: skip

    stores.watches.remove(listing.id, user)
    stores.watches.remove(listing.id, user)

    assert counts(stores, listing) == (0, 0, 0)
    assert not stores.watches.is_watching(listing.id, user)


def test_notices_come_newest_first_and_nobody_elses(stores: Feedback, listing: Listing) -> None:
    made = [a_notice(listing, listing.owner, str(number), number) for number in range(5)]
    (other,) = others(listing.owner, 1)
    stores.notices.add([*made, a_notice(listing, other)])

    first = stores.notices.of_user(listing.owner, cursor=None, size=3)
    second = stores.notices.of_user(listing.owner, cursor=first.next_cursor, size=3)

    assert [*first.items, *second.items] == made[::-1]
    assert second.next_cursor is None


def test_the_same_thing_is_told_once_and_stays_read(stores: Feedback, listing: Listing) -> None:
    notice = a_notice(listing, listing.owner)
    stores.notices.add([notice])
    stores.notices.mark_read(listing.owner, notice.at)

    stores.notices.add([notice])

    assert len(stores.notices.of_user(listing.owner, cursor=None, size=9).items) == 1
    assert stores.notices.unread(listing.owner) == 0


def test_what_came_later_is_unread_and_nothing_becomes_unread_again(
    stores: Feedback, listing: Listing
) -> None:
    owner = listing.owner
    stores.notices.add([a_notice(listing, owner, str(n), n) for n in range(4)])
    before = stores.notices.unread(owner)

    stores.notices.mark_read(owner, START + timedelta(minutes=2))
    stores.notices.mark_read(owner, START)

    assert (before, stores.notices.unread(owner)) == (4, 1)
    assert stores.notices.read_until(owner) == START + timedelta(minutes=2)


def test_many_notices_are_stored(stores: Feedback, listing: Listing) -> None:
    stores.notices.add([a_notice(listing, listing.owner, str(n), n) for n in range(450)])

    assert stores.notices.unread(listing.owner) == 450
