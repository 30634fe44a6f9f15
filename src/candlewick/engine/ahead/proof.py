"""Whether a strategy's functions provably give the same whoever calls them, when, and after what.

What runs is read: a function's source counts only if it compiles to the very code that will be called.
"""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from freqtrade.data.dataprovider import DataProvider
from freqtrade.strategy.interface import IStrategy

from candlewick.engine.ahead.reading import Impure, Reader

INDICATORS = ("populate_indicators",)
SIGNALS = ("populate_entry_trend", "populate_exit_trend")
_FREQTRADES_OWN = (
    "advise_indicators",
    "advise_entry",
    "advise_exit",
    "ft_advise_signals",
    "_if_enabled_populate_trades",
    "__getattribute__",
    "__setattr__",
)
_BEGINNING = (
    *("bot_start", "ft_bot_start", "ft_load_hyper_params", "load_freqAI_model"),
    *("__getattribute__", "__setattr__", "__dir__"),
)


def why_not_yet(strategy: IStrategy) -> str:
    """Return why Freqtrade's beginning with a strategy may depend on, or change, more than the strategy; empty if it provably does not."""
    kind = type(strategy)
    for name in _BEGINNING:
        if getattr(kind, name) is not getattr(IStrategy, name) or name in vars(strategy):
            return f"{name} is its own"
    if strategy.config.get("freqai", {}).get("enabled", False):
        return "it learns"
    own = kind.__mro__[: kind.__mro__.index(IStrategy)]
    for name, value in [item for each in own for item in vars(each).items()]:
        # Freqtrade looks at every attribute, for parameters.
        if not name.startswith("__") and not _is_plain(value):
            return f"{name} is computed when it is looked at"
    if type(strategy.order_types) is not dict:
        return "its order types are no plain dictionary"
    return ""


def _is_plain(value: Any) -> bool:
    return isinstance(value, (FunctionType, staticmethod, classmethod)) or not hasattr(
        type(value), "__get__"
    )


def why_not(strategy: IStrategy, functions: tuple[str, ...]) -> str:
    """Return why the functions may depend on more than the frame they are given; empty if they provably do not."""
    try:
        _check_strategy(strategy)
        waiting = [_method(strategy, name) for name in functions]
        waiting += [function for data, function in strategy._ft_informative if _is_usual(data)]  # noqa: SLF001
        _check_all(strategy, [(function, True) for function in waiting])
    except Impure as error:
        return str(error)
    except (OSError, SyntaxError, ValueError, RecursionError) as error:
        return f"its source can't be read ({type(error).__name__})"
    return ""


def _check_strategy(strategy: IStrategy) -> None:
    kind = type(strategy)
    for name in _FREQTRADES_OWN:
        if getattr(kind, name) is not getattr(IStrategy, name) or name in vars(strategy):
            raise Impure(f"{name} is its own")
    if hasattr(kind, "__getattr__"):
        raise Impure("__getattr__ is its own")
    if type(getattr(strategy, "dp", None)) is not DataProvider:
        raise Impure("its data provider is not Freqtrade's")
    if strategy.config.get("exchange", {}).get("use_public_trades", False):
        raise Impure("it uses public trades")


def _method(strategy: IStrategy, name: str) -> FunctionType:
    found = getattr(type(strategy), name)
    if name in vars(strategy) or not isinstance(found, FunctionType):
        raise Impure(f"{name} is no plain method")
    return found


def _is_usual(informative: Any) -> bool:
    if callable(informative.fmt):
        raise Impure("an informative column is named by a function")
    return True


def _check_all(strategy: IStrategy, waiting: list[tuple[FunctionType, bool]]) -> None:
    seen: set[FunctionType] = set()
    while waiting:
        function, is_method = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        path = function.__code__.co_filename
        file = _file(Path(path).read_bytes(), path)
        reader = Reader(strategy, function)
        reader.read(file.source_of(function), is_method=is_method)
        waiting += reader.calls


@lru_cache(maxsize=4)
def _file(source: bytes, path: str) -> "_File":
    return _File(source, path)


class _File:
    def __init__(self, source: bytes, path: str) -> None:
        tree = ast.parse(source)
        # As check_syntax does: what this module imports from __future__ is not the strategy's.
        self._codes = set(_codes(compile(source, path, "exec", dont_inherit=True)))
        self._nodes = {
            (node.name, min([node.lineno, *(part.lineno for part in node.decorator_list)])): node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
        }

    def source_of(self, function: FunctionType) -> ast.FunctionDef:
        code = function.__code__
        node = self._nodes.get((code.co_name, code.co_firstlineno))
        if node is None or code not in self._codes:
            raise Impure(f"{function.__name__} has no source of its own")
        return node


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _codes(part)
