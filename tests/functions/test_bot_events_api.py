"""The bot-events function as a bot's supervisor sees it: tokens, fences, answers."""

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from candlewick.bots.models import BotId, CommandState, KeyId, OperationKind
from candlewick.bots.wire import (
    MAX_STATE_BYTES,
    JournalState,
    Key,
    Lease,
    RiskLimits,
    Verb,
    Wanted,
)
from tests.bot_factories import (
    BOT_SECRET,
    BOT_TOKEN,
    FIRST,
    SECOND,
    a_live_bot,
    a_renewal,
    a_running_bot,
    an_answer,
    an_intent,
    figures,
)
from tests.factories import ALICE
from tests.fakes import START
from tests.functions.answers import CREDENTIALS, JsonObject, a_key, ok, problem
from tests.world import World

HOLDER = {"holder": FIRST, "epoch": 1}
ACQUIRE = {"holder": FIRST, "revision": "bot-b1-00001"}
BOT = BotId("b1")


def wire(model: Any) -> JsonObject:
    document: JsonObject = model.model_dump(mode="json", by_alias=True)
    return document


CALLS: list[tuple[str, str, JsonObject]] = [
    ("POST", "/acquire", ACQUIRE),
    ("POST", "/key", HOLDER),
    ("GET", "/state", {}),
    ("PUT", "/state", {}),
    ("GET", "/orders", {}),
    ("POST", "/intents", wire(an_intent())),
    ("POST", "/answers", wire(an_answer(an_intent()))),
    ("POST", "/renew", wire(a_renewal())),
    ("POST", "/outcomes", {**HOLDER, "commandId": "c1", "done": True}),
    ("POST", "/release", {**HOLDER, "reason": "done"}),
]
EVERY = pytest.mark.parametrize(
    ("method", "path", "body"), CALLS, ids=[f"{method} {path}" for method, path, _ in CALLS]
)


@pytest.fixture(autouse=True)
def bot(world: World) -> None:
    world.bots.put(a_running_bot())


def say(
    world: World, method: str, path: str, body: JsonObject, token: str | None = BOT_TOKEN
) -> TestResponse:
    client = world.supervisor(token)
    if path in {"/state", "/orders"}:
        query = HOLDER | ({"generation": 0} if method == "PUT" else {})
        return client.open(path, method=method, query_string=query, data=b"a state")
    return client.open(path, method=method, json=body)


def acquire(world: World, holder: str = FIRST) -> Lease:
    response = world.supervisor(BOT_TOKEN).post("/acquire", json=ACQUIRE | {"holder": holder})
    return Lease.model_validate(ok(response))


def renew(world: World, **changes: Any) -> JsonObject:
    return ok(world.supervisor(BOT_TOKEN).post("/renew", json=wire(a_renewal(**changes))))


@EVERY
@pytest.mark.parametrize(
    "token",
    [None, "", "nonsense", "alice.b1.1", "a/b.b1.1.secret", "alice.b1.1.another-secret"],
)
def test_without_the_bots_own_token_nothing_is_told(
    world: World, method: str, path: str, body: JsonObject, token: str | None
) -> None:
    problem(say(world, method, path, body, token), 401, "unauthenticated")


@EVERY
@pytest.mark.parametrize("token", [f"alice.gone.1.{BOT_SECRET}", f"bob.b1.1.{BOT_SECRET}"])
def test_a_bot_that_is_not_there_means_stop(
    world: World, method: str, path: str, body: JsonObject, token: str
) -> None:
    problem(say(world, method, path, body, token), 409, "fenced")


@EVERY
def test_a_bot_whose_service_is_gone_means_stop(
    world: World, method: str, path: str, body: JsonObject
) -> None:
    world.bots.put(a_running_bot().settled(START))

    problem(say(world, method, path, body), 409, "fenced")


@EVERY
def test_whoever_does_not_hold_the_lease_is_fenced(
    world: World, method: str, path: str, body: JsonObject
) -> None:
    acquire(world)
    world.clock.move(seconds=35)
    acquire(world, SECOND)

    response = say(world, method, path, body)

    if path == "/acquire":
        problem(response, 409, "conflict")  # it may wait for its turn
    elif path == "/release":
        assert response.status_code == 204  # what it wanted has happened
    else:
        problem(response, 409, "fenced")


@EVERY
def test_the_database_being_down_is_503(
    world: World, method: str, path: str, body: JsonObject
) -> None:
    world.bots.db.is_down = True

    problem(say(world, method, path, body), 503, "unavailable")


def test_a_lease_comes_with_the_plan_and_without_the_token(world: World) -> None:
    response = world.supervisor(BOT_TOKEN).post("/acquire", json=ACQUIRE)

    lease = Lease.model_validate(ok(response))
    assert lease.epoch == 1
    assert lease.wanted is Wanted.RUNNING
    assert lease.state_generation == 0
    assert lease.plan.config["dry_run"] is True
    assert lease.plan.config["exchange"] == {
        "name": "binance",
        "pair_whitelist": ["BTC/USDT", "ETH/USDT"],
        "pair_blacklist": [],
    }
    assert [file.path for file in lease.plan.files] == ["strategies/Buyer.py", "markets.json"]
    assert not lease.plan.has_key
    assert BOT_SECRET not in response.text


def test_real_orders_are_no_dry_run_and_parameters_are_a_file(world: World) -> None:
    bot = a_live_bot()
    strategy = replace(bot.strategy, parameters={"buy": {"rsi": 30}})
    world.bots.put(replace(bot, strategy=strategy))

    plan = acquire(world).plan

    assert plan.config["dry_run"] is False
    assert plan.has_key
    assert [file.path for file in plan.files][:2] == [
        "strategies/Buyer.py",
        "strategies/Buyer.json",
    ]


def test_a_bot_that_is_to_be_stopped_gets_no_lease(world: World) -> None:
    world.bots.put(a_running_bot(wanted=Wanted.STOPPED))

    problem(world.supervisor(BOT_TOKEN).post("/acquire", json=ACQUIRE), 409, "fenced")


def test_an_order_is_journaled_before_and_after_it_is_sent(world: World) -> None:
    acquire(world)
    client = world.supervisor(BOT_TOKEN)
    answer = an_answer(an_intent(), JournalState.CLOSED)

    assert client.post("/intents", json=wire(an_intent())).status_code == 204
    assert client.post("/answers", json=wire(answer)).status_code == 204

    journal = ok(client.get("/orders", query_string=HOLDER))
    assert journal["nextSequence"] == 2
    assert journal["entries"][0]["intent"] == wire(an_intent())
    assert journal["entries"][0]["answer"] == wire(answer)


def test_an_entry_of_a_paused_bot_is_held_back(world: World) -> None:
    acquire(world)
    world.bots.put(a_running_bot(wanted=Wanted.PAUSED))

    response = world.supervisor(BOT_TOKEN).post("/intents", json=wire(an_intent()))

    problem(response, 423, "held_back")


def test_the_state_is_replaced_by_who_knows_its_generation(world: World) -> None:
    acquire(world)
    client = world.supervisor(BOT_TOKEN)
    problem(client.get("/state", query_string=HOLDER), 404, "not_found")

    stored = client.put("/state", query_string=HOLDER | {"generation": 0}, data=b"\x00one")
    lost = client.put("/state", query_string=HOLDER | {"generation": 0}, data=b"two")

    assert ok(stored) == {"generation": 1}
    problem(lost, 409, "fenced")
    response = client.get("/state", query_string=HOLDER)
    assert response.data == b"\x00one"
    assert response.headers["X-State-Generation"] == "1"


def test_a_state_that_is_too_large_is_refused(world: World) -> None:
    acquire(world)

    response = world.supervisor(BOT_TOKEN).put(
        "/state", query_string=HOLDER | {"generation": 0}, data=b"x" * (MAX_STATE_BYTES + 1)
    )

    problem(response, 413, "too_large")


def test_a_report_that_is_too_large_is_refused(world: World) -> None:
    response = world.supervisor(BOT_TOKEN).post("/renew", data=b" " * (1024 * 1024 + 1))

    problem(response, 413, "too_large")


@pytest.mark.parametrize("changes", [{"holder": "short"}, {"epoch": 0}, {"more": 1}])
def test_an_unfit_report_is_refused(world: World, changes: JsonObject) -> None:
    response = world.supervisor(BOT_TOKEN).post("/renew", json=wire(a_renewal()) | changes)

    problem(response, 422, "invalid")


def test_a_renewal_brings_commands_and_changed_settings(world: World) -> None:
    acquire(world)
    assert renew(world)["limits"] is None
    api = world.api(world.alice)
    body = {"limits": {"maxDailyLoss": "5"}, "blacklist": ["ETH/USDT"]}
    ok(api.patch("/api/v1/bots/b1", json=body))
    force = {"trade": 3}
    headers = {"Idempotency-Key": "key-00000001"}
    sent = ok(api.post("/api/v1/bots/b1/force-exit", json=force, headers=headers), 202)

    told = renew(world)

    assert told["settingsRevision"] == 2
    assert RiskLimits.model_validate(told["limits"]).max_daily_loss == 5
    assert told["blacklist"] == ["ETH/USDT"]
    commands = {item["verb"]: item for item in told["commands"]}
    assert set(commands) == {"limits", "blacklist", "force_exit"}
    assert commands["blacklist"]["pair"] == "ETH/USDT"
    assert (commands["force_exit"]["id"], commands["force_exit"]["trade"]) == (sent["id"], 3)
    assert renew(world, settings_revision=2)["limits"] is None


def test_what_became_of_a_command_is_shown(world: World) -> None:
    acquire(world)
    api, headers = world.api(world.alice), {"Idempotency-Key": "key-00000001"}
    sent = ok(api.post("/api/v1/bots/b1/force-exit", json={}, headers=headers), 202)
    outcome = {**HOLDER, "commandId": sent["id"], "done": False, "message": "No such trade."}

    for body in (outcome, outcome | {"done": True}):
        said = world.supervisor(BOT_TOKEN).post("/outcomes", json=body)
        assert said.status_code == 204

    (shown,) = ok(api.get("/api/v1/bots/b1/commands"))["items"]
    assert (shown["state"], shown["message"]) == (CommandState.REFUSED, "No such trade.")
    assert renew(world)["commands"] == []


def test_figures_are_shown_and_events_told_once(world: World) -> None:
    acquire(world)
    event = {"id": "entry-1", "kind": "entry", "at": "2026-01-05T12:00:00Z", "text": "Bought."}
    body = wire(a_renewal(figures=figures(open_trades=()))) | {"events": [event]}

    for _ in range(2):
        ok(world.supervisor(BOT_TOKEN).post("/renew", json=body))

    shown = ok(world.api(world.alice).get("/api/v1/bots/b1"))
    assert shown["phase"] == "running"
    assert shown["figures"]["balance"] == "1000"
    assert [told.id for _, told in world.bots.teller.told] == ["entry-1"]


def test_the_key_goes_to_the_holder_of_a_live_lease_and_not_twice_at_once(world: World) -> None:
    world.bots.put(a_live_bot())
    key_id = KeyId(a_key(world))
    world.bots.put(replace(a_live_bot(), key_id=key_id))
    acquire(world)
    client = world.supervisor(BOT_TOKEN)

    response = client.post("/key", json=HOLDER)

    key = Key.model_validate(ok(response))
    assert (key.api_key, key.secret) == (CREDENTIALS["apiKey"], CREDENTIALS["secret"])
    assert response.headers["Cache-Control"] == "no-store"
    assert [(item[0], item[1]) for item in world.bots.db.releases] == [(key_id, BOT)]
    problem(client.post("/key", json=HOLDER), 429, "rate_limited")
    world.clock.move(seconds=31)
    problem(client.post("/key", json=HOLDER), 423, "held_back")  # the lease has run out


def test_a_key_that_has_grown_dangerous_is_not_released(world: World) -> None:
    key_id = KeyId(a_key(world))
    world.bots.put(replace(a_live_bot(), key_id=key_id))
    acquire(world)
    world.bots.checker.stated = replace(world.bots.checker.stated, can_withdraw=True)

    response = world.supervisor(BOT_TOKEN).post("/key", json=HOLDER)

    problem(response, 423, "held_back")
    assert (
        "withdraw" in ok(world.api(world.alice).get(f"/api/v1/exchange-keys/{key_id}"))["problem"]
    )


def test_a_key_is_released_while_the_exchange_does_not_answer(world: World) -> None:
    key_id = KeyId(a_key(world))
    world.bots.put(replace(a_live_bot(), key_id=key_id))
    acquire(world)
    world.bots.checker.is_down = True

    ok(world.supervisor(BOT_TOKEN).post("/key", json=HOLDER))


def test_a_paper_bot_gets_no_key(world: World) -> None:
    acquire(world)

    problem(world.supervisor(BOT_TOKEN).post("/key", json=HOLDER), 423, "held_back")


def test_a_stopped_bots_service_goes_when_it_has_left(world: World) -> None:
    acquire(world)
    headers = {"Idempotency-Key": "key-00000001"}
    stopped = world.api(world.alice).post("/api/v1/bots/b1/stop", json={}, headers=headers)
    assert ok(stopped, 202)["operation"]["kind"] == OperationKind.STOPPING
    told = renew(world)
    assert told["wanted"] == Wanted.STOPPED
    assert [item["verb"] for item in told["commands"]] == [Verb.STOP]

    said = world.supervisor(BOT_TOKEN).post("/release", json={**HOLDER, "reason": "stopped"})

    assert said.status_code == 204
    assert world.bots.work() == 1
    assert world.bots.services.deleted == [(BOT, "here")]
    found = world.bots.db.bots[ALICE, BOT]
    assert (found.is_active, found.tokens, found.deployment) == (False, (), None)
