"""The offline engine: the same tools and screens, without a model."""

import threading
from collections.abc import Iterator

import pytest

from assistant_wiring import toolboxes
from candlewick.assistant.backtests import BacktestOffers
from candlewick.assistant.offline import NAME, OfflineEngine
from candlewick.assistant.parts import Backtest, Delta, Proposal, Question, Reply, Result
from candlewick.assistant.ports import Turn
from candlewick.assistant.results import RunResults
from candlewick.backtests.models import RunId, RunState, StrategyRef
from candlewick.strategies.models import StrategyId
from tests.factories import ALICE, a_run, a_strategy_ref
from tests.unit.assistant.scripted import Heard
from tests.unit.assistant.specs import as_code
from tests.world import World

PHRASE = "On 1h candles, buy when RSI is below 30. Sell when RSI is above 70. Stop loss 5%."


class Chat:
    """Alice, and the offline engine over her world."""

    def __init__(self, world: World) -> None:
        results = RunResults(runs=world.backtest_service(), files=world.results)
        self.engine = OfflineEngine(
            toolbox=toolboxes(results, BacktestOffers(catalogue=world.catalogue))
        )

    def hears(self, said: str, code: str = "") -> Heard:
        return Heard(list(self._pieces(said, code)))

    def _pieces(self, said: str, code: str) -> Iterator[Reply]:
        yield from self.engine.reply(
            Turn(
                owner=ALICE,
                strategy_id=StrategyId("s1"),
                text=said,
                code=code,
                history=(),
                tokens_left=0,
                stopped=threading.Event(),
            )
        )


@pytest.fixture
def chat(world: World) -> Chat:
    return Chat(world)


def reference() -> StrategyRef:
    return a_strategy_ref(id=StrategyId("s1"))


def test_a_phrase_becomes_a_proposal_that_says_who_made_it(chat: Chat) -> None:
    heard = chat.hears(PHRASE)

    (proposal,) = heard.parts(Proposal)
    assert heard.text.startswith(NAME)
    assert 'timeframe = "1h"' in proposal.code
    assert proposal.diff.added > 20
    assert proposal.understood
    assert "rsi" in proposal.sentence.lower()


def test_the_same_phrase_gives_the_same_reply(chat: Chat) -> None:
    assert chat.hears(PHRASE).pieces == chat.hears(PHRASE).pieces


def test_a_change_is_made_to_the_draft(chat: Chat) -> None:
    (proposal,) = chat.hears("stop loss 10%", as_code()).parts(Proposal)

    assert (proposal.diff.added, proposal.diff.removed) == (1, 1)
    assert "stoploss = -0.1" in proposal.code


def test_code_without_blocks_is_replaced_with_a_word_about_it(chat: Chat) -> None:
    heard = chat.hears(PHRASE, "x = 1\n")

    assert "takes the place of your code" in heard.text
    assert heard.parts(Proposal)[0].diff.removed == 1


def test_what_is_unclear_is_asked_with_choices_that_lead_on(chat: Chat) -> None:
    heard = chat.hears("buy the dip")

    (question,) = heard.parts(Question)
    assert heard.parts(Proposal) == []
    assert len(question.choices) >= 2
    further = chat.hears(question.choices[0].text)
    assert further.parts(Proposal) or further.parts(Question)


def test_what_is_not_understood_is_refused_with_examples(chat: Chat) -> None:
    heard = chat.hears("please withdraw all coins")

    assert heard.shown() == []
    assert "For example" in heard.text


def test_a_backtest_is_offered_over_the_newest_days(chat: Chat) -> None:
    heard = chat.hears("run a backtest over the last 30 days", as_code())

    (offer,) = heard.parts(Backtest)
    assert offer.pairs == ("BTC/USDT",)
    assert "button" in heard.text


def test_results_are_read_and_compared(chat: Chat, world: World) -> None:
    for name in ("r1", "r2"):
        world.put_run(a_run(RunState.SUCCEEDED, id=RunId(name), strategy=reference()))

    assert len(chat.hears("show the last result").parts(Result)) == 1
    assert len(chat.hears("compare my runs").parts(Result)) == 2


def test_without_a_result_it_says_that_there_is_none(chat: Chat) -> None:
    assert "no backtest with a result" in chat.hears("show the last result").text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("what is the sharpe ratio?", "Sharpe ratio"),
        ("explain max drawdown", "Maximum drawdown"),
        ("what is RSI?", "Relative strength index"),
        ("explain the flux capacitor", "There is no such figure"),
    ],
)
def test_words_are_explained(chat: Chat, said: str, told: str) -> None:
    assert told in chat.hears(said).text


@pytest.mark.parametrize("said", [PHRASE, "buy the dip", "show the last result", "hello", "?"])
def test_every_reply_says_that_it_is_the_offline_parser(chat: Chat, said: str) -> None:
    first = next(piece for piece in chat.hears(said).pieces if isinstance(piece, Delta))

    assert first.delta.startswith(NAME)
