"""/api/v1/assistant: conversations, streamed replies, budgets."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from candlewick.assistant.models import MAX_TEXT
from candlewick.assistant.parts import Choice, Delta, Question, ToolUsed, Trouble
from candlewick.errors import Unavailable
from tests.factories import a_run
from tests.functions.answers import JsonObject, a_strategy, ok, problem, verified, wrong_fields
from tests.world import World

BASE = "/api/v1/assistant"
QUESTION = Question(text="How deep?", choices=(Choice(label="5 %", text="a dip of 5 %"),))


def a_conversation(world: World) -> str:
    body = {"strategyId": a_strategy(world)}
    conversation_id: str = ok(world.api(world.alice).post(f"{BASE}/conversations", json=body), 201)[
        "id"
    ]
    return conversation_id


def send(world: World, conversation_id: str, text: str = "Buy the dip", code: str = "") -> Any:
    path = f"{BASE}/conversations/{conversation_id}/messages"
    response = world.api(world.alice).post(path, json={"text": text, "code": code})
    response.get_data()  # to its end
    return response


def events(response: TestResponse) -> list[tuple[str, JsonObject]]:
    assert response.status_code == 200, response.text
    assert response.content_type.startswith("text/event-stream")
    found = []
    for block in response.text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def transcript(world: World, conversation_id: str) -> list[JsonObject]:
    found = world.api(world.alice).get(f"{BASE}/conversations/{conversation_id}")
    messages: list[JsonObject] = ok(found)["messages"]
    return messages


def test_a_reply_is_streamed_and_then_read_back(world: World) -> None:
    world.engine.pieces = [
        Delta(delta="How deep "),
        Delta(delta="a dip?"),
        ToolUsed(name="ask_user", state="done"),
        QUESTION,
    ]
    conversation_id = a_conversation(world)

    heard = events(send(world, conversation_id, code="x = 1"))

    assert [name for name, _ in heard] == ["text", "text", "tool", "question", "done"]
    assert heard[3][1] == {
        "text": "How deep?",
        "choices": [{"label": "5 %", "text": "a dip of 5 %"}],
    }
    assert heard[4][1] == {
        "tokens": 100,
        "budget": {"tokens": {"used": 100, "limit": 1_000}, "runs": {"used": 0, "limit": 2}},
    }
    said, answered = transcript(world, conversation_id)
    assert (said["role"], said["text"]) == ("user", "Buy the dip")
    assert (answered["role"], answered["text"]) == ("assistant", "How deep a dip?")
    assert [part["kind"] for part in answered["parts"]] == ["tool", "question"]
    assert world.engine.turns[0].code == "x = 1"


def test_a_stream_is_neither_cached_nor_held_back_on_its_way(world: World) -> None:
    response = send(world, a_conversation(world))

    assert response.headers["Cache-Control"] == "no-store, no-transform"
    assert response.headers["X-Accel-Buffering"] == "no"


def test_the_next_message_knows_what_was_said(world: World) -> None:
    conversation_id = a_conversation(world)
    send(world, conversation_id, "First")
    send(world, conversation_id, "Second")

    (_, turn) = world.engine.turns
    assert [message.text for message in turn.history] == ["First", "Done."]
    assert turn.tokens_left == 900


@pytest.mark.parametrize(
    ("error", "code", "is_transient"),
    [
        (Unavailable("The model does not work."), "unavailable", True),
        (RuntimeError("a secret of ours"), "internal", True),
    ],
)
def test_a_reply_that_fails_ends_as_one_and_loses_nothing(
    world: World, error: Exception, code: str, *, is_transient: bool
) -> None:
    world.engine.pieces = [Delta(delta="It begins. "), error]
    conversation_id = a_conversation(world)

    heard = events(send(world, conversation_id))

    assert [name for name, _ in heard] == ["text", "problem", "done"]
    assert (heard[1][1]["code"], heard[1][1]["isTransient"]) == (code, is_transient)
    assert "secret" not in str(heard)
    said, answered = transcript(world, conversation_id)
    assert said["text"] == "Buy the dip"
    assert answered["text"] == "It begins. "
    assert answered["parts"][0]["code"] == code


def test_a_reply_that_cannot_be_stored_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(world.conversations, "end", fail)
    conversation_id = a_conversation(world)

    heard = events(send(world, conversation_id))

    assert [name for name, _ in heard] == ["text", "problem", "done"]
    assert heard[1][1]["code"] == "not_stored"
    assert [item["text"] for item in transcript(world, conversation_id)] == ["Buy the dip"]


def test_used_up_tokens_refuse_and_store_nothing(world: World) -> None:
    world.engine.tokens = 1_000
    conversation_id = a_conversation(world)
    send(world, conversation_id)

    refused = problem(send(world, conversation_id, "More"), 429, "quota_exceeded")

    assert "1,000 tokens" in refused["detail"]
    assert len(transcript(world, conversation_id)) == 2
    world.clock.move(days=1)
    assert events(send(world, conversation_id, "More"))[-1][0] == "done"


def test_the_budget_is_told(world: World) -> None:
    send(world, a_conversation(world))

    found = ok(world.api(world.alice).get(BASE))

    assert found == {
        "engine": "gemini",
        "budget": {"tokens": {"used": 100, "limit": 1_000}, "runs": {"used": 0, "limit": 2}},
    }
    assert ok(world.api(world.bob).get(BASE))["budget"]["tokens"]["used"] == 0


def test_runs_from_the_chat_are_counted_and_end(world: World) -> None:
    conversation_id = a_conversation(world)
    path = f"{BASE}/conversations/{conversation_id}/runs"

    first, second = (world.api(world.alice).post(path) for _ in range(2))
    third = world.api(world.alice).post(path)

    assert [ok(item)["runs"]["used"] for item in (first, second)] == [1, 2]
    assert "2 backtests" in problem(third, 429, "quota_exceeded")["detail"]


def test_a_result_is_shown_with_certificate_and_risk(world: World) -> None:
    strategy_id = a_strategy(world)
    verified(world, strategy_id)
    made = world.api(world.alice).post(f"{BASE}/conversations", json={"strategyId": strategy_id})
    conversation_id = ok(made, 201)["id"]

    shown = world.api(world.alice).post(
        f"{BASE}/conversations/{conversation_id}/results", json={"runId": "verified"}
    )

    (part,) = ok(shown, 201)["parts"]
    assert part["kind"] == "result"
    assert part["runId"] == "verified"
    assert part["certificate"]
    assert "Past results" in part["risk"]
    assert len(transcript(world, conversation_id)) == 1


def test_a_run_that_is_not_over_or_not_hers_has_no_result(world: World) -> None:
    conversation_id = a_conversation(world)
    world.put_run(a_run())
    path = f"{BASE}/conversations/{conversation_id}/results"
    client = world.api(world.alice)

    problem(client.post(path, json={"runId": "r1"}), 409, "conflict")
    problem(client.post(path, json={"runId": "bobs"}), 404, "not_found")


def test_conversations_belong_to_a_strategy_and_can_be_deleted(world: World) -> None:
    conversation_id = a_conversation(world)
    send(world, conversation_id, "Buy when RSI is below 30\nand sell above 70")
    client = world.api(world.alice)
    strategy_id = ok(client.get(f"{BASE}/conversations/{conversation_id}"))["conversation"][
        "strategyId"
    ]
    listed = f"{BASE}/conversations?strategyId={strategy_id}"

    (item,) = ok(client.get(listed))["items"]
    assert item["title"] == "Buy when RSI is below 30 and sell above 70"
    assert item["messages"] == 2
    assert client.delete(f"{BASE}/conversations/{conversation_id}").status_code == 204
    assert ok(client.get(listed))["items"] == []
    problem(client.get(f"{BASE}/conversations/{conversation_id}"), 404, "not_found")


@pytest.mark.parametrize("text", ["", "x" * (MAX_TEXT + 1)])
def test_a_message_has_some_text_and_not_too_much(world: World, text: str) -> None:
    assert wrong_fields(send(world, a_conversation(world), text)) == {"text"}


@pytest.mark.parametrize("text", ["   ", "a\x00b"])
def test_text_that_says_nothing_is_refused(world: World, text: str) -> None:
    problem(send(world, a_conversation(world), text), 422, "invalid")


def test_code_that_no_version_could_hold_is_refused(world: World) -> None:
    response = send(world, a_conversation(world), code="x" * (256 * 1024 + 1))

    problem(response, 413, "too_large")


def test_a_trouble_of_the_engine_is_an_event(world: World) -> None:
    world.engine.pieces = [Trouble(code="too_slow", message="Too slow.", is_transient=True)]

    heard = events(send(world, a_conversation(world)))

    assert heard[0] == (
        "problem",
        {"code": "too_slow", "message": "Too slow.", "isTransient": True},
    )


def test_a_frequent_writer_is_slowed_down(world: World) -> None:
    conversation_id = a_conversation(world)
    world.limiter.exhausted.add("chat")

    problem(send(world, conversation_id), 429, "rate_limited")
