"""An exchange with two pairs, one of which has a hole of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulators.exchange.venue import Venue, running
from tests.emulators.pulling.candles import write


@pytest.fixture(scope="session")
def candles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pulled-candles")
    write(folder)
    return folder


@pytest.fixture(scope="session")
def steady(candles: Path) -> Iterator[Venue]:
    with running(candles, "--stepped", "--weight-limit", "1000000") as venue:
        yield venue


@pytest.fixture
def exchange(steady: Venue) -> Iterator[Venue]:
    """The exchange that all tests share, because none but a ban's moves its clock; faults are taken back."""
    steady.control("DELETE", "requests")
    yield steady
    steady.faults()
    steady.control("POST", "amnesty")
