"""Which rows hold a word, and how much it says about them."""

import bisect
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from candlewick.marketplace.search.query import Term
from candlewick.marketplace.search.rows import Field, Row
from candlewick.marketplace.search.words import CONCEPT, concepts_in, items_of, stem

Scores = npt.NDArray[np.int32]

_WEIGHTS: Mapping[Field, int] = {
    Field.TITLE: 40, Field.TAGS: 30, Field.AUTHOR: 25, Field.SUMMARY: 15, Field.SENTENCE: 10,
    Field.INDICATORS: 8, Field.MARKETS: 6, Field.DESCRIPTION: 2,
}  # fmt: skip
_HEAVIEST = 255
# How well a row's word fits the one that was typed.
_EXACT, _SAME_STEM, _SAME_THING, _BEGINS_SO, _MISSPELT = 10, 9, 8, 5, 2
_MOST = _HEAVIEST * _EXACT
# A word with fewer hits may be a typing error; one with more is what was meant.
_FEW = 3
_TWO_ERRORS_FROM = 8
_SURE_FROM, _MUCH_MORE = 6, 20
_OPEN_FROM = 3


@dataclass(frozen=True, slots=True)
class Match:
    """The score of every row for a term, zero for those that do not hold it."""

    scores: Scores
    corrected: str | None = None  # what was looked for instead, where nothing holds what was typed


@dataclass(slots=True)
class _Places:
    rows: Any = field(default_factory=lambda: array("I"))
    weights: Any = field(default_factory=lambda: array("B"))


@dataclass(slots=True)
class Postings:
    """All words of all rows. Rows are numbered in the order in which they come, and never change."""

    _words: dict[str, _Places] = field(default_factory=dict)
    _by_stem: dict[str, list[str]] = field(default_factory=dict)
    _by_length: dict[int, list[str]] = field(default_factory=dict)
    _sorted: list[str] = field(default_factory=list)
    _unsorted: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._words)

    def add(self, number: int, row: Row) -> None:
        weights: dict[str, int] = {}
        for place, words in row.words.items():
            weight = _WEIGHTS[place]
            for word in words:
                weights[word] = weights.get(word, 0) + weight
        for word, weight in weights.items():
            places = self._words.get(word)
            if places is None:
                places = self._words[word] = self._new(word)
            places.rows.append(number)
            places.weights.append(min(weight, _HEAVIEST))

    def match(self, term: Term, count: int) -> Match:
        """Return how well each of `count` rows fits a term."""
        scores = self._scores(term, count)
        hits = int(np.count_nonzero(scores))
        if not term.may_be_misspelt or hits >= _FEW:
            return Match(scores)
        likely = sorted(self._likely(term.word), key=self._by_likeness(term.word))
        if hits:  # others made the same error, if the right word is much more frequent
            is_long = len(term.word) >= _SURE_FROM
            likely = [word for word in likely if is_long and self.hits(word) >= _MUCH_MORE * hits]
        for word in likely:
            self._take(scores, word, _MISSPELT)
        return Match(scores, likely[0] if likely and not hits else None)

    def hits(self, word: str) -> int:
        places = self._words.get(word)
        return 0 if places is None else len(places.rows)

    def begin_with(self, prefix: str) -> Iterator[str]:
        """Yield all words that begin so, in the alphabet's order."""
        self._sort()
        for place in range(bisect.bisect_left(self._sorted, prefix), len(self._sorted)):
            if not self._sorted[place].startswith(prefix):
                return
            yield self._sorted[place]

    def close_to(self, word: str) -> list[str]:
        """Return the words that somebody may have meant, the likeliest first; also where few letters fit."""
        return sorted(self._likely(word, more=1), key=self._by_likeness(word))

    def _scores(self, term: Term, count: int) -> Scores:
        best = np.zeros(count, dtype=np.int32)
        for words in term.alternatives:
            all_of_them = np.full(count, _MOST, dtype=np.int32)
            for word in words:
                np.minimum(all_of_them, self._of_word(word, count), out=all_of_them)
            np.maximum(best, all_of_them, out=best)
        is_known_short = len(term.word) < _OPEN_FROM and best.any()
        if term.is_open and not is_known_short:
            for word in self.begin_with(term.word):
                self._take(best, word, _BEGINS_SO)
        return best

    def _of_word(self, word: str, count: int) -> Scores:
        scores = np.zeros(count, dtype=np.int32)
        if word.startswith(CONCEPT):
            self._take(scores, word, _SAME_THING)
            return scores
        self._take(scores, word, _EXACT)
        for form in self._by_stem.get(stem(word), ()):
            self._take(scores, form, _SAME_STEM)
        # The first is the thing itself; broader ones would find its neighbours.
        for _, _, concept in list(concepts_in([word]))[:1]:
            self._take(scores, concept, _SAME_THING)
        return scores

    def _take(self, scores: Scores, word: str, quality: int) -> None:
        places = self._words.get(word)
        if places is not None:
            rows = np.array(places.rows, dtype=np.uint32)
            found = np.array(places.weights, dtype=np.int32) * quality
            scores[rows] = np.maximum(scores[rows], found)

    def _likely(self, word: str, more: int = 0) -> list[str]:
        most = more + (2 if len(word) >= _TWO_ERRORS_FROM else 1)
        lengths = range(len(word) - most, len(word) + most + 1)
        words = (other for length in lengths for other in self._by_length.get(length, ()))
        return [
            other
            for other in words
            if other != word and OSA.distance(word, other, score_cutoff=most) <= most
        ]

    def _by_likeness(self, word: str) -> Any:
        return lambda other: (
            OSA.distance(word, other),
            other[0] != word[0],
            -self.hits(other),
            other,
        )

    def _new(self, word: str) -> _Places:
        self._unsorted.append(word)
        if word.isalpha():
            self._by_stem.setdefault(stem(word), []).append(word)
            # Pairs are not typed wrong: another letter is another currency.
            if not items_of(word)[0].is_pair:
                self._by_length.setdefault(len(word), []).append(word)
        return _Places()

    def _sort(self) -> None:
        if self._unsorted:
            self._sorted = sorted(_words_only([*self._sorted, *self._unsorted]))
            self._unsorted = []


def _words_only(words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if not word.startswith(CONCEPT))
