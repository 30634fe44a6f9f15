"""/api/v1/exchange-keys: only harmless keys are taken, and nothing reads them again."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from candlewick.bots.models import KeyId
from candlewick.exchange_keys.envelope import NotOurs
from tests.bot_factories import a_live_bot
from tests.factories import ALICE, BOB
from tests.fakes import START
from tests.functions.answers import CREDENTIALS, a_key, ok, problem
from tests.world import World

BODY = {"name": "Main", "venue": "simulated", **CREDENTIALS}
OTHER = {"apiKey": "another-key-9999", "secret": "another-word-0000"}


@pytest.fixture
def api(world: World) -> FlaskClient:
    return world.api(world.alice)


@pytest.mark.parametrize(
    ("right", "word"),
    [
        ({"can_withdraw": True}, "withdraw"),
        ({"can_transfer": True}, "transfer"),
        ({"can_read": False}, "read"),
        ({"can_trade": False}, "trade"),
    ],
)
def test_a_key_with_other_rights_than_needed_is_refused(
    world: World, api: FlaskClient, right: dict[str, bool], word: str
) -> None:
    world.bots.checker.stated = replace(world.bots.checker.stated, **right)

    detail = problem(api.post("/api/v1/exchange-keys", json=BODY), 422, "key_refused")["detail"]

    assert word in detail
    assert world.bots.db.keys == {}


def test_what_the_exchange_does_not_take_is_not_stored(world: World, api: FlaskClient) -> None:
    world.bots.checker.refused = "Binance does not take this key: Invalid API-key."
    problem(api.post("/api/v1/exchange-keys", json=BODY), 422, "key_refused")
    world.bots.checker.refused, world.bots.checker.is_down = "", True
    problem(api.post("/api/v1/exchange-keys", json=BODY), 503, "unavailable")

    assert world.bots.db.keys == {}


def test_without_the_key_service_nothing_is_stored(world: World, api: FlaskClient) -> None:
    world.bots.wrapper.is_down = True

    problem(api.post("/api/v1/exchange-keys", json=BODY), 503, "unavailable")
    assert world.bots.db.keys == {}


def test_a_venue_without_orders_needs_no_key(api: FlaskClient) -> None:
    response = api.post("/api/v1/exchange-keys", json=BODY | {"venue": "paper"})

    problem(response, 422, "invalid")


def test_a_bound_key_gets_no_advice(world: World, api: FlaskClient) -> None:
    world.bots.checker.stated = replace(world.bots.checker.stated, is_bound_to_addresses=True)

    assert ok(api.post("/api/v1/exchange-keys", json=BODY), 201)["advice"] == ""


def test_a_rotated_key_keeps_its_id(world: World, api: FlaskClient) -> None:
    key_id = a_key(world)

    rotated = ok(api.post(f"/api/v1/exchange-keys/{key_id}/rotate", json=OTHER))

    assert (rotated["id"], rotated["version"], rotated["lastFour"]) == (key_id, 2, "9999")
    released = world.bots.vault().open(ALICE, KeyId(key_id))
    assert (released.api_key, released.version) == (OTHER["apiKey"], 2)


def test_a_key_in_use_is_not_deleted(world: World, api: FlaskClient) -> None:
    key_id = a_key(world)
    bot = replace(a_live_bot(), key_id=KeyId(key_id))
    world.bots.put(bot)
    problem(api.delete(f"/api/v1/exchange-keys/{key_id}"), 409, "conflict")

    world.bots.put(bot.stopping(START, closes=False).settled(START))
    assert api.delete(f"/api/v1/exchange-keys/{key_id}").status_code == 204
    assert world.bots.db.keys == {}
    assert world.bots.db.risks == {}


@pytest.mark.parametrize(
    "changes", [{"owner": BOB}, {"venue": "binance"}, {"id": KeyId("other")}, {"version": 2}]
)
def test_ciphertext_that_was_moved_opens_nowhere(world: World, changes: dict[str, object]) -> None:
    key = world.bots.db.keys[KeyId(a_key(world))]
    moved = replace(key, **changes)  # type: ignore[arg-type]
    world.bots.db.keys[moved.id] = moved

    with pytest.raises(NotOurs):
        world.bots.vault().open(moved.owner, moved.id)
