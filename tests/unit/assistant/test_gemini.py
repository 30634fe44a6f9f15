"""The Gemini engine, driven by google-genai itself against a scripted endpoint that speaks the wire format."""

import pytest

from candlewick.assistant.models import EngineKind, Message, Role
from candlewick.assistant.parts import (
    Backtest,
    Delta,
    Parts,
    Proposal,
    Question,
    Result,
    ToolUsed,
)
from candlewick.assistant.tools import Unrepaired
from candlewick.backtests.models import RunState
from tests.factories import a_run
from tests.fakes import START
from tests.unit.assistant.scripted import Scripted, answer, call, failure, text
from tests.unit.assistant.specs import a_spec, as_code, as_json

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("vertex")]


def test_text_comes_in_pieces_as_it_is_said(gemini: Scripted) -> None:
    gemini.says(answer(text("An RSI "), text("measures momentum. "), text("Below 30 is low.")))

    heard = gemini.replies("What is an RSI?")

    assert heard.text == "An RSI measures momentum. Below 30 is low."
    assert len(heard.parts(Delta)) >= 2
    assert heard.tokens == 1_000
    assert heard.troubles == []


def test_the_request_names_model_region_tools_and_the_draft(gemini: Scripted) -> None:
    gemini.says(answer(text("Hello.")))

    gemini.replies("Hello", as_code())

    (asked,) = gemini.heard()["asked"]
    body = asked["body"]
    assert (asked["project"], asked["location"]) == ("demo-candlewick", "europe-west1")
    names = [item["name"] for item in body["tools"][0]["functionDeclarations"]]
    assert {"propose_strategy", "ask_user", "read_result"} <= set(names)
    assert "supertrend" in body["systemInstruction"]["parts"][0]["text"]
    (content,) = body["contents"]
    draft, said = (part["text"] for part in content["parts"])
    assert '"DipBuyer"' in draft
    assert said == "Hello"


def test_code_without_a_spec_goes_as_code(gemini: Scripted) -> None:
    gemini.says(answer(text("Hello.")))

    gemini.replies("Hello", "x = 1\n")

    draft = gemini.asked()[0]["contents"][0]["parts"][0]["text"]
    assert "x = 1" in draft
    assert "has no spec" in draft


def test_the_models_thoughts_are_not_told(gemini: Scripted) -> None:
    gemini.says(answer({"thought": "The user is rude."}, text("Hello.")))

    assert gemini.replies("Hello").text == "Hello."


def test_a_proposal_shows_code_difference_sentence_and_what_was_understood(
    gemini: Scripted,
) -> None:
    gemini.says(
        answer(call("propose_strategy", spec=as_json(), understood=["Buy below RSI 30"])),
        answer(text("Here it is.")),
    )

    heard = gemini.replies("Buy when RSI is below 30")

    (proposal,) = heard.parts(Proposal)
    assert proposal.code == as_code()
    assert proposal.diff.added > 20
    assert proposal.diff.removed == 0
    assert "buy when" in proposal.sentence.lower()
    assert proposal.understood == ("Buy below RSI 30",)
    assert [(used.name, used.state) for used in heard.parts(ToolUsed)] == [
        ("propose_strategy", "started"),
        ("propose_strategy", "done"),
    ]
    assert heard.text == "Here it is."
    assert heard.tokens == 2_000


def test_a_change_differs_from_the_draft_by_what_changed(gemini: Scripted) -> None:
    changed = as_json(risk={"stop_loss": 0.1})
    gemini.says(
        answer(call("propose_strategy", spec=changed, understood=["Stop at 10 %"])),
        answer(text("Done.")),
    )

    (proposal,) = gemini.replies("Stop at 10 %", as_code()).parts(Proposal)

    assert (proposal.diff.added, proposal.diff.removed) == (1, 1)
    assert "+    stoploss = -0.1" in proposal.diff.unified


def test_the_tools_answer_goes_back_with_the_models_signature(gemini: Scripted) -> None:
    gemini.says(
        answer(call("look_up_indicators", query="volatility bands")), answer(text("Bollinger."))
    )

    gemini.replies("Which bands are there?")

    second = gemini.asked()[1]["contents"]
    assert second[1]["parts"][0]["thoughtSignature"]
    found = second[2]["parts"][0]["functionResponse"]
    assert found["name"] == "look_up_indicators"
    assert "bollinger" in str(found["response"])


def test_several_calls_at_once_are_answered_together(gemini: Scripted) -> None:
    gemini.says(
        answer(
            call("explain_metric", name="sharpe"),
            call("look_up_indicators", query="macd"),
            text(""),
        ),
        answer(text("So.")),
    )

    assert gemini.replies("Explain").text == "So."


def test_a_spec_with_a_mistake_is_given_back_and_corrected(gemini: Scripted) -> None:
    wrong = as_json(indicators=[{"kind": "indicator", "name": "rsi", "indicator": "rsj"}])
    gemini.says(
        answer(call("propose_strategy", spec=wrong, understood=[])),
        answer(call("propose_strategy", spec="{", understood=[])),
        answer(call("propose_strategy", spec=as_json(), understood=[])),
        answer(text("Corrected.")),
    )

    heard = gemini.replies("Buy low RSI")

    assert len(heard.parts(Proposal)) == 1
    states = [used.state for used in heard.parts(ToolUsed)]
    assert states == ["started", "refused", "started", "refused", "started", "done"]
    given = [
        body["contents"][-1]["parts"][0]["functionResponse"]["response"]["data"]
        for body in gemini.asked()[1:3]
    ]
    assert given[0]["problems"][0]["path"] == "indicators.0.indicator"
    assert [item["corrections_left_after_this"] for item in given] == [1, 0]


def test_after_two_corrections_it_ends_with_what_is_wrong(gemini: Scripted) -> None:
    wrong = call("propose_strategy", spec=as_json(timeframe="7m"), understood=[])
    gemini.says(answer(wrong), answer(wrong), answer(wrong), answer(text("Never said.")))

    error = failure(gemini)

    assert isinstance(error, Unrepaired)
    assert "timeframe" in str(error)
    assert gemini.heard()["left"] == 1


def test_a_question_has_its_choices_and_ends_the_turn(gemini: Scripted) -> None:
    choices = [{"label": "5 %", "text": "Buy a dip of 5 %"}, {"label": "10 %", "text": "Of 10 %"}]
    gemini.says(
        answer(call("ask_user", question="How deep a dip?", choices=choices)),
        answer(text("Not reached.")),
    )

    heard = gemini.replies("Buy the dip")

    (question,) = heard.parts(Question)
    assert question.text == "How deep a dip?"
    assert [choice.text for choice in question.choices] == ["Buy a dip of 5 %", "Of 10 %"]
    assert gemini.heard()["left"] == 1


def test_a_backtest_is_offered_and_not_run(gemini: Scripted) -> None:
    gemini.says(
        answer(call("propose_backtest", pairs=["BTC/USDT"], days=1)), answer(text("Try it."))
    )

    (offer,) = gemini.replies("Does it work?", as_code()).parts(Backtest)

    assert (offer.exchange, offer.pairs, offer.is_simulated) == ("simulated", ("BTC/USDT",), True)
    assert offer.start < offer.end
    assert gemini.world.runs.runs == {}


def test_what_is_not_there_cannot_be_offered(gemini: Scripted) -> None:
    gemini.says(
        answer(call("propose_backtest", pairs=["DOGE/USDT"])),
        answer(call("propose_backtest", exchange="mtgox")),
        answer(call("propose_backtest", days=9_000)),
        answer(text("No.")),
    )

    heard = gemini.replies("Test it", as_code())

    assert heard.parts(Backtest) == []
    assert [used.state for used in heard.parts(ToolUsed)][1::2] == ["refused"] * 3


def test_figures_come_with_their_certificate_and_a_risk_line(gemini: Scripted) -> None:
    run = gemini.world.put_run(a_run(RunState.SUCCEEDED))
    gemini.world.results.stored[f"{run.files}/certificate.json"] = (
        b'{"pairs": [{"missing": 3}], "affectedTrades": [{}]}'
    )
    gemini.says(answer(call("read_result", run_id=run.id)), answer(text("It made 5 %.")))

    (result,) = gemini.replies("How did it do?").parts(Result)

    figures = {figure.name: figure.value for figure in result.figures}
    assert figures["profit_total"] == "5.00 %"
    assert "3 candles missing" in result.certificate
    assert "simulated" in result.certificate
    assert "Only 3 closed trades" in result.risk
    assert "Past results" in result.risk
    told = gemini.asked()[1]["contents"][-1]["parts"][0]["functionResponse"]["response"]
    assert "5.00 %" in str(told)


def test_the_conversation_so_far_is_remembered(gemini: Scripted) -> None:
    question = Question(text="How deep?", choices=())
    gemini.history = (
        Message(number=1, role=Role.USER, text="Buy the dip", at=START),
        Message(
            number=2,
            role=Role.ASSISTANT,
            text="",
            at=START,
            parts=Parts(items=(question,)),
            engine=EngineKind.GEMINI,
        ),
        Message(number=3, role=Role.USER, text="Never answered", at=START),
    )
    gemini.says(answer(text("Yes.")))

    gemini.replies("5 %")

    contents = gemini.asked()[0]["contents"]
    assert [content["role"] for content in contents] == ["user", "model", "user", "model", "user"]
    assert "How deep?" in contents[1]["parts"][0]["text"]


@pytest.mark.parametrize(
    "arguments",
    [{}, {"spec": 3}, {"spec": "[]"}, {"spec": None, "understood": "x"}, {"spec": ["a"]}],
)
def test_arguments_of_any_shape_are_refused_as_data(
    gemini: Scripted, arguments: dict[str, object]
) -> None:
    gemini.says(answer(call("propose_strategy", **arguments)), answer(text("Sorry.")))

    heard = gemini.replies("Buy")

    assert heard.text == "Sorry."
    assert heard.parts(Proposal) == []


def test_the_code_blocks_of_the_draft_are_kept_and_none_is_added(gemini: Scripted) -> None:
    own = as_code().replace("stoploss = -0.05", "stoploss = -0.05\n    my_own = print")
    sneaky = a_spec(code=[{"place": "class", "after": "", "code": "evil = __import__('os')"}])
    gemini.says(
        answer(call("propose_strategy", spec=sneaky, understood=[])),
        answer(call("propose_strategy", spec=as_json(), understood=[])),
        answer(text("So.")),
    )

    heard = gemini.replies("Change it", own)

    (proposal,) = heard.parts(Proposal)
    assert "evil" not in proposal.code
    assert heard.parts(ToolUsed)[1].state == "refused"
