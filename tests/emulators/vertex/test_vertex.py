"""The emulator speaks Vertex AI's format, and refuses what Vertex AI refuses."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.emulators.storage.servers import serving

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("vertex")]

PATH = "/v1beta1/projects/p/locations/global/publishers/google/models/gemini-3.5-flash"
CREDENTIAL = "anything"
METHOD = ":streamGenerateContent?alt=sse"
ASKED: dict[str, Any] = {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
CALL = {"functionCall": {"name": "look", "args": {}}}
ANSWERED = {"functionResponse": {"name": "look", "response": {"data": 1}}}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving("emulators.vertex") as address:
        yield address


def script(url: str, *answers: Any) -> requests.Response:
    return requests.put(f"{url}/script", json={"answers": answers}, timeout=5)


def ask(url: str, body: Any, *, method: str = METHOD, token: str = CREDENTIAL) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(f"{url}{PATH}{method}", json=body, headers=headers, timeout=5)


def turns(*contents: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"contents": [{"role": role, "parts": [part]} for role, part in contents]}


def test_an_answer_is_a_stream_of_events_with_usage_at_its_end(url: str) -> None:
    script(url, {"steps": [{"text": "Hel"}, {"text": "lo"}], "usage": {"totalTokenCount": 7}})

    reply = ask(url, ASKED)

    chunks = [json.loads(line[6:]) for line in reply.text.split("\r\n\r\n") if line]
    assert reply.headers["Content-Type"].startswith("text/event-stream")
    said = [chunk["candidates"][0]["content"]["parts"][0]["text"] for chunk in chunks]
    assert said == ["Hel", "lo", ""]
    assert chunks[-1]["candidates"][0]["finishReason"] == "STOP"
    assert chunks[-1]["usageMetadata"]["totalTokenCount"] == 7


def test_an_error_has_googles_form(url: str) -> None:
    script(url, {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota."}})

    reply = ask(url, ASKED)

    assert reply.status_code == 429
    assert reply.json() == {
        "error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota."}
    }


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "contents"),
        ({"contents": [{"role": "assistant", "parts": [{"text": "x"}]}]}, "valid role"),
        ({"contents": [{"role": "user", "parts": []}]}, "parts"),
        ({**ASKED, "prompt": "x"}, "Unknown name"),
        (turns(("user", {"text": "a"}), ("model", {"text": "b"})), "last turn"),
        (turns(("user", {"text": "a"}), ("model", CALL), ("user", {"text": "b"})), "equal"),
        (turns(("user", ANSWERED)), "equal"),
        ({**ASKED, "tools": [{"functionDeclarations": [{"name": "a b"}]}]}, "function name"),
    ],
)
def test_what_vertex_refuses_is_refused(url: str, body: Any, told: str) -> None:
    script(url, {"steps": [{"text": "never"}]})

    reply = ask(url, body)

    assert reply.status_code == 400
    assert told in reply.json()["error"]["message"]


def test_a_call_wants_its_signature_back(url: str) -> None:
    script(url, {"steps": [{"call": {"name": "look", "args": {}}}]}, {"steps": [{"text": "ok"}]})
    first = ask(url, ASKED).text.split("\r\n\r\n", maxsplit=1)[0]
    signed = json.loads(first[6:])["candidates"][0]["content"]["parts"][0]

    without = ask(url, turns(("user", {"text": "a"}), ("model", CALL), ("user", ANSWERED)))
    given = ask(url, turns(("user", {"text": "a"}), ("model", signed), ("user", ANSWERED)))

    assert "thought_signature" in without.json()["error"]["message"]
    assert given.status_code == 200


def test_nobody_is_answered_without_credentials_or_beyond_the_script(url: str) -> None:
    script(url)

    assert ask(url, ASKED, token="").status_code == 401
    assert ask(url, ASKED, method=":predict").status_code == 404
    assert ask(url, ASKED).json()["error"]["status"] == "FAILED_PRECONDITION"


@pytest.mark.parametrize("answers", [[{"step": []}], [{"steps": [{"say": "x"}]}], 3])
def test_a_script_with_a_mistake_is_refused(url: str, answers: Any) -> None:
    reply = requests.put(f"{url}/script", json={"answers": answers}, timeout=5)

    assert reply.status_code == 400
