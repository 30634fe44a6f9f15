"""Starts the emulators that are programs of their own, and waits for what they promise."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import requests

_REPOSITORY = Path(__file__).parents[2]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatorProcess:
    """A running emulator and its two places."""

    process: subprocess.Popen[bytes]
    grpc_address: str
    http_url: str
    log: Path

    def put_faults(self, **faults: Any) -> requests.Response:
        return requests.put(f"{self.http_url}/faults", json=faults, timeout=5)

    def faults(self) -> dict[str, Any]:
        described: dict[str, Any] = requests.get(f"{self.http_url}/faults", timeout=5).json()
        return described

    def terminate(self) -> int:
        self.process.terminate()
        return self.process.wait(20)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)


@contextmanager
def running(module: str, folder: Path, *arguments: str) -> Iterator[EmulatorProcess]:
    """Run an emulator on free ports; its log is `module.log` in the folder."""
    ready = folder / f"{module}.ready.json"
    ready.unlink(missing_ok=True)
    log = folder / f"{module}.log"
    with log.open("ab") as output:
        process = start(
            module, "--port=0", "--http-port=0", f"--ready-file={ready}", *arguments, log=output
        )
    try:
        eventually(lambda: ready.exists() or process.poll() is not None, within=20)
        assert process.poll() is None, log.read_text()
        ports = json.loads(ready.read_text())
        yield EmulatorProcess(
            process=process,
            grpc_address=f"127.0.0.1:{ports['grpc']}",
            http_url=f"http://127.0.0.1:{ports['http']}",
            log=log,
        )
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(20)


def start(module: str, *arguments: str, log: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(_REPOSITORY), "CANARY": "of-the-emulator"}
    return subprocess.Popen(
        [sys.executable, "-m", f"emulators.{module}", *arguments],
        env=environment,
        cwd=_REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )


def eventually(found: Callable[[], T | None], *, within: float = 10) -> T:
    """Return what is found once it is truthy; fail after so many seconds."""
    deadline = time.monotonic() + within
    while True:
        value = found()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {within} s: {found}"
        time.sleep(0.01)
