"""One Cloud Run service per bot, in whichever cell it was placed.

A service runs exactly one instance with its CPU always allocated, reaches the internet through the bots' own subnet
and its static address, and can be called by nobody. Cloud Run still runs two copies at times (a deployment, a move):
the bot's lease decides which of them trades.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from google.api_core import exceptions as google_errors
from google.cloud import run_v2

from candlewick.bots.models import BotId, Cell
from candlewick.bots.ports import ActualService, ServiceSpec
from candlewick.errors import Unavailable
from candlewick.log import logger

log = logger(__name__)

_TIMEOUT_S: Final = 30
_PREFIX: Final = "bot-"
_COMPONENT: Final = {"component": "live-bot"}
_REVISION: Final = "bot-revision"
_READY: Final = run_v2.Condition.State.CONDITION_SUCCEEDED
_STARTUP: Final = run_v2.Probe(
    # The network of a new instance may need a minute or more before anything can be reached.
    http_get=run_v2.HTTPGetAction(path="/healthz"),
    period_seconds=5,
    timeout_seconds=4,
    failure_threshold=48,
)
_LIVENESS: Final = run_v2.Probe(
    http_get=run_v2.HTTPGetAction(path="/healthz"),
    period_seconds=30,
    timeout_seconds=10,
    failure_threshold=3,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What all bots' services have in common.

    Attributes:
        identity: the service account's id, without roles; it exists in every cell's project.
        subnet: the cells' subnet behind the static address; empty where there is none.
    """

    identity: str
    cpu: str
    memory: str
    subnet: str
    network_tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudRunServices:
    """`BotServices` over Cloud Run's Admin API."""

    client: Callable[[], run_v2.ServicesClient]
    cells: Sequence[Cell]
    shape: Shape

    def start(self, spec: ServiceSpec) -> None:
        name = _name(spec.bot_id, spec.cell)
        wanted = self._service(spec)
        try:
            present = self._present(name)
            if present is None:
                self._create(name, wanted)
            elif dict(present.labels) != dict(wanted.labels):
                # The etag: two tasks that bring the same bot to different states must not take turns.
                wanted.name, wanted.etag = name, present.etag
                self._client().update_service(service=wanted, timeout=_TIMEOUT_S)
        except google_errors.AlreadyExists:
            log.info("service was there by now", extra={"bot_id": spec.bot_id})
        except google_errors.GoogleAPICallError as error:
            raise Unavailable("Cloud Run did not start the bot.") from error

    def delete(self, bot_id: BotId, cell: Cell) -> None:
        try:
            self._client().delete_service(name=_name(bot_id, cell), timeout=_TIMEOUT_S)
        except google_errors.NotFound:
            log.info("service was gone", extra={"bot_id": bot_id})
        except google_errors.GoogleAPICallError as error:
            raise Unavailable("Cloud Run did not delete the bot's service.") from error

    def actual(self) -> Sequence[ActualService]:
        return [found for cell in self.cells for found in self._in_cell(cell)]

    def _client(self) -> run_v2.ServicesClient:
        return self.client()

    def _present(self, name: str) -> run_v2.Service | None:
        try:
            return self._client().get_service(name=name, timeout=_TIMEOUT_S)
        except google_errors.NotFound:
            return None

    def _create(self, name: str, wanted: run_v2.Service) -> None:
        parent, _, service_id = name.partition("/services/")
        request = run_v2.CreateServiceRequest(parent=parent, service=wanted, service_id=service_id)
        self._client().create_service(request, timeout=_TIMEOUT_S)

    def _in_cell(self, cell: Cell) -> list[ActualService]:
        try:
            pages = self._client().list_services(parent=_parent(cell), timeout=_TIMEOUT_S)
            services = [item for item in pages if _is_bot(item)]
        except google_errors.GoogleAPICallError as error:
            raise Unavailable(f"Cloud Run did not list the bots of {cell.name}.") from error
        return [
            ActualService(
                bot_id=BotId(item.name.rpartition("/")[2].removeprefix(_PREFIX)),
                revision=_revision(item.labels),
                cell=cell.name,
                is_ready=not item.reconciling and item.terminal_condition.state == _READY,
            )
            for item in services
        ]

    def _service(self, spec: ServiceSpec) -> run_v2.Service:
        shape, project = self.shape, spec.cell.project
        container = run_v2.Container(
            image=spec.image,
            env=[run_v2.EnvVar(name=name, value=value) for name, value in spec.env.items()],
            resources=run_v2.ResourceRequirements(
                limits={"cpu": shape.cpu, "memory": shape.memory}, cpu_idle=False
            ),
            startup_probe=_STARTUP,
            liveness_probe=_LIVENESS,
        )
        template = run_v2.RevisionTemplate(
            containers=[container],
            service_account=f"{shape.identity}@{project}.iam.gserviceaccount.com",
            # The first generation starts faster and is gVisor; what the isolation needs, only the second one has.
            execution_environment=run_v2.ExecutionEnvironment.EXECUTION_ENVIRONMENT_GEN2,
            max_instance_request_concurrency=1,
        )
        if shape.subnet:
            template.vpc_access = _egress(shape)
        return run_v2.Service(
            labels=_labels(spec),
            ingress=run_v2.IngressTraffic.INGRESS_TRAFFIC_INTERNAL_ONLY,
            scaling=run_v2.ServiceScaling(
                scaling_mode=run_v2.ServiceScaling.ScalingMode.MANUAL, manual_instance_count=1
            ),
            template=template,
        )


def _egress(shape: Shape) -> run_v2.VpcAccess:
    access = run_v2.VpcAccess
    return access(
        egress=access.VpcEgress.ALL_TRAFFIC,
        network_interfaces=[
            access.NetworkInterface(subnetwork=shape.subnet, tags=[shape.network_tag])
        ],
    )


def _labels(spec: ServiceSpec) -> dict[str, str]:
    return {
        **_COMPONENT,
        "user-class": spec.owner_class.value,
        _REVISION: str(spec.revision),
    }


def _is_bot(service: run_v2.Service) -> bool:
    name = service.name.rpartition("/")[2]
    return name.startswith(_PREFIX) and service.labels.get("component") == _COMPONENT["component"]


def _revision(labels: Mapping[str, str]) -> int | None:
    text = labels.get(_REVISION, "")
    return int(text) if text.isdecimal() else None


def _parent(cell: Cell) -> str:
    return f"projects/{cell.project}/locations/{cell.region}"


def _name(bot_id: BotId, cell: Cell) -> str:
    return f"{_parent(cell)}/services/{_PREFIX}{bot_id}"
