"""/api/v1/bots as a user sees it, down to the services that come and go."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from candlewick.bots.bot_token import parse_bot_token
from candlewick.bots.models import BotId, OperationKind
from candlewick.bots.wire import Wanted
from tests.bot_factories import IMAGE, a_live_bot, a_running_bot
from tests.bot_world import BOT_EVENTS_URL
from tests.factories import ALICE, CODE
from tests.functions.answers import (
    CREDENTIALS,
    JsonObject,
    a_bot_request,
    a_key,
    a_strategy,
    ok,
    problem,
    verified,
)
from tests.world import World

KEYED = {"Idempotency-Key": "key-00000001"}


@pytest.fixture
def strategy(world: World) -> str:
    strategy_id = a_strategy(world)
    verified(world, strategy_id)
    return strategy_id


@pytest.fixture
def api(world: World) -> FlaskClient:
    return world.api(world.alice)


def create(
    api: FlaskClient, strategy: str, key: str = "key-00000001", **changes: Any
) -> JsonObject:
    body = a_bot_request(strategy, **changes)
    response = api.post("/api/v1/bots", json=body, headers={"Idempotency-Key": key})
    return ok(response, 201)


def refusal(api: FlaskClient, strategy: str, status: int, code: str, **changes: Any) -> str:
    body = a_bot_request(strategy, **changes)
    response = api.post("/api/v1/bots", json=body, headers={"Idempotency-Key": "key-refused"})
    detail: str = problem(response, status, code)["detail"]
    return detail


def start(world: World, bot: JsonObject, **body: Any) -> JsonObject:
    path = f"/api/v1/bots/{bot['id']}/start"
    started = ok(world.api(world.alice).post(path, json=body), 202)
    world.bots.work()
    return started


def test_a_bot_is_made_of_a_verified_version_and_waits(
    world: World, api: FlaskClient, strategy: str
) -> None:
    bot = create(api, strategy)

    assert bot["wanted"] == Wanted.STOPPED
    assert bot["verifiedBy"] == "verified"
    assert bot["limits"]["pairs"] == ["BTC/USDT"]
    assert bot["stakeCurrency"] == "USDT"
    assert world.bots.services.started == []
    assert ok(api.get("/api/v1/bots"))["items"] == [bot]


def test_asking_twice_makes_one_bot(api: FlaskClient, strategy: str) -> None:
    first = create(api, strategy)

    assert create(api, strategy) == first
    other = a_bot_request(strategy, name="Another")
    problem(api.post("/api/v1/bots", json=other, headers=KEYED), 422, "idempotency_mismatch")


def test_code_without_a_verified_backtest_becomes_no_bot(world: World, api: FlaskClient) -> None:
    strategy = a_strategy(world)

    assert "no verified backtest yet" in refusal(api, strategy, 422, "invalid")
    verified(world, strategy)
    code = {"code": CODE.replace("enter_long", "enter_tag")}
    ok(api.post(f"/api/v1/strategies/{strategy}/versions", json=code), 201)
    assert "of version 1" in refusal(api, strategy, 422, "invalid", version=2)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"venue": "nowhere"}, "There is no venue"),
        ({"venue": "paper", "mode": "live"}, "modes"),
        ({"limits": {"pairs": ["XRP/USDT"]}}, "XRP/USDT"),
        ({"mode": "live"}, "exchange key"),
        ({"mode": "live", "exchangeKeyId": "none"}, "exchange key"),
        ({"exchangeKeyId": "k1"}, "leave it out"),
        ({"pairs": ["BTC/USDT", "ETH/EUR"]}, "same currency"),
        ({"pairs": ["BTC/USDT", "BTC/USDT"]}, "more than once"),
        ({"pairs": ["BTC/USDT:USDT"]}, "spot"),
        ({"parameters": {"buy": {"rsi": 1}}}, "no such parameter"),
    ],
)
def test_what_cannot_work_is_refused_with_a_reason(
    api: FlaskClient, strategy: str, changes: JsonObject, word: str
) -> None:
    assert word in refusal(api, strategy, 422, "invalid", **changes)


def test_the_preview_says_what_will_happen(api: FlaskClient, strategy: str) -> None:
    body = a_bot_request(strategy, limits={"maxDailyLoss": "20", "closeAll": True})

    what, bounds, cost = ok(api.post("/api/v1/bots/preview", json=body))["sentences"]

    assert "paper money" in what
    assert "300 USDT at most" in what
    assert "20 USDT in a day" in bounds
    assert "sells what it holds" in bounds
    assert "USD a month" in cost
    assert ok(api.get("/api/v1/bots"))["items"] == []


def test_starting_makes_a_service_with_a_token_of_its_own(
    world: World, api: FlaskClient, strategy: str
) -> None:
    bot = create(api, strategy)

    started = start(world, bot)

    assert started["operation"]["kind"] == OperationKind.STARTING
    (spec,) = world.bots.services.started
    assert (spec.bot_id, spec.revision, spec.image) == (bot["id"], 1, IMAGE)
    assert spec.env["CANDLEWICK_BOT_EVENTS_URL"] == BOT_EVENTS_URL
    token = parse_bot_token(spec.env["CANDLEWICK_BOT_TOKEN"])
    stored = world.bots.db.bots[ALICE, BotId(bot["id"])]
    assert token.is_of(stored)
    assert token.secret not in repr(spec)
    assert token.secret not in repr(stored)
    assert stored.operation.kind is OperationKind.NONE


def test_starting_twice_starts_once(world: World, api: FlaskClient, strategy: str) -> None:
    bot = create(api, strategy)
    start(world, bot)
    start(world, bot)

    assert len(world.bots.services.started) == 1


def test_real_money_takes_a_key_of_its_own_and_the_typed_name(
    world: World, api: FlaskClient, strategy: str
) -> None:
    key = a_key(world)
    bot = create(api, strategy, mode="live", exchangeKeyId=key)

    again = a_bot_request(strategy, mode="live", exchangeKeyId=key)
    shared = api.post("/api/v1/bots", json=again, headers={"Idempotency-Key": "key-00000002"})
    assert "Buyer one" in problem(shared, 409, "conflict")["detail"]
    create(api, strategy, "key-00000003", mode="live", exchangeKeyId=key, sharesKey=True)
    path = f"/api/v1/bots/{bot['id']}/start"
    for typed in ("", "buyer one"):
        problem(api.post(path, json={"confirmName": typed}), 422, "invalid")
    assert start(world, bot, confirmName="Buyer one")["wanted"] == Wanted.RUNNING


def test_a_key_of_another_venue_does_not_fit(world: World, api: FlaskClient, strategy: str) -> None:
    key = a_key(world)

    detail = refusal(api, strategy, 422, "invalid", mode="live", venue="binance", exchangeKeyId=key)

    assert "simulated" in detail


def test_there_is_room_for_so_many_bots(world: World, api: FlaskClient, strategy: str) -> None:
    bots = [create(api, strategy, f"key-0000000{number}") for number in range(3)]
    for bot in bots[:2]:
        start(world, bot)

    problem(api.post(f"/api/v1/bots/{bots[2]['id']}/start", json={}), 503, "unavailable")


def test_pausing_and_resuming_is_what_is_wanted_and_told(world: World, api: FlaskClient) -> None:
    world.bots.put(a_running_bot())

    paused = ok(api.post("/api/v1/bots/b1/pause", headers=KEYED), 202)
    resumed = ok(api.post("/api/v1/bots/b1/resume", headers=KEYED), 202)

    assert (paused["wanted"], resumed["wanted"]) == (Wanted.PAUSED, Wanted.RUNNING)
    verbs = {item["verb"] for item in ok(api.get("/api/v1/bots/b1/commands"))["items"]}
    assert verbs == {"pause", "resume"}


def test_the_kill_switch_stops_every_bot(world: World, api: FlaskClient) -> None:
    for name in ("b1", "b2"):
        world.bots.put(a_running_bot(id=BotId(name)))
    world.bots.put(
        a_running_bot(id=BotId("b3")).settled(world.clock()).wants(Wanted.STOPPED, world.clock())
    )

    stopped = ok(api.post("/api/v1/bots/stop-all", json={"close": True}, headers=KEYED))["items"]

    assert {item["id"] for item in stopped} == {"b1", "b2"}
    for name in ("b1", "b2"):
        bot = world.bots.db.bots[ALICE, BotId(name)]
        assert bot.wanted is Wanted.STOPPED
        (command,) = world.bots.bots.commands(ALICE, bot.id, size=9)
        assert command.verb == "stop_and_close"


@pytest.mark.parametrize("path", ["force-exit", "force-entry", "pause", "resume"])
def test_a_stopped_bot_is_told_nothing(world: World, api: FlaskClient, path: str) -> None:
    world.bots.put(a_running_bot(wanted=Wanted.STOPPED))
    body = {"pair": "BTC/USDT"} if path == "force-entry" else {}

    response = api.post(f"/api/v1/bots/b1/{path}", json=body, headers=KEYED)

    problem(response, 409, "conflict")


def test_an_entry_is_forced_within_the_limits_only(world: World, api: FlaskClient) -> None:
    world.bots.put(a_running_bot(blacklist=("ETH/USDT",)))
    for pair in ("XRP/USDT", "ETH/USDT"):
        response = api.post("/api/v1/bots/b1/force-entry", json={"pair": pair}, headers=KEYED)
        problem(response, 422, "invalid")
    world.bots.put(a_running_bot(wanted=Wanted.PAUSED))
    body = {"pair": "BTC/USDT"}
    problem(api.post("/api/v1/bots/b1/force-entry", json=body, headers=KEYED), 409, "conflict")


def test_a_command_asked_for_twice_is_told_once(world: World, api: FlaskClient) -> None:
    world.bots.put(a_running_bot())
    path = "/api/v1/bots/b1/force-exit"

    first = ok(api.post(path, json={"trade": 1}, headers=KEYED), 202)

    assert ok(api.post(path, json={"trade": 1}, headers=KEYED), 202) == first
    problem(api.post(path, json={"trade": 2}, headers=KEYED), 422, "idempotency_mismatch")


def test_an_update_replaces_a_running_bot(world: World, api: FlaskClient, strategy: str) -> None:
    bot = create(api, strategy)
    start(world, bot)

    path = f"/api/v1/bots/{bot['id']}/update"
    body = {"version": 1, "parameters": {"stoploss": {"stoploss": -0.2}}}
    updated = ok(api.post(path, json=body), 202)
    world.bots.work()

    assert updated["strategy"]["parameters"] == {"stoploss": {"stoploss": -0.2}}
    assert [spec.revision for spec in world.bots.services.started] == [1, 2]
    tokens = {spec.env["CANDLEWICK_BOT_TOKEN"] for spec in world.bots.services.started}
    stored = world.bots.db.bots[ALICE, BotId(bot["id"])]
    assert len(tokens) == 2
    # The revision that is replaced may still say goodbye.
    assert all(parse_bot_token(token).is_of(stored) for token in tokens)


def test_the_same_update_again_changes_nothing(
    world: World, api: FlaskClient, strategy: str
) -> None:
    bot = create(api, strategy)
    start(world, bot)
    path = f"/api/v1/bots/{bot['id']}"
    body = {"version": 1, "parameters": {"stoploss": {"stoploss": -0.2}}}

    first = ok(api.post(f"{path}/update", json=body), 202)
    second = ok(api.post(f"{path}/update", json=body), 202)
    world.bots.work()

    assert second == first
    assert len(world.bots.services.started) == 2
    (told,) = ok(api.get(f"{path}/commands"))["items"]
    assert (told["verb"], told["state"]) == ("update", "done")
    assert "version 1" in told["message"]


def test_only_verified_versions_get_into_a_bot(
    world: World, api: FlaskClient, strategy: str
) -> None:
    bot = create(api, strategy)
    code = {"code": CODE.replace("enter_long", "enter_tag")}
    ok(api.post(f"/api/v1/strategies/{strategy}/versions", json=code), 201)

    refused = api.post(f"/api/v1/bots/{bot['id']}/update", json={"version": 2})

    assert "no verified backtest" in problem(refused, 422, "invalid")["detail"]
    assert ok(api.get(f"/api/v1/bots/{bot['id']}"))["strategy"]["version"] == 1


def test_real_money_is_updated_only_with_its_name(world: World, api: FlaskClient) -> None:
    world.bots.put(a_live_bot())

    refused = api.post("/api/v1/bots/b1/update", json={"version": 1})

    assert "real money" in problem(refused, 422, "invalid")["detail"]


def test_a_bot_is_deleted_when_it_has_stopped(world: World, api: FlaskClient) -> None:
    world.bots.put(a_running_bot())
    problem(api.delete("/api/v1/bots/b1"), 409, "conflict")

    world.bots.put(a_running_bot(wanted=Wanted.STOPPED).settled(world.clock()))
    world.bots.states.stored[ALICE, BotId("b1")] = b"state", 1
    assert api.delete("/api/v1/bots/b1").status_code == 204

    assert world.bots.states.stored == {}
    problem(api.get("/api/v1/bots/b1"), 404, "not_found")


def test_a_webhooks_secret_is_kept_and_not_shown(api: FlaskClient, world: World) -> None:
    body = {"webhookUrl": "https://example.org/hook", "webhookSecret": "a-secret-word"}
    first = api.put("/api/v1/bots/alerts", json=body)
    second = ok(api.put("/api/v1/bots/alerts", json={"webhookUrl": "https://example.org/other"}))

    assert "a-secret-word" not in first.text
    assert second["hasWebhookSecret"]
    assert world.bots.bots.alert_settings(ALICE).webhook_secret == "a-secret-word"


def test_venues_say_what_bots_may_do_there_and_where_they_come_from(api: FlaskClient) -> None:
    found = ok(api.get("/api/v1/bots/venues"))

    assert found["addresses"] == ["192.0.2.1"]
    assert {item["id"]: item["isSimulated"] for item in found["items"]}["simulated"]


def test_a_key_is_refused_or_kept_hidden(world: World, api: FlaskClient) -> None:
    response = api.post(
        "/api/v1/exchange-keys", json={"name": "Main", "venue": "simulated", **CREDENTIALS}
    )

    key = ok(response, 201)
    assert key["lastFour"] == CREDENTIALS["apiKey"][-4:]
    assert "192.0.2.1" in key["advice"]
    everything = response.text + repr(world.bots.db.keys)
    assert all(word not in everything for word in CREDENTIALS.values())
