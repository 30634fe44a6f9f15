"""A job that waits for its execution, under a name of its own, and the emulator that keeps it."""

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests
from google.cloud import run_v2

from emulators.cloud_run.store import Store
from tests.emulators.cloud_run.conftest import LOCATION, Cloud, cloud
from tests.emulators.emulator_process import eventually

# Says what it takes, and does what the variable WORD says once it has it. The file `manner` says how it fails before.
_PROGRAM = """
import json, os, pathlib, signal, subprocess, sys, time
folder = pathlib.Path(os.environ["FOLDER"])
manner = folder / "manner"
print("started", flush=True)
signal.signal(signal.SIGTERM, lambda *_: (print("leaving", flush=True), sys.exit(0)))
if (descriptor := os.environ.pop("CANDLEWICK_STANDBY", None)) is not None:
    if manner.exists() and manner.read_text() == "is slow":
        time.sleep(60)
    takes = ["WORD", *(f"CLOUD_RUN_{name}" for name in ("JOB", "EXECUTION", "TASK_INDEX", "TASK_COUNT", "TASK_ATTEMPT"))]
    greeting = "{}" if manner.exists() and manner.read_text() == "is rude" else json.dumps({"takes": takes})
    os.write(int(descriptor), greeting.encode() + b"\\n")
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    word = b"".join(iter(lambda: os.read(int(descriptor), 65536), b""))
    if not word:
        sys.exit(0)
    if manner.exists() and manner.read_text() == "dies before its answer":
        os._exit(9)
    os.write(int(descriptor), b"\\n")
    if manner.exists() and manner.read_text() == "dies after its answer":
        os._exit(9)
    os.environ.update(json.loads(word))
print(json.dumps({"pid": os.getpid(), "waited": descriptor is not None, "env": dict(os.environ), "cwd": os.getcwd()}))
sys.stdout.flush()
exec(os.environ.get("WORD", ""))
"""
JOB = """
apiVersion: run.googleapis.com/v1
kind: Job
metadata: {name: patient}
spec:
  template:
    spec:
      taskCount: 1
      template:
        spec:
          maxRetries: 1
          timeoutSeconds: "600"
          containers:
            - image: patient
              env:
                - {name: STATIC, value: of the job}
"""
NAME = f"{LOCATION}/jobs/patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """An emulator that has a process of the job `patient` wait."""

    cloud: Cloud
    folder: Path

    def behave(self, manner: str) -> None:
        (self.folder / "manner").write_text(manner)

    def look(self) -> dict[str, Any]:
        url = f"{self.cloud.emulator.http_url}/standby"
        found: dict[str, Any] = requests.get(url, timeout=5).json()
        return found

    def waits(self) -> int:
        """Return the process id of the command that waits, once it is ready."""
        eventually(lambda: self.look().get("ready"))
        return self.command()

    def command(self) -> int:
        keeper = psutil.Process(self.look()["pid"])
        return eventually(keeper.children)[0].pid

    def start(self, word: str = "", *, args: tuple[str, ...] = (), **env: str) -> str:
        variables = [{"name": name, "value": value} for name, value in env.items()]
        given = [*variables, {"name": "WORD", "value": word}]
        override = {"env": given} | ({"args": args} if args else {})
        return self.cloud.start(NAME, container_overrides=[override])

    def run(self, word: str = "", **given: Any) -> run_v2.Execution:
        return self.cloud.finished(self.start(word, **given))

    def is_under_way(self, execution: str) -> None:
        """Wait until the command of an execution has said something about itself."""
        logs = self.cloud.state / "logs" / execution.rpartition("/")[2]
        eventually(lambda: any("waited" in file.read_text() for file in logs.glob("*")))

    def said(self, execution: str, attempt: int = 0) -> dict[str, Any]:
        """Return what the command said about itself."""
        lines = self.cloud.log_of(execution, attempt=attempt).splitlines()
        found: dict[str, Any] = json.loads(next(line for line in lines if line.startswith("{")))
        return found

    def served(self, execution: str) -> bool:
        return bool(self.said(execution)["waited"])


@contextmanager
def patient(folder: Path, *flags: str) -> Iterator[Patient]:
    job = folder / "job.yaml"
    job.write_text(JOB)
    (folder / "code").mkdir(exist_ok=True)
    image = shlex.join([sys.executable, "-c", _PROGRAM])
    with cloud(
        folder,
        *(f"--job={job}", f"--image=patient={image}", f"--image-env=patient:FOLDER={folder}"),
        *(f"--image-env=patient:PYTHONPATH={folder / 'code'}", "--standby=patient"),
        *("--standby-within=0", "--grace=0.5", *flags),
    ) as started:
        yield Patient(cloud=started, folder=folder)


def everything_of(pid: int) -> list[int]:
    """Return a command, its keeper and its descendants."""
    process = psutil.Process(pid)
    return [pid, process.ppid(), *(child.pid for child in process.children(recursive=True))]


def keepers(state: Path) -> list[int]:
    with closing(Store(state / "state.sqlite")) as store:
        return [pid for pid, _ in store.keepers()]
