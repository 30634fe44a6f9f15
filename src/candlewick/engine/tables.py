"""Freqtrade's archive in less time: its tables are compressed beside the statistics, and by a quicker method; the members are the same."""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from freqtrade.optimize import backtesting
from freqtrade.optimize.optimize_reports import bt_storage, optimize_reports

from candlewick.engine import beside
from candlewick.engine.balances import WORTH, add_worth
from candlewick.engine.market import Market
from candlewick.engine.swaps import is_known, swapped

_LEVEL = 2  # deflate's, for what is text
_ROWS = 1 << 16  # of a batch, as in any Feather file
# A hundredth larger than by the third level, in five sixths of the time.
_HOW = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=2), use_threads=False)

_converted = backtesting.convert_bt_wallet_collection
_store = backtesting.store_backtest_results


@dataclass(slots=True)
class Tables:
    """The tables of one run's archive, each compressed as soon as it is known."""

    market: Market = field(default_factory=lambda: Market(_compressed))
    _begun: list[tuple[pd.DataFrame, tuple[str, ...], beside.Task[bytes]]] = field(
        default_factory=list
    )

    def begin_wallet(self, wallet: pd.DataFrame) -> None:
        """Have a wallet compressed as it will be after the statistics, unless it was begun."""
        if not wallet.empty and not any(known is wallet for known, _, _ in self._begun):
            task = beside.do(partial(_compressed_with_worth, wallet.copy(deep=False)))
            self._begun.append((wallet, (*wallet.columns, WORTH), task))

    def of(self, frame: pd.DataFrame) -> "_Table":
        content = self.market.content(frame)
        if content is not None:
            return _Table(lambda: content)
        is_as_begun = is_known(optimize_reports.generate_wallet_stats)
        for known, columns, task in self._begun:
            if known is frame and columns == tuple(frame.columns) and is_as_begun:
                return _Table(task.result)
        return _Table(partial(_compressed, frame))


@contextmanager
def quicker() -> Iterator[Tables]:
    """Let `Backtesting.start` store with what is here."""
    tables = Tables()
    with (
        swapped(backtesting, "combined_dataframes_with_rel_mean", tables.market.table),
        swapped(backtesting, "convert_bt_wallet_collection", _as_it_is),
        swapped(backtesting, "store_backtest_results", partial(_quick_store, tables)),
    ):
        yield tables


def _quick_store(
    tables: Tables,
    *args: Any,
    market_change_data: pd.DataFrame | None = None,
    wallet_summary: dict[str, pd.DataFrame] | None = None,
    **kwargs: Any,
) -> Path:
    market = None if market_change_data is None else tables.of(market_change_data)
    wallets: Any = wallet_summary and {
        name: tables.of(each) for name, each in wallet_summary.items()
    }
    with swapped(bt_storage, "ZipFile", partial(_Archive, compresslevel=_LEVEL)):
        stored: Path = _store(*args, market_change_data=market, wallet_summary=wallets, **kwargs)
    return stored


class _Archive(zipfile.ZipFile):
    """An archive in which tables, being compressed themselves, are not compressed again."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        if str(zinfo_or_arcname).endswith(".feather"):
            args, kwargs = (), {"compress_type": zipfile.ZIP_STORED}
        super().writestr(zinfo_or_arcname, data, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class _Table:
    """Stands in for a frame that is stored: with zstd, in less time than lz4's best and deflate on top of it, about as small."""

    content: Callable[[], bytes]

    def reset_index(self) -> "_Table":
        return self

    def to_feather(self, target: io.BytesIO, **_: Any) -> None:
        target.write(self.content())


def _compressed_with_worth(wallet: pd.DataFrame) -> bytes:
    add_worth(wallet)
    return _compressed(wallet)


def _as_it_is(captures: Any) -> pd.DataFrame:
    """Return what `convert_bt_wallet_collection` returns; a table of captures is one already."""
    if isinstance(captures, pd.DataFrame) and len(captures):
        return captures
    table: pd.DataFrame = _converted(captures)
    return table


def _compressed(frame: pd.DataFrame) -> bytes:
    """Return what `to_feather` writes, by one thread: Arrow's pool would take the processor that the run has."""
    table = pa.Table.from_pandas(frame.reset_index(), nthreads=1)
    target = io.BytesIO()
    with pa.ipc.new_file(target, table.schema, options=_HOW) as writer:
        writer.write_table(table, max_chunksize=_ROWS)
    return target.getvalue()
