"""Services and revisions, through Google's own client."""

import uuid
from typing import Any

import pytest
import requests
from google.api_core import exceptions
from google.cloud import run_v2

from tests.emulators.cloud_run.conftest import LOCATION, Cloud, alive, cloud, result
from tests.emulators.emulator_process import eventually

_MANUAL = run_v2.ServiceScaling.ScalingMode.MANUAL


def a_service(image: str = "server", count: int = 1, **container: Any) -> run_v2.Service:
    described = {
        "image": image,
        "startup_probe": {"period_seconds": 10, "tcp_socket": {}, "timeout_seconds": 5},
        "liveness_probe": {"period_seconds": 1, "http_get": {"path": "/healthz"}},
        "env": [{"name": key, "value": value} for key, value in container.pop("env", {}).items()],
    }
    return run_v2.Service(
        scaling={"scaling_mode": _MANUAL, "manual_instance_count": count},
        template={"containers": [described | container]},
        invoker_iam_disabled=True,
    )


def created(run: Cloud, service: run_v2.Service) -> run_v2.Service:
    name = f"bot-{uuid.uuid4().hex[:8]}"
    request = {"parent": LOCATION, "service": service, "service_id": name}
    made: run_v2.Service = result(run.services.create_service(request=request))
    return made


def asked(service: run_v2.Service, path: str = "/", **given: Any) -> requests.Response:
    return requests.get(f"{service.uri}{path}", timeout=10, **given)


def who(service: run_v2.Service) -> int:
    return int(asked(service).json()["pid"])


def updated(run: Cloud, service: run_v2.Service) -> run_v2.Service:
    made: run_v2.Service = result(run.services.update_service(service=service))
    return made


def test_a_service_runs_and_is_told_who_it_is(run: Cloud) -> None:
    service = created(run, a_service(env={"COLOUR": "amber"}))

    env = asked(service, "/hello?a=b").json()["env"]

    assert service.terminal_condition.state == run_v2.Condition.State.CONDITION_SUCCEEDED
    assert not service.reconciling
    assert service.observed_generation == service.generation == 1
    name = service.name.rpartition("/")[2]
    assert (env["K_SERVICE"], env["K_CONFIGURATION"], env["COLOUR"]) == (name, name, "amber")
    assert service.latest_ready_revision.endswith(env["K_REVISION"])
    assert asked(service, "/hello?a=b").json()["path"] == "/hello?a=b"


def test_a_new_template_makes_a_revision_and_the_old_one_ends_later(run: Cloud) -> None:
    service = created(run, a_service())
    before = who(service)
    service.template.containers[0].env = [run_v2.EnvVar(name="VERSION", value="2")]

    operation = run.services.update_service(service=service)
    eventually(lambda: len(run.instances(service.name)) == 2, within=20)
    after = result(operation)

    assert who(after) != before
    assert asked(after).json()["env"]["VERSION"] == "2"
    assert not alive([before])
    assert after.latest_ready_revision != service.latest_ready_revision
    revisions = {item.name: item for item in run.revisions.list_revisions(parent=service.name)}
    assert set(revisions) == {service.latest_ready_revision, after.latest_ready_revision}
    retired = next(
        item
        for item in revisions[service.latest_ready_revision].conditions
        if item.type_ == "Active"
    )
    assert retired.revision_reason == run_v2.Condition.RevisionReason.RETIRED


def test_the_same_template_again_changes_nothing(run: Cloud) -> None:
    service = created(run, a_service())
    before = who(service)

    after = updated(run, service)

    assert after.latest_created_revision == service.latest_created_revision
    assert who(after) == before


def test_no_instance_is_left_when_none_is_wanted(run: Cloud) -> None:
    service = created(run, a_service())
    before = who(service)
    service.scaling.manual_instance_count = 0

    stopped = updated(run, service)

    eventually(lambda: not alive([before]), within=20)
    assert asked(stopped).status_code == 503
    stopped.scaling.manual_instance_count = 1
    again = updated(run, stopped)
    eventually(lambda: asked(again).status_code == 200, within=20)
    assert again.latest_created_revision == service.latest_created_revision


def test_a_revision_that_never_listens_fails_and_the_old_one_serves_on(run: Cloud) -> None:
    service = created(run, a_service())
    before = who(service)
    service.template.containers[0].image = "exit"
    service.template.containers[0].args = ["3"]

    with pytest.raises(exceptions.GoogleAPICallError, match="exit code 3"):
        updated(run, service)

    present = run.services.get_service(name=service.name)
    assert present.terminal_condition.state == run_v2.Condition.State.CONDITION_FAILED
    assert "is not ready and cannot serve traffic" in present.terminal_condition.message
    assert present.latest_ready_revision == service.latest_ready_revision
    assert present.latest_created_revision != service.latest_ready_revision
    assert who(present) == before


def test_a_probe_that_fails_at_the_start_fails_the_revision(run: Cloud) -> None:
    never = {"http_get": {"path": "/healthz"}, "period_seconds": 1, "failure_threshold": 1}
    service = a_service("wait", args=["/dev/null"], startup_probe=never)

    with pytest.raises(exceptions.GoogleAPICallError, match="failed to start and listen"):
        created(run, service)


@pytest.mark.parametrize("path", ["/leave", "/sick"])
def test_an_instance_that_ends_or_is_ill_is_started_again(run: Cloud, path: str) -> None:
    service = created(run, a_service())
    before = who(service)

    asked(service, path)

    def is_another() -> bool:
        answer = asked(service)
        return answer.status_code == 200 and answer.json()["pid"] != before

    eventually(is_another, within=30)
    assert not alive([before])


@pytest.mark.parametrize("action", ["stop", "kill", "replace"])
def test_instances_may_be_replaced_at_any_time(run: Cloud, action: str) -> None:
    service = created(run, a_service())
    before = who(service)

    run.act(service.name, action)

    eventually(lambda: asked(service).status_code == 200 and who(service) != before, within=20)
    eventually(lambda: not alive([before]), within=20)


def test_what_ignores_sigterm_is_killed_after_the_grace_period(run: Cloud) -> None:
    service = created(run, a_service(env={"STUBBORN": "1"}))
    stubborn = who(service)

    result(run.services.delete_service(name=service.name))

    assert not alive([stubborn])
    assert asked(service).status_code == 404
    with pytest.raises(exceptions.NotFound):
        run.services.get_service(name=service.name)


def test_an_address_asks_who_is_calling(run: Cloud) -> None:
    service = a_service()
    service.invoker_iam_disabled = False
    guarded = created(run, service)

    assert asked(guarded).status_code == 403
    assert asked(guarded, headers={"Authorization": "Bearer forged"}).status_code == 403

    binding = {"role": "roles/run.invoker", "members": ["allUsers"]}
    run.services.set_iam_policy(
        request={"resource": guarded.name, "policy": {"bindings": [binding]}}
    )
    assert asked(guarded).status_code == 200
    policy = run.services.get_iam_policy(request={"resource": guarded.name})
    assert [list(item.members) for item in policy.bindings] == [["allUsers"]]


def test_services_are_listed_and_names_are_taken_once(run: Cloud) -> None:
    service = created(run, a_service(count=0))

    listed = [item.name for item in run.services.list_services(parent=LOCATION)]

    assert service.name in listed
    name = service.name.rpartition("/")[2]
    with pytest.raises(exceptions.AlreadyExists):
        run.services.create_service(
            request={"parent": LOCATION, "service": a_service(), "service_id": name}
        )


def test_an_old_etag_is_refused(run: Cloud) -> None:
    service = created(run, a_service(count=0))
    updated(run, run_v2.Service(service))

    with pytest.raises(exceptions.Aborted):
        run.services.update_service(service=service)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"image": "unknown"}, "is not known"),
        ({"env": {"PORT": "1"}}, "reserved"),
        ({"startup_probe": {"period_seconds": 10}}, "must have an action"),
        ({"startup_probe": {"tcp_socket": {}, "timeout_seconds": 20}}, "must not exceed"),
        ({"count": 101}, "between 0 and 100"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Cloud, change: dict[str, Any], message: str) -> None:
    with pytest.raises(exceptions.InvalidArgument, match=message):
        created(run, a_service(**change))


def test_scaling_with_requests_is_not_pretended(run: Cloud) -> None:
    service = a_service()
    service.scaling = run_v2.ServiceScaling()

    with pytest.raises(exceptions.MethodNotImplemented, match="manual scaling"):
        created(run, service)


def test_a_lost_reply_still_creates_the_service(run: Cloud) -> None:
    run.emulator.put_faults(lost_service_reply={"next": 1, "status": "DEADLINE_EXCEEDED"})
    request = {"parent": LOCATION, "service": a_service(), "service_id": "bot-lost"}

    with pytest.raises(exceptions.DeadlineExceeded):
        run.services.create_service(request=request)

    found = eventually(
        lambda: run.services.get_service(name=f"{LOCATION}/services/bot-lost"), within=20
    )
    eventually(lambda: asked(found).status_code == 200, within=20)
    result(run.services.delete_service(name=found.name))


def test_services_outlive_the_emulator(tmp_path: Any) -> None:
    with cloud(tmp_path, "--grace=0.5") as first:
        service = created(first, a_service())
        before = who(service)
        first.emulator.kill()
        eventually(lambda: not alive([before]), within=20)
    with cloud(tmp_path, "--grace=0.5") as second:
        name = service.name
        eventually(
            lambda: any(item["ready"] for crew in second.instances(name).values() for item in crew),
            within=20,
        )
        assert second.services.get_service(name=name).uid == service.uid
