"""Pieces of code, and how they stand together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from candlewick.specs.layout import STEP

METHOD = "method"  # the group whose members have an empty line between them
_BLOCK = re.compile(r"^(@|def |class |async def )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of code, without indentation; the anchor is what code of users can stand behind."""

    anchor: str
    text: str
    group: str


def indented(text: str) -> str:
    pad = " " * STEP
    return "\n".join(f"{pad}{line}" if line else "" for line in text.split("\n"))


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
        if before is not None:
            if METHOD in {item.group, before.group}:
                text += gap
            else:
                text += "\n" if item.group == before.group else "\n\n"
        text += item.text
        before = item
    return text
