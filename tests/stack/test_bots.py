"""A live bot from the verified backtest to its end, on the whole stack: real containers, leases, orders."""

import secrets
from decimal import Decimal

import httpx
import pytest

from candlewick.cli.api import ApiProblem, JsonObject
from emulators.stack.supervisor import Stack
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
    user: User, stack: Stack
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
    assert issued["secret"] not in str(key)
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
