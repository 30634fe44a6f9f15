"""Owns every process of the stack, and leaves none behind, whatever happens to the supervisor.

    supervisor ──stdin: one JSON command a line──► guard ──► services ──► their children, and theirs
               ◄─stdout: one JSON event a line────

The guard is a child subreaper: a process whose parent died becomes the guard's child, so that all
descendants can be found. Its input ends when the supervisor ends, by SIGKILL too; then it ends them.
It runs as a script of its own (`python -I -S guard.py`), with the standard library only: it must start
in milliseconds, and it has one thread because the parent-death signal is tied to the parent's thread.
"""

import ctypes
import io
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_GRACE_S = 4.0
_POLL_S = 0.05
_libc = ctypes.CDLL(None, use_errno=True)


class Guard:
    """Starts, signals and reaps processes by name."""

    def __init__(self) -> None:
        self._services: dict[int, str] = {}
        self._adopted: dict[int, int] = {}

    def start(self, command: dict[str, Any]) -> None:
        """Start a service in a session of its own, with its output in a file."""
        try:
            with Path(command["log"]).open("ab") as log:
                process = subprocess.Popen(
                    command["argv"],
                    cwd=command["cwd"],
                    env=command["env"],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=_die_with_parent,  # noqa: PLW1509 - the guard has one thread
                )
        except OSError as error:
            _tell(event="failed", name=command["name"], reason=str(error))
            return
        self._services[process.pid] = command["name"]
        # Reaped below with all others; Popen must not warn or wait for it.
        process.returncode = 0
        _tell(event="started", name=command["name"], pid=process.pid)

    def stop(self, command: dict[str, Any]) -> None:
        """Ask a service to end, or end it with all its descendants."""
        number = signal.Signals[command["signal"]]
        for pid, name in self._services.items():
            if name == command["name"]:
                everyone = [pid, *_descendants(pid)] if number == signal.SIGKILL else [pid]
                for each in everyone:
                    _kill(each, number)

    def adopt(self, command: dict[str, Any]) -> None:
        """Include a process of the supervisor's, which would be orphaned by its death."""
        self._adopted[command["pid"]] = os.pidfd_open(command["pid"])

    def release(self, command: dict[str, Any]) -> None:
        """Forget an adopted process that has ended."""
        os.close(self._adopted.pop(command["pid"]))

    def reap(self) -> None:
        """Collect whoever has ended, orphans included, and tell of services."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            name = self._services.pop(pid, None)
            if name is not None:
                _tell(event="ended", name=name, code=os.waitstatus_to_exitcode(status))

    def end_all(self) -> None:
        """Stop everything: first asked, then made to."""
        for pid, handle in self._adopted.items():
            if not _has_ended(handle):
                for each in [*_descendants(pid), pid]:
                    _kill(each, signal.SIGKILL)
        for pid in self._services:
            _kill(pid, signal.SIGTERM)
        asked_until = time.monotonic() + _GRACE_S
        while _descendants(os.getpid()):
            if not self._services or time.monotonic() > asked_until:
                for pid in _descendants(os.getpid()):
                    _kill(pid, signal.SIGKILL)
            self.reap()
            time.sleep(_POLL_S)


def serve(commands: io.RawIOBase) -> None:
    """Carry out commands until there is nobody left to give them."""
    guard = Guard()
    wake_read, wake_write = os.pipe()
    for end in (wake_read, wake_write):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake_write)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    selector = selectors.DefaultSelector()
    selector.register(commands, selectors.EVENT_READ)
    selector.register(wake_read, selectors.EVENT_READ)
    pending = b""
    while True:
        ready = {key.fd for key, _ in selector.select()}
        if wake_read in ready:
            os.read(wake_read, 4096)
            guard.reap()
        if commands.fileno() in ready:
            received = os.read(commands.fileno(), 2**20)
            if not received:
                break
            *lines, pending = (pending + received).split(b"\n")
            for line in lines:
                command = json.loads(line)
                getattr(guard, command.pop("do"))(command)
    guard.end_all()


def _tell(**event: object) -> None:
    try:
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # The supervisor is gone; its input tells the same.
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - until exit


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _kill(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _has_ended(handle: int) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(handle, selectors.EVENT_READ)
        return bool(selector.select(timeout=0))


def _descendants(ancestor: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the last parenthesis, because a command's name may hold anything.
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found: list[int] = []
    todo = [ancestor]
    while todo:
        todo.extend(children.get(todo[0], ()))
        found.extend(children.get(todo.pop(0), ()))
    return found


if __name__ == "__main__":
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    for _ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        # A handler, because ignoring would be inherited by every service.
        signal.signal(_ignored, lambda *_: None)
    with os.fdopen(0, "rb", buffering=0) as _commands:
        serve(_commands)
