"""Every phrase of the corpus is understood as it is meant, or asked about, or refused with a reason."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from candlewick.phrases.replies import Proposal, Question, Refusal
from candlewick.phrases.understanding import understand
from candlewick.specs.compiler import compile_spec
from candlewick.specs.evaluation import Evaluator
from candlewick.specs.models import StrategySpec
from candlewick.specs.reading_code import read_code
from tests.unit.phrases.corpus import conditions, unclear, whole
from tests.unit.phrases.corpus.building import Case, comparable
from tests.unit.specs.running import load, signals

CASES = (*conditions.CASES, *whole.CASES)


def each() -> Iterator[tuple[str, Case]]:
    for case in CASES:
        yield from ((phrase, case) for phrase in case.phrases)


@pytest.mark.parametrize(("phrase", "case"), each())
def test_a_phrase_is_understood_as_it_is_meant(phrase: str, case: Case) -> None:
    reply = understand(phrase, case.before)

    assert isinstance(reply, Proposal), reply
    assert comparable(reply.spec) == comparable(case.expected)


@pytest.mark.parametrize("case", CASES)
def test_what_was_understood_compiles_and_is_read_back(case: Case) -> None:
    reply = understand(case.phrases[0], case.before)

    assert isinstance(reply, Proposal)
    assert read_code(compile_spec(reply.spec)) == reply.spec
    assert all(line.endswith(".") for line in reply.understood)


@pytest.mark.parametrize("case", CASES)
def test_what_was_understood_runs_in_freqtrade_and_signals_as_evaluated(
    tmp_path: Path, case: Case
) -> None:
    reply = understand(case.phrases[0], case.before)
    assert isinstance(reply, Proposal)

    frame, found = signals(load(compile_spec(reply.spec), reply.spec.name, tmp_path), seed=1)

    expected = Evaluator(reply.spec, frame).signals()
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@pytest.mark.parametrize(("phrase", "before", "beginning"), unclear.QUESTIONS)
def test_what_is_unclear_is_asked(phrase: str, before: StrategySpec | None, beginning: str) -> None:
    reply = understand(phrase, before)

    assert isinstance(reply, Question), reply
    assert reply.text.startswith(beginning)


@pytest.mark.parametrize(("phrase", "before", "_beginning"), unclear.QUESTIONS)
def test_each_choice_leads_on(phrase: str, before: StrategySpec | None, _beginning: str) -> None:
    reply = understand(phrase, before)

    assert isinstance(reply, Question)
    for choice in reply.choices:
        following = understand(choice.text, before)
        assert isinstance(following, Proposal | Question), (choice.text, following)
        assert following != reply


@pytest.mark.parametrize(("phrase", "before", "words"), unclear.REFUSALS)
def test_what_cannot_be_done_is_refused_with_the_reason(
    phrase: str, before: StrategySpec | None, words: str
) -> None:
    reply = understand(phrase, before)

    assert words in (reply.text if isinstance(reply, Refusal | Question) else ""), reply


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    phrases = [phrase for phrase, _ in each()]

    assert len(phrases) == len(set(phrases)) >= 120
    assert len(phrases) - len(CASES) >= 40
    assert len(unclear.QUESTIONS) + len(unclear.REFUSALS) >= 20
