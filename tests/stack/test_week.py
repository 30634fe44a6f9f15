"""A week of the simulated market at high speed: paper money and real orders, compared to the last unit."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from candlewick.cli.api import JsonObject
from emulators.stack.supervisor import Stack
from tests.stack.canaries import Canaries
from tests.stack.conftest import User, eventually
from tests.stack.strategies import HONEST
from tests.stack.test_bots import a_bot, seen, stopped, told, until, verified

pytestmark = [pytest.mark.stack, pytest.mark.bots, pytest.mark.timeout(5_400)]

# In whenever it may, out after two hours.
BUSY = HONEST.replace('dataframe["rsi"] < 35', 'dataframe["rsi"] < 101').replace(
    '{"0": 0.02}', '{"0": 0.02, "120": -1}'
)
PAIRS = ["BTC/USDT", "ETH/USDT"]
MONEY = Decimal(1_000)
SPEED = 600
USUAL_SPEED = 60
SETTLING_SPEED = 1
WEEK = timedelta(days=7)
# Freqtrade keeps rates as binary fractions of 15 digits.
EXACT = Decimal("1e-12")


class Exchange:
    """The stack's exchange and its clock."""

    def __init__(self, url: str) -> None:
        self._url = url

    def now(self) -> datetime:
        clock = httpx.get(f"{self._url}/emulator/clock").json()
        return datetime.fromtimestamp(clock["nowMs"] / 1_000, UTC)

    def run_at(self, speed: float) -> None:
        httpx.put(f"{self._url}/emulator/clock", json={"speed": speed}).raise_for_status()

    def issue(self, account: str) -> JsonObject:
        wanted = {"name": account, "balances": {"USDT": str(MONEY)}}
        issued: JsonObject = httpx.post(f"{self._url}/emulator/accounts", json=wanted).json()
        return issued

    def books(self, account: str) -> JsonObject:
        found: JsonObject = httpx.get(
            f"{self._url}/emulator/books", params={"account": account}, timeout=60
        ).json()
        return found


@pytest.fixture
def exchange(stack: Stack) -> Iterator[Exchange]:
    exchange = Exchange(stack.urls["exchange"])
    yield exchange
    exchange.run_at(USUAL_SPEED)


def start_both(user: User, exchange: Exchange, account: str, canaries: Canaries) -> tuple[str, str]:
    issued = exchange.issue(account)
    wanted = {name: issued[name] for name in ("apiKey", "secret")}
    canaries.secrets += wanted.values()
    key = user.api.post("/exchange-keys", {"name": "Play", "venue": "simulated", **wanted})
    saved = verified(user, BUSY)
    plan: dict[str, Any] = {"pairs": PAIRS, "maxOpenTrades": 2}
    paper = told(user, "/bots", a_bot(saved, name="Paper", **plan))["id"]
    real = told(user, "/bots", a_bot(saved, mode="replay", exchangeKeyId=key["id"], **plan))["id"]
    user.api.post(f"/bots/{paper}/start", {})
    user.api.post(f"/bots/{real}/start", {"confirmName": "Runner"})
    for bot_id in (paper, real):
        until(user, bot_id, "running")
    return paper, real


def filled(orders: list[JsonObject]) -> list[JsonObject]:
    return sorted(
        (order for order in orders if Decimal(order["filled"]) > 0),
        key=lambda order: int(order["exchangeOrderId"]),
    )


def assert_journal_equals_books(journal: list[JsonObject], books: JsonObject) -> None:
    """Compare every order's amount, cost and fee, and what they left of the money."""
    theirs = {order["clientOrderId"]: order for order in books["orders"]}
    ours = {order["clientOrderId"]: order for order in journal if order["exchangeOrderId"]}
    assert set(ours) == set(theirs)
    for name, order in theirs.items():
        fills = [fill for fill in books["fills"] if fill["orderId"] == order["orderId"]]
        fees = sum((Decimal(fill["commission"]) for fill in fills), Decimal(0))
        assert Decimal(order["executedQty"]) == Decimal(ours[name]["filled"])
        assert Decimal(order["cummulativeQuoteQty"]) == Decimal(ours[name]["cost"])
        assert fees == Decimal(ours[name]["fee"]), name
    (account,) = books["accounts"]
    for asset, left in left_by(journal).items():
        balance = account["balances"].get(asset, {"free": 0, "locked": 0})
        assert Decimal(balance["free"]) + Decimal(balance["locked"]) == left, asset


def left_by(journal: list[JsonObject]) -> dict[str, Decimal]:
    """Return what an account must hold after these orders, by asset."""
    left = {"USDT": MONEY}
    for order in filled(journal):
        base, quote = order["pair"].split("/")
        sign = 1 if order["side"] == "buy" else -1
        left[base] = left.get(base, Decimal(0)) + sign * Decimal(order["filled"])
        left[quote] -= sign * Decimal(order["cost"])
        if order["feeCurrency"]:
            left[order["feeCurrency"]] -= Decimal(order["fee"])
    return left


def assert_trades_equal_journal(
    trades: list[JsonObject], still_open: list[JsonObject], journal: list[JsonObject]
) -> None:
    """Compare each trade's amount and rates with the orders that opened and closed it."""
    for pair in PAIRS:
        orders = filled([order for order in journal if order["pair"] == pair])
        bought = [order for order in orders if order["side"] == "buy"]
        sold = [order for order in orders if order["side"] == "sell"]
        closed = sorted(
            (trade for trade in trades if trade["pair"] == pair), key=lambda trade: trade["number"]
        )
        opened = closed + [trade for trade in still_open if trade["pair"] == pair]
        assert (len(opened), len(closed)) == (len(bought), len(sold))
        for trade, order in zip(opened, bought, strict=True):
            assert_rate(trade["openRate"], order)
        for trade, order in zip(closed, sold, strict=True):
            assert_rate(trade["closeRate"], order)
            assert Decimal(trade["amount"]) == Decimal(order["filled"])


def assert_rate(rate: str, order: JsonObject) -> None:
    exact = Decimal(order["cost"]) / Decimal(order["filled"])
    assert abs(Decimal(rate) - exact) <= exact * EXACT, order


def test_a_weeks_trades_are_what_the_journal_and_the_exchange_say(
    user: User, exchange: Exchange, canaries: Canaries, record_property: Any
) -> None:
    account = f"week-{secrets.token_hex(4)}"
    paper, real = start_both(user, exchange, account, canaries)
    ends = exchange.now() + WEEK

    exchange.run_at(SPEED)
    eventually(lambda: exchange.now() >= ends or None, within_s=3_600)
    exchange.run_at(SETTLING_SPEED)
    for bot_id in (paper, real):
        told(user, f"/bots/{bot_id}/stop", {"close": False})
        stopped(user, bot_id)

    books = exchange.books(account)
    journal = list(user.api.pages(f"/bots/{real}/orders", size=100))
    trades = list(user.api.pages(f"/bots/{real}/trades", size=100))
    assert_journal_equals_books(journal, books)
    assert_trades_equal_journal(trades, seen(user, real)["figures"]["openTrades"], journal)
    on_paper = list(user.api.pages(f"/bots/{paper}/trades", size=100))
    assert list(user.api.pages(f"/bots/{paper}/orders", size=100)) == []
    figures = {"orders": len(journal), "trades": len(trades), "on_paper": len(on_paper)}
    for name, count in figures.items():
        record_property(name, count)
    # Two pairs, two hours and a little more for each trade.
    assert min(len(trades), len(on_paper)) > 60
