"""A table of trades that is written out as dictionaries column by column; pandas makes each row of iterators."""

from typing import Any

import numpy as np
import pandas as pd
from freqtrade.optimize.optimize_reports import optimize_reports

_stats = optimize_reports.generate_strategy_stats


def strategy_stats(
    pairlist: list[str], strategy: str, content: Any, *args: Any, **kwargs: Any
) -> dict[str, Any]:
    """Return what `generate_strategy_stats` returns, and leave the columns that it leaves."""
    results = content["results"]
    if type(results) is not pd.DataFrame:
        found: dict[str, Any] = _stats(pairlist, strategy, content, *args, **kwargs)
        return found
    records = Records(results)
    found = _stats(pairlist, strategy, {**content, "results": records}, *args, **kwargs)
    for name in records:
        if name not in results or name == "close_date":
            results[name] = records[name]
    return found


class Records(pd.DataFrame):
    """Gives as records what any frame gives."""

    def to_dict(self, *args: Any, **kwargs: Any) -> Any:
        columns = [_values(self[name]) for name in self] if self.columns.is_unique else [None]
        if args or kwargs != {"orient": "records"} or None in columns:
            return super().to_dict(*args, **kwargs)
        names = list(self.columns)
        rows = zip(*(column for column in columns if column is not None), strict=True)
        return [dict(zip(names, row, strict=True)) for row in rows]


def _values(column: "pd.Series[Any]") -> list[Any] | None:
    """Return nothing where pandas may have other objects for single values."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind == "O":
        return list(column.to_frame("").to_dict(orient="list")[""])
    is_number = isinstance(dtype, np.dtype) and dtype.kind in "fib"
    if not is_number and not isinstance(dtype, pd.DatetimeTZDtype | pd.StringDtype):
        return None
    return column.tolist()
