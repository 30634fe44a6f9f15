"""The exchange's perpetuals over HTTP: traded price, mark price and funding belong together, and nothing is told before its time."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.exchange.venue import (
    BTC,
    START_MS,
    STEP_MS,
    Venue,
    running,
    walk,
    write_candles,
)

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("exchange")]
HOUR_MS = 3_600_000
EIGHT_HOURS_MS = 8 * HOUR_MS
BEFORE = 1_500
SYMBOL = {"symbol": "BTCUSDT"}


@pytest.fixture(scope="module")
def futures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    """Five days of candles before START, the market falling steeply in the last one."""
    folder = tmp_path_factory.mktemp("perpetual-candles")
    prices = [round(100_000.0 * 0.9995**number, 2) for number in range(301)]
    falling = [(opened, opened, closed, closed, 10.0) for opened, closed in pairwise(prices)]
    rows = [*walk(100_000.0, BEFORE - 300, seed=5), *falling, *walk(86_000.0, 300, seed=6)]
    write_candles(folder, {BTC: rows}, first=BEFORE)
    with running(folder, "--stepped", "--weight-limit", "1000000") as venue:
        yield venue


def all_of(venue: Venue, path: str, **asked: Any) -> list[Any]:
    rows: list[Any] = venue.get(path, **SYMBOL, startTime=1, limit=1_000, **asked).json()
    return rows


def test_a_contract_is_described_as_binance_does(futures: Venue) -> None:
    (listed,) = futures.get("/fapi/v1/exchangeInfo").json()["symbols"]

    assert (listed["symbol"], listed["contractType"]) == ("BTCUSDT", "PERPETUAL")
    assert (listed["marginAsset"], listed["status"]) == ("USDT", "TRADING")
    assert futures.get("/fapi/v1/time").json() == {"serverTime": START_MS}
    assert futures.get("/fapi/v1/ping").json() == {}


def test_a_rate_is_the_mean_premium_of_its_eight_hours_brought_towards_the_interest(
    futures: Venue,
) -> None:
    spot = {row[0]: float(row[4]) for row in _pages(futures, "/api/v3/klines")}
    traded = {row[0]: float(row[4]) for row in _pages(futures, "/fapi/v1/klines")}
    paid = all_of(futures, "/fapi/v1/fundingRate")

    assert len(paid) > 10
    for each in paid:
        at = each["fundingTime"] // EIGHT_HOURS_MS * EIGHT_HOURS_MS
        within = [time for time in spot if at - EIGHT_HOURS_MS <= time < at]
        mean = sum(traded[time] / spot[time] - 1 for time in within) / len(within)
        expected = mean + min(0.0005, max(-0.0005, 0.0001 - mean))
        assert float(each["fundingRate"]) == pytest.approx(expected, abs=2e-7)
        assert 0 <= each["fundingTime"] - at < 1_000
    rates = [float(each["fundingRate"]) for each in paid]
    assert min(rates) < 0 < max(rates)


def test_mark_prices_lead_from_the_spot_price_to_what_is_paid(futures: Venue) -> None:
    spot = {row[0]: float(row[1]) for row in _pages(futures, "/api/v3/klines")}
    marks = {row[0]: row for row in _pages(futures, "/fapi/v1/markPriceKlines")}
    paid = {
        each["fundingTime"] // EIGHT_HOURS_MS * EIGHT_HOURS_MS: each
        for each in all_of(futures, "/fapi/v1/fundingRate")
    }

    for at, mark in marks.items():
        last = paid.get(at // EIGHT_HOURS_MS * EIGHT_HOURS_MS)
        if last is None:
            continue
        left = 1 - at % EIGHT_HOURS_MS / EIGHT_HOURS_MS
        expected = spot[at] * (1 + float(last["fundingRate"]) * left)
        assert float(mark[1]) == pytest.approx(expected, rel=1e-8)
        assert float(mark[5]) == 0
    for at, each in paid.items():
        assert each["markPrice"] == marks[at][1]


def test_nothing_of_the_future_is_told(futures: Venue) -> None:
    for path in ("/fapi/v1/klines", "/fapi/v1/markPriceKlines"):
        rows = futures.get(path, **SYMBOL, interval="1h", limit=1_500).json()
        assert rows[-1][0] == START_MS
    paid = futures.get("/fapi/v1/fundingRate", **SYMBOL, limit=1_000).json()
    assert paid[-1]["fundingTime"] <= START_MS


def test_rates_of_a_window_come_oldest_first_and_without_one_the_newest(futures: Venue) -> None:
    every = all_of(futures, "/fapi/v1/fundingRate")
    path = "/fapi/v1/fundingRate"

    first = futures.get(path, **SYMBOL, startTime=every[2]["fundingTime"], limit=3).json()
    last = futures.get(path, **SYMBOL, limit=3).json()
    until = futures.get(path, **SYMBOL, startTime=1, endTime=every[1]["fundingTime"]).json()

    assert (first, last, until) == (every[2:5], every[-3:], every[:2])


@pytest.mark.parametrize(
    ("path", "asked", "code"),
    [
        ("/fapi/v1/klines", {"symbol": "NOUSDT", "interval": "1h"}, -1121),
        ("/fapi/v1/klines", {**SYMBOL, "interval": "7m"}, -1120),
        ("/fapi/v1/markPriceKlines", SYMBOL, -1102),
        ("/fapi/v1/fundingRate", {**SYMBOL, "limit": "0"}, -1130),
        ("/fapi/v1/order", SYMBOL, -1020),
    ],
)
def test_what_is_asked_wrongly_is_refused_as_binance_does(
    futures: Venue, path: str, asked: dict[str, Any], code: int
) -> None:
    answer = futures.get(path, **asked)

    assert (answer.status_code >= 400, answer.json()["code"]) == (True, code)


def test_what_is_asked_of_futures_is_counted_by_itself(tmp_path: Path) -> None:
    write_candles(tmp_path, {BTC: walk(100_000.0, 300, seed=7)}, first=200)
    with running(tmp_path, "--stepped") as venue:
        weights = [
            venue.get("/fapi/v1/klines", **SYMBOL, interval="5m", limit=limit).headers[
                "X-MBX-USED-WEIGHT-1M"
            ]
            for limit in (99, 499, 1_000, 1_500)
        ]
        spot = venue.get("/api/v3/ping").headers["X-MBX-USED-WEIGHT-1M"]
        for _ in range(238):
            venue.get("/fapi/v1/klines", **SYMBOL, interval="5m", limit=1_500)
        refused = venue.get("/fapi/v1/klines", **SYMBOL, interval="5m", limit=1_500)
        still = venue.get("/api/v3/ping")

    assert weights == ["1", "3", "8", "18"]
    assert spot == "1"
    assert (refused.status_code, refused.json()["code"]) == (429, -1003)
    assert still.ok


def test_a_contract_that_ended_is_being_settled_and_pays_nothing_more(tmp_path: Path) -> None:
    write_candles(tmp_path, {BTC: walk(100_000.0, 300, seed=8)}, first=200)
    with running(tmp_path, "--stepped") as venue:
        venue.control("PUT", "clock", {"to": "2025-05-03T00:00"})
        (listed,) = venue.get("/fapi/v1/exchangeInfo").json()["symbols"]
        paid = venue.get("/fapi/v1/fundingRate", **SYMBOL).json()

    assert listed["status"] == "SETTLING"
    assert paid[-1]["fundingTime"] < START_MS + 100 * STEP_MS


def _pages(venue: Venue, path: str) -> list[Any]:
    rows: list[Any] = []
    start = 1
    while page := venue.get(
        path, **SYMBOL, interval="5m", limit=1_000, startTime=start, endTime=START_MS - 1
    ).json():
        rows += page
        start = page[-1][0] + 1
    return rows
