"""What authors write: cleaned of characters that deceive, and Markdown without what could load or run anything."""

import unicodedata
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from candlewick.errors import Invalid

_MOST_FINDINGS = 10
# Joiners that scripts and emoji need; all other invisible characters only hide or turn around.
_JOINERS = {"\u200c", "\u200d"}
_BREAKS = {"softbreak", "hardbreak"}
_ADVICE = {
    "html": "HTML is not shown; write it as Markdown, or as `code`.",
    "image": "images are not shown; link to the picture instead: [picture](https://…).",
    "link": "links must begin with https://.",
}


def line(text: str) -> str:
    """Return `text` on one line, without control, direction and invisible characters."""
    return " ".join(lines(text).split())


def lines(text: str) -> str:
    """Return `text` without control, direction and invisible characters; its lines stay."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (letter for letter in plain.replace("\t", "    ") if _is_kept(letter))
    return "".join(kept).strip()


def markdown(field: str, text: str) -> str:
    """Return Markdown cleaned as `lines` does.

    Raises:
        Invalid: it holds raw HTML, images or links to anything but https; each is named by its line.
    """
    cleaned = lines(text)
    found = [f"Line {number}: {_ADVICE[kind]}" for number, kind in _findings(cleaned)]
    if found:
        fields = tuple((field, message) for message in found[:_MOST_FINDINGS])
        raise Invalid(f"The text cannot be shown as it is. {found[0]}", fields=fields)
    return cleaned


def _is_kept(letter: str) -> bool:
    category = unicodedata.category(letter)
    return letter in {"\n"} | _JOINERS or category not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    # What the parser would leave as text, another one may take for a link; so all of them are looked at.
    parser.validateLink = _any_link  # type: ignore[method-assign]
    return parser


def _any_link(url: str) -> bool:  # noqa: ARG001 - the parser names it
    return True


def _findings(text: str) -> Iterator[tuple[int, str]]:
    number = 1
    for block in _parser().parse(text):
        number = number if block.map is None else block.map[0] + 1
        if block.type == "html_block":
            yield number, "html"
        for child in block.children or ():
            number += child.type in _BREAKS
            kind = _kind(child)
            if kind is not None:
                yield number, kind


def _kind(token: Token) -> str | None:
    if token.type == "html_inline":
        return "html"
    if token.type == "image":
        return "image"
    is_bad = token.type == "link_open" and not str(token.attrGet("href")).startswith("https://")
    return "link" if is_bad else None
