"""What is changed of a bot: stored once, told to it, recorded with who changed it."""

import pytest
from flask.testing import FlaskClient

from candlewick.bots.models import BotId
from tests.bot_factories import a_bot, a_running_bot
from tests.factories import ALICE
from tests.functions.answers import ok, problem
from tests.world import World


@pytest.fixture
def api(world: World) -> FlaskClient:
    return world.api(world.alice)


def test_a_pair_is_blacklisted_once_and_taken_back(world: World, api: FlaskClient) -> None:
    world.bots.put(a_running_bot())
    body = {"pair": "ETH/USDT"}

    for _ in range(2):
        banned = ok(api.post("/api/v1/bots/b1/blacklist", json=body))
    told = ok(api.get("/api/v1/bots/b1/commands"))["items"]
    for _ in range(2):
        allowed = ok(api.post("/api/v1/bots/b1/allow", json=body))

    assert (banned["blacklist"], banned["settingsRevision"]) == (["ETH/USDT"], 2)
    assert [(item["verb"], item["pair"], item["state"]) for item in told] == [
        ("blacklist", "ETH/USDT", "pending")
    ]
    assert (allowed["blacklist"], allowed["settingsRevision"]) == ([], 3)
    verbs = {item["verb"] for item in ok(api.get("/api/v1/bots/b1/commands"))["items"]}
    assert verbs == {"blacklist", "allow"}


@pytest.mark.parametrize("path", ["blacklist", "allow"])
def test_only_the_bots_own_pairs_are_blacklisted(world: World, api: FlaskClient, path: str) -> None:
    world.bots.put(a_running_bot())

    refused = api.post(f"/api/v1/bots/b1/{path}", json={"pair": "XRP/USDT"})

    assert "XRP/USDT" in problem(refused, 422, "invalid")["detail"]
    assert world.bots.db.bots[ALICE, BotId("b1")].settings_revision == 1


def test_changed_limits_are_recorded_with_who_changed_them(world: World, api: FlaskClient) -> None:
    world.bots.put(a_running_bot())
    body = {"limits": {"maxDailyLoss": "5"}, "name": "Careful"}

    for _ in range(2):
        changed = ok(api.patch("/api/v1/bots/b1", json=body))

    assert (changed["name"], changed["limits"]["maxDailyLoss"]) == ("Careful", "5")
    assert changed["settingsRevision"] == 2
    (command,) = world.bots.bots.commands(ALICE, BotId("b1"), size=9)
    assert (command.verb, command.by, command.state) == ("limits", "session", "pending")


def test_a_stopped_bot_finds_what_was_changed_when_it_starts(
    world: World, api: FlaskClient
) -> None:
    world.bots.put(a_bot())

    ok(api.post("/api/v1/bots/b1/blacklist", json={"pair": "ETH/USDT"}))

    (told,) = ok(api.get("/api/v1/bots/b1/commands"))["items"]
    assert (told["state"], told["message"]) == ("done", "It holds from the next start on.")


@pytest.mark.parametrize(
    ("address", "word"),
    [("http://example.org/hook", "https"), ("https://localhost/hook", "public internet")],
)
def test_a_webhook_that_could_never_be_called_is_refused_at_once(
    api: FlaskClient, address: str, word: str
) -> None:
    refused = api.put("/api/v1/bots/alerts", json={"webhookUrl": address})

    assert word in problem(refused, 422, "undeliverable")["detail"]
