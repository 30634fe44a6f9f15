"""Strategies written as people write them go through blocks and come back: the same trades, nothing lost or moved."""

from pathlib import Path
from typing import Any

import pytest

from candlewick.specs.compiler import compile_spec
from candlewick.specs.reading_code import read_code
from candlewick.strategies.checks import check_code
from tests.unit.engine.conftest import simulated_candles
from tests.unit.specs.running import archived_code, trades_of

__all__ = ["simulated_candles"]
# Freqtrade's, pandas' and numpy's own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")

FILES = sorted((Path(__file__).parent / "strategies").glob("*.py"))
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


def trades(code: str, name: str, candles: Path, folder: Path) -> list[dict[str, Any]]:
    folder.mkdir()
    window = WINDOWS[check_code(code).facts.timeframe or ""]
    return trades_of(archived_code(code, name, candles, folder, window), name)
