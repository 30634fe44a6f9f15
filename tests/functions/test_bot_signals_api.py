"""A signal from outside enters one trade, once, now, and only where the bot's owner allowed it."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from candlewick.accounts.models import hash_secret
from candlewick.bots.models import Bot, BotId
from candlewick.bots.wire import Mode, Wanted
from tests.bot_factories import SIGNAL_SECRET, SIGNAL_TOKEN, a_live_bot, a_running_bot
from tests.factories import ALICE
from tests.fakes import START
from tests.functions.answers import JsonObject, ok, problem
from tests.world import World

SIGNALS = "/api/v1/bots/signals"
TOKENS = "/api/v1/bots/b1/signal-token"


@pytest.fixture
def outside(world: World) -> FlaskClient:
    """Nobody who is signed in."""
    return world.api()


@pytest.fixture
def owner(world: World) -> FlaskClient:
    return world.api(world.alice)


def listening(world: World, **changes: Any) -> Bot:
    bot = a_running_bot(signal_secret_hash=hash_secret(SIGNAL_SECRET))
    return world.bots.put(replace(bot, **changes))


def send(outside: FlaskClient, **changes: Any) -> TestResponse:
    body = {"token": SIGNAL_TOKEN, "pair": "BTC/USDT", "at": START.isoformat(), **changes}
    return outside.post(SIGNALS, json=body)


def told(world: World) -> list[tuple[str, str, str]]:
    commands = world.bots.bots.commands(ALICE, BotId("b1"), size=9)
    return [(command.verb, command.pair, command.by) for command in commands]


def test_a_signal_forces_an_entry_and_is_recorded(world: World, outside: FlaskClient) -> None:
    listening(world)

    taken = ok(send(outside), 202)

    assert (taken["verb"], taken["state"]) == ("force_entry", "pending")
    assert told(world) == [("force_entry", "BTC/USDT", "webhook")]


@pytest.mark.parametrize("pair", ["BTCUSDT", "BINANCE:BTCUSDT", "btcusdt"])
def test_tradingviews_tickers_are_understood(world: World, outside: FlaskClient, pair: str) -> None:
    listening(world)

    assert ok(send(outside, pair=pair), 202)["pair"] == "BTC/USDT"


def test_the_same_signal_again_is_refused(world: World, outside: FlaskClient) -> None:
    listening(world)
    ok(send(outside), 202)

    detail = problem(send(outside), 409, "conflict")["detail"]

    assert "taken before" in detail
    assert len(told(world)) == 1


def test_two_signals_of_one_second_are_told_apart_by_their_id(
    world: World, outside: FlaskClient
) -> None:
    listening(world)

    ok(send(outside, id="first"), 202)
    ok(send(outside, id="second"), 202)
    ok(send(outside, pair="ETHUSDT", id="first"), 202)

    assert len(told(world)) == 3


@pytest.mark.parametrize(
    "token",
    [
        SIGNAL_TOKEN[:-1] + "x",
        f"bob.b1.{SIGNAL_SECRET}",
        f"alice.b2.{SIGNAL_SECRET}",
        "alice.b1.short",
        "nothing",
    ],
)
def test_a_wrong_token_never_says_what_is_wrong(
    world: World, outside: FlaskClient, token: str
) -> None:
    listening(world)

    detail = problem(send(outside, token=token), 401, "unauthenticated")["detail"]

    assert detail == "This token is not valid, or its bot takes no signals."
    assert told(world) == []


def test_a_bot_that_was_not_allowed_to_takes_none(world: World, outside: FlaskClient) -> None:
    world.bots.put(a_running_bot())

    problem(send(outside), 401, "unauthenticated")


@pytest.mark.parametrize("seconds", [-121, 31])
def test_a_signal_must_be_of_now(world: World, outside: FlaskClient, seconds: int) -> None:
    listening(world)
    world.clock.move(seconds=-seconds)

    assert "not now" in problem(send(outside), 422, "invalid")["detail"]
    assert told(world) == []


@pytest.mark.parametrize(
    ("changes", "pair", "refusal"),
    [
        ({}, "XRP/USDT", (422, "invalid")),
        ({"blacklist": ("BTC/USDT",)}, "BTC/USDT", (422, "invalid")),
        ({"wanted": Wanted.STOPPED}, "BTC/USDT", (409, "conflict")),
        ({"wanted": Wanted.PAUSED}, "BTC/USDT", (409, "conflict")),
        ({"mode": Mode.SIGNALS}, "BTC/USDT", (409, "conflict")),
    ],
)
def test_only_what_the_bot_may_enter_now_is_entered(
    world: World, outside: FlaskClient, changes: JsonObject, pair: str, refusal: tuple[int, str]
) -> None:
    listening(world, **changes)

    problem(send(outside, pair=pair), *refusal)

    assert told(world) == []


def test_signals_are_limited_by_their_owner(world: World, outside: FlaskClient) -> None:
    listening(world)
    world.limiter.exhausted.add("signal")

    problem(send(outside), 429, "rate_limited")


def test_a_token_is_shown_once_and_voids_the_earlier_one(
    world: World, owner: FlaskClient, outside: FlaskClient
) -> None:
    world.bots.put(a_running_bot())
    first = ok(owner.post(TOKENS, json={}), 201)["token"]
    second = ok(owner.post(TOKENS, json={}), 201)["token"]

    problem(send(outside, token=first), 401, "unauthenticated")
    ok(send(outside, token=second), 202)

    shown = owner.get("/api/v1/bots/b1")
    assert ok(shown)["takesSignals"]
    assert second not in repr(world.bots.db.bots) + shown.text
    assert second.rpartition(".")[2] not in repr(world.bots.db.bots) + shown.text


def test_a_bot_that_takes_no_more_signals_takes_none_at_once(
    world: World, owner: FlaskClient, outside: FlaskClient
) -> None:
    listening(world)

    assert not ok(owner.delete(TOKENS))["takesSignals"]

    problem(send(outside), 401, "unauthenticated")


def test_real_money_takes_signals_only_with_its_name(world: World, owner: FlaskClient) -> None:
    world.bots.put(a_live_bot())

    assert "real money" in problem(owner.post(TOKENS, json={}), 422, "invalid")["detail"]
    ok(owner.post(TOKENS, json={"confirmName": "Buyer one"}), 201)
