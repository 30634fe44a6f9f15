"""A whole Freqtrade bot trades a simulated day, and its trades are what the exchange's books say."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from freqtrade.freqtradebot import FreqtradeBot
from freqtrade.persistence import Order, Trade

from tests.emulators.exchange.freqtrade_side import configuration
from tests.emulators.exchange.venue import (
    BTC,
    ETH,
    START_MS,
    Venue,
    balances,
    running,
    walk,
    write_candles,
)

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("exchange-bot"),
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]

STRATEGIES = Path(__file__).parent / "strategies"
DAY = timedelta(hours=24)
STEP = timedelta(minutes=5)
# ccxt's words for Binance's.
WORDS = {
    "NEW": "open",
    "PARTIALLY_FILLED": "open",
    "FILLED": "closed",
    "CANCELED": "canceled",
    "EXPIRED": "expired",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is left after the day: the database's trades and orders, and the exchange's books."""

    trades: list[Trade]
    orders: list[Order]
    books: dict[str, Any]
    wallet: dict[str, float]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("bot")
    write_candles(
        folder / "candles",
        {BTC: walk(100_000.0, 900, seed=11), ETH: walk(3_000.0, 900, seed=12)},
        first=300,
    )
    with running(folder / "candles", "--stepped", "--volume-share", "0.0001") as venue:
        yield _trade(venue, folder)


def _trade(venue: Venue, folder: Path) -> Day:
    start = datetime.fromtimestamp(START_MS / 1_000, UTC)
    with time_machine.travel(start, tick=False) as clock:
        settings = configuration(venue, folder) | {
            "strategy": "Busy",
            "strategy_path": str(STRATEGIES),
        }
        bot = FreqtradeBot(settings)
        bot.startup()
        while datetime.now(UTC) < start + DAY:
            bot.process()
            venue.advance(int(STEP.total_seconds() * 1_000))
            clock.shift(STEP)
        bot.process()
        trades, orders = list(Trade.get_trades().all()), list(Order.session.query(Order).all())
        found = Day(
            trades=trades,
            orders=orders,
            books=venue.books(),
            wallet={asset: bot.wallets.get_total(asset) for asset in ("USDT", "BTC", "ETH")},
        )
        bot.cleanup()
    return found


def test_the_day_was_eventful(day: Day) -> None:
    reasons = Counter(trade.exit_reason for trade in day.trades)
    statuses = Counter(order["status"] for order in day.books["orders"])

    assert reasons["rose"] > 5
    assert reasons["stoploss_on_exchange"] > 5
    assert min(statuses["FILLED"], statuses["CANCELED"]) > 20
    partly = [
        o for o in day.books["orders"] if 0 < Decimal(o["executedQty"]) < Decimal(o["origQty"])
    ]
    assert partly


def test_both_know_the_same_orders_to_the_last_unit(day: Day) -> None:
    at_the_exchange = {str(order["orderId"]): order for order in day.books["orders"]}
    in_the_database = {order.order_id: order for order in day.orders}

    assert in_the_database.keys() == at_the_exchange.keys()
    for number, order in in_the_database.items():
        booked = at_the_exchange[number]
        assert WORDS[booked["status"]] == order.status, number
        assert (order.ft_pair.replace("/", ""), order.side) == (
            booked["symbol"],
            booked["side"].lower(),
        )
        assert exact(order.safe_filled) == Decimal(booked["executedQty"])
        assert exact(order.cost or 0) == Decimal(booked["cummulativeQuoteQty"])
        assert exact(order.amount) == Decimal(booked["origQty"])
        assert order.ft_is_open == (booked["status"] in {"NEW", "PARTIALLY_FILLED"})


def test_the_balances_are_what_the_orders_in_the_database_make(day: Day) -> None:
    expected: dict[str, Decimal] = defaultdict(Decimal, USDT=Decimal(1_000))
    for order in day.orders:
        base, quote = order.ft_pair.split("/")
        sign = 1 if order.side == "buy" else -1
        expected[base] += sign * exact(order.safe_filled)
        expected[quote] -= sign * exact(order.cost or 0)
    for fill in day.books["fills"]:
        expected[fill["commissionAsset"]] -= Decimal(fill["commission"])

    found = {asset: free + locked for asset, (free, locked) in balances(day.books).items()}

    assert found == expected
    assert {asset: exact(day.wallet[asset]) for asset in found} == found


def test_the_profit_in_the_database_is_money_and_coins_in_the_books(day: Day) -> None:
    money: dict[str, Decimal] = defaultdict(Decimal)
    coins: dict[str, Decimal] = defaultdict(Decimal)
    for fill in day.books["fills"]:
        number, sign = str(fill["orderId"]), 1 if fill["isBuyer"] else -1
        money[number] -= sign * Decimal(fill["quoteQty"])
        coins[number] += sign * Decimal(fill["qty"])
        kept = coins if fill["isBuyer"] else money
        kept[number] -= Decimal(fill["commission"])

    closed = [trade for trade in day.trades if not trade.is_open]
    for trade in closed:
        numbers = [order.order_id for order in trade.orders]
        left = sum(coins[number] for number in numbers) * exact(trade.open_rate)
        # Freqtrade takes the fee of coins that a fee took already: a thousandth of a thousandth.
        earned = float(left + sum(money[number] for number in numbers))
        assert trade.close_profit_abs == pytest.approx(earned, abs=0.01)
    assert len(closed) > 20


def exact(value: float) -> Decimal:
    """Return a number of the database as the decimal that was meant."""
    return Decimal(repr(value))
