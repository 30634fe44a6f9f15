"""What somebody asks search for: terms that must all be found, filters, an order and a place to go on from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from candlewick.marketplace.search.rows import Facet
from candlewick.marketplace.search.words import Item, concepts_in, items_of

MAX_TERMS = 12
_TYPO_FROM = 4


class Order(StrEnum):
    """`RANK` is by what was earned after publication; who has not been out for long enough comes last."""

    RELEVANCE = "relevance"
    RANK = "rank"
    NEWEST = "newest"
    MOST_USED = "most-used"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be found: any of the alternatives, each with all of its words.

    `is_open` says that it may go on: what was typed last.
    """

    word: str
    alternatives: tuple[tuple[str, ...], ...]
    is_open: bool = False
    may_be_misspelt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    text: str = ""
    filters: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    order: Order | None = None
    cursor: str | None = None
    size: int = 20

    @property
    def terms(self) -> tuple[Term, ...]:
        return terms_of(self.text)

    @property
    def ordered_by(self) -> Order:
        """Return the order: what fits best where there are words, else what earned most."""
        if self.order is not None:
            return self.order
        return Order.RELEVANCE if self.terms else Order.RANK


def terms_of(text: str) -> tuple[Term, ...]:
    """Return the terms of what was typed; words that part nothing from anything are none."""
    items = items_of(text)
    found = list(_terms(items))[:MAX_TERMS]
    if found and not items[-1].is_pair and not text[-1:].isspace():
        last = found[-1]
        found[-1] = replace(last, is_open=last.word == items[-1].word)
    return tuple(found)


def _terms(items: list[Item]) -> Iterator[Term]:
    words = [item.word for item in items]
    longest: dict[int, tuple[int, str]] = {}
    for start, end, concept in concepts_in(words):
        if end > longest.get(start, (start + 1, ""))[0]:
            longest[start] = (end, concept)
    place = 0
    while place < len(items):
        if place in longest:
            end, concept = longest[place]
            named = tuple(words[place:end])
            yield Term(" ".join(named), ((concept,), named))
            place = end
        else:
            if not items[place].is_stop_word:
                yield _term(items[place])
            place += 1


def _term(item: Item) -> Term:
    is_plain = item.word.isalpha() and len(item.word) >= _TYPO_FROM and not item.is_pair
    has_parts = bool(item.parts) and not item.is_pair
    alternatives = ((item.word,), item.parts) if has_parts else ((item.word,),)
    return Term(item.word, alternatives, may_be_misspelt=is_plain)
