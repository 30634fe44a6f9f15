"""What a function may use without depending on, or changing, anything but its arguments.

Libraries are taken to do what they document; of each only what computes is listed, neither files nor clocks, random numbers or
settings.
"""

import builtins
import functools
import math
import operator
from datetime import timedelta
from types import FunctionType, ModuleType
from typing import Any

import freqtrade.strategy
import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

_words = str.split

# What only looks into a collection that others see too: functions, and methods of it.
LOOKING = frozenset(
    _words("all any enumerate len list max min range reversed set sorted sum tuple zip")
)
ASKED = frozenset(_words("copy count get index items keys values"))
# Pandas takes the names of methods there.
BY_NAME = frozenset(_words("agg aggregate apply map transform"))

_BUILTINS = _words("""
    abs all any bool dict divmod enumerate filter float frozenset int isinstance len list map max min object pow range reversed
    round set slice sorted str sum tuple zip
""")
_NUMPY = _words("""
    all any append apply_along_axis arange argmax argmin argsort around array array_equal asarray atleast_1d average
    bincount broadcast_to clip column_stack concatenate convolve copy corrcoef correlate cov cumprod cumsum diag diff digitize
    dot ediff1d flip flipud full full_like gradient histogram hstack identity inner insert interp isclose isin linspace
    lexsort matmul max mean median meshgrid min nan_to_num nanargmax nanargmin nancumsum nanmax nanmean nanmedian nanmin
    nanpercentile nanquantile nanstd nansum nanvar nonzero ones ones_like outer pad percentile piecewise polyfit polyval
    prod ptp quantile ravel repeat reshape roll round searchsorted select sort split squeeze stack std sum take tile trapezoid
    unique vander var vstack where zeros zeros_like
""")
_PANDAS = _words("""
    DataFrame DatetimeIndex Index MultiIndex RangeIndex Series Timedelta Timestamp concat cut date_range factorize
    get_dummies isna isnull melt merge merge_asof merge_ordered notna notnull pivot qcut to_datetime to_numeric
    to_timedelta unique
""")
_FREQTRADE = _words("""
    merge_informative_pair timeframe_to_minutes timeframe_to_msecs timeframe_to_next_date timeframe_to_prev_date
    timeframe_to_seconds
""")
_OPERATORS = _words("add and_ eq ge gt itemgetter le lt mul ne neg not_ or_ sub truediv xor")
_LIBRARIES = ("technical.", "freqtrade.vendor.qtpylib.")
_PRINTING = "technical.consensus"
# Of values: what leaves the process, asks the clock or chance, or sets what others see.
_REFUSED = frozenset(
    _words("""
        array attrs base boxplot ctypes data dump dumps eval flags hist info memmap now pipe pivot_table plot query sample setflags set_flags style
        ta today tofile utcnow
    """)
)
_WRITERS_KEPT = frozenset(
    _words("to_dict to_frame to_list to_numpy to_period to_pydatetime to_series to_timestamp")
)
_PLAIN = (bool, int, float, complex, str, bytes, type(None), timedelta, type(Ellipsis))


def is_plain(value: Any) -> bool:
    """Whether it can't change."""
    if isinstance(value, tuple | frozenset):
        return all(map(is_plain, value))
    return type(value) in _PLAIN or isinstance(value, np.generic)


def is_collection(value: Any) -> bool:
    """Whether nothing changes it that only looks into it."""
    if type(value) is dict:
        return all(map(is_plain, (*value, *value.values())))
    return type(value) in (list, set) and all(map(is_plain, value))


def is_library(value: Any) -> bool:
    """Whether it is a function or class of a library that only computes."""
    if _is_of_talib(value) or isinstance(value, np.ufunc) or id(value) in _LISTED:
        return True
    if isinstance(value, type):
        return issubclass(value, np.generic) or (
            value.__module__ == "builtins" and issubclass(value, Exception)
        )
    name = value.__module__ or "" if isinstance(value, FunctionType) else ""
    return name.startswith(_LIBRARIES) and not name.startswith(_PRINTING)


def is_harmless(attribute: str) -> bool:
    """Whether an attribute of that name, of frames, arrays and what Python has, only computes."""
    if attribute.startswith(("_", "read_")) or attribute in _REFUSED:
        return False
    return not attribute.startswith("to_") or attribute in _WRITERS_KEPT


def is_harmless_text(text: str) -> bool:
    """Whether pandas, given it as a method's name or as a moment, would only compute."""
    is_name = hasattr(pd.DataFrame, text) or hasattr(pd.Series, text)
    return text not in ("now", "today") and (not is_name or is_harmless(text))


def member(module: ModuleType, path: list[str]) -> tuple[Any, list[str]]:
    """Return what a chain of names leads to through modules, and the names behind it. Raises AttributeError."""
    found: Any = module
    rest = list(path)
    while rest and isinstance(found, ModuleType):
        found = getattr(found, rest.pop(0))
    return found, rest


def _is_of_talib(value: Any) -> bool:
    kind = value if isinstance(value, FunctionType) else type(value)
    if not (kind.__module__ or "").startswith("talib"):
        return False
    # Its functions alone have names in capitals; what sets periods or compatibility has not.
    name = value.__name__ if kind is value else kind.__name__
    return name.isupper() if kind is value else name == "Function"


def _listed() -> dict[int, Any]:
    named = (
        (builtins, _BUILTINS),
        (np, _NUMPY),
        (pd, _PANDAS),
        (freqtrade.strategy, _FREQTRADE),
        (operator, _OPERATORS),
        (math, [name for name in dir(math) if not name.startswith("_")]),
    )
    found = [getattr(module, name) for module, names in named for name in names]
    found += [functools.reduce, functools.partial, timedelta, sliding_window_view]
    return {id(value): value for value in found if callable(value)}


_LISTED = _listed()
