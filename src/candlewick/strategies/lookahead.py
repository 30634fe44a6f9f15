"""Patterns that let a strategy see candles of the future. They make backtests lie, so they are shown."""

import ast
from collections.abc import Iterator

from candlewick.strategies.models import Finding, Severity

_POPULATE = frozenset(
    {
        "populate_indicators",
        "populate_entry_trend",
        "populate_exit_trend",
        "populate_any_indicators",
    }
)
_WHOLE_COLUMN = frozenset(
    {"mean", "max", "min", "std", "sum", "median", "quantile", "var", "idxmax", "idxmin", "rank"}
)
_WINDOWS = frozenset({"rolling", "ewm", "expanding", "groupby", "resample"})
_LAST_ROW = frozenset({"iloc", "iat", "values"})


def find(strategy: ast.stmt) -> Iterator[Finding]:
    """Yield a warning for each look-ahead pattern in the strategy's populate functions."""
    for function in ast.walk(strategy):
        if not (isinstance(function, ast.FunctionDef) and _is_vectorised(function)):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield from _method(node, node.func)
            elif isinstance(node, ast.Subscript):
                yield from _last_row(node)


def _is_vectorised(function: ast.FunctionDef) -> bool:
    # Informative pairs have decorated populate functions of any name.
    return function.name in _POPULATE or function.name.startswith("populate_")


def _method(call: ast.Call, function: ast.Attribute) -> Iterator[Finding]:
    if function.attr in {"shift", "diff", "pct_change"} and _is_negative(
        _argument(call, "periods")
    ):
        yield _finding(
            call,
            "lookahead-shift",
            f"`.{function.attr}()` by a negative number brings future candles into the present one.",
            "Shift by a positive number: .shift(1) is the candle before.",
        )
    elif function.attr in {"bfill", "backfill", "interpolate"} or _fills_backwards(call, function):
        yield _finding(
            call,
            "lookahead-fill",
            f"`.{function.attr}()` fills a gap with values from after it.",
            "Use .ffill(), or leave the gap empty.",
        )
    elif function.attr == "rolling" and _is_true(_argument(call, "center", position=None)):
        yield _finding(
            call,
            "lookahead-centre",
            "A centred window holds candles of the future.",
            "Remove center=True.",
        )
    elif function.attr in _WHOLE_COLUMN and _is_whole_column(function.value):
        yield _finding(
            call,
            "lookahead-aggregate",
            f"`.{function.attr}()` over a whole column knows the future of every candle.",
            f"Use a window: .rolling(n).{function.attr}().",
        )
    elif function.attr == "tail":
        yield _last_row_finding(call, "tail()")


def _last_row(node: ast.Subscript) -> Iterator[Finding]:
    if isinstance(node.value, ast.Attribute) and node.value.attr in _LAST_ROW:
        index = (
            node.slice.elts[0]
            if isinstance(node.slice, ast.Tuple) and node.slice.elts
            else node.slice
        )
        if _is_negative(index):
            yield _last_row_finding(node, f"{node.value.attr}[-…]")


def _last_row_finding(node: ast.expr, what: str) -> Finding:
    return _finding(
        node,
        "lookahead-last-row",
        f"`{what}` is the last candle of the whole backtest, not the current one.",
        "Compare whole columns instead: dataframe['a'] > dataframe['b'].",
    )


def _argument(call: ast.Call, name: str, position: int | None = 0) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[position] if position is not None and len(call.args) > position else None


def _is_negative(node: ast.expr | None) -> bool:
    return (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
        and isinstance(node.operand.value, int | float)
        and node.operand.value > 0
    )


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _fills_backwards(call: ast.Call, function: ast.Attribute) -> bool:
    method = _argument(call, "method", position=1)
    return (
        function.attr == "fillna"
        and isinstance(method, ast.Constant)
        and method.value in {"bfill", "backfill"}
    )


def _is_whole_column(node: ast.expr) -> bool:
    """`dataframe["close"]` or `dataframe.close`, but not `dataframe["close"].rolling(9)`."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Constant)
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"dataframe", "df"}
        and node.attr not in _WINDOWS
    )


def _finding(node: ast.expr, rule: str, message: str, advice: str) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.WARNING,
        line=node.lineno,
        column=node.col_offset,
        message=message,
        advice=advice,
    )
