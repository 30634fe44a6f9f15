"""The supervisor's parts by themselves: what they refuse, hide and choose."""

import io
import json
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest

from backtest_job.archive import checked
from backtest_job.errors import PlatformFailure, RunFailed
from backtest_job.logtail import Log
from backtest_job.messages import (
    MAX_LINE_BYTES,
    ChildProgress,
    Done,
    MessageBuffer,
    MessageFlood,
    MessageRefused,
)
from backtest_job.redaction import redacted
from backtest_job.transfers import fetch_all, open_client
from candlewick.backtests.wire import MAX_LOG_TAIL_CHARS, FailureKind, InputFile, Phase
from candlewick.isolation import choose as choosing
from candlewick.isolation.bubblewrap import Bubblewrap
from candlewick.isolation.driver import Isolation, NoIsolation
from candlewick.isolation.unconfined import Unconfined
from tests.jobs.backtest.platform import Platform, Run


def archive_of(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def bomb() -> bytes:
    data = bytearray(archive_of({"a.json": b"x"}))
    unpacked_size_at = data.index(b"PK\x01\x02") + 24
    data[unpacked_size_at : unpacked_size_at + 4] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(data)


def stored(content: bytes) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by its collection, at once
    file.write(content)
    file.flush()
    return file


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"", FailureKind.RESULT_REFUSED, "without a result"),
        (b"PK garbage", FailureKind.RESULT_REFUSED, "not an archive"),
        (bomb(), FailureKind.RESULT_REFUSED, "unpacks to more"),
        (archive_of({"../../etc/passwd": b"x"}), FailureKind.RESULT_REFUSED, "does not write"),
        (archive_of({}), FailureKind.RESULT_REFUSED, "does not write"),
        (
            archive_of({f"{n}.json": b"" for n in range(65)}),
            FailureKind.RESULT_REFUSED,
            "does not write",
        ),
        (archive_of({"a.json": b"x" * 20_000}), FailureKind.OUTPUT_LIMIT, "at most 10,000"),
    ],
    # Archives hold the time, and each worker must name the tests alike.
    ids=("nothing", "garbage", "bomb", "climbing name", "empty", "many members", "long"),
)
def test_a_result_that_freqtrade_could_not_have_written_is_refused(
    content: bytes, kind: FailureKind, said: str
) -> None:
    with stored(content) as file, pytest.raises(RunFailed) as caught:
        checked(file, max_bytes=10_000)

    assert caught.value.failure.kind is kind
    assert said in caught.value.failure.message


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abc.def-ghi123",
        'api_key = "0123456789"',
        '{"secret": "swordfish"}',
        "X-Goog-Signature=0a1b2c3d4e5f",
        "ya29.a0AfH6SMBx-canary",
        "-----BEGIN RSA PRIVATE KEY-----\nabc\ndef",
    ],
)
def test_what_has_the_shape_of_a_secret_is_masked(text: str) -> None:
    hidden = ("abc", "0123456789", "swordfish", "0a1b2c", "a0AfH6", "def")

    masked = redacted(f"before {text} after")

    assert "[redacted]" in masked
    assert [secret for secret in hidden if secret in masked] == []


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-01 12:00:00 - freqtrade.optimize.backtesting - INFO - Loading data",
        "│ BTC/USDT │ 126 │ 0.42 │ 0.02637333 │",
        "Using resolved strategy SampleStrategy from '/input/strategies/SampleStrategy.py'...",
    ],
)
def test_ordinary_lines_stay_as_they_are(text: str) -> None:
    assert redacted(text) == text


def test_a_known_secret_is_masked_whatever_its_shape() -> None:
    assert redacted("it is plain", "plain") == "it is [redacted]"


def test_a_log_tail_is_bounded_and_never_cuts_a_secret_in_half() -> None:
    printed = Log()
    for _ in range(3_000):
        printed.feed(b"secret=" + b"k" * 40 + b"\n")

    text = printed.tail()

    assert printed.total_bytes == 3_000 * 48
    assert len(text) <= MAX_LOG_TAIL_CHARS
    assert "kkk" not in text


def test_a_whole_log_is_text_without_what_cannot_be_seen() -> None:
    printed = Log()
    printed.feed(b"\x1b[31mred\x1b[0m\r\nnul\x00 bell\x07 \xff\n")
    printed.feed("\u202eturned\u2066 token=hunter22 \x9b\n".encode())

    text = printed.whole(1_000).decode()

    assert text == "red\nnul bell \ufffd\nturned token=[redacted] \n"


def test_a_whole_log_keeps_its_end_when_it_is_too_long() -> None:
    printed = Log()
    for number in range(400_000):
        printed.feed(f"line {number} \u00e4\n".encode())

    text = printed.whole(100_001)

    assert 99_000 < len(text) <= 100_001
    assert text.decode().endswith("line 399999 \u00e4\n")


@pytest.mark.parametrize("part", ["a-", "token", "secret ", "eyJ-", "bearer ", "-----BEGIN ", "a1"])
def test_no_text_makes_the_masking_slow(part: str) -> None:
    assert redacted(part * 150_000)  # anything worse than linear would take minutes


def test_messages_are_cut_out_of_the_stream_wherever_it_is_split() -> None:
    buffer = MessageBuffer()
    stream = b'{"type":"progress","phase":"simulating","fraction":0.5}\n{"type":"done"}\n'

    found = [message for byte in stream for message in buffer.feed(bytes([byte]))]

    assert found == [ChildProgress(phase=Phase.SIMULATING, fraction=0.5), Done()]


@pytest.mark.parametrize(
    "line",
    [
        b"garbage",
        b'{"type":"progress","phase":"uploading","fraction":0.5}',
        b'{"type":"progress","phase":"simulating","fraction":2}',
        b'{"type":"failed","kind":"platform_error","message":"x"}',
        b'{"type":"failed","kind":"result_refused","message":"x"}',
        json.dumps({"type": "failed", "kind": "no_data", "message": "x" * 5_000}).encode(),
        b'{"type":"done","more":1}',
    ],
)
def test_what_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(MessageRefused):
        MessageBuffer().feed(line + b"\n")


def test_a_line_without_end_is_a_flood() -> None:
    with pytest.raises(MessageFlood):
        MessageBuffer().feed(b"x" * (MAX_LINE_BYTES + 1))


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "data/../../x", "."])
def test_an_input_outside_its_folder_is_refused(path: str, tmp_path: Path) -> None:
    file = InputFile(path=path, url="http://127.0.0.1:9/x", sha256="0" * 64, size_bytes=1)

    with open_client() as http, pytest.raises(PlatformFailure, match="outside its folder"):
        fetch_all(http, [file], tmp_path / "input")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"size_bytes": 3}, {"size_bytes": 99}])
def test_an_input_with_another_content_than_announced_is_refused(
    change: dict[str, object], platform: Platform, run: Run, tmp_path: Path
) -> None:
    (file, *_) = (f for f in platform.ticket().files if f.path == "markets.json")

    with open_client() as http, pytest.raises(PlatformFailure, match=r"markets\.json"):
        fetch_all(http, [file.model_copy(update=change)], tmp_path)


def test_no_isolation_is_never_chosen_unless_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choosing, "works", lambda _driver: False)

    with pytest.raises(NoIsolation, match="No isolation works here"):
        choosing.choose(Isolation.AUTO)

    assert isinstance(choosing.choose(Isolation.NONE), Unconfined)


def test_a_missing_tool_is_not_available(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert not choosing.works(Bubblewrap(user_namespace=True))
