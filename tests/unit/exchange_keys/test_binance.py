"""What Binance is asked about a key, and what its answers mean."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from candlewick.bots.venues import VenueEntry
from candlewick.errors import Unavailable
from candlewick.exchange_keys.binance import BinanceKeyChecker
from candlewick.exchange_keys.models import Credentials, KeyRights
from candlewick.exchange_keys.service import KeyRefused

VENUE = VenueEntry(title="Binance", url="https://binance.example")
CREDENTIALS = Credentials(api_key="an-api-key", secret="its-own-words")
CLOCK = 1_700_000_000_123
STATED = {
    "enableReading": True,
    "enableSpotAndMarginTrading": True,
    "enableWithdrawals": False,
    "enableInternalTransfer": False,
    "permitsUniversalTransfer": False,
    "ipRestrict": True,
}


@dataclass
class Exchange(requests.Session):
    """Answers like Binance; a signed request that is not signed rightly is refused."""

    stated: Any = field(default_factory=lambda: dict(STATED))
    account: Any = field(default_factory=lambda: {"canTrade": True})
    status: int = 200
    is_down: bool = False
    asked: list[str] = field(default_factory=list)

    def get(self, url: str | bytes, **options: Any) -> requests.Response:
        parts = urlsplit(str(url))
        self.asked.append(parts.path)
        if self.is_down:
            raise requests.ConnectionError(f"cannot reach {url!r}")
        if parts.path == "/api/v3/time":
            return answer(200, {"serverTime": CLOCK})
        query, _, signature = parts.query.rpartition("&signature=")
        wanted = hmac.new(b"its-own-words", query.encode(), hashlib.sha256).hexdigest()
        assert signature == wanted
        assert parse_qs(query)["timestamp"] == [str(CLOCK)]
        assert options["headers"] == {"X-MBX-APIKEY": "an-api-key"}
        is_stated = parts.path == "/sapi/v1/account/apiRestrictions"
        return answer(self.status, self.stated if is_stated else self.account)


def answer(status: int, body: object) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return response


def rights(exchange: Exchange) -> KeyRights:
    return BinanceKeyChecker(session=exchange).rights(VENUE, CREDENTIALS)


def test_rights_are_read_by_the_exchanges_own_clock() -> None:
    exchange = Exchange()

    assert rights(exchange) == KeyRights(
        can_read=True,
        can_trade=True,
        can_withdraw=False,
        can_transfer=False,
        is_bound_to_addresses=True,
    )
    assert set(exchange.asked) == {
        "/api/v3/time",
        "/sapi/v1/account/apiRestrictions",
        "/api/v3/account",
    }


@pytest.mark.parametrize(
    ("flag", "right"),
    [
        ("enableWithdrawals", "can_withdraw"),
        ("enableInternalTransfer", "can_transfer"),
        ("permitsUniversalTransfer", "can_transfer"),
    ],
)
def test_each_way_out_of_the_account_is_seen(flag: str, right: str) -> None:
    found = rights(Exchange(stated=STATED | {flag: True}))

    assert getattr(found, right)
    assert found.is_dangerous


def test_an_account_that_may_not_trade_is_seen() -> None:
    assert not rights(Exchange(account={"canTrade": False})).can_trade


@pytest.mark.parametrize("missing", sorted(STATED))
def test_a_right_that_is_not_stated_is_not_guessed(missing: str) -> None:
    stated = {name: value for name, value in STATED.items() if name != missing}

    with pytest.raises(KeyRefused, match="does not say"):
        rights(Exchange(stated=stated))


@pytest.mark.parametrize("stated", [[], None, b"<html>", {**STATED, "enableWithdrawals": "no"}])
def test_an_answer_that_cannot_be_read_is_a_refusal(stated: Any) -> None:
    with pytest.raises(KeyRefused, match="does not say"):
        rights(Exchange(stated=stated))


def test_the_exchanges_reason_is_passed_on() -> None:
    body = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}

    with pytest.raises(KeyRefused, match="Invalid API-key"):
        rights(Exchange(status=401, stated=body))


@pytest.mark.parametrize("status", [418, 429, 500, 503])
def test_a_busy_exchange_is_asked_later(status: int) -> None:
    with pytest.raises(Unavailable):
        rights(Exchange(status=status))


def test_an_exchange_that_is_away_is_asked_later_and_nothing_is_told_of_the_request() -> None:
    with pytest.raises(Unavailable) as told:
        rights(Exchange(is_down=True))

    assert told.value.__cause__ is None
    assert "signature" not in str(told.value)
