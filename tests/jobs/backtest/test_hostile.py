"""Strategies that try to break out, break down or lie: what each of them ends in."""

import json
import os
import socket
from pathlib import Path

import pytest

from candlewick.backtests.wire import Failed, Failure, Limits, Succeeded
from tests.jobs.backtest.attacks import ENDS, TIGHT, with_probes
from tests.jobs.backtest.conftest import StartJob, strategy
from tests.jobs.backtest.platform import TOKEN, Platform, Run


def outcome_of(run: Run) -> Failure:
    outcome = run.last.outcome
    assert isinstance(outcome, Failed), outcome
    return outcome.failure


@pytest.mark.parametrize("name", ENDS)
def test_a_hostile_strategy_ends_in_a_recorded_failure(
    name: str, run: Run, start_job: StartJob
) -> None:
    body, limits, kind, said = ENDS[name]
    run.inputs["strategies/Strategy.py"] = strategy(body)
    run.limits = Limits(**{**TIGHT, **limits})
    job = start_job()

    ended = job.wait()

    failure = outcome_of(run)
    assert (failure.kind, ended.exit_code) == (kind, 0), ended.log
    assert said in failure.message
    assert run.result is None
    assert job.survivors() == []
    assert job.left_files() == []


def test_an_exception_is_reported_with_the_users_own_lines(run: Run, start_job: StartJob) -> None:
    run.inputs["strategies/Strategy.py"] = strategy("value = {}\nvalue['missing']")

    start_job().wait()

    failure = outcome_of(run)
    assert failure.message == "KeyError: 'missing'"
    assert [(line.function, line.code) for line in failure.traceback] == [
        ("populate_indicators", "value['missing']")
    ]


@pytest.mark.parametrize("isolation", ["bubblewrap", "unshare"])
def test_nothing_outside_can_be_reached_read_or_changed(
    isolation: str, run: Run, platform: Platform, start_job: StartJob, tmp_path: Path
) -> None:
    # Abstract names are the machine's: tests at the same time need their own.
    abstract, path = f"candlewick-probe-{os.getpid()}", str(tmp_path / "unix")
    port = int(platform.url.rpartition(":")[2])
    facts = {
        "PORT": port,
        "TOKEN": TOKEN,
        "ABSTRACT": abstract,
        "UNIX_PATH": path,
        "CONFTEST": str(Path(__file__).resolve()),
    }
    run.inputs["strategies/Strategy.py"] = strategy(*with_probes(facts))
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as by_path:
        listening.bind("\0" + abstract)
        listening.listen()
        by_path.bind(path)
        by_path.listen()
        job = start_job(isolation)

        ended = job.wait()

    message = outcome_of(run).message
    assert message.startswith("RuntimeError: tried 5"), (message, ended.log)
    assert json.loads(message.partition("broken: ")[2]) == []
    assert job.survivors() == []


def test_secrets_shaped_output_does_not_leave_the_job(run: Run, start_job: StartJob) -> None:
    canaries = [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl",
        "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
        "hunter2-canary",
        "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    ]
    lines = [f"print({f'secret = {canary}'!r}, {canary!r})" for canary in canaries]
    lines += ["print('-----BEGIN PRIVATE KEY-----\\nTUlJQ2Fu\\n-----END PRIVATE KEY-----')"]
    raising = "raise ValueError(''.join(['tok', 'en=hun', 'ter2-can', 'ary']))"
    body = "\n".join(
        [
            "print('password: hunter2-canary')",
            *lines[:3],
            lines[4],
            lines[5],
            "print('harmless line')",
        ]
    )
    run.inputs["strategies/Strategy.py"] = strategy(f"{body}\n{raising}")

    start_job().wait()

    told = run.last.model_dump_json() + "".join(p.model_dump_json() for p in run.progress)
    assert "harmless line" in run.last.log_tail
    assert [canary for canary in (*canaries, "TUlJQ2Fu", TOKEN) if canary in told] == []


def test_daemons_die_with_the_run_that_started_them(run: Run, start_job: StartJob) -> None:
    body = (
        "import os, time, signal\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        for number in range(1, 32):\n            try: signal.signal(number, signal.SIG_IGN)\n"
        "            except OSError: pass\n        time.sleep(600)\n    os._exit(0)\nos.wait()"
    )
    run.inputs["strategies/Strategy.py"] = strategy(body)
    job = start_job()

    ended = job.wait()

    assert isinstance(run.last.outcome, Succeeded), ended.log
    assert job.survivors() == []
