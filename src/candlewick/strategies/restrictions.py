"""Imports and calls that a strategy may not use. The sandbox stops what slips through here."""

import ast
from collections.abc import Iterable, Iterator

from candlewick.strategies.models import Finding, Severity

# What the image carries and a strategy has a use for. Submodules are included.
_ALLOWED_MODULES = frozenset(
    {
        "__future__", "abc", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal",
        "enum", "fractions", "freqtrade", "functools", "heapq", "itertools", "json", "logging", "math",
        "numbers", "numpy", "operator", "pandas", "pandas_ta", "random", "re", "scipy", "sklearn",
        "statistics", "string", "ta", "talib", "technical", "time", "types", "typing",
        "typing_extensions", "warnings", "zoneinfo",
    }
)  # fmt: skip
_NOT_INSTALLED = frozenset({"pandas_ta", "scipy", "sklearn", "ta"})
_REASONS = {
    "ccxt": "it talks to exchanges; use self.dp, which works in backtests too",
    "requests": "there is no network",
    "socket": "there is no network",
    "urllib": "there is no network",
    "http": "there is no network",
    "httpx": "there is no network",
    "aiohttp": "there is no network",
    "os": "it reaches outside the strategy",
    "sys": "it reaches outside the strategy",
    "subprocess": "it starts programs",
    "multiprocessing": "it starts processes",
    "threading": "it starts threads; Freqtrade calls strategies from one",
    "pickle": "it runs code that is hidden in data",
    "ctypes": "it reaches outside Python",
    "importlib": "it imports what cannot be checked",
}
_BANNED_FREQTRADE = (
    "freqtrade.exchange",
    "freqtrade.commands",
    "freqtrade.rpc",
    "freqtrade.loggers",
)
_BANNED_CALLS = frozenset(
    {
        "eval",
        "exec",
        "compile",
        "open",
        "__import__",
        "input",
        "breakpoint",
        "globals",
        "vars",
        "exit",
        "quit",
    }
)
_BANNED_METHODS = frozenset(
    {
        "read_csv", "read_pickle", "read_parquet", "read_feather", "read_json", "read_excel", "read_hdf",
        "read_sql", "read_html", "read_xml", "to_csv", "to_pickle", "to_parquet", "to_feather",
        "to_hdf", "to_sql", "to_excel", "fromfile", "tofile", "memmap", "load", "loadtxt", "savetxt", "savez",
    }
)  # fmt: skip
_IO_MODULES = frozenset({"pd", "pandas", "np", "numpy", "df", "dataframe"})
_BANNED_ATTRIBUTES = frozenset(
    {
        "__subclasses__", "__globals__", "__builtins__", "__code__", "__bases__", "__mro__", "__loader__",
        "__spec__", "__import__", "__reduce__", "__reduce_ex__", "f_globals", "f_locals", "gi_frame",
    }
)  # fmt: skip


def find(nodes: Iterable[ast.AST]) -> Iterator[Finding]:
    """Yield a finding for each import, call or attribute that a strategy may not use."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (found for alias in node.names for found in _module(node, alias.name))
        elif isinstance(node, ast.ImportFrom):
            yield from _from_import(node)
        elif isinstance(node, ast.Call):
            yield from _call(node)
        elif isinstance(node, ast.Attribute) and node.attr in _BANNED_ATTRIBUTES:
            yield _finding(
                node,
                "banned-attribute",
                f"`{node.attr}` reaches into the interpreter.",
                "Remove it; strategies need no reflection of this kind.",
            )


def _from_import(node: ast.ImportFrom) -> Iterator[Finding]:
    if node.level > 0 or node.module is None:
        yield _finding(
            node,
            "banned-import",
            "Relative imports cannot work: a version is one file.",
            "Put the code into this file.",
        )
        return
    yield from _module(node, node.module)


def _module(node: ast.stmt, name: str) -> Iterator[Finding]:
    root = name.partition(".")[0]
    if root in _NOT_INSTALLED:
        yield _finding(
            node,
            "unavailable-import",
            f"`{root}` is not part of the backtest image.",
            "Use talib or technical, or write the formula with pandas and numpy.",
        )
    elif root not in _ALLOWED_MODULES or name.startswith(_BANNED_FREQTRADE):
        reason = _REASONS.get(root, "it is not among the modules that strategies may use")
        yield _finding(
            node,
            "banned-import",
            f"`{name}` may not be imported: {reason}.",
            "Remove the import. Allowed are pandas, numpy, talib, technical, freqtrade.strategy, "
            "freqtrade.persistence and the pure parts of the standard library.",
        )


def _call(node: ast.Call) -> Iterator[Finding]:
    function = node.func
    if isinstance(function, ast.Name) and function.id in _BANNED_CALLS:
        yield _finding(
            node,
            "banned-call",
            f"`{function.id}()` may not be called.",
            "Remove the call; a strategy works on the dataframe it is given.",
        )
    elif (
        isinstance(function, ast.Attribute)
        and function.attr in _BANNED_METHODS
        and isinstance(function.value, ast.Name)
        and function.value.id in _IO_MODULES
    ):
        yield _finding(
            node,
            "banned-call",
            f"`{function.value.id}.{function.attr}()` reads or writes files.",
            "Remove the call; a backtest has no files but its candles, which self.dp gives.",
        )


def _finding(node: ast.stmt | ast.expr, rule: str, message: str, advice: str) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.ERROR,
        line=node.lineno,
        column=node.col_offset,
        message=message,
        advice=advice,
    )
