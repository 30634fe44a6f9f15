"""The real ccxt, sync and async, takes the simulated exchange for Binance."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import ccxt
import ccxt.async_support
import pytest

from tests.emulators.exchange.venue import BTC, STEP_MS, Venue, balances

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("exchange")]

# The candle that is running is rising and opens at 100,000; the next one falls from 100,100 to 99,700.


def settings(venue: Venue) -> dict[str, Any]:
    api = {"public": "/api/v3", "private": "/api/v3", "sapi": "/sapi/v1"}
    return {
        "apiKey": venue.api_key,
        "secret": venue.secret,
        "urls": {"api": {name: venue.url + path for name, path in api.items()}},
        "options": {"fetchMarkets": {"types": ["spot"]}, "adjustForTimeDifference": True},
        "enableRateLimit": False,
        # Requests may take long on a machine that is busy.
        "timeout": 60_000,
    }


@pytest.fixture
def client(quiet: Venue) -> Iterator[ccxt.binance]:
    """A client at an exchange whose clock stands still."""
    made = ccxt.binance(settings(quiet))
    made.load_markets()
    with made.session:
        yield made


@pytest.fixture
def mover(venue: Venue) -> Iterator[ccxt.binance]:
    """A client at an exchange whose clock the test moves."""
    made = ccxt.binance(settings(venue))
    made.load_markets()
    with made.session:
        yield made


def test_markets_have_the_filters_of_the_candles(client: ccxt.binance) -> None:
    market = client.market(BTC)

    assert (market["active"], market["spot"], market["margin"]) == (True, True, False)
    assert market["precision"]["price"] == 0.01
    assert market["precision"]["amount"] == 0.00001
    assert market["limits"]["cost"]["min"] == 5
    assert client.currencies["BTC"]["active"] is not None


def test_a_limit_order_rests_is_filled_and_is_paid_for(mover: ccxt.binance, venue: Venue) -> None:
    placed = mover.create_order(BTC, "limit", "buy", 0.005, 99_950.0)
    assert (placed["status"], placed["filled"]) == ("open", 0)
    assert mover.fetch_balance()["USDT"] == {"free": 500.25, "used": 499.75, "total": 1_000}
    assert [order["id"] for order in mover.fetch_open_orders(BTC)] == [placed["id"]]

    venue.advance(STEP_MS)
    filled = mover.fetch_order(placed["id"], BTC)
    (trade,) = mover.fetch_my_trades(BTC)

    assert (filled["status"], filled["filled"], filled["average"]) == ("closed", 0.005, 99_950)
    assert (trade["order"], trade["takerOrMaker"], trade["cost"]) == (placed["id"], "maker", 499.75)
    assert trade["fee"] == {"currency": "BTC", "cost": 0.000005}
    found = mover.fetch_balance()
    assert found["BTC"] == {"free": 0.004995, "used": 0, "total": 0.004995}
    assert found["USDT"] == {"free": 500.25, "used": 0, "total": 500.25}
    assert mover.fetch_open_orders(BTC) == []
    assert [order["status"] for order in mover.fetch_orders(BTC)] == ["closed"]


def test_a_market_order_is_filled_at_the_other_side_of_the_book(client: ccxt.binance) -> None:
    book = client.fetch_order_book(BTC, 5)

    bought = client.create_order(BTC, "market", "buy", 0.005)
    by_cost = client.create_market_buy_order_with_cost(BTC, 100)
    sold = client.create_order(BTC, "market", "sell", 0.005)

    (best_bid, _), (best_ask, _) = book["bids"][0], book["asks"][0]
    assert round(best_ask - best_bid, 2) == 0.01
    assert (bought["status"], bought["average"], bought["filled"]) == ("closed", best_ask, 0.005)
    assert bought["fees"] == [{"currency": "BTC", "cost": 0.000005}]
    assert by_cost["filled"] == pytest.approx(100 / best_ask, abs=0.00001)
    assert by_cost["cost"] <= 100
    assert (sold["average"], sold["fees"][0]["currency"]) == (best_bid, "USDT")


def test_a_stop_waits_for_its_trigger_and_binds_the_coins(
    mover: ccxt.binance, venue: Venue
) -> None:
    mover.create_order(BTC, "market", "buy", 0.005)
    stop = mover.create_order(
        BTC, "stop_loss_limit", "sell", 0.004, 99_000, {"stopPrice": 99_800.5}
    )
    waiting = mover.fetch_order(stop["id"], BTC)
    bound = mover.fetch_balance()["BTC"]

    venue.advance(2 * STEP_MS)
    done = mover.fetch_order(stop["id"], BTC)

    assert (waiting["status"], waiting["stopPrice"], waiting["price"]) == ("open", 99_800.5, 99_000)
    assert bound["used"] == 0.004
    # The candle falls through the trigger tick by tick, so it is sold there and not at the limit.
    assert done["status"] == "closed"
    assert done["average"] == pytest.approx(99_800.5, abs=0.02)


def test_a_cancel_gives_back_what_was_bound(client: ccxt.binance, quiet: Venue) -> None:
    placed = client.create_order(BTC, "limit", "buy", 0.005, 90_000, {"newClientOrderId": "mine"})

    cancelled = client.cancel_order(placed["id"], BTC)

    assert placed["clientOrderId"] == "mine"
    assert cancelled["status"] == "canceled"
    assert client.fetch_order(placed["id"], BTC)["status"] == "canceled"
    assert balances(quiet.books())["USDT"] == (Decimal(1_000), Decimal(0))
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order(placed["id"], BTC)


def test_an_order_id_of_the_client_is_free_again_once_its_order_is_over(
    client: ccxt.binance,
) -> None:
    arguments = (BTC, "limit", "buy", 0.001, 90_000, {"newClientOrderId": "same"})
    first = client.create_order(*arguments)
    with pytest.raises(ccxt.InvalidOrder, match="Duplicate order sent"):
        client.create_order(*arguments)
    client.cancel_order(first["id"], BTC)

    second = client.create_order(*arguments)

    found = client.fetch_order(None, BTC, {"clientOrderId": "same"})
    assert found["id"] == second["id"] != first["id"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("limit", "buy", 1, 99_000), ccxt.InsufficientFunds),
        (("limit", "sell", 0.001, 101_000), ccxt.InsufficientFunds),
        (("market", "sell", 0.001), ccxt.InsufficientFunds),
        (("limit", "buy", 0.00004, 99_000), ccxt.BadRequest),  # NOTIONAL
        (("limit", "buy", 0.001, 10_000), ccxt.InvalidOrder),  # PERCENT_PRICE_BY_SIDE
        (("limit", "buy", 0.001, 101_000, {"postOnly": True}), ccxt.OrderImmediatelyFillable),
        (
            ("stop_loss_limit", "sell", 0.001, 99_000, {"stopPrice": 101_000}),
            ccxt.OrderImmediatelyFillable,
        ),
        (("limit", "buy", 0.001, 99_000, {"quantity": "0.0000001"}), ccxt.InvalidOrder),  # LOT_SIZE
        (("limit", "buy", 0.001, 99_000, {"price": "99000.001"}), ccxt.InvalidOrder),
        (("limit", "buy", 0.001, 99_000, {"quantity": "0.0000000001"}), ccxt.BadRequest),
        (("limit", "buy", 0.001, 99_000, {"timeInForce": "GTX"}), ccxt.BadRequest),
        (("limit", "buy", 0.001, 99_000, {"newClientOrderId": "with space"}), ccxt.BadRequest),
    ],
)
def test_what_is_refused_reaches_the_caller_as_ccxts_own_error(
    client: ccxt.binance, quiet: Venue, arguments: tuple[Any, ...], error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        client.create_order(BTC, *arguments)

    assert type(raised.value) is error
    assert quiet.books()["orders"] == []


def test_a_stop_that_would_trigger_at_once_is_refused(client: ccxt.binance) -> None:
    client.create_order(BTC, "market", "buy", 0.005)

    with pytest.raises(ccxt.OrderImmediatelyFillable, match="trigger immediately"):
        client.create_order(BTC, "stop_loss_limit", "sell", 0.004, 99_000, {"stopPrice": 100_500})


def test_keys_are_checked(quiet: Venue) -> None:
    wrong = settings(quiet) | {"secret": "another"}
    with pytest.raises(ccxt.AuthenticationError, match="-1022"):
        ccxt.binance(wrong | {"options": {"fetchCurrencies": False}}).fetch_balance()
    quiet.control("PUT", f"keys/{quiet.api_key}", {"rights": ["read"]})
    client = ccxt.binance(settings(quiet))

    rights = client.sapi_get_account_apirestrictions()

    assert (rights["enableReading"], rights["enableSpotAndMarginTrading"]) == (True, False)
    assert rights["enableWithdrawals"] is False
    with pytest.raises(ccxt.BaseError, match="-2015"):
        client.create_order(BTC, "limit", "buy", 0.005, 90_000)


def test_fees_status_and_tickers_are_there(client: ccxt.binance) -> None:
    assert client.fetch_trading_fees()[BTC]["maker"] == 0.001
    assert client.fetch_status()["status"] == "ok"
    assert set(client.fetch_tickers()) == {BTC, "ETH/USDT"}
    ticker = client.fetch_ticker(BTC)
    assert ticker["bid"] < ticker["ask"]
    assert client.fetch_bids_asks([BTC])[BTC]["ask"] == ticker["ask"]
    assert client.fetch_last_prices([BTC])[BTC]["price"] == ticker["last"]


def test_candles_come_in_pages_and_end_with_the_one_that_runs(
    mover: ccxt.binance, venue: Venue
) -> None:
    venue.advance(STEP_MS // 2)
    now = venue.now()

    rows = mover.fetch_ohlcv(BTC, "5m", limit=100)
    hours = mover.fetch_ohlcv(BTC, "1h", since=rows[0][0], limit=3)

    assert len(rows) == 100
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})
    opened, first, high, low, close, volume = rows[-1]
    assert (opened, first) == (now - STEP_MS // 2, 100_000)
    assert (low, volume) == (99_900, 15)
    assert low < close <= high < 100_200
    assert len(hours) == 3


def test_the_async_client_trades_as_well(venue: Venue) -> None:
    async def trade() -> dict[str, Any]:
        client = ccxt.async_support.binance(settings(venue))
        try:
            await client.load_markets()
            bought = await client.create_order(BTC, "market", "buy", 0.005)
            placed = await client.create_order(BTC, "limit", "sell", 0.004, 100_150.0)
            venue.advance(STEP_MS)
            sold = await client.fetch_order(placed["id"], BTC)
            rows = await client.fetch_ohlcv(BTC, "5m", limit=2)
            return {"bought": bought, "sold": sold, "rows": rows}
        finally:
            await client.close()

    done = asyncio.run(trade())

    assert done["bought"]["status"] == done["sold"]["status"] == "closed"
    assert done["sold"]["average"] == 100_150
    assert done["rows"][0][1:] == [100_000, 100_200, 99_900, 100_100, 30]
