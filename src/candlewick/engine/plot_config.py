"""Reads a strategy's `plot_config`, which may hold anything, or makes one from its columns."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from pydantic import TypeAdapter, ValidationError

from candlewick.backtests.plots import (
    MAX_COLUMNS,
    MAX_DEFAULTS,
    SIGNALS,
    ColumnName,
    PlotConfig,
    Style,
)

_NOT_INDICATORS = {
    "date", "open", "high", "low", "close", "volume", *SIGNALS, "enter_tag", "exit_tag", "buy", "sell",
    # Freqtrade's own, from which it derives a price's digits.
    "open_count", "high_count", "low_count", "close_count", "max_count",
}  # fmt: skip
_NAME: TypeAdapter[str] = TypeAdapter(ColumnName)
_STYLE_KEYS = {name: (name, field.alias or name) for name, field in Style.model_fields.items()}
_NEAR_PRICE = 2.0  # an indicator within half and twice the price lies over the candles
_MOSTLY = 0.9


def read_plot_config(strategy: Any) -> PlotConfig:
    """Return what is usable of a strategy's `plot_config`; empty when nothing is."""
    found = getattr(strategy, "plot_config", None)
    if not isinstance(found, Mapping):
        return PlotConfig()
    room = MAX_COLUMNS
    main = _lines(found.get("main_plot"), room)
    room -= len(main)
    subplots: dict[str, dict[str, Style]] = {}
    below = found.get("subplots")
    for title, group in below.items() if isinstance(below, Mapping) else ():
        lines = _lines(group, room)
        if lines and _is_name(title):
            subplots[title] = lines
            room -= len(lines)
    return PlotConfig(main_plot=main, subplots=subplots)


def default_plot_config(frame: pd.DataFrame) -> PlotConfig:
    """Return a configuration for the first numeric columns: prices over the candles, the rest below.

    Columns that begin with the name of an earlier one share its pane (`macd`, `macdsignal`, `macdhist`).
    """
    main: dict[str, Style] = {}
    subplots: dict[str, dict[str, Style]] = {}
    for name in indicator_names(frame)[:MAX_DEFAULTS]:
        if _is_near_price(frame[name], frame["close"]):
            main[name] = Style()
            continue
        pane = next((title for title in subplots if name.startswith(title)), name)
        subplots.setdefault(pane, {})[name] = Style(type="bar" if "hist" in name else "line")
    return PlotConfig(main_plot=main, subplots=subplots)


def indicator_names(frame: pd.DataFrame) -> list[str]:
    """Return the frame's numeric columns that are neither candles nor signals, in its order."""
    names = [name for name in frame.columns if _is_name(name) and name not in _NOT_INDICATORS]
    return [name for name in names if is_plottable(frame, name)]


def is_plottable(frame: pd.DataFrame, name: str) -> bool:
    """Whether there is one such column, of numbers."""
    if name not in frame.columns:
        return False
    column = frame[name]
    # Two columns of one name come as a frame.
    return column.ndim == 1 and bool(pd.api.types.is_numeric_dtype(column.dtype))


def _lines(group: Any, room: int) -> dict[str, Style]:
    if not isinstance(group, Mapping):
        return {}
    named = [(name, style) for name, style in group.items() if _is_name(name)]
    return {name: _style(style) for name, style in named[: max(0, room)]}


def _style(found: Any) -> Style:
    """Keep each key that is valid by itself: one bad colour shall not cost the others."""
    style = Style()
    for name, keys in _STYLE_KEYS.items():
        for key in keys if isinstance(found, Mapping) else ():
            try:
                checked = Style.model_validate({name: found[key]})
            except (ValidationError, KeyError):
                continue
            style = style.model_copy(update={name: getattr(checked, name)})
    return style


def _is_name(name: Any) -> bool:
    try:
        _NAME.validate_python(name, strict=True)
    except ValidationError:
        return False
    return True


def _is_near_price(column: "pd.Series[Any]", close: "pd.Series[Any]") -> bool:
    values, prices = column.to_numpy(np.float64), close.to_numpy(np.float64)
    known = np.isfinite(values) & np.isfinite(prices) & (prices > 0)
    if not known.any():
        return False
    ratio = values[known] / prices[known]
    return bool(np.mean((ratio > 1 / _NEAR_PRICE) & (ratio < _NEAR_PRICE)) >= _MOSTLY)
