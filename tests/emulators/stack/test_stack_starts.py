"""What keeps the stack from starting is one clear line, and exit code 2."""

import contextlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulators.stack import Options, Problem, start
from emulators.stack.ports import DEFAULTS, FUNCTIONS
from tests.emulators.stack.conftest import DEADLINE_S, SMALL, Launch

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("supervisor")]


def _problem(launch: Launch, *arguments: str, **env: str) -> str:
    process = launch(*arguments, **env)
    _, errors = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 2, errors
    assert errors.count("\n") == 1
    return errors


@contextlib.contextmanager
def _in_use(port: int) -> Iterator[None]:
    with contextlib.ExitStack() as held:
        # Refused when a stack runs beside the tests: then the port is in use as well.
        with contextlib.suppress(OSError):
            held.enter_context(socket.create_server(("127.0.0.1", port)))
        yield


def test_a_port_in_use_is_named(launch: Launch) -> None:
    with _in_use(DEFAULTS["fake-gcs"]):
        errors = _problem(launch, "up", "--only", "fake-gcs")

    assert f"Port {DEFAULTS['fake-gcs']}, which fake-gcs listens on, is in use." in errors
    assert "--free-ports" in errors


def test_two_stacks_do_not_share_a_folder(
    launch: Launch, launch_up: Launch, tmp_path: Path
) -> None:
    first = launch_up()

    up = _problem(launch, "up", *SMALL)
    clean = _problem(launch, "clean")

    assert f"(process {first.pid})" in up
    assert "--state" in up
    assert clean == up
    assert (tmp_path / "state" / "lock").exists()


def test_clean_deletes_the_state(launch: Launch, tmp_path: Path) -> None:
    launch("run", *SMALL, "--", "true").wait(DEADLINE_S)
    kept = (tmp_path / "state" / "storage").exists()

    code = launch("clean").wait(DEADLINE_S)

    assert (kept, code, (tmp_path / "state").exists()) == (True, 0, False)


@pytest.mark.parametrize("content", [b"", b"not a jar", b"PK\x03\x04 cut off"])
def test_a_broken_jar_is_named(launch: Launch, tmp_path: Path, content: bytes) -> None:
    jar = tmp_path / "firestore.jar"
    jar.write_bytes(content)

    errors = _problem(
        launch,
        *("up", "--free-ports", "--only", "firestore"),
        CANDLEWICK_FIRESTORE_EMULATOR_JAR=str(jar),
    )

    assert str(jar) in errors
    assert "damaged" in errors


@pytest.mark.skipif(
    (Path(sys.executable).parent / "java").exists(), reason="set-up has installed a Java here"
)
def test_a_missing_java_is_named(launch: Launch) -> None:
    errors = _problem(launch, "up", "--free-ports", "--only", "firestore", PATH="/nowhere")

    assert "Java 17 or later is missing. Run `make setup`" in errors


def test_a_command_that_does_not_exist_is_named(launch: Launch) -> None:
    errors = _problem(launch, "run", *SMALL, "--", "no-such-command")

    assert errors.startswith("no-such-command cannot be run")


def test_a_stack_that_cannot_start_gives_its_folder_back(tmp_path: Path) -> None:
    options = Options(state_dir=tmp_path, only=frozenset({"fake-gcs"}))
    with _in_use(DEFAULTS["fake-gcs"]), pytest.raises(Problem):
        start(options)

    with start(Options(state_dir=tmp_path, only=frozenset({"fake-gcs"}), free_ports=True)) as stack:
        assert stack.started_in_s.keys() == {"fake-gcs"}


def test_every_service_has_a_port_of_its_own() -> None:
    assert len(set(DEFAULTS.values())) == len(DEFAULTS)
    assert set(FUNCTIONS) <= DEFAULTS.keys()
