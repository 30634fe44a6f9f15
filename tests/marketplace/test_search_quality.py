"""What people ask is answered: words, beginnings, typing errors, synonyms, markets, filters, orders, and nothing."""

import functools

import pytest

from candlewick.marketplace.search.index import Index, Page
from candlewick.marketplace.search.query import Order, Query
from candlewick.marketplace.search.rows import Facet, is_found, pack, row_of
from candlewick.marketplace.search.service import suggest
from tests.marketplace.catalogue import CATALOGUE, catalogue
from tests.marketplace.crowd import Pair, crowd
from tests.marketplace.questions import QUESTIONS, Question

EACH = pytest.mark.parametrize("question", QUESTIONS, ids=[f"{q.text} {q.filters or q.order or ''}".strip() for q in QUESTIONS])  # fmt: skip
OURS = {entry.id for entry in CATALOGUE}
CROWD = 1_500


def index_of(pairs: list[Pair]) -> Index:
    made = Index()
    for listing, version in pairs:
        if is_found(listing, version):
            made.put(listing.id, pack(row_of(listing, version)))
    return made


@functools.cache
def alone() -> Index:
    return index_of(list(catalogue()))


@functools.cache
def in_a_crowd() -> Index:
    return index_of([*crowd(CROWD, seed=7), *catalogue()])


def query(question: Question, size: int) -> Query:
    filters = {Facet(name): frozenset(values.split(",")) for name, values in question.filters.items()}  # fmt: skip
    order = None if question.order is None else Order(question.order)
    return Query(text=question.text, filters=filters, order=order, size=size)


def found(page: Page) -> list[str]:
    return [listing for listing, _, _ in page.rows]


def test_there_are_enough_questions_of_every_kind() -> None:
    assert len(QUESTIONS) >= 60
    assert len(set(map(repr, QUESTIONS))) == len(QUESTIONS)
    named = {name for q in QUESTIONS for name in f"{q.first} {q.all_of_them or ''} {q.not_found}".split()}  # fmt: skip
    assert named <= OURS


@EACH
def test_the_catalogue_answers(question: Question) -> None:
    page = alone().search(query(question, size=50))

    first = question.first.split()
    assert set(found(page)[: len(first)]) == set(first)
    if question.all_of_them is not None:
        assert set(found(page)) == set(question.all_of_them.split())
    assert not set(found(page)) & set(question.not_found.split())
    assert page.corrected == question.corrected
    assert page.total == len(found(page))


@EACH
def test_in_a_crowd_the_same_are_found_and_the_same_are_not(question: Question) -> None:
    page = in_a_crowd().search(query(question, size=CROWD + len(OURS)))

    ours = [listing for listing in found(page) if listing in OURS]
    expected = set(question.first.split()) | set((question.all_of_them or "").split())
    assert expected <= set(ours)
    assert not set(ours) & set(question.not_found.split())


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.suggested], ids=lambda q: q.text)
def test_where_nothing_is_found_something_that_finds_is_suggested(question: Question) -> None:
    page = alone().search(query(question, size=5))

    suggestions = suggest(alone(), page.corrected or question.text, frozenset())

    assert question.suggested in " ".join(suggestions).split()
    for text in suggestions:
        assert alone().search(Query(text=text)).total > 0


def test_nonsense_gets_no_suggestion() -> None:
    assert suggest(alone(), "zzzzqqqq", frozenset()) == ()
