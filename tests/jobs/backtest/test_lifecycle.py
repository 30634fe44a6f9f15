"""The job's conversation: claim, progress, outcome; and what it does when somebody fails."""

import hashlib
import io
import json
import signal
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from candlewick.backtests.wire import (
    Cancelled,
    Failed,
    FailureKind,
    Limits,
    Loop,
    Succeeded,
)
from tests.jobs.backtest.conftest import StartJob, eventually, strategy
from tests.jobs.backtest.platform import RESULT_HEADERS, TOKEN, Run

_ENDLESS = strategy("import time\nprint('at work')\nwhile True: time.sleep(0.1)")


@pytest.mark.parametrize("isolation", ["auto", "unshare", "none"])
def test_an_honest_run_is_uploaded_and_reported(
    isolation: str, run: Run, start_job: StartJob
) -> None:
    job = start_job(isolation)

    ended = job.wait()

    outcome = run.last.outcome
    assert isinstance(outcome, Succeeded), ended.log
    assert ended.exit_code == 0
    assert run.result is not None
    assert hashlib.sha256(run.result).hexdigest() == outcome.sha256
    with zipfile.ZipFile(io.BytesIO(run.result)) as archive:
        assert "candlewick_open_trades.json" in archive.namelist()
    assert run.log is not None
    assert run.log.decode().endswith(run.last.log_tail)
    assert RESULT_HEADERS.items() <= run.uploads[0].items()
    assert "authorization" not in run.uploads[0]
    assert run.last.timings.backtest_s > 0
    fractions = [progress.fraction for progress in run.progress]
    assert fractions == sorted(fractions)
    assert TOKEN not in ended.log
    assert ("WITHOUT ISOLATION" in ended.log) == (isolation == "none")
    assert job.survivors() == []
    assert job.left_files() == []


@pytest.mark.parametrize(("loop", "path"), [(Loop.SKIPPING, "events"), (Loop.STOCK, "stock")])
def test_the_result_names_the_loop_that_was_asked_for(
    loop: Loop, path: str, run: Run, start_job: StartJob
) -> None:
    run.loop = loop

    ended = start_job().wait()

    assert run.result is not None, ended.log
    with zipfile.ZipFile(io.BytesIO(run.result)) as archive:
        (choice,) = json.loads(archive.read("candlewick_engine.json")).values()
    assert choice["path"] == path


def test_a_run_that_is_cancelled_stops_at_once(run: Run, start_job: StartJob) -> None:
    run.inputs["strategies/Strategy.py"] = _ENDLESS
    job = start_job()
    eventually(lambda: any("at work" in progress.log_tail for progress in run.progress))
    run.cancel = True

    ended = job.wait(15)

    assert isinstance(run.last.outcome, Cancelled)
    assert ended.exit_code == 0
    assert job.survivors() == []


def test_a_claim_that_is_fenced_off_ends_without_a_word(run: Run, start_job: StartJob) -> None:
    run.fenced = True

    ended = start_job().wait()

    assert ended.exit_code == 0
    assert run.finished == []


def test_a_claim_that_is_fenced_off_while_running_stops_working(
    run: Run, start_job: StartJob
) -> None:
    run.inputs["strategies/Strategy.py"] = _ENDLESS
    job = start_job()
    eventually(lambda: any("at work" in progress.log_tail for progress in run.progress))
    run.fenced = True

    ended = job.wait(15)

    assert ended.exit_code == 0
    assert run.finished == []
    assert job.survivors() == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 1), (signal.SIGKILL, -9)])
def test_a_job_that_is_ended_leaves_no_process(
    number: int, code: int, run: Run, start_job: StartJob
) -> None:
    run.inputs["strategies/Strategy.py"] = _ENDLESS
    job = start_job()
    eventually(lambda: any("at work" in progress.log_tail for progress in run.progress))

    job.process.send_signal(number)
    ended = job.wait(8)

    assert ended.exit_code == code
    assert run.finished == []
    assert job.survivors() == []


def test_lost_connections_and_replies_are_survived(run: Run, start_job: StartJob) -> None:
    faults = {"/events/started": [503, 0], "/events/finished": [0], "/inputs/markets.json": [500]}
    lock = threading.Lock()

    def fault(_method: str, path: str) -> int | None:
        with lock:
            return faults[path].pop() if faults.get(path) else None

    run.fault = fault

    ended = start_job().wait()

    assert isinstance(run.last.outcome, Succeeded), ended.log
    assert not any(faults.values())


def test_an_upload_whose_reply_was_lost_counts_when_the_object_is_there(
    run: Run, start_job: StartJob
) -> None:
    lost = [0]

    def fault(method: str, path: str) -> int | None:
        if method == "PUT" and lost:
            run.result = b"stored, but nobody heard"
            return lost.pop()
        return None

    run.fault = fault

    ended = start_job().wait()

    assert isinstance(run.last.outcome, Succeeded), ended.log
    assert ended.exit_code == 0


def test_somebody_elses_result_in_our_place_is_not_taken_for_ours(
    run: Run, start_job: StartJob
) -> None:
    run.result = b"another claim's result"

    ended = start_job().wait()

    outcome = run.last.outcome
    assert isinstance(outcome, Failed)
    assert outcome.failure.kind is FailureKind.PLATFORM_ERROR
    assert ended.exit_code == 1


def test_links_that_are_about_to_expire_are_renewed(run: Run, start_job: StartJob) -> None:
    run.expires_in = timedelta(seconds=1)

    ended = start_job().wait()

    assert isinstance(run.last.outcome, Succeeded), ended.log
    assert len(run.claims) == 2
    assert len({claim.holder for claim in run.claims}) == 1


def test_damaged_inputs_are_the_platforms_mistake(run: Run, start_job: StartJob) -> None:
    run.fault = lambda _method, path: 404 if path.endswith(".feather") else None

    ended = start_job().wait()

    outcome = run.last.outcome
    assert isinstance(outcome, Failed)
    assert outcome.failure.kind is FailureKind.PLATFORM_ERROR
    assert ended.exit_code == 1


def test_another_scratch_size_than_usual_is_honoured(run: Run, start_job: StartJob) -> None:
    body = (
        "import os\nroom = os.statvfs('/scratch')\nraise ValueError(room.f_frsize * room.f_blocks)"
    )
    run.inputs["strategies/Strategy.py"] = strategy(body)
    run.limits = Limits(scratch_mib=48)

    start_job().wait()

    outcome = run.last.outcome
    assert isinstance(outcome, Failed)
    assert outcome.failure.message == f"ValueError: {48 * 1024 * 1024}"


def test_an_environment_that_describes_no_job_is_refused_in_words(tmp_path: Path) -> None:
    from backtest_job.settings import Settings, SettingsInvalid  # noqa: PLC0415 - the claim's subject

    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_env({"CANDLEWICK_ISOLATION": "hope", "CLOUD_RUN_TASK_ATTEMPT": "x"})

    for name in (
        "CANDLEWICK_EVENTS_URL",
        "CANDLEWICK_RUN_TOKEN",
        "CANDLEWICK_ISOLATION",
        "CLOUD_RUN_TASK_ATTEMPT",
    ):
        assert name in str(caught.value)
