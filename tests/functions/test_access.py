"""Who reaches what: every operation of the API document, called by everybody who might try."""

from collections.abc import Callable

import pytest

from api.app import openapi_document
from candlewick.accounts.models import Scope
from tests.functions.answers import problem
from tests.functions.operation import Key, Operation
from tests.functions.operations import OPERATIONS, call
from tests.world import World

GUARDED = {key: operation for key, operation in OPERATIONS.items() if not operation.public}
PUBLIC = {key: operation for key, operation in OPERATIONS.items() if operation.public}


def each(operations: dict[Key, Operation]) -> pytest.MarkDecorator:
    ids = [f"{method} {path}" for method, path in operations]
    return pytest.mark.parametrize(("key", "operation"), operations.items(), ids=ids)


EVERY = each(GUARDED)


def expired(world: World) -> str:
    world.sessions.expire(world.alice)
    return world.alice


def revoked(world: World) -> str:
    world.sessions.revoke(world.alice)
    return world.alice


def api_token(*scopes: Scope) -> Callable[[World], str]:
    return lambda world: world.api_token(*scopes)


def expired_token(world: World) -> str:
    text = world.api_token(*Scope, days=1)
    world.clock.move(days=1)
    return text


def revoked_token(world: World) -> str:
    text = world.api_token(*Scope)
    caller = world.sessions.verify(world.alice, check_revoked=False)
    world.account_service().revoke_token(caller, text.split("_")[1])
    return text


def forged_token(world: World) -> str:
    return world.api_token(*Scope) + "x"


def test_every_operation_of_the_document_is_in_the_table() -> None:
    paths = openapi_document()["paths"]

    assert isinstance(paths, dict)
    assert {(method, path) for path, item in paths.items() for method in item} == set(OPERATIONS)


def test_only_the_sign_in_and_signals_by_their_token_are_public() -> None:
    assert {path for _, path in PUBLIC} == {
        "/api/v1/bots/signals",
        "/api/v1/marketplace/payments/events",
        "/api/v1/sign-in",
        "/api/v1/sign-in/google",
        "/api/v1/sign-in/google/exchange",
    }


@EVERY
def test_the_owner_reaches_it(world: World, key: Key, operation: Operation) -> None:
    response = call(world, key, operation, lambda world: world.alice)

    assert response.status_code == operation.status, response.text


@EVERY
@pytest.mark.parametrize(
    "credential",
    [lambda _: "", lambda _: "invented", expired, expired_token, revoked_token, forged_token],
    ids=["anonymous", "invented", "expired", "expired token", "revoked token", "forged token"],
)
def test_who_is_not_signed_in_does_not_reach_it(
    world: World, key: Key, operation: Operation, credential: Callable[[World], str]
) -> None:
    response = call(world, key, operation, credential)

    problem(response, 401, "unauthenticated")


@EVERY
def test_a_revoked_or_disabled_user_changes_nothing(
    world: World, key: Key, operation: Operation
) -> None:
    """Reads go on until the ID token's hour is over, as they do with Firebase's own rules."""
    response = call(world, key, operation, revoked)

    if key[0] == "get":
        assert response.status_code == operation.status
    else:
        problem(response, 401, "unauthenticated")


@EVERY
def test_somebody_else_finds_nothing_of_alices(
    world: World, key: Key, operation: Operation
) -> None:
    response = call(world, key, operation, lambda world: world.bob)

    if operation.owned:
        problem(response, *operation.others)
    else:
        assert response.status_code == operation.status
        assert "alice" not in response.text
    assert sum(name.startswith("alice/") for name in world.codes.stored) <= 1
    assert len(world.api(world.alice).get("/api/v1/me/tokens").get_json()["items"]) == 1


@EVERY
def test_an_api_token_without_the_scope_does_not_reach_it(
    world: World, key: Key, operation: Operation
) -> None:
    others = [scope for scope in Scope if scope is not operation.scope]

    response = call(world, key, operation, api_token(*others))

    problem(response, 403, "forbidden")


@pytest.mark.parametrize(
    ("key", "operation", "scope"),
    [(key, item, item.scope) for key, item in OPERATIONS.items() if item.scope is not None],
    ids=[f"{m} {p}" for (m, p), item in OPERATIONS.items() if item.scope is not None],
)
def test_an_api_token_with_that_scope_alone_reaches_it(
    world: World, key: Key, operation: Operation, scope: Scope
) -> None:
    response = call(world, key, operation, api_token(scope))

    assert response.status_code == operation.status, response.text


@each(PUBLIC)
@pytest.mark.parametrize("credential", [lambda _: "", lambda _: "invented", expired])
def test_what_is_public_is_reached_by_everybody(
    world: World, key: Key, operation: Operation, credential: Callable[[World], str]
) -> None:
    response = call(world, key, operation, credential)

    assert response.status_code == operation.status, response.text


@each({key: operation for key, operation in GUARDED.items() if operation.anybody})
def test_what_is_for_anybody_needs_no_credential(
    world: World, key: Key, operation: Operation
) -> None:
    response = call(world, key, operation, None)

    assert response.status_code == operation.status, response.text
    assert "alice" not in response.text


@each({key: operation for key, operation in GUARDED.items() if not operation.anybody})
def test_all_else_needs_one(world: World, key: Key, operation: Operation) -> None:
    problem(call(world, key, operation, None), 401, "unauthenticated")
