"""A live bot from the verified backtest to its end, on the whole stack: real containers, leases, orders."""

import os
import secrets
from decimal import Decimal

import httpx
import psutil
import pytest
from google.cloud import firestore

from candlewick.cli.api import ApiProblem, JsonObject
from emulators.stack.supervisor import Stack
from tests.stack.canaries import Canaries, documents, files, holds, memory, processes, traders
from tests.stack.conftest import User, eventually
from tests.stack.strategies import HONEST

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]

# In and out within a few candles: at sixty times the speed of time a candle is five seconds.
EAGER = HONEST.replace('dataframe["rsi"] < 35', 'dataframe["rsi"] < 101').replace(
    '{"0": 0.02}', '{"0": 0.02, "10": -1}'
)
BOT_DEADLINE_S = 180


def told(user: User, path: str, body: JsonObject | None = None) -> JsonObject:
    """Post with an idempotency key of its own."""
    response = user.api.http.post(
        path, json=body or {}, headers={"Idempotency-Key": secrets.token_urlsafe(12)}
    )
    assert response.is_success, response.text
    found: JsonObject = response.json()
    return found


def verified(user: User, code: str = EAGER) -> JsonObject:
    """Return a version with a verified backtest."""
    saved = user.save(code)
    run_id = user.api.submit(user.request(saved, end="2025-03-02T00:00:00Z"))["id"]
    assert user.wait(run_id)["state"] == "succeeded"
    return saved


def a_bot(saved: JsonObject, **changes: object) -> JsonObject:
    return {
        "name": "Runner",
        "mode": "paper",
        "strategyId": saved["strategyId"],
        "version": saved["number"],
        "venue": "simulated",
        "pairs": ["BTC/USDT"],
        "maxOpenTrades": 1,
        **changes,
    }


def seen(user: User, bot_id: str) -> JsonObject:
    return user.api.get(f"/bots/{bot_id}")


def until(user: User, bot_id: str, phase: str) -> JsonObject:
    def look() -> JsonObject | None:
        bot = seen(user, bot_id)
        return bot if bot["phase"] == phase else None

    return eventually(look, within_s=BOT_DEADLINE_S)


def stopped(user: User, bot_id: str) -> JsonObject:
    def look() -> JsonObject | None:
        bot = seen(user, bot_id)
        return bot if bot["operation"]["kind"] == "none" and bot["wanted"] == "stopped" else None

    return eventually(look, within_s=BOT_DEADLINE_S)


def services_of(stack: Stack, bot_id: str) -> int:
    url = f"{stack.urls['cloud-run-http']}/instances/bot-{bot_id}"
    return httpx.get(url).status_code


def test_a_paper_bot_runs_trades_and_stops(user: User, stack: Stack) -> None:
    saved = verified(user)
    plan = a_bot(saved)
    sentences = user.api.post("/bots/preview", plan)["sentences"]
    assert "paper money" in sentences[0]

    bot_id = told(user, "/bots", plan)["id"]
    user.api.post(f"/bots/{bot_id}/start", {})

    running = until(user, bot_id, "running")
    assert running["wanted"] == "running"

    def traded() -> JsonObject | None:
        figures = seen(user, bot_id)["figures"]
        return figures if figures and figures["openTrades"] else None

    trade = eventually(traded, within_s=BOT_DEADLINE_S)["openTrades"][0]
    assert trade["pair"] == "BTC/USDT"
    told(user, f"/bots/{bot_id}/stop", {"close": False})
    stopped(user, bot_id)
    assert services_of(stack, bot_id) == 404


def test_a_bot_needs_a_verified_backtest(user: User) -> None:
    saved = user.save(HONEST)

    with pytest.raises(ApiProblem, match="verified"):
        user.api.post("/bots/preview", a_bot(saved))


def test_a_bot_with_a_key_trades_as_the_exchange_and_its_journal_say(
    user: User, stack: Stack, canaries: Canaries, database: firestore.Client
) -> None:
    exchange = stack.urls["exchange"]
    account = f"user-{secrets.token_hex(4)}"
    issued = httpx.post(
        f"{exchange}/emulator/accounts", json={"name": account, "balances": {"USDT": "1000"}}
    ).json()
    key = user.api.post(
        "/exchange-keys",
        {
            "name": "Play money",
            "venue": "simulated",
            "apiKey": issued["apiKey"],
            "secret": issued["secret"],
        },
    )
    canaries.secrets += [issued["apiKey"], issued["secret"]]
    bot_id = told(user, "/bots", a_bot(verified(user), mode="replay", exchangeKeyId=key["id"]))[
        "id"
    ]
    user.api.post(f"/bots/{bot_id}/start", {"confirmName": "Runner"})
    until(user, bot_id, "running")

    def filled() -> list[JsonObject] | None:
        orders: list[JsonObject] = user.api.get(f"/bots/{bot_id}/orders")["items"]
        done = [order for order in orders if order["state"] == "closed"]
        return orders if {order["side"] for order in done} == {"buy", "sell"} else None

    eventually(filled, within_s=BOT_DEADLINE_S)
    assert_no_process_shows(canaries, stack)
    told(user, "/bots/stop-all", {"close": True})
    stopped(user, bot_id)

    books = httpx.get(f"{exchange}/emulator/books", params={"account": account}).json()
    journal = {
        order["clientOrderId"]: order
        for order in user.api.get(f"/bots/{bot_id}/orders", size=100)["items"]
    }
    theirs = {order["clientOrderId"]: order for order in books["orders"]}
    assert set(theirs) <= set(journal)
    for name, order in theirs.items():
        assert Decimal(order["executedQty"]) == Decimal(journal[name]["filled"])
        assert Decimal(order["cummulativeQuoteQty"]) == Decimal(journal[name]["cost"])
    assert services_of(stack, bot_id) == 404
    # The search finds what it may find: the bot by its name, and its trades in the stored state.
    assert [place for place, content in documents(database) if holds(content, bot_id)]
    assert [place for place, content in files(stack.options.state_dir) if holds(content, "ft_pair")]


def assert_no_process_shows(canaries: Canaries, stack: Stack) -> None:
    """Look at all that runs in the bot's container; only its supervisor's memory may hold the key."""
    root = stack.pid("cloud-run")
    assert [place for place, shown in processes(root) if canaries.found_in(shown)] == []
    inside = list(traders(root))
    assert inside
    if os.geteuid() == 0:
        for trader in inside:
            assert not any(canaries.found_in(part) for part in memory(trader.pid)), trader
        supervisors = {parent.pid for trader in inside for parent in trader.parents()}
        holders = [pid for pid in supervisors & set(psutil.pids()) if is_supervisor(pid)]
        assert all(any(canaries.found_in(part) for part in memory(pid)) for pid in holders)
        assert holders


def is_supervisor(pid: int) -> bool:
    return "live_bot" in psutil.Process(pid).cmdline()
