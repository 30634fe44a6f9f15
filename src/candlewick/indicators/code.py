"""How the code of an indicator reads, as Python's own syntax tree."""

import ast
from collections.abc import Mapping

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


def column(name: str) -> ast.Subscript:
    """Return `dataframe["name"]`."""
    return ast.Subscript(value=ast.Name(FRAME), slice=ast.Constant(name))


def assignment(
    indicator: Indicator, label: str, settings: Mapping[str, ast.expr], source: str = "close"
) -> ast.Assign:
    """Return the statement that computes an indicator called `label`."""
    value = ast.Call(
        func=_function(indicator.function),
        args=[ast.Name(FRAME)],
        keywords=[
            ast.keyword(arg=setting.keyword, value=settings[setting.name])
            for setting in indicator.settings
        ],
    )
    if indicator.has_source and source != "close":
        value.keywords.append(ast.keyword(arg="price", value=ast.Constant(source)))
    if indicator.selects:
        value = ast.Call(
            func=ast.Name("DataFrame"),
            args=[value],
            keywords=[ast.keyword(arg="columns", value=_texts(indicator.selects))],
        )
    target = _target(indicator, label)
    return ast.Assign(targets=[target], value=value, lineno=1)


def _target(indicator: Indicator, label: str) -> ast.expr:
    names = indicator.columns(label)
    if len(names) == 1:
        return column(names[0])
    if indicator.unpacks:
        return ast.Tuple(elts=[column(name) for name in names])
    return ast.Subscript(value=ast.Name(FRAME), slice=_texts(names))


def _texts(names: tuple[str, ...]) -> ast.List:
    return ast.List(elts=[ast.Constant(name) for name in names])


def _function(name: str) -> ast.expr:
    owner, dot, attribute = name.partition(".")
    return ast.Attribute(value=ast.Name(owner), attr=attribute) if dot else ast.Name(owner)
