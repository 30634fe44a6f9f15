"""How the code of an indicator reads, as Python's own syntax tree."""

import ast
from collections.abc import Iterator, Mapping

from candlewick.indicators.models import Indicator

FRAME = "dataframe"
_MODULES = {
    "ta": "import talib.abstract as ta",
    "qtpylib": "from technical import qtpylib",
}


def imported(indicator: Indicator) -> str:
    """Return the import that the call needs."""
    owner, dot, _ = indicator.function.partition(".")
    return _MODULES[owner] if dot else f"from technical.indicators import {owner}"


def column(name: str) -> ast.expr:
    """Return `dataframe["name"]`."""
    return ast.Subscript(value=ast.Name(FRAME), slice=ast.Constant(name))


def call(indicator: Indicator, settings: Mapping[str, ast.expr], source: str) -> ast.Call:
    """Return the call that computes an indicator."""
    keywords = [
        ast.keyword(arg=setting.keyword, value=settings[setting.name])
        for setting in indicator.settings
    ]
    if indicator.has_source and source != "close":
        keywords.append(ast.keyword(arg="price", value=ast.Constant(source)))
    owner, dot, attribute = indicator.function.partition(".")
    function: ast.expr = ast.Name(owner)
    if dot:
        function = ast.Attribute(value=function, attr=attribute)
    return ast.Call(func=function, args=[ast.Name(FRAME)], keywords=keywords)


def assignments(
    indicator: Indicator, label: str, value: ast.expr, variable: str
) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the statements, each as target and value, that store the outputs in columns.

    The value of several outputs is kept in a variable first.
    """
    if not indicator.keys:
        yield column(label), value
        return
    yield ast.Name(variable), value
    for name, key in zip(indicator.columns(label), indicator.keys, strict=True):
        yield column(name), ast.Subscript(value=ast.Name(variable), slice=ast.Constant(key))
