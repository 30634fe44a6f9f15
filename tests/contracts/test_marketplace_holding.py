"""What becomes of a user's part in the marketplace with their account: on Firestore, where it is."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from candlewick.errors import Conflict
from candlewick.marketplace.copies.firestore import FirestoreMarkStore
from candlewick.marketplace.copies.service import CopyCheck
from candlewick.marketplace.exams.firestore import FirestoreExamStore
from candlewick.marketplace.firestore import FirestoreAuthorStore
from candlewick.marketplace.holding import MarketplaceHolding
from candlewick.marketplace.models import ERASED, ListingId, Standing
from candlewick.marketplace.moderation.models import Report, ReportReason
from candlewick.marketplace.notices.models import Watch
from candlewick.marketplace.out_of_sample.firestore import FirestoreFollowedStore
from candlewick.marketplace.records.firestore import FirestoreOwnedVersions
from candlewick.marketplace.records.models import record_of
from candlewick.marketplace.search.firestore import FirestoreShards, shard_of
from tests.contracts.feedback import a_case, a_notice, a_review, counts, on, others, put
from tests.contracts.test_house_stores import a_followed, an_exam
from tests.factories import CODE, a_strategy_ref
from tests.fakes import START
from tests.marketplace_factories import a_listing, a_listing_version, an_author

if TYPE_CHECKING:
    from google.cloud import firestore

    from candlewick.accounts.models import UserId
    from candlewick.marketplace.models import Listing
    from tests.contracts.feedback import Feedback

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("firestore")]
LATER = START + timedelta(days=1)


@pytest.fixture
def stores(client: "firestore.Client") -> "Feedback":
    return on(client)


@pytest.fixture
def holding(client: "firestore.Client") -> MarketplaceHolding:
    return MarketplaceHolding(client=client, index=FirestoreShards(client), now=lambda: LATER)


def a_published(stores: "Feedback", owner: "UserId", name: str) -> "Listing":
    listing = a_listing(id=ListingId(f"{name}-{owner}"), owner=owner)
    stores.listings.add(listing, a_listing_version(listing=listing.id, owner=owner), lambda _: None)
    return listing


def test_what_a_user_wrote_is_exported(
    stores: "Feedback", holding: MarketplaceHolding, owner: "UserId"
) -> None:
    (other,) = others(owner, 1)
    mine, theirs = a_published(stores, owner, "mine"), a_published(stores, other, "theirs")
    put(stores, a_review(theirs, owner, text="I liked it."))
    stores.watches.add(Watch(listing=theirs.id, user=owner, at=START))
    stores.cases.report(a_case(theirs), Report(user=owner, reason=ReportReason.OTHER, text="Look.", at=START))  # fmt: skip
    stores.notices.add([a_notice(theirs, owner)])

    exported = holding.export(owner)

    text = str(exported)
    assert all(part in text for part in ("I liked it.", "Look.", mine.id, "New.", "Buys the dip"))
    names = {"reviews", "watches", "reports", "listings", "notices", "author", "bought"}
    assert set(exported) == names
    assert holding.export(other)["reviews"] == []


def test_what_a_user_wrote_about_others_goes_with_its_counts(
    stores: "Feedback", holding: MarketplaceHolding, owner: "UserId"
) -> None:
    (other,) = others(owner, 1)
    theirs = a_published(stores, other, "theirs")
    put(stores, a_review(theirs, owner))
    put(stores, a_review(theirs, other, stars=5))
    stores.watches.add(Watch(listing=theirs.id, user=owner, at=START))
    case = stores.cases.report(a_case(theirs, a_review(theirs, owner)), Report(user=owner, reason=ReportReason.OTHER, text="Look.", at=START))  # fmt: skip
    stores.notices.add([a_notice(theirs, owner)])

    holding.erase(owner)
    holding.erase(owner)

    assert counts(stores, theirs) == (1, 5, 0)
    assert stores.reviews.get(theirs.id, owner) is None
    assert list(stores.cases.reports(case.id)) == []
    assert stores.notices.unread(owner) == 0
    found = stores.cases.get(case.id)
    assert found is not None
    assert found.reviewer is None


def test_a_listing_becomes_withdrawn_and_anonymous_and_stays_in_the_statistics(
    client: "firestore.Client",
    stores: "Feedback",
    holding: MarketplaceHolding,
    owner: "UserId",
) -> None:
    listing = a_published(stores, owner, "mine")
    stores.listings.change(listing.id, lambda found: replace(found, counts=replace(found.counts, users=7)))  # fmt: skip
    FirestoreAuthorStore(client).put(an_author(owner, f"h-{owner}"))

    holding.erase(owner)

    found = stores.listings.get(listing.id)
    version = stores.listings.version(listing.id, 1)
    assert found is not None
    assert version is not None
    assert (found.standing, found.owner, found.counts.users) == (Standing.WITHDRAWN, ERASED, 7)
    assert (version.owner, version.notes, version.parameters) == (ERASED, "", None)
    assert version.verdict.grade is not None
    # The tests make the listing's id of the owner's.
    assert owner not in str(replace(found, id=ListingId("x")))
    assert owner not in str(replace(version, listing=ListingId("x")))
    assert "Buys the dip" not in str(found)
    assert record_of([found], [version]).withdrawn == 1
    shards = {shard.number: shard.rows for shard in stores.shards.read({}, None).shards}
    assert listing.id not in shards[shard_of(listing.id)]
    assert list(FirestoreOwnedVersions(client).of_owner(owner)) == []


def test_the_handle_stays_taken_and_names_nobody(
    client: "firestore.Client", holding: MarketplaceHolding, owner: "UserId"
) -> None:
    authors = FirestoreAuthorStore(client)
    author = an_author(owner, f"h-{owner}", name="Real Name", about="Me.")
    authors.put(author)

    holding.erase(owner)

    kept = authors.get(author.handle)
    assert kept is not None
    assert (kept.owner, kept.name, kept.about) == (ERASED, "", "")
    assert authors.of_user(owner) is None


def test_all_versions_of_an_author_are_found_whatever_their_listing(
    client: "firestore.Client", stores: "Feedback", owner: "UserId"
) -> None:
    listings = [a_published(stores, owner, name) for name in ("a", "b")]

    found = FirestoreOwnedVersions(client).of_owner(owner)

    assert {version.listing for version in found} == {listing.id for listing in listings}


def test_what_was_bought_is_exported_and_goes_as_does_the_right_to_moderate(
    client: "firestore.Client", holding: MarketplaceHolding, owner: "UserId"
) -> None:
    bought = client.document(f"entitlements/other:{owner}")
    bought.set({"listing": "other", "user": owner, "since": START, "until": None})
    moderator = client.document(f"moderators/{owner}")
    moderator.set({"since": START})
    assert "other" in str(holding.export(owner)["bought"])

    for _ in range(2):
        holding.erase(owner)

    assert not bought.get().exists
    assert not moderator.get().exists


def test_what_needs_the_authors_code_ends_and_copies_stay_known(
    client: "firestore.Client", holding: MarketplaceHolding, owner: "UserId"
) -> None:
    (other,) = others(owner, 1)
    exams, followed = FirestoreExamStore(client), FirestoreFollowedStore(client)
    marks = CopyCheck(FirestoreMarkStore(client))
    exam = replace(an_exam(f"e-{owner}"), author=owner)
    mine = replace(a_followed(f"f-{owner}"), strategy=a_strategy_ref(code_owner=owner))
    theirs = replace(a_followed(f"f-{other}"), strategy=a_strategy_ref(code_owner=other))
    exams.add(exam)
    followed.add(mine)
    followed.add(theirs)
    code = CODE.replace("class Buyer", f"def helper():\n    return '{owner}'\n\n\nclass Buyer")
    marks.register(ListingId(f"l-{owner}"), 1, owner, code)

    holding.erase(owner)

    assert exams.get(exam.id) is None
    assert followed.get(mine.key) is None
    assert followed.get(theirs.key) == theirs
    with pytest.raises(Conflict, match="listed already"):
        marks.ancestor(owner, code)
