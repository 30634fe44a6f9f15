"""The assistant function asks the emulator when the stack is told so: real settings, identity and client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from candlewick.cli.sign_in import sign_up
from emulators.stack.options import Options
from emulators.stack.supervisor import Stack, start

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("vertex"), pytest.mark.timeout(240)]

NEEDED = frozenset(
    {"identity", "firestore", "firebase-auth", "hosting", "vertex", "strategies", "assistant"}
)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    options = Options(state_dir=tmp_path, free_ports=True, only=NEEDED, has_vertex=True)
    with start(options) as running:
        yield running


def test_a_message_is_answered_by_the_scripted_model(stack: Stack) -> None:
    token = sign_up(stack.urls["hosting"], "ada@candlewick.example", "a long password", stack.env)
    script = {"answers": [{"steps": [{"text": "Hello, Ada."}]}]}
    requests.put(f"{stack.urls['vertex']}/script", json=script, timeout=5).raise_for_status()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        base = f"{stack.urls['hosting']}/api/v1"
        strategy = session.post(f"{base}/strategies", json={"name": "Told"}, timeout=60).json()
        talks = f"{base}/assistant/conversations"
        talk = session.post(talks, json={"strategyId": strategy["id"]}, timeout=60).json()

        heard = session.post(f"{talks}/{talk['id']}/messages", json={"text": "Hello"}, timeout=90)

        assert "Hello, Ada." in heard.text
        state = session.get(f"{base}/assistant", timeout=60).json()
    assert state["engine"] == "gemini"
    assert state["budget"]["tokens"]["used"] == 1_000
    (asked,) = requests.get(f"{stack.urls['vertex']}/script", timeout=5).json()["asked"]
    assert asked["call"] == "gemini-3.5-flash:streamGenerateContent"
    assert asked["project"] == stack.env["GOOGLE_CLOUD_PROJECT"]
