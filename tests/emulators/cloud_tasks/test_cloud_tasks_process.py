import socket
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from google.api_core import exceptions

from emulators.cloud_tasks.options import read_options
from emulators.cloud_tasks.store import Store
from emulators.times import span
from tests.emulators.cloud_tasks.conftest import LOCATION, cloud
from tests.emulators.cloud_tasks.target import Target
from tests.emulators.emulator_process import eventually, start

pytestmark = pytest.mark.emulator
QUEUE = f"{LOCATION}/queues/kept"


def test_what_was_accepted_outlives_a_killed_emulator(tmp_path: Path, target: Target) -> None:
    state = f"--state={tmp_path / 'tasks.sqlite'}"
    in_flight, done, later = (f"{QUEUE}/tasks/{word}" for word in ("flight", "done", "later"))
    held = target.hold("/flight")
    soon = datetime.now(UTC) + timedelta(seconds=3)
    with cloud(tmp_path, state, "--queue=kept:max_attempts=5") as first:
        first.create(QUEUE, f"{target.url}/done", name=done)
        eventually(lambda: first.is_gone(done))
        first.create(QUEUE, f"{target.url}/flight", name=in_flight)
        first.create(QUEUE, f"{target.url}/later", name=later, schedule_time=soon)
        eventually(lambda: target.of("/flight"))
        first.emulator.kill()
    held.set()

    with cloud(tmp_path, state) as second:
        eventually(lambda: len(target.of("/flight")) == 2)
        eventually(lambda: second.is_gone(in_flight))
        eventually(lambda: target.of("/later"))

        assert second.client.get_queue(name=QUEUE).retry_config.max_attempts == 5
        assert datetime.now(UTC) >= soon
        with pytest.raises(exceptions.AlreadyExists):
            second.create(QUEUE, target.url, name=done)
    assert len(target.of("/done")) == 1


def test_sigterm_ends_it_quickly_and_keeps_a_task_in_flight(tmp_path: Path, target: Target) -> None:
    state = f"--state={tmp_path / 'tasks.sqlite'}"
    target.hold("/flight")
    with cloud(tmp_path, state, "--queue=kept") as first:
        first.create(QUEUE, f"{target.url}/flight")
        eventually(lambda: target.of("/flight"))
        asked = time.monotonic()

        code = first.emulator.terminate()

    assert code == 0
    assert time.monotonic() - asked < 3
    assert "Traceback" not in first.emulator.log.read_text()
    with closing(Store(tmp_path / "tasks.sqlite")) as store:
        assert [task.dispatch_count for task in store.tasks(QUEUE)] == [1]


def test_a_name_is_free_again_after_the_period_that_was_asked_for(
    tmp_path: Path, target: Target
) -> None:
    name = f"{QUEUE}/tasks/again"
    with cloud(tmp_path, "--queue=kept", "--dedup-period=0.3") as started:
        started.create(QUEUE, f"{target.url}/again", name=name)
        eventually(lambda: started.is_gone(name))
        with pytest.raises(exceptions.AlreadyExists):
            started.create(QUEUE, f"{target.url}/again", name=name)

        eventually(lambda: _is_accepted(started.create, QUEUE, f"{target.url}/again", name=name))

    assert len(target.of("/again")) == 2


def test_flags_set_queues_key_issuer_and_faults(tmp_path: Path, target: Target) -> None:
    key = tmp_path / "oidc.pem"
    queue_flag = (
        "--queue=kept:max_dispatches_per_second=2.5,max_burst_size=9,max_concurrent_dispatches=4,"
        "max_attempts=3,min_backoff=0.5,max_backoff=8,max_doublings=2,max_retry_duration=60"
    )
    flags = (
        queue_flag,
        f"--oidc-key={key}",
        "--oidc-issuer=https://issuer.example",
        "--fault=duplicate:next=1",
    )

    with cloud(tmp_path, *flags) as started:
        queue = started.client.get_queue(name=QUEUE)
        url = f"{started.emulator.http_url}/.well-known/openid-configuration"
        issuer = requests.get(url, timeout=5).json()["issuer"]
        faults = started.emulator.faults()
        health = requests.get(f"{started.emulator.http_url}/healthz", timeout=5)

    limits, retries = queue.rate_limits, queue.retry_config
    assert (limits.max_dispatches_per_second, limits.max_burst_size) == (2.5, 9)
    assert (limits.max_concurrent_dispatches, retries.max_attempts) == (4, 3)
    assert (span(retries.min_backoff), span(retries.max_backoff)) == (
        timedelta(seconds=0.5),
        timedelta(seconds=8),
    )
    assert (retries.max_doublings, span(retries.max_retry_duration)) == (2, timedelta(seconds=60))
    assert issuer == "https://issuer.example"
    assert key.read_text().startswith("-----BEGIN PRIVATE KEY")
    assert faults["duplicate"]["next"] == 1
    assert health.status_code == 200


@pytest.mark.parametrize("flag", ["--port", "--http-port"])
def test_a_port_in_use_is_one_line_and_exit_code_2(tmp_path: Path, flag: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = {"--port": "0", "--http-port": "0"} | {flag: str(port)}
        arguments = [item for pair in ports.items() for item in pair]
        with (tmp_path / "log").open("wb") as log:
            code = start("cloud_tasks", *arguments, log=log).wait(20)

    lines = (tmp_path / "log").read_text().splitlines()
    assert code == 2
    assert len(lines) == 1
    assert f"port {port} on 127.0.0.1 is in use" in lines[0]


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        ("--host=0.0.0.0", "not a loopback address"),
        ("--queue=a:colour=red", "there is no setting 'colour'"),
        ("--fault=colour:next=1", "There is no fault 'colour'"),
        ("--fault=delay:next=x", "next cannot be 'x'"),
    ],
)
def test_a_mistaken_flag_is_named(
    argument: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_options([argument])

    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def _is_accepted(create: object, *arguments: str, **task: str) -> bool:
    try:
        create(*arguments, **task)  # type: ignore[operator]
    except exceptions.AlreadyExists:
        return False
    return True
