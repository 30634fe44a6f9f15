from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import run_v2

from emulators.cloud_run.knative import BadDescription, read_job
from tests.emulators.cloud_run.conftest import LOCATION, Cloud, result

pytestmark = pytest.mark.emulator
BACKTEST = Path(__file__).parents[3] / "jobs" / "backtest" / "job.yaml"


def test_a_new_job_has_the_documented_defaults_and_is_ready(run: Cloud) -> None:
    template = {"template": {"containers": [{"image": "exit"}]}}
    request = {"parent": LOCATION, "job": {"template": template}, "job_id": "plain"}

    job = result(run.jobs.create_job(request=request))

    assert job == run.jobs.get_job(name=f"{LOCATION}/jobs/plain")
    assert (job.template.task_count, job.template.template.max_retries) == (1, 3)
    assert job.template.template.timeout == timedelta(seconds=600)
    assert job.terminal_condition.type_ == "Ready"
    assert job.terminal_condition.state == run_v2.Condition.State.CONDITION_SUCCEEDED
    assert (job.generation, job.observed_generation) == (1, 1)


def test_an_update_makes_a_new_generation(run: Cloud) -> None:
    job = run.jobs.get_job(name=run.new_job("exit", 0))
    etag = job.etag
    job.template.template.max_retries = 2

    updated = result(run.jobs.update_job(job=job))

    assert (updated.generation, updated.uid) == (2, job.uid)
    assert updated.template.template.max_retries == 2
    assert updated.etag != etag


def test_an_update_of_an_outdated_job_is_refused(run: Cloud) -> None:
    job = run.jobs.get_job(name=run.new_job("exit", 0))
    run.jobs.update_job(job=job)

    with pytest.raises(exceptions.Aborted, match="etag"):
        run.jobs.update_job(job=job)


def test_an_update_creates_a_missing_job_only_when_asked(run: Cloud) -> None:
    template = {"template": {"containers": [{"image": "exit"}]}}
    job = {"name": f"{LOCATION}/jobs/upserted", "template": template}

    with pytest.raises(exceptions.NotFound):
        run.jobs.update_job(request={"job": job})
    run.jobs.update_job(request={"job": job, "allow_missing": True})

    assert run.jobs.get_job(name=f"{LOCATION}/jobs/upserted").generation == 1


def test_validate_only_changes_nothing(run: Cloud) -> None:
    template = {"template": {"containers": [{"image": "exit"}]}}
    request = {"parent": LOCATION, "job": {"template": template}, "job_id": "tried"}
    job = run.new_job("exit", 0)

    run.jobs.create_job(request=request | {"validate_only": True})
    run.jobs.run_job(request={"name": job, "validate_only": True})

    with pytest.raises(exceptions.NotFound):
        run.jobs.get_job(name=f"{LOCATION}/jobs/tried")
    assert list(run.executions.list_executions(parent=job)) == []


def test_jobs_are_listed_page_by_page(run: Cloud) -> None:
    created = {run.new_job("exit", 0) for _ in range(3)}

    pages = list(run.jobs.list_jobs(request={"parent": LOCATION, "page_size": 2}).pages)

    names = [job.name for page in pages for job in page.jobs]
    assert created <= set(names)
    assert len(names) == len(set(names))
    assert all(len(page.jobs) <= 2 for page in pages)


def test_a_deleted_job_is_gone_with_its_executions(run: Cloud) -> None:
    job = run.new_job("exit", 0)
    execution = run.run_to_end(job)

    result(run.jobs.delete_job(name=job))

    with pytest.raises(exceptions.NotFound):
        run.jobs.get_job(name=job)
    with pytest.raises(exceptions.NotFound):
        run.executions.get_execution(name=execution.name)


def test_a_job_can_be_created_once(run: Cloud) -> None:
    job = run.new_job("exit", 0).rpartition("/")[2]
    template = {"template": {"containers": [{"image": "exit"}]}}

    with pytest.raises(exceptions.AlreadyExists):
        run.jobs.create_job(
            request={"parent": LOCATION, "job": {"template": template}, "job_id": job}
        )


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ({}, "exactly one container"),
        ({"template": {"containers": [{"image": "exit"}, {"image": "exit"}]}}, "exactly one"),
        ({"template": {"containers": [{"image": "unheard-of"}]}}, "unheard-of"),
        ({"task_count": 10_001, "template": {"containers": [{"image": "exit"}]}}, "task_count"),
        ({"parallelism": 2, "template": {"containers": [{"image": "exit"}]}}, "parallelism"),
        ({"template": {"containers": [{"image": "exit"}], "max_retries": 11}}, "max_retries"),
        (
            {"template": {"containers": [{"image": "exit"}], "timeout": {"seconds": 604_801}}},
            "timeout",
        ),
        (
            {"template": {"containers": [{"image": "exit", "env": [{"name": "A=B"}]}]}},
            "environment variable",
        ),
        (
            {"template": {"containers": [{"image": "exit", "env": [{"name": "CLOUD_RUN_JOB"}]}]}},
            "reserved",
        ),
    ],
)
def test_a_job_that_makes_no_sense_is_refused(
    run: Cloud, template: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(exceptions.InvalidArgument, match=complaint):
        run.jobs.create_job(
            request={"parent": LOCATION, "job": {"template": template}, "job_id": "senseless"}
        )


@pytest.mark.parametrize("name", ["Upper", "-a", "a_b", "a" * 64, ""])
def test_a_job_must_have_a_valid_name(run: Cloud, name: str) -> None:
    template = {"template": {"containers": [{"image": "exit"}]}}

    with pytest.raises(exceptions.InvalidArgument, match="malformed"):
        run.jobs.create_job(
            request={"parent": LOCATION, "job": {"template": template}, "job_id": name}
        )


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        ({"container_overrides": [{"name": "sidecar", "args": ["1"]}]}, "sidecar"),
        ({"task_count": -1}, "task_count"),
        ({"task_count": 10_001}, "task_count"),
        ({"timeout": {"seconds": 604_801}}, "timeout"),
        ({"timeout": {"seconds": -1}}, "timeout"),
        ({"container_overrides": [{"env": [{"name": "CLOUD_RUN_TASK_INDEX"}]}]}, "reserved"),
    ],
)
def test_overrides_that_make_no_sense_start_nothing(
    run: Cloud, overrides: dict[str, Any], complaint: str
) -> None:
    job = run.new_job("exit", 0)

    with pytest.raises(exceptions.InvalidArgument, match=complaint):
        run.run(job, **overrides)
    assert list(run.executions.list_executions(parent=job)) == []


def test_a_job_that_is_not_there_cannot_run(run: Cloud) -> None:
    with pytest.raises(exceptions.NotFound):
        run.run(f"{LOCATION}/jobs/absent")


def test_the_deployments_own_description_is_understood() -> None:
    job = read_job(BACKTEST, LOCATION)

    container = job.template.template.containers[0]
    assert job.name == f"{LOCATION}/jobs/backtest"
    assert job.labels["component"] == "backtest"
    assert container.image == "backtest"
    assert [(item.name, item.value) for item in container.env] == [("CANDLEWICK_ISOLATION", "auto")]
    assert job.template.template.timeout == timedelta(seconds=1800)
    assert job.template.template.max_retries == 1
    assert job.template.template.service_account == "backtest-job"
    assert dict(container.resources.limits) == {"cpu": "2", "memory": "4Gi"}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "maxRetries",
            "maxRetrys",
            r"not understood: spec\.template\.spec\.template\.spec\.maxRetrys",
        ),
        ("kind: Job", "kind: Service", "kind Job"),
        ("taskCount: 1", "taskCount: many", "taskCount must be a whole number"),
        ("name: backtest\n", "", "metadata.name is missing"),
        ("spec:", "spec: [", "cannot be read"),
    ],
)
def test_a_description_that_is_not_understood_is_refused_with_the_place(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    file = tmp_path / "job.yaml"
    file.write_text(BACKTEST.read_text().replace(old, new, 1))

    with pytest.raises(BadDescription, match=complaint):
        read_job(file, LOCATION)
