"""What every store of strategies promises."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, Invalid, NotFound, QuotaExceeded
from candlewick.strategies.checks import check_code
from candlewick.strategies.models import (
    MAX_CODE_BYTES,
    Draft,
    ParameterSet,
    Strategy,
    StrategyId,
    Version,
    hash_code,
)
from candlewick.strategies.service import StrategyStore
from tests.contracts.stores import Stores, at_once
from tests.factories import BROKEN_CODE
from tests.fakes import START

S1 = StrategyId("s1")


@pytest.fixture
def strategies(stores: Stores) -> StrategyStore:
    return stores.strategies


def a_strategy(owner: UserId, name: str = "s1", minutes: int = 0) -> Strategy:
    at = START + timedelta(minutes=minutes)
    return Strategy(id=StrategyId(name), owner=owner, name=name, created_at=at, updated_at=at)


def a_version(number: int) -> Version:
    return Version(
        strategy_id=S1,
        number=number,
        code_hash=hash_code(BROKEN_CODE),
        code_bytes=len(BROKEN_CODE),
        parameters={"buy": {"rsi": 30, "on": True}, "roi": {"0": 0.1}},
        note="first",
        report=check_code(BROKEN_CODE),
        created_at=START + timedelta(minutes=number),
    )


def ids(items: Any) -> list[str]:
    return [item.id for item in items]


def test_a_strategy_comes_back_as_it_was(strategies: StrategyStore, owner: UserId) -> None:
    strategies.add(a_strategy(owner), limit=9)

    assert strategies.get(owner, S1) == a_strategy(owner)
    assert strategies.get(UserId(f"{owner}-other"), S1) is None


def test_the_limit_holds_for_many_at_once(strategies: StrategyStore, owner: UserId) -> None:
    results = at_once(8, lambda index: strategies.add(a_strategy(owner, f"s{index}"), limit=3))

    assert results.count(None) == 3
    assert {type(result) for result in results if result} == {QuotaExceeded}


def test_pages_are_of_one_kind_the_last_changed_first(
    strategies: StrategyStore, owner: UserId
) -> None:
    for number in range(4):
        strategies.add(a_strategy(owner, f"s{number}", minutes=number), limit=9)
    later = START + timedelta(hours=1)
    strategies.change(owner, S1, lambda found: found.renamed("new", later))
    strategies.change(
        owner, StrategyId("s2"), lambda found: found.archived(is_archived=True, now=later)
    )

    page = strategies.list(owner, archived=False, cursor=None, size=2)
    rest = strategies.list(owner, archived=False, cursor=page.next_cursor, size=2)
    archived = strategies.list(owner, archived=True, cursor=None, size=2)

    assert (ids(page.items), ids(rest.items)) == (["s1", "s3"], ["s0"])
    assert (rest.next_cursor, ids(archived.items)) == (None, ["s2"])


def test_a_cursor_that_leads_nowhere_is_refused(strategies: StrategyStore, owner: UserId) -> None:
    for cursor in ("nonsense", "YS9iL2M=", "X194X18="):
        with pytest.raises(Invalid):
            strategies.list(owner, archived=False, cursor=cursor, size=2)


def test_versions_are_numbered_without_a_gap_when_many_save_at_once(
    strategies: StrategyStore, owner: UserId
) -> None:
    strategies.add(a_strategy(owner), limit=9)

    results = at_once(6, lambda _: strategies.add_version(owner, S1, a_version, limit=9))

    numbers = [result.number for result in results if isinstance(result, Version)]
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    latest = strategies.get(owner, S1)
    assert latest is not None
    assert latest.latest_version == 6


def test_a_version_comes_back_as_it_was(strategies: StrategyStore, owner: UserId) -> None:
    strategies.add(a_strategy(owner), limit=9)
    strategies.add_version(owner, S1, a_version, limit=9)

    assert strategies.version(owner, S1, 1) == a_version(1)
    assert strategies.version(owner, S1, 2) is None
    assert strategies.version(UserId(f"{owner}-other"), S1, 1) is None


def test_versions_are_listed_by_number_not_by_text(
    strategies: StrategyStore, owner: UserId
) -> None:
    strategies.add(a_strategy(owner), limit=9)
    for _ in range(11):
        strategies.add_version(owner, S1, a_version, limit=99)

    page = strategies.versions(owner, S1, cursor=None, size=9)
    rest = strategies.versions(owner, S1, cursor=page.next_cursor, size=9)

    assert [item.number for item in page.items] == list(range(11, 2, -1))
    assert [item.number for item in rest.items] == [2, 1]


def test_versions_are_limited(strategies: StrategyStore, owner: UserId) -> None:
    strategies.add(a_strategy(owner), limit=9)
    strategies.add_version(owner, S1, a_version, limit=1)

    with pytest.raises(QuotaExceeded):
        strategies.add_version(owner, S1, a_version, limit=1)


def test_what_is_not_there_cannot_be_changed(strategies: StrategyStore, owner: UserId) -> None:
    with pytest.raises(NotFound):
        strategies.change(owner, S1, lambda found: found)
    with pytest.raises(NotFound):
        strategies.add_version(owner, S1, a_version, limit=9)


def a_draft(revision: int, code: str = BROKEN_CODE) -> Draft:
    return Draft(code=code, base_version=None, revision=revision, saved_at=START)


def test_a_draft_comes_back_as_it_was_until_it_is_deleted(stores: Stores, owner: UserId) -> None:
    stores.strategies.add(a_strategy(owner), limit=9)
    drafts, large = stores.drafts, a_draft(1, "é" * (MAX_CODE_BYTES // 2))

    assert drafts.draft(owner, S1) is None
    assert drafts.change_draft(owner, S1, lambda _: large) == large
    assert drafts.draft(owner, S1) == large
    assert drafts.draft(UserId(f"{owner}-other"), S1) is None
    assert drafts.change_draft(owner, S1, lambda _: None) is None
    assert drafts.draft(owner, S1) is None


def test_one_of_many_drafts_of_the_same_revision_is_written(stores: Stores, owner: UserId) -> None:
    stores.strategies.add(a_strategy(owner), limit=9)

    def first_only(found: Draft | None) -> Draft:
        if found is not None:
            raise Conflict("Newer.")
        return a_draft(1)

    results = at_once(6, lambda _: stores.drafts.change_draft(owner, S1, first_only))

    assert results.count(a_draft(1)) == 1
    assert [type(result) for result in results].count(Conflict) == 5


def test_a_strategy_that_is_not_there_has_no_draft(stores: Stores, owner: UserId) -> None:
    with pytest.raises(NotFound):
        stores.drafts.change_draft(owner, S1, lambda _: a_draft(1))


def a_set(name: str, minutes: int = 0, version: int = 1) -> ParameterSet:
    return ParameterSet(
        id=name,
        strategy_id=S1,
        version=version,
        name=name,
        parameters={"buy": {"rsi": 30, "on": True, "factor": 0.5}},
        created_at=START + timedelta(minutes=minutes),
    )


def test_parameter_sets_are_kept_by_version_with_the_newest_first(
    stores: Stores, owner: UserId
) -> None:
    sets = stores.sets
    for made in (a_set("a"), a_set("b", minutes=1), a_set("c", version=2)):
        sets.add_set(owner, made, lambda _: None)

    assert sets.sets(owner, S1, 1) == [a_set("b", minutes=1), a_set("a")]
    assert sets.sets(UserId(f"{owner}-other"), S1, 1) == []
    assert sets.delete_set(owner, S1, 1, "a")
    assert not sets.delete_set(owner, S1, 1, "a")
    assert sets.sets(owner, S1, 1) == [a_set("b", minutes=1)]


def test_the_check_of_a_new_set_sees_the_others_when_many_come_at_once(
    stores: Stores, owner: UserId
) -> None:
    def none_yet(others: Sequence[ParameterSet]) -> None:
        if others:
            raise Conflict("Taken.")

    results = at_once(6, lambda index: stores.sets.add_set(owner, a_set(f"s{index}"), none_yet))

    assert results.count(None) == 1
    assert len(stores.sets.sets(owner, S1, 1)) == 1
