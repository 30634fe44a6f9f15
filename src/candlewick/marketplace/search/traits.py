"""What search knows of a strategy and nobody has to write: styles, indicators, leverage, read from its code."""

import ast
import warnings

from candlewick.marketplace.models import Style, Traits
from candlewick.marketplace.search.columns import Columns
from candlewick.marketplace.search.styles import styles
from candlewick.specs.helpers import HELPERS


def traits_of(code: str) -> Traits:
    """Return the same traits for the same code; none for code that cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the author's invalid escapes are not our warnings
            tree = _without_helpers(ast.parse(code))
        columns = Columns.of(tree)
        found = styles(tree, columns)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Traits()
    return Traits(
        styles=tuple(style for style in Style if style in found),
        indicators=tuple(sorted(columns.indicators(tree))),
        has_leverage=any(
            isinstance(node, ast.FunctionDef) and node.name == "leverage" for node in ast.walk(tree)
        ),
    )


def _without_helpers(tree: ast.Module) -> ast.Module:
    """Leave out the functions that the builder adds to every code: they say nothing about this one."""
    kept = [
        node
        for node in tree.body
        if not (isinstance(node, ast.FunctionDef) and node.name in HELPERS)
    ]
    return ast.Module(body=kept, type_ignores=[])
