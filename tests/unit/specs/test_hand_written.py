"""Strategies written as people write them go through blocks and come back: the same trades, nothing lost or moved."""

from pathlib import Path
from typing import Any

import pytest

from candlewick.specs.compiler import compile_spec
from candlewick.specs.reading_code import read_code
from candlewick.strategies.checks import check_code
from tests.unit.engine.conftest import simulated_candles
from tests.unit.specs.round_trips import comments, kept_in_order, lost, share_of_blocks
from tests.unit.specs.running import archived_code, futures_trades, simulated_futures, trades_of

__all__ = ["simulated_candles"]
# Freqtrade's, pandas' and numpy's own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")

FILES = sorted((Path(__file__).parent / "strategies").glob("*.py"))
FUTURES = sorted((Path(__file__).parent / "strategies" / "futures").glob("*.py"))
WINDOWS = {"1h": "20250215-20250310", "5m": "20250215-20250218"}
EACH = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


@EACH
def test_it_makes_the_same_trades_after_the_round_trip(
    file: Path, simulated_candles: Path, tmp_path: Path
) -> None:
    code = file.read_text()

    again = compile_spec(read_code(code))

    expected = trades(code, file.stem, simulated_candles, tmp_path / "before")
    assert expected
    assert trades(again, file.stem, simulated_candles, tmp_path / "after") == expected
    assert compile_spec(read_code(again)) == again


@pytest.mark.parametrize("file", [*FILES, *FUTURES], ids=lambda file: file.stem)
def test_nothing_is_lost_or_moved(file: Path) -> None:
    code = file.read_text()

    again = compile_spec(read_code(code))

    assert lost(code, again) == set()
    assert comments(code) <= comments(again)
    for before, after in kept_in_order(code, again):
        assert before == after


def test_most_statements_become_blocks() -> None:
    found = [share_of_blocks(file.read_text()) for file in (*FILES, *FUTURES)]

    blocks, every = (sum(numbers) for numbers in zip(*found, strict=True))

    assert blocks / every >= 0.7, (blocks, every)


@pytest.fixture(scope="module")
def futures(simulated_candles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated_futures(simulated_candles, tmp_path_factory.mktemp("futures"))


@pytest.mark.parametrize("file", FUTURES, ids=[file.stem for file in FUTURES])
def test_short_and_leveraged_trades_are_the_same_too(
    file: Path, futures: Path, tmp_path: Path
) -> None:
    code, name = file.read_text(), file.stem
    window = WINDOWS[check_code(code).facts.timeframe or ""]

    again = compile_spec(read_code(code))

    expected = futures_trades(code, name, futures, tmp_path / "before", window)
    assert any(trade["is_short"] for trade in expected)
    assert {trade["leverage"] for trade in expected} - {1.0}
    assert futures_trades(again, name, futures, tmp_path / "after", window) == expected


def trades(code: str, name: str, candles: Path, folder: Path) -> list[dict[str, Any]]:
    folder.mkdir()
    window = WINDOWS[check_code(code).facts.timeframe or ""]
    return trades_of(archived_code(code, name, candles, folder, window), name)
