"""Paper money held to the limits, by what the trader tells and what it was allowed since."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from candlewick.bots.wire import OpenTrade, OrderType, RiskLimits
from live_bot.errors import VenueUnclear
from live_bot.guard import Guard
from live_bot.lease import Gate
from live_bot.ledger import Ledger
from live_bot.paper import Paper
from live_bot.trader_words import Entry, Report, Wallet

NOW = 1_746_057_600_000
PRICES = {"BTC/USDT": Decimal(100), "ETH/USDT": Decimal(10)}


class Market:
    """What a paper bot's supervisor sees of the exchange."""

    def __init__(self) -> None:
        self.now_ms = NOW
        self.is_there = True

    async def time(self) -> int:
        return self.now_ms

    async def price(self, pair: str) -> Decimal:
        if not self.is_there:
            raise VenueUnclear("no answer")
        return PRICES[pair]


class Held:
    """A guard of paper money; its trader has told that it began with 1,000."""

    def __init__(self, *, told: bool = True, **limits: Any) -> None:
        self.market = Market()
        self.gate = Gate(lambda: 0.0)
        self.gate.granted(sent_at=0.0, ttl_s=30)
        allowed = {"pairs": tuple(PRICES), **limits}
        self.guard = Guard(limits=RiskLimits(**allowed), ledger=Ledger())
        self.paper = Paper(
            self.guard, self.gate, venue_ms=self.market.time, price=self.market.price
        )
        if told:
            self.report()

    def report(self, *trades: OpenTrade, realised: str = "0", today: str = "0") -> None:
        wallet = Wallet(
            total=Decimal(1_000),
            free=Decimal(1_000),
            start=Decimal(1_000),
            realised=Decimal(realised),
            day_realised=Decimal(today),
        )
        self.paper.told(Report(open_trades=trades, wallet=wallet))

    def refusal(self, **changes: Any) -> str:
        facts = {"pair": "BTC/USDT", "amount": Decimal(1), "price": Decimal(100)}
        entry = Entry(**{**facts, "type": OrderType.LIMIT, **changes})
        return asyncio.run(self.paper.judge(entry)).refusal


def trade(*, pair: str = "BTC/USDT", amount: str = "1", stake: str = "100") -> OpenTrade:
    return OpenTrade(
        number=1,
        pair=pair,
        opened_at=datetime.now(UTC),
        amount=Decimal(amount),
        stake=Decimal(stake),
        open_rate=Decimal(100),
        rate=None,
        profit=None,
        profit_ratio=None,
        stop=None,
    )


def test_an_entry_within_the_limits_is_allowed() -> None:
    held = Held(max_open_stake=Decimal(100), max_orders_per_minute=1)

    assert held.refusal() == ""
    assert held.guard.ledger.orders_today == 1


@pytest.mark.parametrize(
    ("limits", "entry", "because"),
    [
        ({"pairs": ("ETH/USDT",)}, {}, "allowed pairs"),
        ({"max_order_stake": Decimal(99)}, {}, "larger than allowed"),
        ({"max_open_stake": Decimal(99)}, {}, "open stake"),
        ({"max_order_stake": Decimal(99)}, {"price": None, "type": OrderType.MARKET}, "larger"),
        ({"max_price_deviation": 0.05}, {"price": Decimal(106)}, "far from the market"),
        ({}, {"pair": "DOGE/USDT"}, "no such pair"),
        ({}, {"amount": Decimal(0)}, "amount"),
    ],
)
def test_an_entry_beyond_a_limit_is_refused(
    limits: dict[str, Any], entry: dict[str, Any], because: str
) -> None:
    assert because in Held(**limits).refusal(**entry)


def test_what_was_allowed_since_the_last_report_binds_stake_too() -> None:
    held = Held(max_open_stake=Decimal(250))

    refusals = [held.refusal() for _ in range(3)]

    assert refusals[:2] == ["", ""]
    assert "open stake" in refusals[2]


@pytest.mark.parametrize("amount", ["1", "0"], ids=["filled", "waiting"])
def test_open_trades_bind_stake_whether_filled_or_not(amount: str) -> None:
    held = Held(max_open_stake=Decimal(250))

    held.report(trade(amount=amount, stake="200"))

    assert "open stake" in held.refusal()
    assert held.refusal(amount=Decimal("0.5")) == ""


def test_more_entries_than_a_minute_may_have_are_refused_until_it_is_over() -> None:
    held = Held(max_orders_per_minute=1)
    held.refusal()

    assert "too many" in held.refusal()
    held.market.now_ms += 60_000
    assert held.refusal() == ""


def test_a_days_loss_counts_what_was_realised_and_what_is_open() -> None:
    held = Held(max_daily_loss=Decimal(30))
    held.report(trade(stake="110"), realised="-20", today="-20")

    news = held.guard.look(PRICES)

    assert "today's loss of 30.00" in news
    assert "today's loss" in held.refusal()


def test_an_entry_that_waits_for_its_fill_is_no_loss() -> None:
    held = Held(max_daily_loss=Decimal(1))

    held.report(trade(amount="0", stake="200"))

    assert held.guard.look(PRICES) == ""


def test_a_drawdown_is_measured_from_the_highest_equity() -> None:
    held = Held(max_drawdown=0.1)
    held.guard.look(PRICES)
    held.report(realised="500", today="500")
    held.guard.look(PRICES)

    held.report(realised="340", today="340")

    assert "drawdown of 10.7%" in held.guard.look(PRICES)


def test_nothing_is_allowed_before_the_trader_told_its_figures() -> None:
    assert "does not trade now" in Held(told=False).refusal()


def test_a_closed_gate_allows_no_paper_entry_either() -> None:
    held = Held()

    held.gate.close()

    assert "does not trade now" in held.refusal()


def test_without_a_price_nothing_is_allowed() -> None:
    held = Held()
    held.market.is_there = False

    assert held.refusal() == "no answer"
