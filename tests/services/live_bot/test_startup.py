"""Freqtrade's own start takes an order that the exchange cannot find for cancelled; ours does not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from ccxt import TICK_SIZE
from freqtrade.exceptions import InvalidOrderException
from freqtrade.freqtradebot import FreqtradeBot
from freqtrade.persistence import Order, Trade, init_db

from candlewick.bots.wire import Mode
from live_bot.trader.adoption import Adoption
from live_bot.trader.freqtrader import Freqtrader
from live_bot.trader.keeping import DatabaseDamaged, restore

Startup = Any


@pytest.fixture(autouse=True)
def _database(tmp_path: Path) -> Iterator[None]:
    init_db(f"sqlite:///{tmp_path}/trades.sqlite")
    yield
    Trade.session.remove()
    Trade.session.get_bind().dispose()


def open_entry(age: timedelta) -> None:
    opened = datetime.now(UTC) - age
    trade = Trade(
        pair="BTC/USDT",
        stake_amount=100.0,
        amount=0.0,
        amount_requested=1.0,
        open_rate=100.0,
        open_date=opened,
        fee_open=0.001,
        fee_close=0.001,
        exchange="binance",
        is_open=True,
    )
    trade.orders.append(
        Order(
            order_id="7",
            ft_pair="BTC/USDT",
            ft_order_side="buy",
            ft_is_open=True,
            ft_amount=1.0,
            ft_price=100.0,
            status="open",
            order_type="limit",
            side="buy",
            symbol="BTC/USDT",
            amount=1.0,
            filled=0.0,
            remaining=1.0,
            order_date=opened,
        )
    )
    Trade.session.add(trade)
    Trade.commit()


def started(kind: Any) -> Any:
    """Run the bot's start-up step at an exchange that does not find any order."""
    bot = kind.__new__(kind)
    bot.config = {"dry_run": False, "exchange": {}, "stake_currency": "USDT"}
    bot.exchange = MagicMock()
    bot.exchange.fetch_order_or_stoploss_order.side_effect = InvalidOrderException("not found")
    bot.exchange.fetch_order.side_effect = InvalidOrderException("not found")
    bot.exchange.cancel_order_with_result.side_effect = InvalidOrderException("not found")
    bot.exchange.check_order_canceled_empty.return_value = True
    bot.strategy = MagicMock()
    bot.wallets = MagicMock()
    bot.rpc = MagicMock()
    bot.not_found = set()
    bot.mode = Mode.LIVE
    bot.startup_update_open_orders()
    return bot


@pytest.mark.parametrize("age", [timedelta(minutes=1), timedelta(days=30)])
def test_an_order_that_is_not_found_stays_open(age: timedelta) -> None:
    open_entry(age)

    bot = started(Freqtrader)

    assert [order.order_id for order in Order.get_open_orders()] == ["7"]
    assert len(Trade.get_open_trades()) == 1
    assert bot.not_found == {"7"}


def test_freqtrades_own_start_forgets_an_order_of_a_minute_ago() -> None:
    """When this fails, Freqtrade has repaired it: then our own way is worth a second look."""
    open_entry(timedelta(minutes=1))

    started(FreqtradeBot)

    assert list(Order.get_open_orders()) == []


def test_a_database_that_fails_its_check_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "restored.sqlite"
    content = bytearray((tmp_path / "trades.sqlite").read_bytes())
    content[4_096:12_000] = b"\xff" * (12_000 - 4_096)

    with pytest.raises(DatabaseDamaged):
        restore(bytes(content), file)


def filled(number: int, side: str, amount: float) -> Order:
    return Order(
        order_id=str(number),
        ft_pair="BTC/USDT",
        ft_order_side=side,
        ft_is_open=False,
        ft_amount=amount,
        ft_price=100.0,
        status="closed",
        order_type="market",
        side="sell" if side == "stoploss" else side,
        symbol="BTC/USDT",
        price=100.0,
        average=100.0,
        amount=amount,
        filled=amount,
        remaining=0.0,
        order_date=datetime.now(UTC),
        order_filled_date=datetime.now(UTC),
    )


ASKED: dict[int, MagicMock] = {}  # a trade's exchange


def asked_for(trade: Trade) -> list[Any]:
    """Return what the exchange was asked for while a trade was looked at."""
    return list(ASKED[trade.id].fetch_order_or_stoploss_order.mock_calls)


def adopted(*orders: Order, amount: float, **facts: Any) -> Trade:
    """Let a trader start with a trade of these orders, of which its amount does not know the last."""
    trade = Trade(
        pair="BTC/USDT", base_currency="BTC", stake_amount=100.0, amount=amount, amount_requested=1.0, open_rate=100.0,
        open_date=datetime.now(UTC), fee_open=0.0, fee_close=0.0, exchange="binance", is_open=True,
        **facts,
    )  # fmt: skip
    trade.orders.extend(orders)
    Trade.session.add(trade)
    Trade.commit()
    bot = started(Freqtrader)
    bot.handle_order_fee = MagicMock()
    bot.margin_mode = MagicMock()
    bot.protections = MagicMock(
        **{"stop_per_pair.return_value": None, "global_stop.return_value": None}
    )
    bot.exchange.get_rate.return_value = 100.0
    bot.exchange.check_order_canceled_empty.return_value = False
    bot.exchange.fetch_order_or_stoploss_order.side_effect = None
    bot.exchange.fetch_order_or_stoploss_order.return_value = {
        "id": orders[-1].order_id, "status": "closed", "filled": orders[-1].filled, "remaining": 0.0,
        "average": 100.0, "price": 100.0, "amount": orders[-1].filled, "type": "market",
    }  # fmt: skip
    ASKED[trade.id] = bot.exchange
    bot.exchange.fetch_order_or_stoploss_order.reset_mock()
    Adoption(bot).adopt([])
    return trade


def test_a_sale_that_was_committed_without_its_trade_closes_it() -> None:
    trade = adopted(filled(1, "buy", 1.0), filled(2, "sell", 1.0), amount=1.0)

    assert not trade.is_open
    assert trade.close_profit_abs == 0


def test_a_stop_that_was_committed_without_its_trade_closes_it() -> None:
    trade = adopted(filled(1, "buy", 1.0), filled(2, "stoploss", 1.0), amount=1.0)

    assert not trade.is_open


def test_a_partial_sale_and_an_addition_that_were_committed_alone_change_their_trade() -> None:
    less = adopted(filled(1, "buy", 1.0), filled(2, "sell", 0.4), amount=1.0)
    more = adopted(filled(3, "buy", 1.0), filled(4, "buy", 0.5), amount=1.0)

    assert (less.is_open, less.amount) == (True, pytest.approx(0.6))
    assert (more.is_open, more.amount) == (True, pytest.approx(1.5))


def test_a_trade_whose_amount_is_what_its_orders_left_is_left_alone() -> None:
    trade = adopted(filled(1, "buy", 1.0), filled(2, "sell", 0.4), amount=0.6)

    assert (trade.is_open, trade.amount) == (True, 0.6)
    assert trade.exit_reason is None


def test_a_fee_in_the_coin_that_leaves_less_than_a_step_is_no_difference() -> None:
    bought = filled(1, "buy", 0.00082)
    bought.ft_fee_base = 0.00000082

    trade = adopted(bought, amount=0.00081, amount_precision=0.00001, precision_mode=TICK_SIZE)

    assert trade.amount == 0.00081
    assert asked_for(trade) == []
