"""The score of the corpus counts right what is right and wrong what is wrong."""

import pytest

from candlewick.assistant.offline import OfflineEngine
from candlewick.assistant.parts import Delta
from candlewick.assistant.proposals import propose
from candlewick.errors import Unavailable
from candlewick.specs.reading import read_spec
from tests.fakes import ScriptedEngine
from tests.unit.assistant.specs import a_spec, below
from tools.chat_score import Outcome, Prompt, Wanted, prompts, report, score, toolbox

EXPECTED = read_spec(a_spec())
PROMPT = Prompt(phrase="x", wanted=Wanted.STRATEGY, expected=EXPECTED)


def silent(_: str) -> None: ...


def test_the_whole_corpus_is_asked() -> None:
    found = list(prompts())

    assert len(found) >= 120
    assert {prompt.wanted for prompt in found} == set(Wanted)


def test_who_is_right_scores_all() -> None:
    some = list(prompts())[1::12]

    counted = score(OfflineEngine(toolbox=toolbox), some, silent)

    assert all("(100%)" in line for line in report(counted)), list(report(counted))


@pytest.mark.parametrize(
    ("spec", "outcome"),
    [
        (a_spec(name="Renamed"), Outcome.SAME),
        (a_spec(risk={"stop_loss": 0.2}), Outcome.OTHER),
        (a_spec(timeframe="1h"), Outcome.OTHER),
        (a_spec(entries=[{"kind": "rule", "tag": "o", "when": below("rsi", 45)}]), Outcome.OTHER),
    ],
)
def test_what_trades_alike_is_the_same(spec: dict[str, object], outcome: Outcome) -> None:
    engine = ScriptedEngine(pieces=[propose(read_spec(spec), "", ())])

    assert score(engine, [PROMPT], silent) == {(Wanted.STRATEGY, outcome): 1}


def test_words_alone_and_errors_are_told_apart() -> None:
    silentish, broken = (
        ScriptedEngine(pieces=[Delta(delta="Hm.")]),
        ScriptedEngine(pieces=[Unavailable("down")]),
    )

    assert score(silentish, [PROMPT], silent) == {(Wanted.STRATEGY, Outcome.NOTHING): 1}
    assert score(broken, [PROMPT], silent) == {(Wanted.STRATEGY, Outcome.FAILED): 1}
