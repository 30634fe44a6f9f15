"""Command line: `up` keeps the stack running, `run -- COMMAND` runs a command within one."""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from emulators.stack import environment
from emulators.stack.lock import StateLock
from emulators.stack.options import ROOT, Options
from emulators.stack.problems import Crash, Problem
from emulators.stack.supervisor import Stack, start

_COMMAND_ENDS_S = 10.0
_FOR_PEOPLE = {
    "hosting": "web app and API (/api/v1/…)",
    "firebase-auth": "Firebase Auth emulator",
    "firestore": "Firestore emulator",
    "storage": "Cloud Storage, with strict signatures",
    "cloud-tasks-http": "Cloud Tasks: /faults",
    "cloud-run-http": "Cloud Run: /faults",
    "identity": "service accounts",
    "google-sign-in": "Google's sign-in page",
    "exchange": "simulated exchange: /emulator/…",
    "vertex": "scripted Vertex AI: /script",
    "mailbox": "mails and webhooks that bots sent: /mails, /hooks/NAME",
}


class _Ended(Exception):
    """A signal asks for the end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.code = 128 + number


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        with _signals_raise():
            code: int = options.action(options)
            return code
    except Problem as problem:
        _say(str(problem))
        return 2
    except Crash as crash:
        _say(str(crash))
        return 1
    except _Ended as ended:
        return ended.code


def _up(given: argparse.Namespace) -> int:
    began = time.monotonic()
    with start(_options(given)) as stack:
        try:
            _print_table(stack, time.monotonic() - began)
            while (failure := stack.wait(timeout_s=3600)) is None:
                pass
        except _Ended:
            _say("Stopping …")
            return 0
        raise failure


def _run(given: argparse.Namespace) -> int:
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    if not command:
        raise Problem("Say what to run: python -m emulators.stack run -- COMMAND …")
    with start(_options(given)) as stack:
        env = {**environment.inherited(), **stack.env}
        try:
            process = subprocess.Popen(command, env=env)
        except OSError as error:
            raise Problem(f"{command[0]} cannot be run: {error.strerror}.") from error
        with stack.adopt(process.pid):
            code = _wait(process, stack)
        if stack.failure is not None:
            raise stack.failure
        return code


def _clean(given: argparse.Namespace) -> int:
    state: Path = given.state
    if not state.exists():
        return 0
    lock = StateLock(state)
    shutil.rmtree(state)
    lock.release()
    return 0


def _wait(process: subprocess.Popen[bytes], stack: Stack) -> int:
    watcher = threading.Thread(target=_end_on_failure, args=(process, stack), daemon=True)
    watcher.start()
    try:
        code = process.wait()
    except _Ended as ended:
        _end(process, ended.code - 128)
        raise
    return code if code >= 0 else 128 - code


def _end_on_failure(process: subprocess.Popen[bytes], stack: Stack) -> None:
    while process.poll() is None:
        if stack.wait(timeout_s=1) is not None:
            _end(process, signal.SIGTERM)


def _end(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)
    try:
        process.wait(_COMMAND_ENDS_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    def end(number: int, _: object) -> None:
        # A second Ctrl-C must not interrupt the tidying up.
        for each in ended_by:
            signal.signal(each, signal.SIG_IGN)
        raise _Ended(number)

    ended_by = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for each in ended_by:
        signal.signal(each, end)
    yield


def _options(given: argparse.Namespace) -> Options:
    return Options(
        state_dir=given.state.absolute(),
        free_ports=given.free_ports,
        scheduler_interval_s=given.scheduler_interval,
        only=frozenset(given.only) or None,
        functions_source=given.functions_source.absolute(),
        has_vertex=given.vertex,
        containers=given.containers,
        has_standby=given.standby,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emulators.stack", description=__doc__)
    actions = parser.add_subparsers(required=True, metavar="up | run | clean")
    up = actions.add_parser("up", help="keep the stack running until Ctrl-C")
    run = actions.add_parser("run", help="start the stack, run a command, stop the stack")
    clean = actions.add_parser("clean", help="delete the stack's state")
    run.add_argument("command", nargs=argparse.REMAINDER, help="-- COMMAND …")
    for each in (up, run, clean):
        each.add_argument("--state", type=Path, default=ROOT / ".candlewick", metavar="DIR")
    for each in (up, run):
        each.add_argument("--free-ports", action="store_true", help="instead of the usual ones")
        each.add_argument("--scheduler-interval", type=float, default=10, metavar="SECONDS")
        each.add_argument(
            "--functions-source", type=Path, default=ROOT / "functions" / "main.py", metavar="FILE"
        )
        each.add_argument(
            "--only", action="append", default=[], metavar="SERVICE", help="repeatable"
        )
        each.add_argument(
            "--vertex", action="store_true", help="let the chat ask the scripted Vertex AI"
        )
        each.add_argument(
            "--containers",
            choices=("crun", "runsc"),
            help="run jobs in containers of the image that `make images` built",
        )
        each.add_argument(
            "--no-standby",
            dest="standby",
            action="store_false",
            help="have no process of the backtest job wait for the next run",
        )
    up.set_defaults(action=_up)
    run.set_defaults(action=_run)
    clean.set_defaults(action=_clean)
    return parser


def _print_table(stack: Stack, seconds: float) -> None:
    lines = [f"\nCandlewick runs (started in {seconds:.1f} s). Ctrl-C stops it.\n"]
    lines += [
        f"  {stack.urls[name]:<24}{meaning}"
        for name, meaning in _FOR_PEOPLE.items()
        if name.removesuffix("-http") in stack.started_in_s
    ]
    slowest = sorted(stack.started_in_s.items(), key=lambda each: -each[1])
    times = "  ".join(f"{name} {took:.1f}" for name, took in slowest)
    lines += ["", f"  Seconds to start: {times}", f"  Logs: {stack.options.logs}", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _say(sentence: str) -> None:
    with contextlib.suppress(OSError):
        os.write(sys.stderr.fileno(), (sentence + "\n").encode())


if __name__ == "__main__":
    sys.exit(main())
