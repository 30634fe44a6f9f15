"""Keeps what a chart of the backtest needs: the strategy's indicators, as Freqtrade analysed them.

They are taken from the analysed frames after the last trade was decided, so they cannot change one.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from candlewick.backtests.plots import (
    MAX_COLUMNS,
    MAX_VALUES_BYTES,
    PLOT_MEMBER,
    SIGNALS,
    VALUE_BYTES,
    VALUES_MEMBER,
    ClaimedPlot,
    PairColumns,
    PlotConfig,
    Style,
)
from candlewick.engine.plot_config import default_plot_config, is_plottable, read_plot_config

_MS = 1_000_000
_FEWEST = 4  # columns: rather fewer pairs than fewer columns
_FAST = 1  # deflate's level: twice as fast as the usual one, a few per cent larger


@dataclass(frozen=True, slots=True)
class Captured:
    """The members of the archive: what there is, and the values."""

    plot: ClaimedPlot
    arrays: list[NDArray[np.float32]]


def capture(
    strategy: Any,
    frames: dict[str, pd.DataFrame],
    step_ms: int,
    *,
    max_bytes: int = MAX_VALUES_BYTES,
) -> Captured:
    """Copy the columns that a chart shows. Never fails: what cannot be kept is named in `left_out`."""
    try:
        return _Capture(strategy, frames, step_ms).within(max_bytes)
    except Exception as error:  # noqa: BLE001 - a user's frames may hold anything; a chart is worth no run
        why = f"The indicators could not be kept ({type(error).__name__})."
        return Captured(ClaimedPlot(left_out=[why]), [])


def add_indicators(archive: Path, captured: Captured) -> None:
    """Add both members beside Freqtrade's own."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as members:
        members.writestr(PLOT_MEMBER, captured.plot.model_dump_json(by_alias=True))
        with members.open(VALUES_MEMBER, "w") as target:
            for column in captured.arrays:
                target.write(column.data)


class _Capture:
    def __init__(self, strategy: Any, frames: dict[str, pd.DataFrame], step_ms: int) -> None:
        self._frames = {pair: frame for pair, frame in frames.items() if not frame.empty}
        self._step = step_ms
        self._config = read_plot_config(strategy)
        self._is_default = not self._config.columns()
        if self._is_default and self._frames:
            self._config = default_plot_config(next(iter(self._frames.values())))
        self._left_out: list[str] = []

    def within(self, max_bytes: int) -> Captured:
        wanted = self._wanted()
        rows = {pair: self._rows(frame) for pair, frame in self._frames.items()}
        most = max_bytes // VALUE_BYTES // max(1, sum(rows.values()))
        kept = wanted[: max(most, _FEWEST)]
        if len(kept) < len(wanted):
            self._tell(f"columns: {', '.join(wanted[len(kept) :])}")
        pairs = list(self._fitting(kept, rows, max_bytes))
        plot = ClaimedPlot(
            plot_config=_without_missing(self._config, kept),
            is_default=self._is_default,
            pairs=pairs,
            left_out=self._left_out,
        )
        values = [
            self._on_grid(self._frames[found.pair], name, found.rows)
            for found in pairs
            for name in found.columns
        ]
        return Captured(plot, values)

    def _fitting(
        self, columns: list[str], rows: dict[str, int], max_bytes: int
    ) -> Iterator[PairColumns]:
        too_many = []
        for pair, frame in self._frames.items():
            found = PairColumns(
                pair=pair,
                start=_opened(frame)[0],
                rows=rows[pair],
                columns=[name for name in columns if is_plottable(frame, name)],
            )
            if found.size_bytes > max_bytes:
                too_many.append(pair)
                continue
            max_bytes -= found.size_bytes
            yield found
        if too_many:
            self._tell(f"pairs: {', '.join(too_many)}")

    def _wanted(self) -> list[str]:
        """Return the columns to keep, the dearest first: what is drawn, then the signals."""
        frames = list(self._frames.values())
        drawn: list[str] = []
        missing: list[str] = []
        for name in self._config.columns()[:MAX_COLUMNS]:
            plottable = any(is_plottable(frame, name) for frame in frames)
            (drawn if plottable else missing).append(name)
        if missing:
            self._left_out.append(
                f"The plot configuration names no numeric column: {', '.join(missing)}."
            )
        given = [
            name
            for name in SIGNALS
            if name not in drawn
            and any(is_plottable(frame, name) and frame[name].any() for frame in frames)
        ]
        return [*drawn, *given]

    def _tell(self, what: str) -> None:
        self._left_out.append(f"There are more indicators than are kept; left out {what}."[:2_000])

    def _rows(self, frame: pd.DataFrame) -> int:
        opened = _opened(frame)
        return (opened[-1] - opened[0]) // self._step + 1

    def _on_grid(self, frame: pd.DataFrame, name: str, rows: int) -> NDArray[np.float32]:
        """Return a column with one value a candle, NaN where the frame has none."""
        with np.errstate(over="ignore", invalid="ignore"):
            column = frame[name].to_numpy(np.float32, na_value=np.nan)
        if len(column) == rows:
            return np.ascontiguousarray(column, dtype="<f4")
        opened = np.asarray(_opened_all(frame))
        grid = np.full(rows, np.nan, dtype="<f4")
        grid[(opened - opened[0]) // self._step] = column
        return grid


def _opened_all(frame: pd.DataFrame) -> NDArray[np.int64]:
    return frame["date"].to_numpy(dtype="datetime64[ns]").astype(np.int64) // _MS


def _opened(frame: pd.DataFrame) -> tuple[int, int]:
    """Return the open times of the first and the last candle, in milliseconds."""
    ends = _opened_all(frame.iloc[[0, -1]])
    return int(ends[0]), int(ends[1])


def _without_missing(config: PlotConfig, columns: list[str]) -> PlotConfig:
    def present(lines: dict[str, Style]) -> dict[str, Style]:
        return {
            name: style if style.fill_to in columns else style.model_copy(update={"fill_to": None})
            for name, style in lines.items()
            if name in columns
        }

    subplots = {title: present(lines) for title, lines in config.subplots.items()}
    return PlotConfig(
        main_plot=present(config.main_plot),
        subplots={title: lines for title, lines in subplots.items() if lines},
    )
