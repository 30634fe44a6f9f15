"""Search: a page of listings, what they can be narrowed down by, and what else might have been meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from candlewick.accounts.models import UserId
from candlewick.marketplace.access import Right, Viewer, rights
from candlewick.marketplace.search.index import Index, Page
from candlewick.marketplace.search.live import LiveIndex
from candlewick.marketplace.search.ports import Found, FoundReader
from candlewick.marketplace.search.query import Query, Term, terms_of
from candlewick.marketplace.search.rows import Facet, is_found
from candlewick.marketplace.search.words import stem

_MOST_SUGGESTIONS = 3
_MOST_TRIED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page. `suggestions` are words that find something, given where nothing was found."""

    items: Sequence[Found]
    total: int
    facets: Mapping[Facet, Mapping[str, int]]
    next_cursor: str | None
    corrected: str | None
    suggestions: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchService:
    live: LiveIndex
    listings: FoundReader

    def search(self, query: Query) -> Results:
        with self.live.current() as (index, hidden):
            page = index.search(query, hidden)
            suggestions = () if page.total else suggest(index, page.corrected or query.text, hidden)
        return Results(
            items=self._shown(page),
            total=page.total,
            facets=page.facets,
            next_cursor=page.next_cursor,
            corrected=page.corrected,
            suggestions=suggestions,
        )

    def complete(self, text: str, size: int) -> Sequence[str]:
        """Return how the last word may go on, what finds most first."""
        with self.live.current() as (index, hidden):
            return _completions(index, text, hidden, size)

    def _shown(self, page: Page) -> Sequence[Found]:
        """Read the page's listings as they are now; one that was hidden a moment ago is left out."""
        read = self.listings.read(page.rows)
        found = [read[listing] for listing, _, _ in page.rows if listing in read]
        return [item for item in found if _may_be_shown(item)]


def _may_be_shown(found: Found) -> bool:
    """Whether strangers may see it: in search everybody finds the same."""
    is_suspended = found.is_author_suspended
    seen = rights(found.listing, Viewer(user=None), is_author_suspended=is_suspended)
    return Right.SEE in seen and is_found(found.listing, found.version)


def suggest(index: Index, text: str, hidden: frozenset[UserId]) -> tuple[str, ...]:
    """Return other words that find something: close ones first, then fewer."""
    terms = terms_of(text)
    texts = [" ".join(words) for words in _other_words(index, terms)][:_MOST_TRIED]
    found = [item for item in texts if item and index.count(terms_of(item), hidden)]
    return tuple(dict.fromkeys(found))[:_MOST_SUGGESTIONS]


def _other_words(index: Index, terms: Sequence[Term]) -> Sequence[list[str]]:
    words = [term.word for term in terms]
    alone = [index.count([replace(term, is_open=False)]) for term in terms]
    found = [
        [*words[:place], other, *words[place + 1 :]]
        for place, hits in enumerate(alone)
        if not hits
        for other in index.words.close_to(words[place])[:_MOST_SUGGESTIONS]
    ]
    if len(words) > 1:  # what finds least is what most likely stands in the way
        places = sorted(range(len(words)), key=lambda place: alone[place])
        found += [[*words[:place], *words[place + 1 :]] for place in places]
    return found


def _completions(index: Index, text: str, hidden: frozenset[UserId], size: int) -> Sequence[str]:
    terms = terms_of(text)
    if not terms or not terms[-1].is_open:
        return ()
    words = sorted(
        index.words.begin_with(terms[-1].word), key=lambda word: (-index.words.hits(word), word)
    )
    words = list({stem(word): word for word in reversed(words)}.values())[::-1]
    before = [term.word for term in terms[:-1]]
    texts = [" ".join((*before, word)) for word in words[: 3 * size]]
    if not before:
        return texts[:size]
    return [item for item in texts if index.count(terms_of(f"{item} "), hidden)][:size]
