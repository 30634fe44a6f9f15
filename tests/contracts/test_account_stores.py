"""What every store of accounts and API tokens promises."""

from dataclasses import replace
from datetime import timedelta

import pytest
from google.cloud import firestore

from candlewick.accounts.firestore import FirestoreHolding
from candlewick.accounts.models import Account, ApiToken, Scope, Standing, UserId, hash_secret
from candlewick.backtests.firestore import FirestoreRunStore
from candlewick.backtests.models import TaskKind, with_task
from candlewick.backtests.ports import IdempotencyKey
from candlewick.errors import NotFound
from candlewick.strategies.models import StrategyId
from tests.contracts.stores import Stores, at_once
from tests.contracts.test_strategy_store import a_draft, a_set, a_strategy
from tests.factories import a_run
from tests.fakes import START


def an_account(owner: UserId) -> Account:
    return Account(id=owner, email="a@example.org", display_name="A", created_at=START)


def a_token(owner: UserId, number: int = 0) -> ApiToken:
    return ApiToken(
        id=f"{owner}-{number}",
        owner=owner,
        name="laptop",
        scopes=frozenset({Scope.READ, Scope.BACKTESTS}),
        secret_hash=hash_secret("secret"),
        created_at=START + timedelta(minutes=number),
        expires_at=START + timedelta(days=1),
    )


def test_an_account_is_made_once(stores: Stores, owner: UserId) -> None:
    first = stores.accounts.add_if_missing(an_account(owner))
    second = stores.accounts.add_if_missing(replace(first, display_name="B"))

    assert first == second == stores.accounts.get(owner) == an_account(owner)
    assert stores.accounts.get(UserId(f"{owner}-other")) is None


def test_an_account_is_made_once_when_many_ask_at_once(stores: Stores, owner: UserId) -> None:
    results = at_once(
        8,
        lambda index: stores.accounts.add_if_missing(
            replace(an_account(owner), display_name=str(index))
        ),
    )

    assert results == [stores.accounts.get(owner)] * 8


def test_a_display_name_can_be_set(stores: Stores, owner: UserId) -> None:
    stores.accounts.add_if_missing(an_account(owner))

    stores.accounts.set_display_name(owner, "New")

    assert stores.accounts.get(owner) == replace(an_account(owner), display_name="New")


def test_an_erased_account_is_due_once_and_erased_for_ever(stores: Stores, owner: UserId) -> None:
    accounts = stores.accounts
    assert accounts.standing(owner) is Standing.ACTIVE

    accounts.mark_erased(owner, again_at=START)

    assert accounts.standing(owner) is Standing.ERASED
    assert owner not in accounts.due_erasures(START - timedelta(seconds=1))
    assert owner in accounts.due_erasures(START)
    accounts.finish_erasure(owner)
    assert owner not in accounts.due_erasures(START + timedelta(days=1))
    assert accounts.standing(owner) is Standing.ERASED


def test_a_token_is_found_by_its_id_and_listed_newest_first(stores: Stores, owner: UserId) -> None:
    for number in (0, 1):
        assert stores.tokens.add(a_token(owner, number), limit=9)

    assert stores.tokens.find(a_token(owner).id) == a_token(owner)
    assert stores.tokens.find("unknown") is None
    assert list(stores.tokens.list(owner)) == [a_token(owner, 1), a_token(owner, 0)]
    assert list(stores.tokens.list(UserId(f"{owner}-other"))) == []


def test_the_token_limit_holds_for_many_at_once(stores: Stores, owner: UserId) -> None:
    results = at_once(8, lambda number: stores.tokens.add(a_token(owner, number), limit=3))

    assert sorted(map(str, results)) == ["False"] * 5 + ["True"] * 3
    assert len(stores.tokens.list(owner)) == 3


def test_a_revoked_token_makes_room_and_keeps_its_first_revocation(
    stores: Stores, owner: UserId
) -> None:
    stores.tokens.add(a_token(owner), limit=1)

    assert stores.tokens.revoke(owner, a_token(owner).id, START)
    assert stores.tokens.revoke(owner, a_token(owner).id, START + timedelta(hours=1))

    assert stores.tokens.find(a_token(owner).id) == a_token(owner).revoked(START)
    assert stores.tokens.add(a_token(owner, 1), limit=1)


def test_only_the_owner_revokes(stores: Stores, owner: UserId) -> None:
    stores.tokens.add(a_token(owner), limit=1)

    assert not stores.tokens.revoke(UserId(f"{owner}-other"), a_token(owner).id, START)
    assert not stores.tokens.revoke(owner, "unknown", START)
    assert stores.tokens.find(a_token(owner).id) == a_token(owner)


@pytest.fixture
def full(client: firestore.Client, owner: UserId) -> FirestoreHolding:
    """Give a user something in every collection, and a neighbour the same."""
    for user in (owner, UserId(f"{owner}-other")):
        stores = Stores.on(client)
        stores.accounts.add_if_missing(an_account(user))
        stores.tokens.add(a_token(user), limit=1)
        run = a_run(id=f"{user}-r", owner=user, tasks_sent=0)
        key = IdempotencyKey(key_hash="k", body_hash="b")
        FirestoreRunStore(client).submit(
            with_task(run, TaskKind.DISPATCH), key, an_account(user).quotas
        )
        stores.strategies.add(a_strategy(user), limit=1)
        client.document("users", user, "strategies", "s1", "versions", "1").set({"number": 1})
        stores.drafts.change_draft(user, StrategyId("s1"), lambda _: a_draft(1, "# a draft"))
        stores.sets.add_set(user, a_set("of-mine"), lambda _: None)
    return FirestoreHolding(client)


@pytest.mark.emulator
@pytest.mark.xdist_group("firestore")
def test_the_export_is_the_whole_subtree_without_secrets(
    full: FirestoreHolding, owner: UserId
) -> None:
    exported = full.export(owner)

    assert exported["account"]
    assert set(exported) == {
        "account", "runs", "usage", "idempotency", "strategies", "apiTokens",
    }  # fmt: skip
    strategy = exported["strategies"]["s1"]  # type: ignore[index]  # a mapping, as all collections
    assert strategy["versions"]["1"]["number"] == 1
    assert strategy["versions"]["1"]["parameterSets"]["of-mine"]["parameters"]["buy"]["rsi"] == 30
    assert strategy["drafts"]["current"]["code"] == "# a draft"
    assert hash_secret("secret") not in str(exported["apiTokens"])
    assert f"{owner}-other" not in str(exported)


@pytest.mark.emulator
@pytest.mark.xdist_group("firestore")
def test_the_erasure_leaves_nothing_of_the_user_and_everything_of_others(
    full: FirestoreHolding, client: firestore.Client, owner: UserId
) -> None:
    other = UserId(f"{owner}-other")
    before = full.export(other)

    full.erase(owner)

    assert list(client.document("users", owner).collections()) == []
    strategy = client.document("users", owner, "strategies", "s1")
    assert list(strategy.collections()) == []
    assert list(strategy.collection("versions").document("1").collections()) == []
    with pytest.raises(NotFound):
        full.export(owner)
    assert list(Stores.on(client).tokens.list(owner)) == []
    left = [item.owner for item in FirestoreRunStore(client).unsent(START, limit=1_000)]
    assert owner not in left
    assert other in left
    assert full.export(other) == before
