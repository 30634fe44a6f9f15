"""Binance's rules for requests: signatures, time windows, weights, parameters, ids of orders."""

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from emulators.exchange.clock import Clock
from emulators.exchange.limits import Limits
from emulators.exchange.refusals import Refusal
from tests.emulators.emulator_process import eventually
from tests.emulators.exchange.venue import START, START_MS, STEP_MS, Venue, balances, running

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("exchange")]

ACCOUNT = ("GET", "/api/v3/account")
ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC",
         "quantity": "0.001", "price": "90000"}  # fmt: skip


@pytest.fixture(scope="module")
def punctual(candles: Path) -> Iterator[Venue]:
    """An exchange that checks timestamps; its clock stands at START."""
    with running(candles, "--stepped") as started:
        yield started


def code(answer: requests.Response) -> tuple[int, int]:
    return answer.status_code, answer.json().get("code", 0)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"timestamp": START_MS}, (200, 0)),
        ({"timestamp": START_MS - 5_000}, (200, 0)),
        ({"timestamp": START_MS - 5_001}, (400, -1021)),
        ({"timestamp": START_MS - 50_000, "recvWindow": 60_000}, (200, 0)),
        ({"timestamp": START_MS + 999}, (200, 0)),
        ({"timestamp": START_MS + 1_000, "recvWindow": 60_000}, (400, -1021)),
        ({"recvWindow": 60_001}, (400, -1131)),
        ({"timestamp": "soon"}, (400, -1100)),
    ],
)
def test_a_request_is_good_for_its_window(
    punctual: Venue, parameters: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert code(punctual.signed(*ACCOUNT, **parameters)) == expected


def test_a_window_is_as_long_for_the_client_when_the_clock_runs_fast(candles: Path) -> None:
    with running(candles, "--speed", "60") as fast:
        sent = fast.now()

        # A minute is an hour of the exchange's; five seconds are 300.
        late = fast.signed(*ACCOUNT, timestamp=sent - 100_000, recvWindow=60_000)
        too_late = fast.signed(*ACCOUNT, timestamp=sent - 300_001)

    assert late.status_code == 200
    assert code(too_late) == (400, -1021)


def test_a_clock_that_runs_shows_only_what_has_passed(candles: Path) -> None:
    with running(candles, "--speed", "600") as fast:
        eventually(lambda: fast.now() > START_MS + 3 * STEP_MS, within=60)

        rows = fast.get("/api/v3/klines", symbol="BTCUSDT", interval="5m").json()

        assert START_MS + 3 * STEP_MS <= rows[-1][0] <= fast.now()
        done = fast.order(type="MARKET", quantity="0.001")
        assert START_MS < done["transactTime"] <= fast.now()


def test_a_skewed_clock_is_told(venue: Venue) -> None:
    before = venue.now()

    venue.control("PUT", "clock", {"skewMs": 2_000})

    assert venue.now() == before + 2_000
    clock = venue.control("GET", "clock")
    assert (clock["nowMs"], clock["skewMs"]) == (before, 2_000)
    # Five candles that are shown and three hundred more.
    assert clock["untilMs"] == START_MS + 305 * STEP_MS


def test_requests_without_key_signature_or_with_another_body_are_refused(punctual: Venue) -> None:
    stranger = Venue(url=punctual.url, api_key="nobody", secret="x")
    nameless = Venue(url=punctual.url, api_key="", secret="x")
    header = {"X-MBX-APIKEY": punctual.api_key}

    unsigned = requests.get(f"{punctual.url}/api/v3/account", headers=header, timeout=30)

    assert code(stranger.signed(*ACCOUNT)) == (401, -2015)
    assert code(nameless.signed(*ACCOUNT)) == (401, -2014)
    assert code(unsigned) == (400, -1102)
    forged = Venue(url=punctual.url, api_key=punctual.api_key, secret="x")
    assert code(forged.signed(*ACCOUNT)) == (400, -1022)
    assert code(punctual.get("/api/v3/nothing")) == (404, -1020)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"symbol": "DOGEUSDT"}, -1121),
        ({"side": "HOLD"}, -1117),
        ({"type": "ICEBERG"}, -1116),
        ({"timeInForce": "GTD"}, -1115),
        ({"price": ""}, -1102),
        ({"stopPrice": "1"}, -1106),
        ({"quantity": "1e3"}, -1100),
        ({"quantity": "0"}, -1013),
        ({"icebergQty": "1"}, -1020),
        ({"newOrderRespType": "LONG"}, -1130),
    ],
)
def test_parameters_are_checked(quiet: Venue, changes: dict[str, str], expected: int) -> None:
    answer = quiet.signed("POST", "/api/v3/order", **{**ORDER, **changes})

    assert code(answer) == (400, expected)
    assert quiet.books()["orders"] == []


def test_an_order_can_be_tried_without_being_placed(quiet: Venue) -> None:
    answer = quiet.signed("POST", "/api/v3/order/test", **ORDER)

    assert (answer.status_code, answer.json()) == (200, {})
    assert quiet.books()["orders"] == []


def test_responses_are_as_long_as_asked(quiet: Venue) -> None:
    market = {"type": "MARKET", "quantity": "0.001"}

    short = quiet.order(**market, newOrderRespType="ACK")
    middle = quiet.order(**market, newOrderRespType="RESULT")
    long = quiet.order(**market)

    assert "status" not in short
    assert middle["status"] == long["status"] == "FILLED"
    assert "fills" not in middle
    assert long["fills"][0]["commissionAsset"] == "BTC"


def test_what_cannot_be_filled_at_once_expires(shaken: Venue) -> None:
    killed = shaken.order(timeInForce="FOK", price="90000", quantity="0.001")
    cut = shaken.order(timeInForce="IOC", price="90000", quantity="0.001")

    assert [order["status"] for order in (killed, cut)] == ["EXPIRED", "EXPIRED"]
    assert balances(shaken.books())["USDT"] == (Decimal(1_000), Decimal(0))


def test_scarce_volume_fills_in_parts(candles: Path) -> None:
    with running(candles, "--stepped", "--any-time", "--volume-share", "0.0001") as scarce:
        # 0.003 BTC of each candle's 30.
        first = scarce.order(price="101000", quantity="0.005")
        scarce.advance(STEP_MS)
        second = scarce.signed("GET", "/api/v3/order", symbol="BTCUSDT", orderId=1).json()
        rest = scarce.order(type="MARKET", quantity="0.002")

    assert (first["status"], first["executedQty"]) == ("PARTIALLY_FILLED", "0.00300000")
    assert (second["status"], second["executedQty"]) == ("FILLED", "0.00500000")
    assert (rest["status"], rest["executedQty"]) == ("EXPIRED", "0.00100000")


def test_accounts_do_not_see_each_other(quiet: Venue) -> None:
    other = quiet.account(f"{quiet.name}-2", USDT="500")
    placed = other.order(price="90000", quantity="0.001", newClientOrderId="same")
    mine = quiet.order(price="90000", quantity="0.001", newClientOrderId="same")

    gone = quiet.signed("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=placed["orderId"])
    found = quiet.signed("GET", "/api/v3/openOrders").json()

    assert code(gone) == (400, -2011)
    assert [order["orderId"] for order in found] == [mine["orderId"]]


def test_all_of_a_pairs_orders_can_be_cancelled(quiet: Venue) -> None:
    for number in range(3):
        quiet.order(price="90000", quantity="0.001", newClientOrderId=f"n{number}")

    gone = quiet.signed("DELETE", "/api/v3/openOrders", symbol="BTCUSDT").json()

    assert [order["origClientOrderId"] for order in gone] == ["n0", "n1", "n2"]
    assert code(quiet.signed("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")) == (400, -2011)


def test_weights_are_counted_then_refused_then_banned() -> None:
    limits = Limits(weight=100)
    headers = [limits.spend("here", 40, 0) for _ in range(2)]

    statuses = []
    for _ in range(12):
        with pytest.raises(Refusal) as raised:
            limits.spend("here", 40, 1_000)
        statuses.append(int(raised.value.status))

    assert headers[1]["X-MBX-USED-WEIGHT-1M"] == "80"
    assert statuses == [429] * 10 + [418] * 2
    assert raised.value.headers["Retry-After"] == "120"
    assert limits.spend("elsewhere", 40, 1_000)
    # A ban outlasts the minute.
    with pytest.raises(Refusal):
        limits.spend("here", 1, 61_000)
    assert limits.spend("here", 1, 122_000)


def test_orders_are_counted_by_account() -> None:
    limits = Limits(orders=2)
    for _ in range(2):
        limits.check_orders("a", 0)
        headers = limits.count_order("a", 0)

    with pytest.raises(Refusal) as raised:
        limits.check_orders("a", 9_999)

    assert headers == {"X-MBX-ORDER-COUNT-10S": "2", "X-MBX-ORDER-COUNT-1D": "2"}
    assert (raised.value.code, raised.value.status) == (-1015, 429)
    limits.check_orders("b", 0)
    limits.check_orders("a", 10_000)


def test_used_weight_is_told(quiet: Venue) -> None:
    first = quiet.get("/api/v3/exchangeInfo").headers["X-MBX-USED-WEIGHT-1M"]
    second = quiet.get("/api/v3/exchangeInfo").headers["X-MBX-USED-WEIGHT-1M"]

    assert int(second) - int(first) == 20


def test_a_clock_runs_at_its_speed_and_never_back() -> None:
    real = [0.0]
    clock = Clock(1_000, 60.0, lambda: real[0])
    real[0] = 2.0

    assert clock.now_ms() == 121_000
    with pytest.raises(ValueError, match="does not go back"):
        clock.move_to(120_000)
    clock.set_speed(0)
    real[0] = 10.0
    assert clock.now_ms() == 121_000


@pytest.mark.parametrize(
    "arguments",
    [
        ("--candles", "/nowhere", "--start", START, "--stepped"),
        ("--simulated", "--start", START, "--speed", "0"),
        ("--simulated", "--start", START, "--stepped", "--account", "a:USDT=much"),
    ],
)
def test_a_mistake_in_the_flags_is_a_line(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "emulators.exchange", "--port", "0", *arguments],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
