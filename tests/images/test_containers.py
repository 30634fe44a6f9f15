"""The whole job in a container: read-only root, no capabilities, no network but the platform's two services."""

import io
import json
import os
import signal
import socket
import zipfile
from pathlib import Path

import pytest

from candlewick.backtests.wire import Failed, FailureKind, Limits, Succeeded
from tests.images.conftest import StartContainer
from tests.images.containers import Runtime
from tests.jobs.backtest.attacks import ENDS, TIGHT, with_probes
from tests.jobs.backtest.conftest import eventually, strategy
from tests.jobs.backtest.platform import TOKEN, Platform, Run

pytestmark = [pytest.mark.images, pytest.mark.timeout(300)]

# gVisor starts Freqtrade two to four times as slowly: one attack of each kind, unless all are asked for.
_IN_GVISOR = frozenset(
    {"loops for ever", "allocates without end", "forks without end", "fills the scratch folder",
     "traces its parent", "makes namespaces", "forges its result with garbage"}
)  # fmt: skip
_ALL = os.environ.get("CANDLEWICK_ALL_ATTACKS") == "1"
# The container's user is the sandbox's too, so its first process is one of its own, and immune to it. gVisor
# lets one read where that process has its memory, though not what is in it, and takes a priority without effect.
_HARMLESS = {
    "crun": {"signal process 1", "signal the parent"},
    "runsc": {"signal process 1", "signal the parent", "read /proc/1/maps", "read maps", "higher priority"},
}  # fmt: skip
# What gVisor ends otherwise than Linux does: every one still ends, and is told as what it is.
_OTHERWISE: dict[tuple[str, str], tuple[FailureKind, str]] = {}


def test_an_honest_run_is_uploaded_and_reported(run: Run, start_container: StartContainer) -> None:
    job = start_container()

    ended = job.wait()

    assert isinstance(run.last.outcome, Succeeded), ended.log
    assert ended.exit_code == 0
    assert run.result is not None
    with zipfile.ZipFile(io.BytesIO(run.result)) as archive:
        assert archive.testzip() is None
    assert "WITHOUT ISOLATION" not in ended.log
    assert TOKEN not in ended.log
    assert job.survivors() == []
    assert job.left_files() == []


@pytest.mark.parametrize("name", ENDS)
def test_a_hostile_strategy_ends_in_a_recorded_failure(
    name: str, run: Run, runtime: Runtime, start_container: StartContainer
) -> None:
    if runtime.name == "runsc" and name not in _IN_GVISOR and not _ALL:
        pytest.skip("a choice of attacks in gVisor; all of them with CANDLEWICK_ALL_ATTACKS=1")
    body, limits, kind, said = ENDS[name]
    kind, said = _OTHERWISE.get((runtime.name, name), (kind, said))
    run.inputs["strategies/Strategy.py"] = strategy(body)
    run.limits = Limits(**{**TIGHT, **limits})
    job = start_container()

    ended = job.wait(200)

    outcome = run.last.outcome
    assert isinstance(outcome, Failed), outcome
    assert (outcome.failure.kind, ended.exit_code) == (kind, 0), (outcome.failure, ended.log)
    assert said in outcome.failure.message
    assert run.result is None
    assert job.survivors() == []
    assert job.left_files() == []


def test_nothing_outside_can_be_reached_read_or_changed(
    run: Run, runtime: Runtime, platform: Platform, start_container: StartContainer, tmp_path: Path
) -> None:
    abstract, path = f"candlewick-probe-{os.getpid()}", str(tmp_path / "unix")
    port = int(platform.url.rpartition(":")[2])
    facts: dict[str, object] = {
        "PORT": port,
        "TOKEN": TOKEN,
        "ABSTRACT": abstract,
        "UNIX_PATH": path,
        "CONFTEST": "/app/backtest_job/run.py",
    }
    run.inputs["strategies/Strategy.py"] = strategy(*with_probes(facts))
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as by_path:
        listening.bind("\0" + abstract)
        listening.listen()
        by_path.bind(path)
        by_path.listen()
        job = start_container()

        ended = job.wait()

    outcome = run.last.outcome
    assert isinstance(outcome, Failed), outcome
    message = outcome.failure.message
    assert message.startswith("RuntimeError: tried 5"), (message, ended.log)
    found = json.loads(message.partition("broken: ")[2])
    assert {each.partition(":")[0] for each in found} <= _HARMLESS[runtime.name]
    assert job.survivors() == []


def test_sigterm_ends_the_container_at_once_and_asks_for_another_try(
    run: Run, start_container: StartContainer
) -> None:
    run.inputs["strategies/Strategy.py"] = strategy(
        "import time\nprint('at work')\nwhile True: time.sleep(0.1)"
    )
    job = start_container()
    eventually(lambda: any("at work" in progress.log_tail for progress in run.progress))

    job.process.send_signal(signal.SIGTERM)
    ended = job.wait(15)

    assert ended.exit_code == 1, ended.log
    assert run.finished == []
    assert "told to stop" in ended.log
    assert job.survivors() == []


def test_what_a_killed_launcher_leaves_is_found_by_whoever_adopts_it(
    run: Run, start_container: StartContainer
) -> None:
    """The emulator's keeper is that one: what it adopts, it kills."""
    run.inputs["strategies/Strategy.py"] = strategy("import time\ntime.sleep(600)")
    job = start_container()
    eventually(lambda: bool(run.progress))

    job.process.kill()

    eventually(lambda: job.process.poll() is not None)
    from emulators.cloud_run.keeper import kill_descendants  # noqa: PLC0415

    eventually(lambda: not kill_descendants(os.getpid()), within_s=10)
    assert job.survivors() == []
