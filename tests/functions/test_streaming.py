"""A reply streams through functions-framework, gunicorn and the hosting gateway, and stops with its reader."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.emulators.emulator_process import eventually
from tests.emulators.storage.servers import free_ports, serving

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("streaming")]

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).parent / "streaming" / "main.py"
BASE = "/api/v1/assistant/conversations"
HOSTING = {
    "hosting": {
        "public": "public",
        "rewrites": [{"source": "/api/**", "function": {"functionId": "assistant"}}],
    }
}
ALICE = {"Authorization": "Bearer alice-session"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "firebase.json").write_text(json.dumps(HOSTING))
    (tmp_path / "public").mkdir()
    return tmp_path


@pytest.fixture
def function(folder: Path) -> Iterator[str]:
    (port,) = free_ports(1)
    path = [str(ROOT / part) for part in ("src", "functions", "jobs/backtest", "services/live-bot", "")]  # fmt: skip
    app = f"functions_framework:create_app('assistant', {str(SOURCE)!r}, 'http')"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4"),
            *("--no-control-socket", "--log-level", "warning", app),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path), "STREAMING_FOLDER": str(folder)},
        cwd=ROOT,
    )
    url = f"http://127.0.0.1:{port}"
    eventually(lambda: answers(url), within=90)
    yield url
    process.terminate()
    process.wait(30)


@pytest.fixture
def url(folder: Path, function: str) -> Iterator[str]:
    config = ("--config", str(folder / "firebase.json"))
    with serving("emulators.firebase_hosting", *config, "--function", f"assistant={function}") as address:  # fmt: skip
        yield address


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/robots.txt", timeout=1).status_code < 600
    except (requests.ConnectionError, requests.Timeout):
        return False


def begin(url: str) -> requests.Response:
    """Send a message and return its reply, unread."""
    made = requests.post(f"{url}{BASE}", json={"strategyId": "id1"}, headers=ALICE, timeout=20)
    assert made.status_code == 201, made.text
    headers = {**ALICE, "Accept-Encoding": "gzip, br"}
    path = f"{url}{BASE}/{made.json()['id']}/messages"
    return requests.post(path, json={"text": "Hello"}, headers=headers, stream=True, timeout=60)


def test_a_piece_arrives_while_the_next_is_not_made_yet(url: str, folder: Path) -> None:
    lines = begin(url).iter_lines(chunk_size=1, decode_unicode=True)

    heard = next(line for line in lines if line.startswith("data"))
    assert "first" in heard
    (folder / "more").touch()

    rest = [line for line in lines if line.startswith(("event", "data"))]
    assert "second" in rest[1]
    assert rest[2] == "event: done"


def test_the_reply_stops_when_its_reader_leaves(url: str, folder: Path) -> None:
    reply = begin(url)
    lines = reply.iter_lines(chunk_size=1, decode_unicode=True)
    assert next(line for line in lines if line.startswith("data"))

    reply.close()

    eventually((folder / "stopped").exists, within=60)
