"""What every store of share links promises."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from candlewick.accounts.models import UserId
from candlewick.backtests.models import RunId
from candlewick.errors import QuotaExceeded
from candlewick.shares.models import ShareLink, ShareToken
from candlewick.shares.service import ShareStore
from tests.contracts.stores import Stores
from tests.factories import a_share
from tests.fakes import START

R1, OTHER = RunId("r1"), UserId("somebody-else")


@pytest.fixture
def shares(stores: Stores) -> ShareStore:
    return stores.shares


def a_link(owner: UserId, name: str = "a", **changes: Any) -> ShareLink:
    return a_share(owner, token=ShareToken(f"{owner}-{name}"), **changes)


def anything(_: Sequence[ShareLink]) -> None: ...


def test_a_link_is_found_by_its_token_as_it_was_made(shares: ShareStore, owner: UserId) -> None:
    link = a_link(owner, title="Look", expires_at=START + timedelta(days=1))
    shares.add(link, anything)

    assert shares.get(link.token) == link
    assert shares.get(ShareToken("other")) is None


def test_a_results_links_come_newest_first_and_nobody_elses(
    shares: ShareStore, owner: UserId
) -> None:
    made = [
        a_link(owner, f"t{number}", created_at=START + timedelta(minutes=number))
        for number in range(3)
    ]
    of_others = (
        a_share(OTHER, token=ShareToken(f"{owner}-b")),
        a_link(owner, "c", run_id=RunId("r2")),
    )
    for link in (*made, *of_others):
        shares.add(link, anything)

    assert list(shares.of_run(owner, R1)) == made[::-1]


def test_a_refused_link_is_not_stored(shares: ShareStore, owner: UserId) -> None:
    first, second = a_link(owner), a_link(owner, "b")
    shares.add(first, anything)

    def refuse(others: Sequence[ShareLink]) -> None:
        assert list(others) == [first]
        raise QuotaExceeded("full")

    with pytest.raises(QuotaExceeded):
        shares.add(second, refuse)

    assert shares.get(second.token) is None


def test_only_its_owner_revokes_a_link_and_the_first_time_counts(
    shares: ShareStore, owner: UserId
) -> None:
    link, later = a_link(owner), START + timedelta(hours=1)
    shares.add(link, anything)

    assert shares.revoke(OTHER, link.token, START) is None
    assert shares.revoke(owner, ShareToken("other"), START) is None
    assert shares.revoke(owner, link.token, START) == link.revoked(START)
    assert shares.revoke(owner, link.token, later) == link.revoked(START)
    assert shares.get(link.token) == link.revoked(START)
