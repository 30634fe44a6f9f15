"""A bot beside its backtest: the same time is simulated, and each difference has a cause."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from candlewick.backtests.models import BacktestRun, RunState
from candlewick.bots.models import Bot
from candlewick.bots.wire import Event, EventKind
from candlewick.strategies.models import StrategyId
from tests.bot_factories import a_closed_trade, a_running_bot
from tests.factories import ALICE, CANDLES_START, a_run, a_spec, a_strategy_ref
from tests.functions.answers import JsonObject, a_strategy, ok, problem, verified
from tests.world import World

PAIRS = ("BTC/USDT", "ETH/USDT")
KEYED = {"Idempotency-Key": "key-00000001"}
OPENED, CLOSED = CANDLES_START + timedelta(hours=1), CANDLES_START + timedelta(hours=2)


@pytest.fixture
def api(world: World) -> FlaskClient:
    return world.api(world.alice)


def a_planned(**changes: Any) -> JsonObject:
    """Return a trade of a verified result: 0.001 BTC from 100,100 to 101,000."""
    orders = [
        {"isEntry": True, "amount": 0.001, "price": 100_100.0},
        {"isEntry": False, "amount": 0.001, "price": 101_000.0},
    ]
    trade = {
        "number": 1,
        "pair": "BTC/USDT",
        "isOpen": False,
        "isShort": False,
        "openedAt": int(OPENED.timestamp() * 1_000),
        "closedAt": int(CLOSED.timestamp() * 1_000),
        "profit": 0.6989,
        "exitReason": "exit_signal",
        "orders": orders,
    }
    return trade | changes


def a_backtest(world: World, *trades: JsonObject, **changes: Any) -> BacktestRun:
    fields = {"spec": a_spec(pairs=PAIRS), **changes}
    run = world.put_run(a_run(RunState.SUCCEEDED, **fields))
    world.results.stored[f"{run.files}/trades.json"] = json.dumps({"trades": trades}).encode()
    return run


def a_bot(world: World, **changes: Any) -> Bot:
    return world.bots.put(a_running_bot(**changes))


def compared(api: FlaskClient) -> JsonObject:
    return ok(api.get("/api/v1/bots/b1/comparison", query_string={"runId": "r1"}))


def test_the_parts_of_each_trade_and_the_causes_add_up_to_the_difference(
    world: World, api: FlaskClient
) -> None:
    a_backtest(world, a_planned(), a_planned(pair="ETH/USDT", profit=0.5))
    world.bots.traded(a_bot(world), a_closed_trade())

    found = compared(api)

    both, missed = found["items"]
    assert Decimal(found["total"]) == Decimal(found["live"]) - Decimal(found["backtest"])
    assert Decimal(found["total"]) == Decimal("0.799") - Decimal("0.6989") - Decimal("0.5")
    for item in (both, missed):
        parts = [Decimal(part["amount"]) for part in item["parts"]]
        assert sum(parts) == Decimal(item["total"])
    causes = {cause["cause"]: Decimal(cause["amount"]) for cause in found["causes"]}
    assert sum(causes.values()) == Decimal(found["total"])
    assert causes["fill_price"] == Decimal("0.1")
    assert (missed["live"], missed["backtest"]["profit"]) == (None, "0.5")


def event(kind: EventKind, hours: float) -> Event:
    at = CANDLES_START + timedelta(hours=hours)
    return Event(id=f"{kind}-{hours}".replace(".", "-"), kind=kind, at=at, text="")


@pytest.mark.parametrize(
    ("events", "cause"),
    [
        ([event(EventKind.STARTED, 0)], "signal"),
        ([event(EventKind.STARTED, 1.5)], "missed_candle"),
        (
            [
                event(EventKind.STARTED, 0),
                event(EventKind.STOPPED, 0.5),
                event(EventKind.STARTED, 1.5),
            ],
            "missed_candle",
        ),
        ([event(EventKind.STARTED, 0), event(EventKind.LIMIT_REACHED, 0.5)], "held_back"),
    ],
)
def test_a_trade_that_the_bot_did_not_make_says_why(
    world: World, api: FlaskClient, events: list[Event], cause: str
) -> None:
    a_backtest(world, a_planned())
    bot = a_bot(world)
    world.bots.db.events[bot.owner, bot.id] = {item.id: item for item in events}

    (item,) = compared(api)["items"]

    assert [part["cause"] for part in item["parts"]] == [cause]


def test_what_was_paused_and_forced_is_a_persons_doing(world: World, api: FlaskClient) -> None:
    a_backtest(world, a_planned())
    bot = a_bot(world)
    world.bots.db.events[bot.owner, bot.id] = {"s": event(EventKind.STARTED, 0)}
    forced = {"opened_at": CLOSED, "closed_at": CLOSED + timedelta(hours=1)}
    world.bots.traded(bot, a_closed_trade(tag="force_entry", **forced))
    world.clock.time = OPENED - timedelta(minutes=20)
    ok(api.post("/api/v1/bots/b1/pause", headers=KEYED), 202)

    items = compared(api)["items"]

    assert [[part["cause"] for part in item["parts"]] for item in items] == [["override"]] * 2


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"strategy": a_strategy_ref(code_hash="0" * 64)}, "another version"),
        ({"strategy": a_strategy_ref(parameters={"buy": {"rsi": 3}})}, "other parameters"),
        ({"spec": a_spec(pairs=("BTC/USDT",))}, "other pairs"),
        ({"spec": a_spec(pairs=PAIRS, timeframe="1h")}, "other candles"),
        ({"spec": a_spec(pairs=PAIRS, exchange="binance")}, "another exchange"),
    ],
)
def test_only_a_backtest_of_the_same_is_compared(
    world: World, api: FlaskClient, changes: dict[str, Any], word: str
) -> None:
    a_backtest(world, **changes)
    a_bot(world)

    refused = api.get("/api/v1/bots/b1/comparison", query_string={"runId": "r1"})

    assert word in problem(refused, 422, "invalid")["detail"]


def test_a_run_without_a_verified_result_is_not_compared(world: World, api: FlaskClient) -> None:
    a_bot(world)
    query = {"runId": "r1"}
    problem(api.get("/api/v1/bots/b1/comparison", query_string=query), 404, "not_found")
    world.put_run(a_run(RunState.RUNNING))
    problem(api.get("/api/v1/bots/b1/comparison", query_string=query), 409, "conflict")


def test_one_request_simulates_the_time_that_the_bot_has_traded(
    world: World, api: FlaskClient
) -> None:
    strategy_id = a_strategy(world)
    verified(world, strategy_id)
    reference = replace(a_strategy_ref(), id=StrategyId(strategy_id))
    bot = a_bot(world, strategy=reference)
    world.bots.traded(bot, a_closed_trade())

    first = ok(api.post("/api/v1/bots/b1/backtest", headers=KEYED), 202)
    again = ok(api.post("/api/v1/bots/b1/backtest", headers=KEYED), 202)

    run = world.runs.get(ALICE, first["id"])
    assert run is not None
    assert again["id"] == first["id"]
    assert run.strategy.code_hash == bot.strategy.code_hash
    spec = run.spec
    assert (spec.exchange, spec.pairs, spec.timeframe) == ("simulated", PAIRS, "5m")
    assert (spec.start, spec.until) == (
        OPENED - timedelta(minutes=10),
        CLOSED + timedelta(minutes=5),
    )
    money = Decimal(100), Decimal(1_000)
    assert (spec.stake_amount, spec.wallet) == money
    assert spec.max_open_trades == bot.trading.max_open_trades


def test_a_bot_that_has_not_traded_has_nothing_to_compare(world: World, api: FlaskClient) -> None:
    a_bot(world)

    refused = api.post("/api/v1/bots/b1/backtest", headers=KEYED)

    assert "nothing to compare" in problem(refused, 409, "conflict")["detail"]


def test_a_venue_without_candles_is_not_compared(world: World, api: FlaskClient) -> None:
    bot = a_running_bot()
    world.bots.put(replace(bot, trading=replace(bot.trading, venue="paper")))

    refused = api.post("/api/v1/bots/b1/backtest", headers=KEYED)

    assert "no candles" in problem(refused, 409, "conflict")["detail"]
