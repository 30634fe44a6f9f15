"""The imports that a piece of code needs, sorted as `ruff` sorts them."""

import ast
import re
from collections import defaultdict

from candlewick.specs.layout import WIDTH

_STANDARD = {"datetime"}
_WHOLE = {"ta": "import talib.abstract as ta"}
_FROM = {
    "datetime": "datetime",
    "Trade": "freqtrade.persistence",
    **dict.fromkeys(
        (
            "BooleanParameter", "CategoricalParameter", "DecimalParameter", "IntParameter", "IStrategy",
            "informative", "merge_informative_pair", "stoploss_from_absolute", "stoploss_from_open",
        ),
        "freqtrade.strategy",
    ),
    "DataFrame": "pandas",
    "Series": "pandas",
    "qtpylib": "technical",
    **dict.fromkeys(("RMI", "SSLChannels", "chopiness", "ichimoku", "laguerre"), "technical.indicators"),
}  # fmt: skip


def is_generated(module: str | None, name: str, alias: str | None) -> bool:
    """Whether an import is one that the compiler writes itself where its name is used."""
    if module is None:
        return f"import {name} as {alias}" in _WHOLE.values()
    return alias is None and _FROM.get(name) == module


def names_in(code: str) -> set[str]:
    """Return every name that is read or called in the code, or stands in an annotation in quotes."""
    nodes = list(ast.walk(ast.parse(code)))
    quoted = {name for node in nodes for name in _quoted(getattr(node, "annotation", None))}
    return quoted | {node.id for node in nodes if isinstance(node, ast.Name)}


def _quoted(annotation: ast.expr | None) -> set[str]:
    if annotation is None:
        return set()
    texts = [node.value for node in ast.walk(annotation) if isinstance(node, ast.Constant)]
    return {name for text in texts if isinstance(text, str) for name in re.findall(r"\w+", text)}


def bound_in(code: str) -> set[str]:
    """Return the names that top-level statements bind."""
    bound: set[str] = set()
    for node in ast.parse(code).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Assign):
            bound |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            bound.add(node.target.id)
    return bound


def imports(used: set[str]) -> str:
    """Return the import statements for those of the names that the compiler knows."""
    modules: dict[str, list[str]] = defaultdict(list)
    for name in used & set(_FROM):
        modules[_FROM[name]].append(name)
    standard = [_line(name, names) for name, names in modules.items() if name in _STANDARD]
    whole = [line for name, line in _WHOLE.items() if name in used]
    others = [_line(name, modules[name]) for name in sorted(modules) if name not in _STANDARD]
    blocks = ["\n".join(standard), "\n".join([*whole, *others])]
    return "\n\n".join(block for block in blocks if block)


def _line(module: str, names: list[str]) -> str:
    ordered = sorted(names, key=_rank)
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= WIDTH:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in ordered) + ")"


def _rank(name: str) -> tuple[int, str]:
    """Sort constants before classes before functions, as isort does."""
    if name.isupper() and len(name) > 1:
        return 0, name
    return (1 if name[0].isupper() else 2), name.lower()
