"""Faults hit the requests that they are meant for, and the books say what really happened."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ccxt
import pytest
import requests

from tests.emulators.emulator_process import eventually
from tests.emulators.exchange.test_exchange_ccxt import settings
from tests.emulators.exchange.venue import BTC, Venue

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("exchange")]

NEW_ORDER = {"method": "POST", "path": "/api/v3/order"}
RESTING = {"price": "90000"}


def names(shaken: Venue) -> list[str]:
    return [order["clientOrderId"] for order in shaken.books()["orders"]]


def test_a_connection_cut_before_leaves_nothing(shaken: Venue) -> None:
    shaken.faults({"fault": "cut_before", **NEW_ORDER})

    with pytest.raises(requests.ConnectionError):
        shaken.order(**RESTING)

    assert names(shaken) == []


def test_a_connection_cut_after_leaves_the_order(shaken: Venue) -> None:
    shaken.faults({"fault": "cut_after", **NEW_ORDER})

    with pytest.raises(requests.ConnectionError):
        shaken.order(**RESTING, newClientOrderId="mine")

    assert names(shaken) == ["mine"]
    found = shaken.signed("GET", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="mine").json()
    assert found["status"] == "NEW"


def test_a_rule_passes_and_hits_as_many_as_it_says(shaken: Venue) -> None:
    rule = {"fault": "error", **NEW_ORDER, "parameters": {"side": "BUY"}, "skip": 1, "count": 2}
    shaken.faults(rule)

    statuses = [
        shaken.signed("POST", "/api/v3/order", side=side).status_code
        for _ in range(4)
        for side in ("BUY", "SELL")
    ]

    # Those that no fault hits lack parameters.
    assert statuses == [400, 400, 500, 400, 500, 400, 400, 400]
    assert shaken.control("GET", "faults")[0]["hits"] == 2


def test_an_answer_is_held_until_a_cancel_was_processed(shaken: Venue) -> None:
    shaken.faults({"fault": "hold", **NEW_ORDER, "seconds": 60})
    with ThreadPoolExecutor(1) as other:
        placing = other.submit(shaken.order, **RESTING, newClientOrderId="held")
        eventually(lambda: names(shaken), within=30)
        assert not placing.done()

        cancelling = Venue(url=shaken.url, api_key=shaken.api_key, secret=shaken.secret)
        with cancelling.session:
            gone = cancelling.signed(
                "DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="held"
            )

        assert gone.json()["status"] == "CANCELED"
        assert placing.result(timeout=60)["orderId"] == gone.json()["orderId"]


def test_a_request_is_processed_though_its_client_has_gone(shaken: Venue) -> None:
    shaken.faults({"fault": "slow", **NEW_ORDER, "seconds": 1})
    impatient = ccxt.binance(settings(shaken) | {"timeout": 200})
    with impatient.session, pytest.raises(ccxt.RequestTimeout):
        impatient.private_post_order(
            {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC",
             "quantity": "0.001", "price": "90000", "newClientOrderId": "late"}
        )  # fmt: skip

    assert eventually(lambda: names(shaken), within=30) == ["late"]


def test_an_unclear_answer_says_so_and_the_order_is_there(shaken: Venue) -> None:
    shaken.faults({"fault": "error_after", **NEW_ORDER})

    answer = shaken.signed(
        "POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="GTC",
        quantity="0.001", price="90000",
    )  # fmt: skip

    assert (answer.status_code, answer.json()["code"]) == (504, -1007)
    assert len(names(shaken)) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("precision", ccxt.BadRequest),
        ("insufficient_balance", ccxt.InsufficientFunds),
        ("key_revoked", ccxt.AuthenticationError),
        ("maintenance", ccxt.OnMaintenance),
        ("clock_skew", ccxt.InvalidNonce),
        ("error", ccxt.OperationFailed),
        ("rate_limit", ccxt.DDoSProtection),
    ],
)
def test_faults_are_ccxts_errors(shaken: Venue, fault: str, error: type[Exception]) -> None:
    client = ccxt.binance(settings(shaken))
    client.load_markets()
    shaken.faults({"fault": fault, **NEW_ORDER})

    with client.session, pytest.raises(ccxt.BaseError) as raised:
        client.create_order(BTC, "limit", "buy", 0.001, 90_000)

    assert isinstance(raised.value, error)
    assert names(shaken) == []


def test_maintenance_closes_all_but_the_status(shaken: Venue) -> None:
    shaken.control("PUT", "maintenance", {"on": True})

    assert shaken.get("/api/v3/ping").status_code == 503
    assert shaken.get("/sapi/v1/system/status").json()["status"] == 1


def test_a_ban_lasts_on_the_exchanges_clock(shaken: Venue) -> None:
    shaken.faults({"fault": "ban", "path": "/api/*", "seconds": 60})

    banned = [shaken.get("/api/v3/ping") for _ in range(2)]
    shaken.advance(61_000)

    assert [answer.status_code for answer in banned] == [418, 418]
    assert banned[0].headers["Retry-After"] == "60"
    assert shaken.get("/api/v3/ping").status_code == 200


def test_a_revoked_key_and_a_foreign_address_are_refused(shaken: Venue) -> None:
    def status() -> int:
        return shaken.signed("GET", "/api/v3/account").status_code

    before = status()
    shaken.control("PUT", f"keys/{shaken.api_key}", {"addresses": ["192.0.2.1"]})
    elsewhere = status()
    shaken.control("PUT", f"keys/{shaken.api_key}", {"addresses": [], "revoked": True})

    assert (before, elsewhere, status()) == (200, 401, 401)


@pytest.mark.parametrize(
    "rules",
    [{}, [{"fault": "nonsense"}], [{"fault": "slow", "when": 1}], [{"fault": "slow", "count": -1}]],
)
def test_a_fault_that_makes_no_sense_is_refused(shaken: Venue, rules: Any) -> None:
    answer = requests.put(f"{shaken.url}/emulator/faults", json=rules, timeout=30)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_requests_are_on_record_without_their_signatures(shaken: Venue) -> None:
    shaken.order(**RESTING)

    (asked,) = [r for r in shaken.control("GET", "requests") if r["path"] == "/api/v3/order"]

    assert (asked["method"], asked["status"]) == ("POST", 200)
    assert asked["parameters"]["price"] == "90000"
    assert "signature" not in asked["parameters"]
