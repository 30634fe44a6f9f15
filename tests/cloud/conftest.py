"""What the product relies on, tried on our emulators, or on Google with `--live PROJECT`.

With `--live` the tests make queues, jobs, a bucket and documents in that project and take them away again. Use a
project of its own. Your Application Default Credentials must be a service account's or impersonate one
(`gcloud auth application-default login --impersonate-service-account=…`), because URLs are signed.
"""

import shlex
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.auth.exceptions import DefaultCredentialsError
from google.cloud import firestore, run_v2, tasks_v2
from google.cloud.run_v2.services.executions.transports import ExecutionsGrpcTransport
from google.cloud.run_v2.services.jobs.transports import JobsGrpcTransport
from google.cloud.run_v2.services.tasks.transports import TasksGrpcTransport
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from candlewick.gcp.clients import credentials, firestore_client, storage_client
from candlewick.gcp.storage import BucketStore
from emulators.stack.options import PROJECT
from tests.emulators.emulator_process import eventually, running
from tests.emulators.storage import servers as storage
from tests.firestore_emulator import emulated_firestore

# A public image with a Python; Cloud Run fetches it itself.
LIVE_IMAGE = "docker.io/library/python:3.13-slim"
_PROGRAMS = {
    "show": "import json, os, sys; print(json.dumps([sys.argv[1:], os.environ.get('WHO')]))",
    "exit": "import sys; sys.exit(int(sys.argv[1]))",
    "wait": "import time; time.sleep(600)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    project: str
    region: str
    is_live: bool

    @property
    def location(self) -> str:
        return f"projects/{self.project}/locations/{self.region}"

    @property
    def patience_s(self) -> float:
        """Seconds until an execution must have ended; a real one starts slowly."""
        return 600 if self.is_live else 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Cloud Run's jobs, of programs that both sides can run."""

    place: Place
    jobs: run_v2.JobsClient
    executions: run_v2.ExecutionsClient
    tasks: run_v2.TasksClient

    def new_job(self, program: str, *args: object, **template: Any) -> str:
        """Create a job and return its name; `retries` is the template's `max_retries`."""
        container: dict[str, Any] = {"image": program, "args": [str(each) for each in args]}
        if self.place.is_live:
            container |= {"image": LIVE_IMAGE, "command": ["python", "-c", _PROGRAMS[program]]}
        tasks = {"containers": [container], "max_retries": template.pop("retries", 0)}
        request = {
            "parent": self.place.location,
            "job_id": f"contract-{uuid.uuid4().hex[:10]}",
            "job": {"template": {"template": tasks}},
        }
        created = self.jobs.create_job(request=request).result(timeout=self.place.patience_s)  # type: ignore[no-untyped-call]
        return str(created.name)

    def start(self, job: str, **overrides: Any) -> str:
        return str(self.jobs.run_job(request={"name": job, "overrides": overrides}).metadata.name)

    def finished(self, execution: str) -> run_v2.Execution:
        def look() -> run_v2.Execution | None:
            found = self.executions.get_execution(name=execution)
            return found if "completion_time" in found else None

        return eventually(look, within=self.place.patience_s)


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest) -> Place:
    project = request.config.getoption("--live")
    region = request.config.getoption("--live-region")
    if project is not None:
        try:
            credentials()
        except DefaultCredentialsError:
            pytest.exit("There are no credentials. Run `gcloud auth application-default login`.", 2)
    return Place(project=project or PROJECT, region=region, is_live=project is not None)


@pytest.fixture(scope="session")
def tasks(
    place: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tasks_v2.CloudTasksClient]:
    if place.is_live:
        yield tasks_v2.CloudTasksClient()
        return
    with (
        running("cloud_tasks", tmp_path_factory.mktemp("tasks")) as emulator,
        grpc.insecure_channel(emulator.grpc_address) as channel,
    ):
        yield tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))


@pytest.fixture
def queue(place: Place, tasks: tasks_v2.CloudTasksClient) -> Iterator[str]:
    """A paused queue: nothing of what is put into it is ever sent."""
    name = f"{place.location}/queues/contract-{uuid.uuid4().hex[:12]}"
    tasks.create_queue(request={"parent": place.location, "queue": {"name": name}})
    tasks.pause_queue(name=name)
    yield name
    tasks.delete_queue(name=name)


@pytest.fixture(scope="session")
def run(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    if place.is_live:
        yield Run(
            place=place,
            jobs=run_v2.JobsClient(),
            executions=run_v2.ExecutionsClient(),
            tasks=run_v2.TasksClient(),
        )
        return
    folder = tmp_path_factory.mktemp("run")
    images = [
        f"--image={name}={shlex.join([sys.executable, '-c', program])}"
        for name, program in _PROGRAMS.items()
    ]
    flags = (f"--state={folder / 'state'}", "--grace=0.5", *images)
    with (
        running("cloud_run", folder, *flags) as emulator,
        grpc.insecure_channel(emulator.grpc_address) as channel,
    ):
        yield Run(
            place=place,
            jobs=run_v2.JobsClient(transport=JobsGrpcTransport(channel=channel)),
            executions=run_v2.ExecutionsClient(transport=ExecutionsGrpcTransport(channel=channel)),
            tasks=run_v2.TasksClient(transport=TasksGrpcTransport(channel=channel)),
        )


@pytest.fixture(autouse=True)
def _jobs_taken_away(request: pytest.FixtureRequest, place: Place) -> Iterator[None]:
    yield
    if not place.is_live or "run" not in request.fixturenames:
        return
    cloud: Run = request.getfixturevalue("run")
    ours = [
        job.name for job in cloud.jobs.list_jobs(parent=place.location) if "/contract-" in job.name
    ]
    for name in ours:
        with suppress(exceptions.GoogleAPICallError):
            cloud.jobs.delete_job(name=name)


@pytest.fixture(scope="session")
def objects(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketStore]:
    """A bucket of its own, and who may read, write and sign in it."""
    if place.is_live:
        identity = credentials()
        with closing(storage_client(place.project, None, identity)) as client:
            bucket = client.create_bucket(f"{place.project}-contract-{uuid.uuid4().hex[:8]}")
            yield BucketStore(client, bucket.name, identity)
            bucket.delete(force=True)
        return
    with storage.running(tmp_path_factory.mktemp("storage")) as found:
        identity = found.credentials("operator")
        with closing(found.client("operator")) as client:
            client.create_bucket("candlewick-code")
            yield BucketStore(client, "candlewick-code", identity)


@pytest.fixture(scope="session")
def database(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[firestore.Client]:
    if place.is_live:
        with closing(firestore_client(place.project)) as live:
            yield live
        return
    with emulated_firestore(tmp_path_factory.mktemp("firestore")) as made:
        yield made


@pytest.fixture
def documents(database: firestore.Client) -> Iterator[firestore.CollectionReference]:
    """A collection that no other test knows, emptied afterwards."""
    made = database.collection(f"contract-{uuid.uuid4().hex[:12]}")
    yield made
    database.recursive_delete(made)
