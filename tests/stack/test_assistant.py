"""The chat on the whole stack: a phrase becomes a strategy, a run, and figures in the conversation."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from google.cloud import firestore

from candlewick.cli.api import ApiProblem
from tests.stack.conftest import User

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

PHRASE = "On 5m candles, buy when RSI is below 30. Sell when RSI is above 60. Stop loss 5%."


def said(user: User, conversation_id: str, text: str, code: str) -> dict[str, list[Any]]:
    """Send a message; return the reply's events by their names."""
    found: dict[str, list[Any]] = {}
    path = f"/assistant/conversations/{conversation_id}/messages"
    with user.api.http.stream("POST", path, json={"text": text, "code": code}) as reply:
        assert reply.status_code == 200, reply.read()
        for name, data in _events(reply.iter_lines()):
            found.setdefault(name, []).append(data)
    assert "done" in found, found
    return found


def _events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_a_phrase_becomes_a_verified_result(user: User, database: firestore.Client) -> None:
    strategy = user.api.post("/strategies", {"name": "Told"})
    assert user.api.get("/assistant")["engine"] == "offline"
    talk = user.api.post("/assistant/conversations", {"strategyId": strategy["id"]})["id"]

    asked = said(user, talk, "buy the dip", "")
    assert len(asked["question"][0]["choices"]) >= 2

    told = said(user, talk, PHRASE, "")
    (proposal,), (offer,) = told["proposal"], told["backtest"]
    assert "Offline parser" in told["text"][0]["delta"]
    assert user.api.get(f"/strategies/{strategy['id']}")["latestVersion"] == 0  # nothing is saved

    user.api.post(f"/assistant/conversations/{talk}/runs", {})
    version = user.api.post(f"/strategies/{strategy['id']}/versions", {"code": proposal["code"]})
    wanted = {key: offer[key] for key in ("exchange", "pairs", "start", "end")}
    run = user.api.submit({"strategyId": strategy["id"], "version": version["number"], **wanted})
    finished = user.wait(run["id"], "succeeded")
    assert finished["state"] == "succeeded", finished

    shown = user.api.post(f"/assistant/conversations/{talk}/results", {"runId": run["id"]})
    (result,) = shown["parts"]
    assert "simulated candles" in result["certificate"]
    assert user.api.get("/assistant")["budget"]["runs"]["used"] == 1
    assert said(user, talk, "show the last result", proposal["code"])["result"] == [
        {key: value for key, value in result.items() if key != "kind"}
    ]

    uid = user.api.get("/me")["id"]
    messages = f"users/{uid}/conversations/{talk}/messages"
    assert len(list(database.collection(messages).stream())) == 7
    user.api.http.delete(f"/assistant/conversations/{talk}").raise_for_status()
    assert list(database.collection(messages).stream()) == []
    with pytest.raises(ApiProblem):
        user.api.get(f"/assistant/conversations/{talk}")
