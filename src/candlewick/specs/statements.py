"""Splits code into statements with their text, comments and place, as libcst keeps them."""

import ast
import io
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from candlewick.errors import Invalid

MAX_CODE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without its indentation. Several on a line have no node that says what they are."""

    text: str
    node: ast.stmt
    comments: tuple[str, ...]
    line: int
    cst: cst.CSTNode


class Source:
    """A module of code; raises `Invalid` for text that is no Python."""

    def __init__(self, code: str) -> None:
        if len(code.encode()) > MAX_CODE_BYTES:
            raise Invalid(f"The code is longer than {MAX_CODE_BYTES:,} bytes. Split the strategy.")
        try:
            ast.parse(code)
            wrapper = MetadataWrapper(cst.parse_module(code), unsafe_skip_copy=True)
        except (
            SyntaxError,
            ValueError,
            RecursionError,
            MemoryError,
            cst.ParserSyntaxError,
        ) as error:
            line = getattr(error, "lineno", None) or getattr(error, "raw_line", 1)
            raise Invalid(
                f"Python cannot read this code, line {line}. Correct it first."
            ) from error
        self._module = wrapper.module
        self._places = wrapper.resolve(PositionProvider)
        self.body = self._statements(self._module.body)
        self.header = comments_of("".join(map(self._code, self._module.header)))
        self.footer = comments_of("".join(map(self._code, self._module.footer)))

    def inner(self, statement: Statement) -> tuple[list[Statement], tuple[str, ...]] | None:
        """Return the body of a class or function, and the comments at its end; None if it is on one line."""
        block = getattr(statement.cst, "body", None)
        if not isinstance(block, cst.IndentedBlock):
            return None
        comments = comments_of("".join(map(self._code, block.footer)))
        return self._statements(block.body), (*comments_of(self._code(block.header)), *comments)

    def head_comments(self, statement: Statement) -> tuple[str, ...]:
        """Return the comments above a class or function."""
        lines = getattr(statement.cst, "leading_lines", ())
        return comments_of("".join(map(self._code, lines)))

    def _code(self, node: cst.CSTNode) -> str:
        return self._module.code_for_node(node)

    def _statements(self, nodes: Sequence[cst.CSTNode]) -> list[Statement]:
        return [self._statement(node) for node in nodes]

    def _statement(self, node: cst.CSTNode) -> Statement:
        text = self._code(node)
        found = ast.parse(text).body
        known = found[0] if len(found) == 1 else ast.Pass()
        line = self._places[node].start.line
        return Statement(text.strip("\n").rstrip(), known, comments_of(text), line, node)


def comments_of(text: str) -> tuple[str, ...]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return ()
    return tuple(token.string for token in tokens if token.type == tokenize.COMMENT)
