"""Which indicators stand behind a strategy's columns and variables, read from its code without running it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from candlewick.indicators.registry import INDICATORS

PRICES = frozenset({"open", "high", "low", "close"})
_TABLES = frozenset({"dataframe", "df", "informative"})

_LIBRARIES = frozenset({"talib", "technical", "pandas_ta", "qtpylib", "ta", "finta"})
# As other libraries, and older versions of ours, call what the registry knows under another function.
_ALIASES: Mapping[str, str] = {
    "BOLLINGER_BANDS": "bollinger", "WEIGHTED_BOLLINGER_BANDS": "bollinger", "BOLLINGER": "bollinger",
    "HEIKINASHI": "heikin_ashi", "KELTNER_CHANNEL": "keltner", "VWAP": "rolling_vwap", "VIDYA": "kama",
    "CHOP": "choppiness", "CHOPPINESS": "choppiness", "SSL": "ssl", "SSLCHANNELS_ATR": "ssl", "PSAR": "parabolic_sar",
    "EWO": "apo", "WILLIAMS_PERCENT": "williams_r", "LINREG": "linear_regression", "ROLLING_MEAN": "sma",
    "TV_WMA": "wma", "TV_HMA": "hma", "TRUE_RANGE": "true_range", "STOCH_RSI": "stochastic_rsi",
}  # fmt: skip
_BY_FUNCTION: Mapping[str, str] = {
    indicator.function.rpartition(".")[2].upper(): indicator.name
    for indicator in INDICATORS.values()
} | dict(_ALIASES)
# What pandas computes by itself, after `rolling(…)` or `ewm(…)`.
_ROLLED: Mapping[tuple[str, str], str] = {
    ("rolling", "mean"): "sma",
    ("rolling", "max"): "highest",
    ("rolling", "min"): "lowest",
    ("rolling", "std"): "standard_deviation",
    ("ewm", "mean"): "ema",
}


@dataclass(frozen=True, slots=True)
class Source:
    """What an expression is made of: indicators, prices, and the words that name its parts."""

    indicators: frozenset[str] = frozenset()
    has_price: bool = False
    words: frozenset[str] = frozenset()

    def __or__(self, other: "Source") -> "Source":
        return Source(
            self.indicators | other.indicators,
            self.has_price or other.has_price,
            self.words | other.words,
        )


@dataclass(slots=True)
class Columns:
    """The names of a module: what each column and variable was computed from."""

    libraries: frozenset[str]
    known: dict[str, Source] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: ast.Module) -> "Columns":
        found = cls(frozenset(_libraries(tree)))
        for node in _in_order(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    found._assign(target, node.value)
        return found

    def indicators(self, node: ast.AST) -> frozenset[str]:
        """Return what is called anywhere in `node`."""
        calls = (item for item in ast.walk(node) if isinstance(item, ast.Call))
        return frozenset(name for call in calls if (name := self._called(call)) is not None)

    def source(self, node: ast.expr) -> Source:
        """Return what an expression is made of, through all columns and variables that it reads."""
        found = Source(self.indicators(node))
        for item in ast.walk(node):
            name = _name(item)
            if name is not None:
                found |= self._known(name)
        return found

    def _known(self, name: str) -> Source:
        words = frozenset(name.lower().split("_")) | {name.lower()}
        read = self.known.get(name, Source())
        return Source(read.indicators, read.has_price or name in PRICES, read.words | words)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for inner, given in zip(target.elts, value.elts, strict=False):
                self._assign(inner, given)
            return
        source = self.source(value)
        if source.indicators:
            for name in _targets(target):
                # A band of an indicator is no price, whatever it was computed from.
                self.known[name] = Source(source.indicators, words=source.words)

    def _called(self, call: ast.Call) -> str | None:
        function = call.func
        if isinstance(function, ast.Name):
            is_ours = function.id in self.libraries
            return _BY_FUNCTION.get(function.id.upper()) if is_ours else None
        if not isinstance(function, ast.Attribute):
            return None
        inner = function.value
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            return _ROLLED.get((inner.func.attr, function.attr))
        if isinstance(inner, ast.Name) and inner.id in self.libraries:
            return _BY_FUNCTION.get(function.attr.upper())
        is_accessor = isinstance(inner, ast.Attribute) and inner.attr in {"ta", "abstract"}
        return _BY_FUNCTION.get(function.attr.upper()) if is_accessor else None


def _name(node: ast.AST) -> str | None:
    """Return the column or variable that a node names: `df["rsi"]`, `df.rsi`, `rsi`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Attribute):
        is_own = isinstance(node.value, ast.Name) and node.value.id == "self"
        return None if is_own else node.attr  # a parameter may be called `low`
    return node.id if isinstance(node, ast.Name) else None


def _targets(node: ast.expr) -> Iterator[str]:
    """Yield the columns and variables that an assignment sets; the table itself is neither."""
    if isinstance(node, ast.Tuple):
        for item in node.elts:
            yield from _targets(item)
    else:
        inner = ast.walk(node.slice) if isinstance(node, ast.Subscript) else (node,)
        names = (name for item in inner if (name := _name(item)) is not None)
        yield from (name for name in names if name not in PRICES | _TABLES)


def _libraries(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        module = getattr(node, "module", None) or ""
        for item in node.names:
            if _LIBRARIES & {*module.split("."), *item.name.split(".")}:
                yield item.asname or item.name.partition(".")[0]


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)
