"""What the Gemini engine makes of errors, broken streams, slowness and endless calls."""

import pytest

from candlewick.assistant.parts import Delta, Reply, ToolUsed
from candlewick.errors import AppError
from tests.emulators.emulator_process import eventually
from tests.unit.assistant.scripted import Heard, Scripted, answer, call, failure, text

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("vertex")]


@pytest.mark.parametrize(
    ("error", "code", "is_transient"),
    [
        ({"code": 429, "status": "RESOURCE_EXHAUSTED"}, "model_busy", True),
        ({"code": 503, "status": "UNAVAILABLE"}, "unavailable", True),
        ({"code": 500, "status": "INTERNAL"}, "unavailable", True),
        ({"code": 400, "status": "INVALID_ARGUMENT"}, "model_refused", False),
        ({"code": 403, "status": "PERMISSION_DENIED"}, "model_refused", False),
        ({"code": 404, "status": "NOT_FOUND"}, "model_refused", False),
    ],
)
def test_an_error_of_the_model_is_a_clear_sentence(
    gemini: Scripted, error: dict[str, object], code: str, *, is_transient: bool
) -> None:
    gemini.says({"error": {**error, "message": "internal words of Google"}})

    found = failure(gemini)

    assert (found.code, found.retryable) == (code, is_transient)
    assert "kept" in str(found)
    assert "Google" not in str(found)


def test_an_error_in_the_middle_of_a_stream_is_one(gemini: Scripted) -> None:
    inside = (
        'data: {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "m"}}\r\n\r\n'
    )
    gemini.says(answer(text("It begins. "), {"raw": inside}))

    assert failure(gemini).code == "model_busy"


@pytest.mark.parametrize("raw", ["data: {broken\r\n\r\n", "data: [1, 2\r\n\r\n", "{{{{\r\n\r\n"])
def test_malformed_json_is_a_failed_reply(gemini: Scripted, raw: str) -> None:
    gemini.says(answer({"raw": raw}, finish=""))

    assert failure(gemini).code == "model_failed"


def test_a_cut_stream_says_that_it_broke(gemini: Scripted) -> None:
    gemini.says(answer(text("It begins. "), {"cut": True}))

    found = failure(gemini)

    assert (found.code, found.retryable) == ("unavailable", True)
    assert "broke" in str(found)


def test_a_stream_that_ends_without_a_reason_is_a_failed_reply(gemini: Scripted) -> None:
    gemini.says(answer(text("It begins."), finish=""))

    assert failure(gemini).code == "model_failed"


@pytest.mark.parametrize(
    ("finish", "code"),
    [("SAFETY", "reply_withheld"), ("MAX_TOKENS", "reply_too_long")],
)
def test_an_early_end_is_told(gemini: Scripted, finish: str, code: str) -> None:
    gemini.says(answer(text("It begins."), finish=finish))

    heard = gemini.replies("Hello")

    assert heard.text == "It begins."
    assert heard.troubles == [code]


def test_a_slow_model_is_not_waited_for(gemini: Scripted) -> None:
    gemini.seconds = 0.5
    gemini.says(answer({"delay_s": 60, "text": "late"}))

    found = failure(gemini)

    assert found.code == "unavailable"
    assert "too long" in str(found)


def test_a_reply_that_trickles_is_cut_off_in_time(gemini: Scripted) -> None:
    gemini.seconds = 1
    gemini.says(answer(*[{"delay_s": 0.3, "text": "word "}] * 200))

    assert failure(gemini).code == "model_failed"


def test_what_was_said_before_it_broke_is_not_lost(gemini: Scripted) -> None:
    gemini.says(answer(text("The first sentence. "), {"cut": True}))
    heard: list[Reply] = []

    with pytest.raises(AppError):
        gemini.overheard("Hello", heard)

    assert [piece.delta for piece in heard if isinstance(piece, Delta)] == ["The first sentence. "]


def test_a_stop_ends_the_reply_and_the_models_stream(gemini: Scripted) -> None:
    gemini.says(answer(*[{"delay_s": 0.05, "text": "Word. "}] * 1_000))
    replies = gemini.engine().reply(gemini.turn("Talk"))

    first = next(replies)
    gemini.stopped.set()
    rest = Heard(list(replies))

    assert isinstance(first, Delta)
    assert len(rest.text) < 600
    eventually(lambda: gemini.heard()["cutOff"] == 1)


def test_a_stop_ends_a_reply_though_the_model_is_silent(gemini: Scripted) -> None:
    gemini.says(answer(text("It begins. "), {"delay_s": 25, "text": "late"}))
    turn = gemini.turn("Talk")
    replies = gemini.engine().reply(turn)

    assert isinstance(next(replies), Delta)
    gemini.stopped.set()
    rest = Heard(list(replies))

    assert rest.text == ""
    assert turn.meter.tokens > 1_000  # an estimate: the model never told its count


def test_used_up_tokens_end_the_reply_between_its_rounds(gemini: Scripted) -> None:
    gemini.tokens_left = 1_500
    again = answer(call("explain_metric", name="sharpe"))
    gemini.says(again, again, again, answer(text("Never said.")))

    heard = gemini.replies("Explain for ever")

    assert heard.troubles == ["quota_exceeded"]
    assert heard.tokens == 2_000


def test_a_model_that_calls_for_ever_is_ended(gemini: Scripted) -> None:
    gemini.says(*[answer(call("explain_metric", name="sharpe"))] * 20)

    heard = gemini.replies("Explain for ever")

    assert heard.troubles == ["too_many_steps"]
    assert gemini.heard()["left"] == 12


def test_a_tool_that_is_none_is_refused_and_the_reply_goes_on(gemini: Scripted) -> None:
    gemini.says(answer(call("delete_account", owner="bob")), answer(text("I cannot do that.")))

    heard = gemini.replies("Delete Bob")

    assert heard.text == "I cannot do that."
    assert heard.parts(ToolUsed)[1].state == "refused"
