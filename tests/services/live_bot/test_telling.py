"""What the trader tells of trades that Freqtrade keeps incompletely."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from freqtrade.persistence import Order, Trade, init_db

from candlewick.bots.wire import EventKind
from live_bot.trader import telling

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _database(tmp_path: Path) -> Iterator[None]:
    init_db(f"sqlite:///{tmp_path}/trades.sqlite")
    yield
    Trade.session.remove()
    Trade.session.get_bind().dispose()


def order(number: int, side: str, amount: float, price: float, tag: str | None = None) -> Order:
    return Order(
        order_id=str(number),
        ft_pair="BTC/USDT",
        ft_order_side=side,
        ft_order_tag=tag,
        ft_is_open=False,
        ft_amount=amount,
        ft_price=price,
        status="closed",
        order_type="limit",
        side=side,
        symbol="BTC/USDT",
        amount=amount,
        filled=amount,
        average=price,
        remaining=0.0,
        order_date=NOW,
    )


def a_trade(*orders: Order) -> Trade:
    trade = Trade(
        pair="BTC/USDT",
        stake_amount=100.0,
        amount=1.0,
        open_rate=100.0,
        open_date=NOW,
        fee_open=0.001,
        fee_close=0.001,
        exchange="binance",
        is_open=True,
    )
    trade.orders.extend(orders)
    Trade.session.add(trade)
    Trade.commit()
    return trade


def close_as_freqtrade_does_while_it_cancels(trade: Trade) -> None:
    trade.is_open = False
    trade.close_date = NOW
    trade.close_profit, trade.close_profit_abs = 0.1, 10.0
    Trade.commit()


def test_rate_and_reason_that_freqtrade_forgot_are_those_of_the_exits() -> None:
    trade = a_trade(
        order(1, "buy", 1.0, 100.0),
        order(2, "sell", 0.25, 106.0, "roi"),
        order(3, "sell", 0.75, 110.0, "roi"),
    )
    close_as_freqtrade_does_while_it_cancels(trade)

    (told,) = telling.closed_trades(())

    assert (told.close_rate, told.exit_reason) == (Decimal("109.0"), "roi")


def test_an_exit_without_a_rate_is_news_all_the_same() -> None:
    trade = a_trade(order(1, "buy", 1.0, 100.0), order(2, "sell", 1.0, 110.0, "roi"))
    news = telling.News()
    close_as_freqtrade_does_while_it_cancels(trade)

    (event,) = news.since_last_time()

    assert event.kind is EventKind.EXIT
    assert event.text == "Sold BTC/USDT at 110, +10.00% (roi)."
