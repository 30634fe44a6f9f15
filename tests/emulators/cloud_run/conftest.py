import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
import requests
from google.api_core.operation import Operation
from google.cloud import run_v2
from google.cloud.run_v2.services.executions.transports import ExecutionsGrpcTransport
from google.cloud.run_v2.services.jobs.transports import JobsGrpcTransport
from google.cloud.run_v2.services.revisions.transports import RevisionsGrpcTransport
from google.cloud.run_v2.services.services.transports import ServicesGrpcTransport
from google.cloud.run_v2.services.tasks.transports import TasksGrpcTransport

from tests.emulators.cloud_run.containers import image_flags
from tests.emulators.emulator_process import EmulatorProcess, eventually, running

LOCATION = "projects/demo-candlewick/locations/europe-west1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """A running emulator with Google's own clients."""

    emulator: EmulatorProcess
    jobs: run_v2.JobsClient
    executions: run_v2.ExecutionsClient
    tasks: run_v2.TasksClient
    services: run_v2.ServicesClient
    revisions: run_v2.RevisionsClient
    state: Path

    def new_job(self, image: str, *args: object, **template: Any) -> str:
        """Create a job of one container; `retries`, `timeout`, `env` and the template's own fields."""
        container = {
            "image": image,
            "args": [str(arg) for arg in args],
            "env": [
                {"name": key, "value": value} for key, value in template.pop("env", {}).items()
            ],
        }
        tasks: dict[str, Any] = {
            "containers": [container],
            "max_retries": template.pop("retries", 0),
        }
        if "timeout" in template:
            tasks["timeout"] = timedelta(seconds=template.pop("timeout"))
        job = {"template": template | {"template": tasks}}
        job_id = f"{image}-{uuid.uuid4().hex[:8]}"
        request = {"parent": LOCATION, "job": job, "job_id": job_id}
        return str(self.jobs.create_job(request=request).metadata.name)

    def run(self, job: str, **overrides: Any) -> Operation:
        started: Operation = self.jobs.run_job(request={"name": job, "overrides": overrides})
        return started

    def start(self, job: str, **overrides: Any) -> str:
        """Run a job and return the execution's name."""
        return str(self.run(job, **overrides).metadata.name)

    def finished(self, execution: str, *, within: float = 15) -> run_v2.Execution:
        return eventually(lambda: self._if_finished(execution), within=within)

    def run_to_end(self, job: str, **overrides: Any) -> run_v2.Execution:
        return self.finished(self.start(job, **overrides))

    def tasks_of(self, execution: str) -> list[run_v2.Task]:
        return list(self.tasks.list_tasks(parent=execution))

    def log_of(self, execution: str, task: int = 0, attempt: int = 0) -> str:
        name = execution.rpartition("/")[2]
        return (self.state / "logs" / name / f"{task}-{attempt}.log").read_text()

    def instances(self, service: str) -> dict[str, list[dict[str, Any]]]:
        """Return what runs for a service, by revision."""
        url = f"{self.emulator.http_url}/instances/{service.rpartition('/')[2]}"
        found: dict[str, list[dict[str, Any]]] = requests.get(url, timeout=5).json()
        return found

    def act(self, service: str, action: str) -> None:
        name = service.rpartition("/")[2]
        url = f"{self.emulator.http_url}/instances/{name}/{action}"
        requests.post(url, timeout=30).raise_for_status()

    def _if_finished(self, name: str) -> run_v2.Execution | None:
        execution = self.executions.get_execution(name=name)
        return execution if "completion_time" in execution else None


@contextmanager
def cloud(folder: Path, *arguments: str) -> Iterator[Cloud]:
    state = folder / "state"
    flags = [f"--state={state}", *image_flags(), *arguments]
    with running("cloud_run", folder, *flags) as emulator, connected(emulator, state) as connection:
        yield connection


@contextmanager
def connected(emulator: EmulatorProcess, state: Path) -> Iterator[Cloud]:
    with grpc.insecure_channel(emulator.grpc_address) as channel:
        yield Cloud(
            emulator=emulator,
            jobs=run_v2.JobsClient(transport=JobsGrpcTransport(channel=channel)),
            executions=run_v2.ExecutionsClient(transport=ExecutionsGrpcTransport(channel=channel)),
            tasks=run_v2.TasksClient(transport=TasksGrpcTransport(channel=channel)),
            services=run_v2.ServicesClient(transport=ServicesGrpcTransport(channel=channel)),
            revisions=run_v2.RevisionsClient(transport=RevisionsGrpcTransport(channel=channel)),
            state=state,
        )


def result(operation: Operation) -> Any:
    return operation.result(timeout=10)  # type: ignore[no-untyped-call]


def completed(resource: run_v2.Execution | run_v2.Task) -> run_v2.Condition:
    return next(item for item in resource.conditions if item.type_ == "Completed")


def alive(pids: list[int]) -> list[int]:
    """Return which of these processes are there and not just waiting to be reaped."""
    return [pid for pid in pids if _state(pid) not in {"", "Z", "X"}]


def running_with(argument: str) -> list[str]:
    """Return the processes of this machine that have an argument."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(file.read_text())
    return [line for line in lines if argument in line.split("\0")]


def family(ids: Path) -> list[int]:
    """Return the process ids of a family: two children, a daemon, the command and its keeper."""
    eventually(ids.exists)
    return [int(pid) for pid in ids.read_text().split()]


def _state(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


@pytest.fixture(scope="session")
def shared_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with cloud(tmp_path_factory.mktemp("cloud-run"), "--grace=0.5", "--log-limit=5000") as started:
        yield started


@pytest.fixture
def run(shared_cloud: Cloud) -> Iterator[Cloud]:
    """The session's emulator, without faults; its grace period is half a second."""
    yield shared_cloud
    shared_cloud.emulator.put_faults()
