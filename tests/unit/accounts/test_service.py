"""Tokens, export and erasure of an account."""

import json
from datetime import timedelta

import pytest

from candlewick.accounts.models import Caller, Quotas, Scope, Standing, UserId
from candlewick.accounts.service import SECOND_ERASURE_AFTER, AccountService
from candlewick.errors import (
    Invalid,
    NotFound,
    QuotaExceeded,
    Unauthenticated,
    Unavailable,
)
from tests.factories import ALICE, BOB
from tests.fakes import Clock, Counter
from tests.in_memory import InMemoryAccounts
from tests.world import World

DAY = timedelta(days=1)
READ = frozenset({Scope.READ})
WHO = Caller(id=ALICE, email="alice@example.org", display_name="Alice")


def test_a_token_authenticates_its_owner_with_its_scopes(world: World) -> None:
    accounts = world.account_service()
    _, text = accounts.create_token(WHO, name="t", scopes=READ, lifetime=DAY)

    caller = accounts.authenticate_token(text)

    assert caller == Caller(id=ALICE, scopes=READ, is_session=False)


@pytest.mark.parametrize("spoil", ["expire", "revoke", "forge", "forget"])
def test_every_token_that_does_not_work_reads_the_same(world: World, spoil: str) -> None:
    accounts = world.account_service()
    token, text = accounts.create_token(WHO, name="t", scopes=READ, lifetime=DAY)
    if spoil == "expire":
        world.clock.move(days=1)
    elif spoil == "revoke":
        accounts.revoke_token(WHO, token.id)
    else:
        text = f"{text}x" if spoil == "forge" else "cw_unknown_secret"

    with pytest.raises(Unauthenticated, match="unknown, expired or revoked"):
        accounts.authenticate_token(text)


def test_a_token_lives_a_year_at_most(world: World) -> None:
    with pytest.raises(Invalid, match="366 days"):
        world.account_service().create_token(
            WHO, name="t", scopes=READ, lifetime=timedelta(days=367)
        )


def test_the_secret_is_stored_nowhere(world: World) -> None:
    token, text = world.account_service().create_token(WHO, name="t", scopes=READ, lifetime=DAY)

    assert text.split("_", 2)[2] not in repr(token)


def test_only_the_owner_revokes(world: World) -> None:
    accounts = world.account_service()
    token, text = accounts.create_token(WHO, name="t", scopes=READ, lifetime=DAY)

    with pytest.raises(NotFound):
        accounts.revoke_token(Caller(id=BOB), token.id)

    assert accounts.authenticate_token(text).id == ALICE


def test_tokens_are_limited_by_the_plan(world: World) -> None:
    accounts = world.account_service()
    for _ in range(Quotas().api_tokens):
        accounts.create_token(WHO, name="t", scopes=READ, lifetime=DAY)

    with pytest.raises(QuotaExceeded, match="revoke one"):
        accounts.create_token(WHO, name="t", scopes=READ, lifetime=DAY)


def test_the_export_is_everything_and_no_secret(world: World) -> None:
    accounts = world.account_service()
    accounts.profile(WHO)
    _, text = accounts.create_token(WHO, name="t", scopes=READ, lifetime=DAY)
    world.codes.stored["alice/code/x.py"] = b""
    world.codes.stored["bob/code/y.py"] = b""

    exported = json.dumps(accounts.export(WHO))

    assert "alice@example.org" in exported
    assert "alice/code/x.py" in exported
    assert "bob" not in exported
    assert text.split("_", 2)[2] not in exported


class Failing:
    """A place that cannot be reached for one user."""

    def export(self, owner: UserId) -> dict[str, object]:
        return {"owner": owner}

    def erase(self, owner: UserId) -> None:
        if owner == ALICE:
            raise Unavailable("down")


def test_an_erasure_that_was_cut_short_is_finished_later(world: World) -> None:
    healthy = world.account_service()
    world.codes.stored["alice/code/x.py"] = b""
    broken = AccountService(
        accounts=world.accounts,
        tokens=world.tokens,
        holdings={"first": Failing()} | dict(healthy.holdings),
        now=world.clock,
        new_id=world.new_id,
        new_secret=world.new_secret,
    )
    with pytest.raises(Unavailable):
        broken.erase(WHO)
    world.clock.move(hours=SECOND_ERASURE_AFTER / timedelta(hours=1))

    assert healthy.erase_again() == 1

    assert not world.codes.stored
    assert world.accounts.standing(ALICE) is Standing.ERASED


def test_an_account_that_cannot_be_erased_yet_stays_due_and_delays_no_other() -> None:
    accounts, clock = InMemoryAccounts(), Clock()
    service = AccountService(
        accounts=accounts,
        tokens=World().tokens,
        holdings={"only": Failing()},
        now=clock,
        new_id=Counter("id"),
        new_secret=Counter("secret"),
    )
    for owner in (ALICE, BOB):
        accounts.mark_erased(owner, again_at=clock())

    assert service.erase_again() == 1

    assert list(accounts.due_erasures(clock())) == [ALICE]
    assert service.erase_again() == 0
