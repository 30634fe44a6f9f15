"""Freqtrade's own exchange object works on the simulated exchange, by configuration alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from freqtrade.enums import CandleType
from freqtrade.exceptions import InsufficientFundsError, InvalidOrderException
from freqtrade.exchange import Exchange
from freqtrade.resolvers import ExchangeResolver

from tests.emulators.exchange.freqtrade_side import configuration
from tests.emulators.exchange.venue import BTC, ETH, START, STEP_MS, Venue

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("exchange"),
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]

YESTERDAY = datetime(2025, 4, 30, tzinfo=UTC)


@pytest.fixture
def exchange(venue: Venue, tmp_path: Path) -> Iterator[Exchange]:
    # Freqtrade's clock is the exchange's, by which it knows which candle is running.
    with time_machine.travel(START, tick=False):
        made = ExchangeResolver.load_exchange(configuration(venue, tmp_path), validate=True)
        yield made
        made.close()


def order(exchange: Exchange, kind: str, side: Any, amount: float, rate: float) -> dict[str, Any]:
    made: dict[str, Any] = exchange.create_order(
        pair=BTC, ordertype=kind, side=side, amount=amount, rate=rate, leverage=1.0
    )
    return made


def test_it_is_freqtrades_binance_and_asks_nobody_else(exchange: Exchange, venue: Venue) -> None:
    assert type(exchange).__name__ == "Binance"
    assert set(exchange.markets) == {BTC, ETH}
    assert exchange.get_fee(BTC) == 0.001
    assert exchange.get_balances()["USDT"]["free"] == 1_000
    asked = venue.control("GET", "requests")
    assert {request["status"] for request in asked} == {200}


def test_it_reads_candles_tickers_and_the_book(exchange: Exchange) -> None:
    pairs = [(BTC, "5m", CandleType.SPOT), (ETH, "15m", CandleType.SPOT)]

    candles = exchange.refresh_latest_ohlcv(pairs)
    book = exchange.fetch_l2_order_book(BTC, 5)
    tickers = exchange.get_tickers()

    assert len(candles[pairs[0]]) >= 299
    # Freqtrade leaves out the candle that is running.
    assert candles[pairs[0]]["date"].iloc[-1] < datetime(2025, 5, 1, tzinfo=UTC)
    assert len(book["bids"]) == len(book["asks"]) == 5
    assert tickers[BTC]["last"] == exchange.fetch_ticker(BTC)["last"] == 100_000
    assert exchange.get_rate(BTC, side="entry", is_short=False, refresh=True) == book["bids"][0][0]


def test_a_limit_order_lives_and_is_paid_for(exchange: Exchange, venue: Venue) -> None:
    placed = order(exchange, "limit", "buy", 0.005, 99_950.0)
    assert exchange.fetch_order(placed["id"], BTC)["status"] == "open"

    venue.advance(STEP_MS)
    filled = exchange.fetch_order(placed["id"], BTC)
    (trade,) = exchange.get_trades_for_order(placed["id"], BTC, YESTERDAY)

    assert (filled["status"], filled["filled"], filled["average"]) == ("closed", 0.005, 99_950)
    assert trade["fee"] == {"cost": 0.000005, "currency": "BTC"}
    assert [found["id"] for found in exchange.fetch_orders(BTC, YESTERDAY)] == [placed["id"]]


def test_market_orders_stops_and_cancels(exchange: Exchange) -> None:
    bought = order(exchange, "market", "buy", 0.005, 100_000.0)
    kinds = {"stoploss": "limit", "stoploss_on_exchange_limit_ratio": 0.99}
    stop = exchange.create_stoploss(BTC, 0.004, 95_000.0, kinds, "sell", 1.0)
    again = exchange.fetch_stoploss_order(stop["id"], BTC)

    cancelled = exchange.cancel_stoploss_order_with_result(stop["id"], BTC, 0.004)

    assert bought["status"] == "closed"
    assert (again["status"], again["stopPrice"], again["price"]) == ("open", 95_000, 94_050)
    assert cancelled["status"] == "canceled"
    assert exchange.get_balances()["BTC"]["used"] == 0


def test_refusals_are_the_errors_that_freqtrade_handles(exchange: Exchange) -> None:
    with pytest.raises(InsufficientFundsError):
        order(exchange, "limit", "buy", 1, 99_000.0)
    with pytest.raises(InvalidOrderException):
        exchange.fetch_order("999", BTC)
    with pytest.raises(InvalidOrderException):
        exchange.create_stoploss(BTC, 0.004, 101_000.0, {"stoploss": "limit"}, "sell", 1.0)
