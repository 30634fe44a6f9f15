"""Starts the services in their order, watches them, stops them, and says which one failed."""

import contextlib
import json
import re
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from emulators.stack import environment, firestore, ports, probes, services
from emulators.stack.lock import StateLock
from emulators.stack.options import PROJECT, Options
from emulators.stack.problems import Crash, Problem
from emulators.stack.processes import Process, Processes
from emulators.stack.services import Service

_POLL_S = 0.05
_LOG_LINES = 20


class Stack:
    """A running stack.

    Attributes:
        env: the variables that a client needs.
        ports: by service; `cloud-tasks-http` and `cloud-run-http` besides.
        started_in_s: how long each service took to be up.
        failure: set when a service has died; everything else is stopped by then.
    """

    def __init__(self, options: Options, chosen: Mapping[str, int], lock: StateLock) -> None:
        self.options = options
        self.ports = chosen
        self.env = environment.clients(options, chosen)
        self.started_in_s: dict[str, float] = {}
        self.failure: Crash | None = None
        self._services = {
            name: services.make(name, options, chosen) for name in services.wanted(options)
        }
        self._lock = lock
        self._changed = threading.Condition()
        self._running: dict[str, Process] = {}
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._up = {name: threading.Event() for name in self._services}
        self._processes = Processes(self._on_end, lock.fd)

    @property
    def urls(self) -> dict[str, str]:
        """The HTTP (or gRPC) address of every service that listens."""
        return {name: environment.url(self.ports, name) for name in self.ports}

    def log(self, name: str) -> Path:
        return self.options.logs / f"{name}.log"

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def kill(self, name: str) -> None:
        """End a service and all its descendants at once, as a crash would; the stack goes on."""
        process = self._running[name]
        process.may_end = True
        self._processes.signal(name, signal.SIGKILL)
        process.ended.wait()

    def restart(self, name: str) -> None:
        """Start a service again, after it was asked to stop if it runs."""
        if not self._running[name].ended.is_set():
            self._end(self._services[name])
        # Made anew: what Firestore starts with has changed since.
        self._services[name] = services.make(name, self.options, self.ports)
        self._start(self._services[name])

    def faults(self, name: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Replace the faults of `cloud-tasks` or `cloud-run`; `{}` takes all back."""
        port = self._services[name].http_port
        if port is None:
            raise ValueError(f"{name} has no fault knobs.")
        status, body = probes.call(port, "PUT", "/faults", wanted)
        answer: dict[str, Any] = json.loads(body)
        if status not in range(200, 300):
            raise ValueError(answer["error"])
        return answer

    def wait(self, timeout_s: float | None = None) -> Crash | None:
        """Return the failure as soon as there is one, or `None` when the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.failure is not None, timeout_s)
        return self.failure

    def snapshot(self) -> bool:
        """Write Firestore's content into the state folder now."""
        state = self.options.state_dir / "firestore"
        return self._is_up("firestore") and firestore.export(self.ports["firestore"], state)

    def stop(self) -> None:
        """Stop everything; what drains into a store first, the stores after."""
        if self._stopping.is_set():
            self._stopped.wait()
            return
        self._stopping.set()
        self._end_wave(drains=True)
        self.snapshot()
        self._end_wave(drains=False)
        self._processes.close()
        self._lock.release()
        self._stopped.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start_all(self) -> None:
        """Start every service as soon as what it needs is up."""
        with ThreadPoolExecutor(len(self._services)) as pool:
            waiting = [pool.submit(self._start_in_turn, each) for each in self._services.values()]
        for each in waiting:
            each.result()
        if self.failure is not None:
            raise self.failure
        threading.Thread(target=self._keep_snapshots, daemon=True).start()

    @contextlib.contextmanager
    def adopt(self, pid: int) -> Iterator[None]:
        """Have a process ended with the stack if the supervisor is killed."""
        self._processes.adopt(pid)
        try:
            yield
        finally:
            self._processes.release(pid)

    def _start_in_turn(self, service: Service) -> None:
        for name in service.needs:
            while name in self._up and not self._up[name].wait(_POLL_S):
                if self._stopping.is_set():
                    return
        try:
            self._start(service)
        except Crash as crash:
            self._fail(crash)

    def _start(self, service: Service) -> None:
        if self._stopping.is_set():
            return
        began = time.monotonic()
        process = self._processes.start(
            service.name,
            service.argv,
            env=service.env,
            cwd=service.cwd,
            log=self.log(service.name),
        )
        self._running[service.name] = process
        while service.probe is not None and not service.probe():
            if process.ended.wait(_POLL_S):
                raise self._crash(process)
            if self._stopping.is_set():
                return
            if time.monotonic() > began + service.deadline_s:
                raise Crash(
                    f"{service.name} did not answer within {service.deadline_s:g} s."
                    f"{self._log_end(service.name)}"
                )
        if service.name == "fake-gcs":
            self._create_buckets()
        self.started_in_s[service.name] = time.monotonic() - began
        self._up[service.name].set()

    def _create_buckets(self) -> None:
        for bucket in environment.BUCKETS.values():
            path = f"/storage/v1/b?project={PROJECT}"
            probes.call(self.ports["fake-gcs"], "POST", path, {"name": bucket})

    def _is_up(self, name: str) -> bool:
        process = self._running.get(name)
        return process is not None and not process.ended.is_set() and self._up[name].is_set()

    def _end_wave(self, *, drains: bool) -> None:
        wave = [self._services[name] for name in self._running]
        wave = [service for service in wave if service.drains == drains]
        if wave:
            with ThreadPoolExecutor(len(wave)) as pool:
                list(pool.map(self._end, wave))

    def _end(self, service: Service) -> None:
        process = self._running[service.name]
        process.may_end = True
        if not process.ended.is_set():
            self._processes.signal(service.name, signal.SIGTERM)
        if not process.ended.wait(service.stops_in_s):
            self._processes.signal(service.name, signal.SIGKILL)
            process.ended.wait()

    def _on_end(self, process: Process) -> None:
        # While a service starts, the one who starts it sees its end.
        name = process.name
        was_up = self._running.get(name) is process and self._up[name].is_set()
        if was_up and not process.may_end and not self._stopping.is_set():
            self._fail(self._crash(process))

    def _fail(self, crash: Crash) -> None:
        with self._changed:
            first = self.failure is None and not self._stopping.is_set()
            if first:
                self.failure = crash
        if first:
            self.stop()
            with self._changed:
                self._changed.notify_all()

    def _crash(self, process: Process) -> Crash:
        how = process.reason or _how(process.code or 0)
        return Crash(f"{process.name} {how}.{self._log_end(process.name)}")

    def _log_end(self, name: str) -> str:
        log = self.log(name)
        lines = log.read_text(errors="replace").splitlines()[-_LOG_LINES:] if log.exists() else []
        indented = "".join(f"\n    {line}" for line in lines)
        return f" The end of {log}:{indented}" if lines else f" {log} is empty."

    def _keep_snapshots(self) -> None:
        while not self._stopping.wait(self.options.snapshot_interval_s):
            self.snapshot()


def start(options: Options) -> Stack:
    """Start a stack; `Problem` says what must be put right first, `Crash` which service failed."""
    lock = StateLock(options.state_dir)
    try:
        options.logs.mkdir(parents=True, exist_ok=True)
        for log in options.logs.glob("*.log"):
            if log.name != "setup.log":
                log.unlink()
        names = services.names(options)
        used = [name for name in names if options.wants(re.sub("-(http|smtp)$", "", name))]
        chosen = ports.choose(names, used=used, free=options.free_ports)
        stack = Stack(options, chosen, lock)
    except Problem:
        lock.release()
        raise
    try:
        stack.start_all()
    except BaseException:
        stack.stop()
        raise
    return stack


def _how(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
