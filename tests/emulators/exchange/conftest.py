"""Fixtures: exchanges with stepped clocks over candles that are written down."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.emulators.exchange.venue import BTC, ETH, Venue, running, walk, write_candles

# Rising, falling, falling; then a jump down to a flat candle.
SHOWN = [
    (100_000.0, 100_200.0, 99_900.0, 100_100.0, 30.0),
    (100_100.0, 100_300.0, 99_700.0, 99_800.0, 30.0),
    (99_800.0, 99_850.0, 99_000.0, 99_100.0, 30.0),
    (98_500.0, 98_500.0, 98_500.0, 98_500.0, 30.0),
    (98_500.0, 101_000.0, 98_400.0, 100_900.0, 30.0),
]
BEFORE = walk(100_000.0, 300, seed=1)


@pytest.fixture(scope="session")
def candles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exchange-candles")
    btc = [*BEFORE, *SHOWN, *walk(100_900.0, 300, seed=2)]
    eth = walk(3_000.0, 605, seed=3)
    write_candles(folder, {BTC: btc, ETH: eth}, first=len(BEFORE))
    return folder


@pytest.fixture(scope="session")
def standing(candles: Path) -> Iterator[Venue]:
    with running(candles, "--stepped", "--any-time", "--weight-limit", "1000000") as started:
        yield started


@pytest.fixture
def quiet(standing: Venue) -> Iterator[Venue]:
    """An account of its own at an exchange that all tests share, because none moves its clock."""
    owner = standing.account(uuid4().hex, USDT="1000")
    with owner.session:
        yield owner


@pytest.fixture(scope="module")
def moving(candles: Path) -> Iterator[Venue]:
    with running(candles, "--stepped", "--any-time") as started:
        yield started


@pytest.fixture
def shaken(moving: Venue) -> Iterator[Venue]:
    """An account of its own at an exchange that is without faults before and after."""
    owner = moving.account(uuid4().hex, USDT="1000")
    owner.control("DELETE", "requests")
    with owner.session:
        yield owner
        owner.faults()
        owner.control("PUT", "maintenance", {"on": False})
        owner.control("POST", "amnesty")


@pytest.fixture
def venue(candles: Path) -> Iterator[Venue]:
    with running(candles, "--stepped", "--any-time") as started:
        yield started
