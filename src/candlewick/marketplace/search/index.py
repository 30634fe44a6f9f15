"""The index of one instance: all rows in arrays, in memory."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from candlewick.accounts.models import UserId
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.search.facets import Facets, Mask
from candlewick.marketplace.search.ordering import (
    UNRANKED,
    Keys,
    Place,
    after,
    best,
    read_place,
    tie_of,
)
from candlewick.marketplace.search.postings import Postings, Scores
from candlewick.marketplace.search.query import Order, Query, Term
from candlewick.marketplace.search.rows import Facet, Row, unpack

_MANY_DEAD = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a query finds. `corrected` is what was looked for where nothing holds what was typed."""

    rows: Sequence[tuple[ListingId, int, UserId]]
    total: int
    facets: Mapping[Facet, Mapping[str, int]]
    next_cursor: str | None
    corrected: str | None = None


@dataclass(frozen=True, slots=True)
class _Hits:
    mask: Mask
    scores: Scores
    corrected: str | None


@dataclass(slots=True)
class Index:
    """Rows by number. A changed row gets a new number; the old one is dead until the arrays are made anew."""

    _rows: list[tuple[ListingId, int, UserId]] = field(default_factory=list)
    _number: dict[ListingId, int] = field(default_factory=dict)
    _packed: dict[ListingId, bytes] = field(default_factory=dict)
    _owned: dict[UserId, list[int]] = field(default_factory=dict)
    _alive: Any = field(default_factory=lambda: array("B"))
    _ranks: Any = field(default_factory=lambda: array("d"))
    _published: Any = field(default_factory=lambda: array("d"))
    _users: Any = field(default_factory=lambda: array("d"))
    _ties: Any = field(default_factory=lambda: array("Q"))
    _postings: Postings = field(default_factory=Postings)
    _facets: Facets = field(default_factory=Facets)

    def __len__(self) -> int:
        return len(self._number)

    @property
    def words(self) -> Postings:
        return self._postings

    def put(self, listing: ListingId, packed: bytes | None) -> None:
        """Take a listing's row, or its end."""
        if self._packed.get(listing) == packed:
            return
        number = self._number.pop(listing, None)
        if number is not None:
            self._alive[number] = 0
            del self._packed[listing]
        row = None if packed is None else unpack(packed)
        if row is not None and packed is not None:
            self._packed[listing] = packed
            self._add(row)

    def compacted(self) -> "Index":
        """Return an index without dead rows, if there are many."""
        dead = len(self._rows) - len(self._number)
        if dead < max(_MANY_DEAD, len(self._number)):
            return self
        fresh = Index()
        for listing, packed in self._packed.items():
            fresh.put(listing, packed)
        return fresh

    def search(self, query: Query, hidden: frozenset[UserId] = frozenset()) -> Page:
        """Return a page; `hidden` are owners whose listings nobody may find at the moment."""
        order, terms = query.ordered_by, query.terms
        hits = self._match(terms, hidden)
        masks = self._facets.masks(query.filters, len(self._rows))
        passing = hits.mask.copy()
        for mask in masks.values():
            passing &= mask
        numbers, next_cursor = self._page(query, order, np.flatnonzero(passing), hits.scores)
        return Page(
            rows=[self._rows[number] for number in numbers],
            total=int(np.count_nonzero(passing)),
            facets=self._facets.counts(hits.mask, masks),
            next_cursor=next_cursor,
            corrected=hits.corrected,
        )

    def count(self, terms: Sequence[Term], hidden: frozenset[UserId] = frozenset()) -> int:
        return int(np.count_nonzero(self._match(terms, hidden).mask))

    def _match(self, terms: Sequence[Term], hidden: frozenset[UserId]) -> _Hits:
        mask = np.array(self._alive, dtype=bool)
        for owner in hidden:
            mask[self._owned.get(owner, [])] = False
        scores, words, is_corrected = np.zeros(len(self._rows), dtype=np.int32), [], False
        for term in terms:
            found = self._postings.match(term, len(self._rows))
            mask &= found.scores > 0
            scores += found.scores
            words.append(found.corrected or term.word)
            is_corrected = is_corrected or found.corrected is not None
        return _Hits(mask, scores, " ".join(words) if is_corrected else None)

    def _page(
        self, query: Query, order: Order, passing: npt.NDArray[np.intp], scores: Scores
    ) -> tuple[Sequence[int], str | None]:
        keys, ties = self._keys(order, scores)[passing], np.array(self._ties)[passing]
        if query.cursor is not None:
            rest = after(read_place(query.cursor, order), keys, ties)
            passing, keys, ties = passing[rest], keys[rest], ties[rest]
        places = best(keys, ties, query.size)
        numbers = passing[places].tolist()
        if len(passing) <= query.size:
            return numbers, None
        last = Place(order, float(keys[places[-1]]), self._rows[numbers[-1]][0])
        return numbers, last.text()

    def _keys(self, order: Order, scores: Scores) -> Keys:
        if order is Order.RELEVANCE:
            # Scores are whole numbers: of two that fit as well, the better rank comes first.
            ranks = np.array(self._ranks, dtype=np.float64)
            return scores + 0.5 + np.arctan(ranks) / np.pi * 0.99
        column = {
            Order.RANK: self._ranks,
            Order.NEWEST: self._published,
            Order.MOST_USED: self._users,
        }[order]
        return np.array(column, dtype=np.float64)

    def _add(self, row: Row) -> None:
        number = len(self._rows)
        self._rows.append((row.id, row.version, row.owner))
        self._number[row.id] = number
        self._owned.setdefault(row.owner, []).append(number)
        self._alive.append(1)
        self._ranks.append(UNRANKED if row.rank is None else row.rank)
        self._published.append(row.published)
        self._users.append(row.users)
        self._ties.append(tie_of(row.id))
        self._postings.add(number, row)
        self._facets.add(number, row)
