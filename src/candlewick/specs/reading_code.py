"""The way back: code that a spec compiled to, edited or not, becomes a spec again.

Only what would compile to the same statements is read; everything else stays as code in its place.
"""

import ast

from candlewick.errors import Invalid
from candlewick.specs.helpers import HELPERS
from candlewick.specs.imports import is_generated
from candlewick.specs.matching import same
from candlewick.specs.models import StrategySpec
from candlewick.specs.problems import find_problems
from candlewick.specs.reading_class import ClassReader
from candlewick.specs.reading_document import Document
from candlewick.specs.statements import Source, Statement

_BASE = "IStrategy"
_MOST_TRIES = 300


def read_code(code: str) -> StrategySpec:
    """Return the spec of a strategy's code.

    Raises:
        Invalid: for code that Python cannot read, or without exactly one strategy class.
    """
    source = Source(code)
    refused: frozenset[int] = frozenset()
    for _ in range(_MOST_TRIES):
        document = _read(source, refused)
        spec = document.spec()
        problems = find_problems(spec)
        plot = document.wrong_plot(spec)
        if not problems and not plot:
            return spec
        # What is wrong as a block was right as code.
        wrong = frozenset(line for problem in problems for line in document.lines(problem.path))
        wrong |= frozenset(plot)
        if wrong <= refused:
            raise Invalid(f"This code cannot be shown as blocks: {problems[0].message}")
        refused |= wrong
    raise Invalid("This code cannot be shown as blocks.")


def _read(source: Source, refused: frozenset[int]) -> Document:
    strategies = [statement for statement in source.body if _is_strategy(statement.node)]
    if len(strategies) != 1:
        raise Invalid(
            f"The code holds {len(strategies)} classes derived from {_BASE}; blocks show exactly one."
        )
    document = Document()
    helpers = frozenset(_read_module(source, strategies[0], document))
    ClassReader(source, document, helpers, refused).read(strategies[0])
    return document


def _read_module(source: Source, strategy: Statement, document: Document) -> list[str]:
    """Keep all around the class that the compiler does not write; return the helpers that are its own."""
    helpers = []
    document.keep("", "\n".join(source.header))
    anchor = ""
    for statement in source.body:
        # Only a docstring must stand before the imports.
        is_text = isinstance(statement.node, ast.Expr)
        anchor = anchor or ("" if is_text else "imports")
        if statement is strategy:
            document.keep(anchor, "\n".join(source.head_comments(statement)))
            anchor = "class"
        elif (name := _ours(statement)) is not None:
            document.keep(anchor, "\n".join(statement.comments))
            helpers.append(name)
        else:
            document.keep(anchor, statement.text)
    document.keep("class", "\n".join(source.footer))
    return helpers


def _is_strategy(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef) and any(
        ast.unparse(base).rpartition(".")[2] == _BASE for base in node.bases
    )


def _ours(statement: Statement) -> str | None:
    """Return the helper's name, or nothing, if the compiler writes this statement where it is needed."""
    node = statement.node
    if isinstance(node, ast.Import):
        return "" if all(is_generated(None, a.name, a.asname) for a in node.names) else None
    if isinstance(node, ast.ImportFrom):
        return "" if all(is_generated(node.module, a.name, a.asname) for a in node.names) else None
    if isinstance(node, ast.FunctionDef) and node.name in HELPERS:
        (expected,) = ast.parse(HELPERS[node.name]).body
        return node.name if same(expected, node) else None
    return None
