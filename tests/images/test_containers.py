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

pytestmark = [pytest.mark.images, pytest.mark.timeout(300, func_only=True)]

# Those that meet the kernel, and in gVisor, which starts Freqtrade two to three times as slowly, one of each kind.
_CHOSEN = {
    "crun": {"computes in children", "stops itself", "allocates shared memory in children", "forks without end",
             "fills the scratch folder", "writes files without end", "crashes", "traces its parent",
             "makes namespaces", "forges its result with garbage"},
    "runsc": {"allocates without end", "forks without end", "fills the scratch folder", "writes files without end",
              "makes namespaces", "forges its result with garbage"},
}  # fmt: skip
_ALL = os.environ.get("CANDLEWICK_ALL_ATTACKS") == "1"
# The container's user is the sandbox's too, so its first process is one of its own, and immune to it. gVisor
# lets one read where that process has its memory, though not what is in it, and takes a priority without effect.
_HARMLESS = {
    "crun": {"signal process 1", "signal the parent"},
    "runsc": {"signal process 1", "signal the parent", "read /proc/1/maps", "read maps", "higher priority"},
}  # fmt: skip
# What gVisor ends otherwise than Linux does; all of it ends, and nothing of it as a success. A forked page counts once
# for each process, files in a tmpfs are not counted, and a forbidden system call ends the thread that made it.
_IN_GVISOR: dict[str, tuple[dict[str, int], FailureKind, str]] = {
    "forks without end": ({}, FailureKind.OUT_OF_MEMORY, "900 MiB"),
    "writes files without end": ({"wall_s": 8}, FailureKind.TIME_LIMIT, "longer"),
    "traces its parent": ({"wall_s": 8}, FailureKind.TIME_LIMIT, "longer"),
    "makes namespaces": ({"wall_s": 8}, FailureKind.TIME_LIMIT, "longer"),
}


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


def test_a_run_whose_pairs_are_analysed_on_every_processor_succeeds(
    run: Run, candles: bytes, start_container: StartContainer
) -> None:
    pairs = ["BTC/USDT", "ETH/USDT", "SOL/USDT"]
    run.inputs["strategies/Strategy.py"] = strategy(
        "for number in range(2_000_000):\n    number += 1"
    )
    run.inputs |= {f"data/{pair.replace('/', '_')}-1h.feather": candles for pair in pairs}
    run.config["exchange"] = {"name": "simulated", "pair_whitelist": [*pairs]}
    job = start_container()

    ended = job.wait()

    assert isinstance(run.last.outcome, Succeeded), ended.log
    assert job.survivors() == []


@pytest.mark.parametrize("name", ENDS)
def test_a_hostile_strategy_ends_in_a_recorded_failure(
    name: str, run: Run, runtime: Runtime, start_container: StartContainer
) -> None:
    if name not in _CHOSEN[runtime.name] and not _ALL:
        pytest.skip("a choice of the attacks; all of them with CANDLEWICK_ALL_ATTACKS=1")
    body, limits, kind, said = ENDS[name]
    if runtime.name == "runsc":
        limits, kind, said = _IN_GVISOR.get(name, (limits, kind, said))
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
