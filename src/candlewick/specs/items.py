"""Pieces of code, and how they stand together."""

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from candlewick.specs.layout import STEP

METHOD = "method"  # the group whose members have an empty line between them
# One token for each part of a formatted string from Python 3.12 on.
_FSTRING_START = getattr(tokenize, "FSTRING_START", None)
_FSTRING_END = getattr(tokenize, "FSTRING_END", None)
_BLOCK = re.compile(r"^(@|def |class |async def )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of code, without indentation; the anchor is what code of users can stand behind."""

    anchor: str
    text: str
    group: str


def indented(text: str) -> str:
    """Indent every line but those that a string of several lines goes on in."""
    pad, inside = " " * STEP, _inside_strings(text)
    return "\n".join(
        f"{pad}{line}" if line and number not in inside else line
        for number, line in enumerate(text.split("\n"), start=1)
    )


def _inside_strings(text: str) -> set[int]:
    if '"""' not in text and "'''" not in text:
        return set()
    found: set[int] = set()
    starts: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING:
                found |= set(range(token.start[0] + 1, token.end[0] + 1))
            elif token.type == _FSTRING_START:
                starts.append(token.start[0])
            elif token.type == _FSTRING_END:
                found |= set(range(starts.pop() + 1, token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError):
        return found
    return found


def code_item(anchor: str, code: str) -> Item:
    text = code.strip("\n").rstrip()
    return Item(anchor, text, METHOD if _BLOCK.search(text) else "code")


def with_code(items: Sequence[Item], code: Sequence[Item]) -> Iterator[Item]:
    """Yield the items, each followed by the code that stands behind it; what has no place comes last."""
    anchors = {item.anchor for item in items}
    yield from (item for item in code if item.anchor == "")
    last = {item.anchor: number for number, item in enumerate(items)}
    for number, item in enumerate(items):
        yield item
        if last[item.anchor] == number:
            yield from (each for each in code if each.anchor == item.anchor)
    yield from (item for item in code if item.anchor and item.anchor not in anchors)


def joined(items: Sequence[Item], gap: str = "\n\n") -> str:
    """Return the text, with a gap around methods and an empty line between other groups."""
    text = ""
    before: Item | None = None
    for item in items:
        if not item.text:
            continue
        if before is not None:
            if METHOD in {item.group, before.group}:
                text += gap
            else:
                text += "\n" if item.group == before.group else "\n\n"
        text += item.text
        before = item
    return text
