"""How services and their revisions look in each stage of their life."""

import uuid
from datetime import datetime

from google.cloud import run_v2

from emulators.cloud_run.lifecycle import State, condition
from emulators.cloud_run.names import short
from emulators.times import timestamp

_Reason = run_v2.Condition.CommonReason
_LATEST = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST


def new_revision(service: run_v2.Service, name: str, now: datetime) -> run_v2.Revision:
    template = service.template
    revision = run_v2.Revision(
        name=name,
        uid=str(uuid.uuid4()),
        generation=1,
        observed_generation=1,
        labels=dict(service.labels) | dict(template.labels),
        annotations=dict(template.annotations),
        create_time=now,
        launch_stage=service.launch_stage,
        service=short(service.name),
        scaling=template.scaling,
        vpc_access=template.vpc_access,
        timeout=template.timeout,
        service_account=template.service_account,
        containers=template.containers,
        execution_environment=template.execution_environment,
        max_instance_request_concurrency=template.max_instance_request_concurrency,
        reconciling=True,
    )
    set_conditions(revision, now, condition("Ready", State.CONDITION_RECONCILING, "Deploying."))
    return revision


def settle_revision(revision: run_v2.Revision, failure: str | None, now: datetime) -> None:
    """Write down that a revision is ready, or why it never will be."""
    revision.reconciling = False
    set_conditions(revision, now, *_verdict(failure, "Ready", "ContainerHealthy"))
    active = State.CONDITION_SUCCEEDED if failure is None else State.CONDITION_FAILED
    set_conditions(revision, now, condition("Active", active, failure or ""))


def retire(revision: run_v2.Revision, now: datetime) -> None:
    message = "Revision retired."
    reason = run_v2.Condition.RevisionReason.RETIRED
    retired = condition("Active", State.CONDITION_FAILED, message, revision_reason=reason)
    set_conditions(revision, now, retired)


def begin(service: run_v2.Service, now: datetime) -> None:
    """Write down that a service is being brought to what was asked for."""
    service.reconciling = True
    waiting = condition("Ready", State.CONDITION_RECONCILING, "Deploying revision.")
    _set_ready(service, waiting, now)


def settle(service: run_v2.Service, revision: str, failure: str | None, now: datetime) -> None:
    """Write down how a deployment ended; what was ready before stays so."""
    service.reconciling = False
    service.observed_generation = service.generation
    if failure is None:
        service.latest_ready_revision = revision
        status = run_v2.TrafficTargetStatus(type_=_LATEST, percent=100, uri=service.uri)
        service.traffic_statuses = [status]
        _set_ready(service, condition("Ready", State.CONDITION_SUCCEEDED, ""), now)
        return
    message = f"Revision '{short(revision)}' is not ready and cannot serve traffic. {failure}"
    failed = condition("Ready", State.CONDITION_FAILED, message, reason=_Reason.REVISION_FAILED)
    _set_ready(service, failed, now)


def set_conditions(
    resource: run_v2.Service | run_v2.Revision, now: datetime, *changed: run_v2.Condition
) -> None:
    """Put these conditions in the place of those of the same type, and renew the etag."""
    by_type = {item.type_: item for item in resource.conditions}
    for item in changed:
        item.last_transition_time = timestamp(now)
        by_type[item.type_] = item
    resource.conditions = list(by_type.values())
    resource.update_time = timestamp(now)
    resource.etag = f'"{uuid.uuid4().hex}"'


def _set_ready(service: run_v2.Service, ready: run_v2.Condition, now: datetime) -> None:
    ready.last_transition_time = timestamp(now)
    service.terminal_condition = ready
    parts = [condition(kind, ready.state, "") for kind in ("RoutesReady", "ConfigurationsReady")]
    set_conditions(service, now, *parts)


def _verdict(failure: str | None, *kinds: str) -> list[run_v2.Condition]:
    state = State.CONDITION_SUCCEEDED if failure is None else State.CONDITION_FAILED
    return [condition(kind, state, failure or "") for kind in kinds]
