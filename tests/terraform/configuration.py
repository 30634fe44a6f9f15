"""Reads terraform/ with python-hcl2: blocks, arguments, references."""

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "terraform"

# Terraform's own arguments and blocks of a resource, which no provider knows.
META_ARGUMENTS = frozenset({"for_each", "count", "depends_on", "provider"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection"})
_KINDS = ("resource", "data")
_MARKS = ("__is_block__", "__comments__", "__inline_comments__")


def plain(text: str) -> str:
    """Return a name as it was written, without the quotes that the parser leaves."""
    return text.strip('"')


def is_block(name: str, value: object) -> bool:
    return name == "dynamic" or (
        isinstance(value, list)
        and any(isinstance(item, dict) and "__is_block__" in item for item in value)
    )


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between a block's braces."""

    content: Mapping[str, Any]

    def arguments(self) -> dict[str, Any]:
        return {
            plain(name): value
            for name, value in self.content.items()
            if name not in _MARKS and not is_block(name, value)
        }

    def blocks(self) -> Iterator[tuple[str, "Body"]]:
        """Yield each nested block's name and body; of one that is made for each of something, once."""
        for name, value in self.content.items():
            if name == "dynamic":
                yield from _dynamic(value)
            elif is_block(name, value):
                yield from ((plain(name), Body(item)) for item in value)


def _dynamic(items: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Body]]:
    for label, inner in itertools.chain.from_iterable(item.items() for item in items):
        if label not in _MARKS:
            (content,) = inner["content"]
            yield plain(label), Body(content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A resource or a data source."""

    kind: str
    type: str
    name: str
    file: str
    body: Body

    @property
    def provider(self) -> str:
        given = str(self.body.content.get("provider", "google"))
        return given.removeprefix("${").removesuffix("}").partition(".")[0]

    @property
    def address(self) -> str:
        return f"{'data.' if self.kind == 'data' else ''}{self.type}.{self.name}"


@functools.cache
def _parsed(text: str) -> dict[str, Any]:
    content: dict[str, Any] = hcl2.loads(text)
    return content


def _typed(content: Mapping[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    items = [(kind, item) for kind in _KINDS for item in content.get(kind, [])]
    typed = [(kind, type_, named) for kind, item in items for type_, named in item.items()]
    for kind, type_, named in typed:
        yield from ((kind, type_, name, body) for name, body in named.items())


@dataclass(frozen=True, slots=True)
class Configuration:
    """All files of one folder, by name."""

    texts: Mapping[str, str]

    @classmethod
    def of_the_project(cls) -> "Configuration":
        return cls({path.name: path.read_text() for path in sorted(FOLDER.glob("*.tf"))})

    def files(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, text in self.texts.items():
            yield name, _parsed(text)

    def typed_blocks(self) -> Iterator[Block]:
        for file, content in self.files():
            for kind, type_, name, body in _typed(content):
                yield Block(
                    kind=kind, type=plain(type_), name=plain(name), file=file, body=Body(body)
                )

    def variables(self) -> dict[str, Any]:
        return {
            plain(name): body
            for _, content in self.files()
            for item in content.get("variable", [])
            for name, body in item.items()
        }

    def local_values(self) -> set[str]:
        return {
            plain(name)
            for _, content in self.files()
            for item in content.get("locals", [])
            for name in item
            if name not in _MARKS
        }

    def code(self) -> Iterator[tuple[str, str]]:
        """Yield each file's text without comments and without the text of strings."""
        for name, text in self.texts.items():
            yield name, _without_text(text)


def _without_text(text: str) -> str:
    """Keep of strings only what is interpolated."""
    uncommented = re.sub(r"^\s*(#|//).*$|(?<=\s)# .*$", "", text, flags=re.MULTILINE)

    def interpolated(found: re.Match[str]) -> str:
        return " ".join(re.findall(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}", found[0]))

    # From the inside out: an interpolation may hold a string that holds an interpolation.
    string = r'"(?:[^"\\$]|\\.|\$(?!\{)|\$\{(?:[^{}"]|\{[^{}"]*\}|"(?:[^"\\]|\\.)*")*\})*"'
    return re.sub(string, interpolated, uncommented)
