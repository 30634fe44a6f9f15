"""Computes indicators the way that compiled code does, on the simulated market."""

import ast
from collections.abc import Mapping
from itertools import islice
from typing import Any

import pandas as pd

from candlewick.indicators.code import assignments, call, imported
from candlewick.indicators.models import Indicator
from candlewick.market_data import simulated


def hourly(candles: int = 3_000) -> pd.DataFrame:
    """Return BTC's first hours of the simulated market."""
    frames = [frame for series, frame in islice(simulated.candles(), 2) if series.timeframe == "1h"]
    return frames[0].head(candles).reset_index(drop=True)


def computed(
    indicator: Indicator,
    candles: pd.DataFrame,
    settings: Mapping[str, float] | None = None,
    source: str = "close",
) -> pd.DataFrame:
    """Return the indicator's columns, called `it`."""
    chosen = {**indicator.defaults, **(settings or {})}
    numbers: dict[str, ast.expr] = {name: ast.Constant(value) for name, value in chosen.items()}
    statements = "\n".join(
        f"{ast.unparse(target)} = {ast.unparse(value)}"
        for target, value in assignments(indicator, "it", call(indicator, numbers, source), "found")
    )
    scope: dict[str, Any] = {"dataframe": candles.copy()}
    code = f"{imported(indicator)}\n{statements}"
    exec(code, scope)  # noqa: S102 - our own statement
    frame: pd.DataFrame = scope["dataframe"]
    return frame[list(indicator.columns("it"))].astype(float)
