"""The supervisor's side of the guard."""

import contextlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emulators.stack.problems import Crash, Problem

_GUARD = Path(__file__).with_name("guard.py")
_GUARD_ENDS_S = 20


@dataclass(slots=True, kw_only=True)
class Process:
    """A service's process, from its start to its end; only one that may end does so without alarm."""

    name: str
    pid: int = 0
    code: int | None = None
    reason: str = ""
    may_end: bool = False
    started: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


class Processes:
    """Starts and signals processes through the guard.

    Args:
        on_end: called, in a thread of its own, with every process that ends.
        lock_fd: the state folder's lock, which the guard holds as long as it lives.
    """

    def __init__(self, on_end: Callable[[Process], None], lock_fd: int) -> None:
        if not sys.platform.startswith("linux"):
            raise Problem("The local stack runs on Linux (also within WSL 2 or a container).")
        self._on_end = on_end
        self._running: dict[str, Process] = {}
        self._writing = threading.Lock()
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_GUARD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            pass_fds=(lock_fd,),
        )
        self._reader = threading.Thread(target=self._read_events, daemon=True)
        self._reader.start()

    def start(
        self, name: str, argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path
    ) -> Process:
        process = Process(name=name)
        self._running[name] = process
        told = self._tell(
            do="start", name=name, argv=list(argv), env=dict(env), cwd=str(cwd), log=str(log)
        )
        if not told:
            raise Crash(f"{name} is not started any more: the stack is ending.")
        process.started.wait()
        if process.reason:
            raise Crash(f"{name} cannot be started: {process.reason}")
        return process

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a service; SIGKILL reaches its descendants too."""
        self._tell(do="stop", name=name, signal=number.name)

    def adopt(self, pid: int) -> None:
        self._tell(do="adopt", pid=pid)

    def release(self, pid: int) -> None:
        self._tell(do="release", pid=pid)

    def close(self) -> None:
        """End every process that is left, then the guard."""
        with self._writing, contextlib.suppress(BrokenPipeError):
            if self._guard.stdin is not None:
                self._guard.stdin.close()
        self._reader.join(_GUARD_ENDS_S)
        self._guard.wait(_GUARD_ENDS_S)
        if self._guard.stdout is not None:
            self._guard.stdout.close()

    def _tell(self, **command: object) -> bool:
        line = json.dumps(command).encode() + b"\n"
        pipe = self._guard.stdin
        with self._writing:
            try:
                if pipe is None or pipe.closed:
                    return False
                pipe.write(line)
                pipe.flush()
            except BrokenPipeError:
                self._give_up()
                return False
        return True

    def _read_events(self) -> None:
        for line in self._guard.stdout or ():
            event = json.loads(line)
            process = self._running[event["name"]]
            match event["event"]:
                case "started":
                    process.pid = event["pid"]
                    process.started.set()
                case "failed":
                    process.reason = event["reason"]
                    process.started.set()
                case _:
                    process.code = event["code"]
                    self._end(process)
        self._give_up()

    def _give_up(self) -> None:
        for process in list(self._running.values()):
            if not process.ended.is_set():
                process.reason = "the guard of all processes died"
                process.started.set()
                self._end(process)

    def _end(self, process: Process) -> None:
        process.ended.set()
        threading.Thread(target=self._on_end, args=(process,), daemon=True).start()
