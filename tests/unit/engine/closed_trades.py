"""Random trades for what a report says of them, and types with values."""

from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.data.metrics import DrawDownResult

CASES = range(24)


def some_trades(seed: int) -> pd.DataFrame:
    """Trades of which many closed together, in no order; all won, all lost, or neither."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 200))
    closed = pd.Timestamp("2024-03-01", tz="UTC") + pd.to_timedelta(
        random.integers(0, max(2, count // 3), count) * 5, unit="min"
    )
    profits = random.normal(0, 5, count).round(int(random.integers(0, 9)))
    if seed % 6 < 2:
        profits = np.abs(profits) * (1 if seed % 6 else -1)
    return pd.DataFrame(
        {"close_date": closed, "profit_abs": profits}, index=random.permutation(count)
    )


def typed(found: Any) -> list[tuple[type, Any]]:
    values = (
        [getattr(found, field.name) for field in fields(found)]
        if isinstance(found, DrawDownResult)
        else list(found.values())
    )
    return [(type(value), value) for value in values]
