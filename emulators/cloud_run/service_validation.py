"""What Cloud Run refuses about services, and the defaults it fills in."""

from collections.abc import Mapping
from datetime import timedelta

import grpc
from google.cloud import run_v2

from emulators.cloud_run.images import Image
from emulators.cloud_run.validation import check_environment, check_image
from emulators.rpc import Refused, invalid
from emulators.times import duration

_USUAL_PORT = 8080
_USUAL_TIMEOUT = timedelta(minutes=5)
_MOST_INSTANCES = 100
_LONGEST_STARTUP_S = 240
_LONGEST_LIVENESS_S = 3600
_USUAL_FAILURES = 3
_NOT_EMULATED = ("volumes", "encryption_key", "node_selector", "service_mesh")
_RESERVED = frozenset({"PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"})
_Scaling = run_v2.ServiceScaling.ScalingMode


def accept_service(given: run_v2.Service, images: Mapping[str, Image]) -> run_v2.RevisionTemplate:
    """Return a service's template as its revisions will have it: checked, with defaults."""
    if "template" not in given:
        raise invalid("A service must have a template.")
    if given.traffic:
        _check_traffic(given)
    template = run_v2.RevisionTemplate(given.template)
    for name in _NOT_EMULATED:
        if getattr(template, name):
            raise Refused(
                grpc.StatusCode.UNIMPLEMENTED, f"RevisionTemplate.{name} is not emulated."
            )
    if len(template.containers) != 1:
        raise Refused(grpc.StatusCode.UNIMPLEMENTED, "Only one container per service is emulated.")
    if "timeout" not in template:
        template.timeout = duration(_USUAL_TIMEOUT)
    _check_container(template.containers[0], images)
    instances(given, template)
    return template


def instances(service: run_v2.Service, template: run_v2.RevisionTemplate) -> int:
    """Return how many instances a service is to have at all times."""
    scaling = service.scaling
    if scaling.scaling_mode == _Scaling.MANUAL:
        count = int(scaling.manual_instance_count)
    else:
        count = max(scaling.min_instance_count, template.scaling.min_instance_count)
        if not count:
            message = "Scaling with requests is not emulated: choose manual scaling, or a minimum."
            raise Refused(grpc.StatusCode.UNIMPLEMENTED, message)
    if not 0 <= count <= _MOST_INSTANCES:
        raise invalid(f"The number of instances must be between 0 and {_MOST_INSTANCES}.")
    return count


def _check_traffic(service: run_v2.Service) -> None:
    latest = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
    if [(target.type_, target.percent) for target in service.traffic] != [(latest, 100)]:
        message = (
            "Traffic goes to the latest revision that is ready; other splits are not emulated."
        )
        raise Refused(grpc.StatusCode.UNIMPLEMENTED, message)


def _check_container(container: run_v2.Container, images: Mapping[str, Image]) -> None:
    check_image(container, images)
    if len(container.ports) > 1:
        raise invalid("A container may have one port.")
    if not container.ports:
        container.ports = [run_v2.ContainerPort(name="http1", container_port=_USUAL_PORT)]
    check_environment(container.env)
    for variable in container.env:
        if variable.name in _RESERVED:
            raise invalid(
                f"The environment variable {variable.name} is reserved; Cloud Run sets it."
            )
    if "startup_probe" not in container:
        # As the documentation says of a service without one: a single long attempt at its port.
        container.startup_probe = run_v2.Probe(
            timeout_seconds=_LONGEST_STARTUP_S,
            period_seconds=_LONGEST_STARTUP_S,
            failure_threshold=1,
            tcp_socket=run_v2.TCPSocketAction(port=container.ports[0].container_port),
        )
    else:
        _check_probe(container.startup_probe, _LONGEST_STARTUP_S, "startup_probe")
    if "liveness_probe" in container:
        _check_probe(container.liveness_probe, _LONGEST_LIVENESS_S, "liveness_probe")


def _check_probe(probe: run_v2.Probe, longest: int, name: str) -> None:
    probe.timeout_seconds = probe.timeout_seconds or 1
    probe.period_seconds = probe.period_seconds or 10
    probe.failure_threshold = probe.failure_threshold or _USUAL_FAILURES
    if "grpc" in probe:
        raise Refused(grpc.StatusCode.UNIMPLEMENTED, f"{name}.grpc is not emulated.")
    if "http_get" not in probe and "tcp_socket" not in probe:
        raise invalid(f"{name} must have an action: http_get or tcp_socket.")
    if not 1 <= probe.period_seconds <= longest or not 0 <= probe.initial_delay_seconds <= longest:
        raise invalid(
            f"{name}: period and initial delay must be within {longest} s, the period at least 1 s."
        )
    if probe.timeout_seconds > probe.period_seconds:
        raise invalid(f"{name}: the timeout must not exceed the period.")
