"""The styles that a strategy's entry conditions show: each comparison says what its author waits for."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from candlewick.indicators.models import Group
from candlewick.indicators.registry import INDICATORS
from candlewick.marketplace.models import Style
from candlewick.marketplace.search.columns import PRICES, Columns, Source

# Oscillators by the value that parts weak from strong: below it buyers wait for a return, above they follow.
_MIDDLES: Mapping[str, float] = {
    "rsi": 50, "stochastic": 50, "fast_stochastic": 50, "stochastic_rsi": 50, "williams_r": -50, "cci": 0,
    "chande_momentum": 0, "ultimate": 50, "kdj": 50, "laguerre_rsi": 50, "relative_momentum": 50, "connors_rank": 50,
    "intraday_momentum": 50, "smi": 0, "z_score": 0, "money_flow": 50, "percentile": 0,
}  # fmt: skip
_AVERAGES = frozenset({
    "sma", "ema", "wma", "dema", "tema", "trima", "kama", "t3", "hma", "rma", "zlema", "vwma", "mama", "ht_trendline",
    "linear_regression", "forecast", "rolling_vwap", "heikin_ashi",
})  # fmt: skip
_DIRECTIONS = frozenset({
    "supertrend", "parabolic_sar", "ichimoku", "ssl", "adx", "adxr", "dx", "plus_di", "minus_di", "aroon", "slope",
    "aroon_oscillator", "vortex", "elder_ray", "efficiency", "vhf", "trend_mode", "angle", "choppiness",
})  # fmt: skip
_SPEEDS = frozenset({
    "macd", "ppo", "apo", "momentum", "roc", "trix", "tsi", "coppock", "awesome", "accelerator", "qstick",
})  # fmt: skip
_BANDS = frozenset({"bollinger", "keltner", "donchian", "acceleration_bands"})
_HIGHS = frozenset({"highest", "donchian"})
_PATTERNS = frozenset(item.name for item in INDICATORS.values() if item.group is Group.PATTERN)
# Functions that compare: whether upwards, and whether only in the moment of the change.
_CALLS: Mapping[str, tuple[bool, bool]] = {
    "crossed_above": (True, True), "crossed_below": (False, True), "crossed": (True, True),
    "rising": (True, False), "falling": (False, False), "between": (True, False),
}  # fmt: skip
_MOVES = frozenset({"rising", "falling"})  # a series and itself, a few candles ago
_LOW, _HIGH = ("lower", "low", "dn", "down", "lowest"), ("upper", "up", "highest")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left` is above `right` (`is_up`) or below it, or has just come there (`is_cross`)."""

    left: Source
    right: Source
    number: float | None  # what `left` is compared with, where that is a number
    is_up: bool
    is_cross: bool

    def mirrored(self) -> "Comparison":
        """Return what the same comparison means to somebody who sells short."""
        number = None if self.number is None else -self.number
        return Comparison(self.left, self.right, number, not self.is_up, self.is_cross)


def styles(tree: ast.Module, columns: Columns) -> frozenset[Style]:
    """Return every style that the entry conditions show, and whether positions are added to."""
    defaults = dict(_defaults(tree))
    found = {Style.GRID} if _adds_to_positions(tree) else set()
    for method in ast.walk(tree):
        if isinstance(method, ast.FunctionDef) and method.name == "populate_entry_trend":
            found |= _of_entries(method, columns, defaults)
    return frozenset(found)


def _of_entries(
    method: ast.FunctionDef, columns: Columns, defaults: Mapping[str, float]
) -> set[Style]:
    found = {Style.CANDLESTICKS} if _mentioned(method, columns) & _PATTERNS else set()
    for statement in method.body:
        is_short = _is_short(statement, method)
        for comparison in _comparisons(statement, columns, defaults):
            found |= _shown(comparison, is_short=is_short)
    return found


def _mentioned(node: ast.FunctionDef, columns: Columns) -> frozenset[str]:
    values = (item for item in ast.walk(node) if isinstance(item, ast.Subscript))
    return frozenset().union(*(columns.source(item).indicators for item in values))


def _shown(found: Comparison, *, is_short: bool) -> set[Style]:
    if found.number is not None:
        return _against_number(found, is_short=is_short)
    return _against_series(found.mirrored() if is_short else found)


def _against_number(found: Comparison, *, is_short: bool) -> set[Style]:
    names, shown = found.left.indicators, set[Style]()
    number, is_up = found.number or 0.0, found.is_up is not is_short
    for name in names & set(_MIDDLES):
        distance = (number - _MIDDLES[name]) * (-1 if is_short else 1)
        if distance < 0 and (not is_up or found.is_cross):
            shown.add(Style.REVERSION)
        elif distance >= 0 and is_up:
            shown.add(Style.MOMENTUM)
    if names & _DIRECTIONS:
        shown.add(Style.TREND)
    if names & _SPEEDS:
        shown.add(Style.MOMENTUM if is_up else Style.REVERSION)
    if names & _AVERAGES and found.left.has_price:  # so far from its average
        shown.add(Style.TREND if is_up else Style.REVERSION)
    return shown


def _against_series(found: Comparison) -> set[Style]:
    names = found.left.indicators | found.right.indicators
    words, has_price = found.left.words | found.right.words, found.left.has_price
    if names & _HIGHS and has_price and found.is_up and not _says(words, ("lower", "lowest")):
        return {Style.BREAKOUT}
    if names & _BANDS:
        return _at_band(words, found, has_price=has_price)
    if names & _DIRECTIONS:
        return {Style.TREND}
    if names & _SPEEDS:
        return {Style.MOMENTUM}
    return _at_middle(names, found)


def _at_middle(names: frozenset[str], found: Comparison) -> set[Style]:
    if names & set(_MIDDLES):
        return {Style.REVERSION} if found.is_cross else set()
    if names & _AVERAGES:
        is_below = found.left.has_price and not found.is_up
        return {Style.REVERSION} if is_below else {Style.TREND}
    return set()


def _at_band(words: frozenset[str], found: Comparison, *, has_price: bool) -> set[Style]:
    if not has_price:
        return set()
    if _says(words, _LOW) and (not found.is_up or found.is_cross):
        return {Style.REVERSION}
    if _says(words, _HIGH) and found.is_up:
        return {Style.BREAKOUT}
    return {Style.TREND} if found.is_up else {Style.REVERSION}


def _says(words: frozenset[str], parts: tuple[str, ...]) -> bool:
    return any(part in word for word in words - PRICES for part in parts)


def _comparisons(
    node: ast.AST, columns: Columns, defaults: Mapping[str, float]
) -> Iterator[Comparison]:
    for item in ast.walk(node):
        if isinstance(item, ast.Compare) and len(item.ops) == 1:
            is_up = isinstance(item.ops[0], ast.Gt | ast.GtE | ast.Eq)
            yield _comparison(columns, defaults, (item.left, item.comparators[0]), (is_up, False))
        elif isinstance(item, ast.Call) and len(item.args) > 1:
            name = ast.unparse(item.func).rpartition(".")[2]
            if name in _CALLS:
                sides = (item.args[0], item.args[0 if name in _MOVES else 1])
                yield _comparison(columns, defaults, sides, _CALLS[name])


def _comparison(
    columns: Columns,
    defaults: Mapping[str, float],
    sides: tuple[ast.expr, ast.expr],
    how: tuple[bool, bool],
) -> Comparison:
    left, right = sides
    is_up, is_cross = how
    if _number(left, defaults) is not None:
        left, right, is_up = right, left, not is_up
    sources = columns.source(left), columns.source(right)
    if sources[1].has_price and not sources[0].has_price:
        sources, is_up = (sources[1], sources[0]), not is_up
    return Comparison(*sources, _number(right, defaults), is_up, is_cross)


def _number(node: ast.expr, defaults: Mapping[str, float]) -> float | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand, defaults)
        return None if inner is None else -inner
    if isinstance(node, ast.Attribute):
        inner_node = node.value if node.attr == "value" else node
        return defaults.get(inner_node.attr) if isinstance(inner_node, ast.Attribute) else None
    return None


def _defaults(tree: ast.Module) -> Iterator[tuple[str, float]]:
    """Yield the default values of the numbers that the class declares, as parameters or plainly."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        given = [
            item.value for item in getattr(node.value, "keywords", ()) if item.arg == "default"
        ]
        value = _number(given[0] if given else node.value, {})
        if value is not None:
            yield node.targets[0].id, value


def _is_short(statement: ast.stmt, method: ast.FunctionDef) -> bool:
    """Whether a statement opens shorts: itself, or the one that uses the variable that it sets."""
    if "enter_short" in ast.dump(statement):
        return True
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return False
    name = f"id='{statement.targets[0].id}'"
    uses = [
        dump for item in method.body if name in (dump := ast.dump(item)) and item is not statement
    ]
    return bool(uses) and all("enter_short" in dump for dump in uses)


def _adds_to_positions(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "position_adjustment_enable"
        and isinstance(node.value, ast.Constant)
        and node.value.value is True
        for node in ast.walk(tree)
    )
