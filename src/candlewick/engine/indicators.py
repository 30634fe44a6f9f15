"""Keeps what a chart of the backtest needs: the strategy's indicators, as Freqtrade analysed them.

They are taken from the analysed frames after the last trade was decided, so they cannot change one. What most likely will be taken
is deflated beside the loop; it is used if it was of the very values.
"""

import inspect
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
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
from candlewick.engine import beside, pieces
from candlewick.engine.plot_config import default_plot_config, is_plottable, read_plot_config

_MS = 1_000_000
_FEWEST = 4  # columns: rather fewer pairs than fewer columns

Pieces = Mapping[tuple[str, str], beside.Task[pieces.Piece]]  # by pair and column


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


def begin(
    strategy: Any,
    frames: dict[str, pd.DataFrame],
    step_ms: int,
    *,
    max_bytes: int = MAX_VALUES_BYTES,
) -> Pieces:
    """Have deflated beside the run what `capture` will most likely keep. Calls nothing of the strategy's, and never fails."""
    config = inspect.getattr_static(strategy, "plot_config", None)
    if not beside.is_there() or not _is_data(config):
        return {}
    try:
        made = _Capture(SimpleNamespace(plot_config=config), frames, step_ms)
        plot = made.plan(max_bytes)
    except Exception:  # noqa: BLE001 - as below; it is told of there
        return {}
    return {
        (found.pair, name): beside.do(partial(made.piece, found, name))
        for found in plot.pairs
        for name in found.columns
    }


def add_indicators(archive: Path, captured: Captured, ready: Pieces | None = None) -> None:
    """Add both members beside Freqtrade's own."""
    columns = [(found.pair, name) for found in captured.plot.pairs for name in found.columns]
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as members:
        members.writestr(PLOT_MEMBER, captured.plot.model_dump_json(by_alias=True))
        tasks = [(ready or {}).get(column) for column in columns]
        made = (
            (column.data, None if task is None else task.result())
            for column, task in zip(captured.arrays, tasks, strict=True)
        )
        pieces.write(members, VALUES_MEMBER, made)


def _is_data(value: Any) -> bool:
    """Whether nothing of a strategy's is called by who looks at it."""
    if type(value) is dict:
        return all(_is_data(key) and _is_data(held) for key, held in value.items())
    return type(value) in {str, int, float, bool, type(None)}


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
        plot = self.plan(max_bytes)
        values = [self._values(found, name) for found in plot.pairs for name in found.columns]
        return Captured(plot, values)

    def piece(self, found: PairColumns, name: str) -> pieces.Piece:
        return pieces.deflate(self._values(found, name).data)

    def plan(self, max_bytes: int) -> ClaimedPlot:
        wanted = self._wanted()
        rows = {pair: self._rows(frame) for pair, frame in self._frames.items()}
        most = max_bytes // VALUE_BYTES // max(1, sum(rows.values()))
        kept = wanted[: max(most, _FEWEST)]
        if len(kept) < len(wanted):
            self._tell(f"columns: {', '.join(wanted[len(kept) :])}")
        pairs = list(self._fitting(kept, rows, max_bytes))
        return ClaimedPlot(
            plot_config=_without_missing(self._config, kept),
            is_default=self._is_default,
            pairs=pairs,
            left_out=self._left_out,
        )

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

    def _values(self, found: PairColumns, name: str) -> NDArray[np.float32]:
        """Return a column with one value a candle, NaN where the frame has none."""
        frame, rows = self._frames[found.pair], found.rows
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
