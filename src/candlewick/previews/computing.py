"""Computes indicators with the libraries that compiled code calls."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from candlewick.indicators.models import Indicator

_MODULES = {"ta": "talib.abstract", "qtpylib": "technical.qtpylib"}


class NotComputed(Exception):
    """A library could not compute an indicator on these candles."""


def columns(
    indicator: Indicator,
    label: str,
    frame: pd.DataFrame,
    settings: Mapping[str, float],
    source: str,
) -> Iterator[tuple[str, Any]]:
    """Yield an indicator's columns, as the call that `indicators.code` writes gives them."""
    keywords: dict[str, Any] = {each.keyword: settings[each.name] for each in indicator.settings}
    if indicator.has_source and source != "close":
        keywords["price"] = source
    try:
        value = _function(indicator.function)(frame, **keywords)
        if not indicator.keys:
            yield label, value
            return
        for name, key in zip(indicator.columns(label), indicator.keys, strict=True):
            yield name, value[key]
    except Exception as error:  # TA-Lib raises nothing more exact
        raise NotComputed(str(error)) from error


def _function(name: str) -> Callable[..., Any]:
    # Imported here, and so by name: only who computes should wait for the libraries.
    owner, dot, attribute = name.partition(".")
    module = importlib.import_module(_MODULES[owner] if dot else "technical.indicators")
    found: Callable[..., Any] = getattr(module, attribute or owner)
    return found
