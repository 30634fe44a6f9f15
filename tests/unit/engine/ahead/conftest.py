"""Candles of a few pairs, and other processes for however little work."""

import numpy as np
import pandas as pd
import pytest

from candlewick.engine import beside
from candlewick.engine.ahead import each as module
from tests.unit.engine.ahead.waiting import ROWS


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin other processes for however little work."""
    monkeypatch.setattr(beside, "processors", lambda: 2)
    monkeypatch.setattr(module, "WORTH_S", 0.0)


@pytest.fixture
def given() -> dict[str, pd.DataFrame]:
    numbers = np.random.default_rng(3)
    dates = pd.date_range("2026-01-01", periods=ROWS, freq="5min", tz="UTC").as_unit("ms")
    return {
        f"C{number}/USDT": pd.DataFrame(
            {"date": dates, "open": numbers.random(ROWS), "close": numbers.random(ROWS)}
        )
        for number in range(6)
    }
