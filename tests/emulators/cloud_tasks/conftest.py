import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from tests.emulators.cloud_tasks.target import Target, serving
from tests.emulators.emulator_process import EmulatorProcess, running

LOCATION = "projects/demo-candlewick/locations/europe-west1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """A running emulator with Google's own client."""

    emulator: EmulatorProcess
    client: tasks_v2.CloudTasksClient

    def new_queue(self, *, rate: float | None = None, **retry: Any) -> str:
        """Create a queue that retries quickly unless told otherwise."""
        name = f"{LOCATION}/queues/q-{uuid.uuid4().hex[:12]}"
        limits = {} if rate is None else {"max_dispatches_per_second": rate}
        config = {"min_backoff": {"nanos": 20_000_000}, "max_backoff": {"seconds": 1}} | retry
        queue = {"name": name, "rate_limits": limits, "retry_config": config}
        created = self.client.create_queue(request={"parent": LOCATION, "queue": queue})
        return str(created.name)

    def create(self, queue: str, url: str, **task: Any) -> tasks_v2.Task:
        request = {"url": url} | task.pop("http_request", {})
        wanted = {"http_request": request, **task}
        return self.client.create_task(request={"parent": queue, "task": wanted})

    def is_gone(self, name: str) -> bool:
        queue = name.partition("/tasks/")[0]
        return name not in {task.name for task in self.client.list_tasks(parent=queue)}


@contextmanager
def cloud(folder: Path, *arguments: str) -> Iterator[Cloud]:
    with running("cloud_tasks", folder, *arguments) as emulator, connected(emulator) as client:
        yield Cloud(emulator=emulator, client=client)


@contextmanager
def connected(emulator: EmulatorProcess) -> Iterator[tasks_v2.CloudTasksClient]:
    with grpc.insecure_channel(emulator.grpc_address) as channel:
        yield tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))


@pytest.fixture(scope="session")
def shared_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with cloud(tmp_path_factory.mktemp("cloud-tasks")) as started:
        yield started


@pytest.fixture
def tasks(shared_cloud: Cloud) -> Iterator[Cloud]:
    """The session's emulator, without faults."""
    yield shared_cloud
    shared_cloud.emulator.put_faults()


@pytest.fixture
def target() -> Iterator[Target]:
    with serving() as served:
        yield served
