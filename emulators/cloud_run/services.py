"""The methods of google.cloud.run.v2.Services and google.cloud.run.v2.Revisions."""

import logging
import uuid
from dataclasses import dataclass

import grpc
from google.api import launch_stage_pb2  # type: ignore[import-untyped]
from google.cloud import run_v2
from google.iam.v1 import iam_policy_pb2, policy_pb2  # type: ignore[import-untyped]
from google.longrunning import operations_pb2  # type: ignore[import-untyped]

from emulators.cloud_run import names
from emulators.cloud_run.fleet import Fleet
from emulators.cloud_run.operations import Operations, Watched, new_name, of_change
from emulators.cloud_run.service_validation import accept_service
from emulators.cloud_run.service_world import Deployment, Holding, ServiceWorld
from emulators.cloud_run.validation import check_etag
from emulators.rpc import Refused, invalid, not_found, page, service
from emulators.times import timestamp, utc_now

_LARGEST_PAGE = 1000
_FIELDS = (
    *("description", "labels", "annotations", "client", "client_version", "ingress", "traffic"),
    *("scaling", "invoker_iam_disabled", "default_uri_disabled", "custom_audiences"),
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The service over the region's world."""

    world: ServiceWorld
    operations: Operations

    def handler(self) -> grpc.GenericRpcHandler:
        operation = operations_pb2.Operation
        return service(
            "google.cloud.run.v2.Services",
            run_v2,
            {
                "CreateService": (self.create_service, operation),
                "GetService": (self.get_service, run_v2.Service),
                "ListServices": (self.list_services, run_v2.ListServicesResponse),
                "UpdateService": (self.update_service, operation),
                "DeleteService": (self.delete_service, operation),
                "GetIamPolicy": (self.get_policy, policy_pb2.Policy),
                "SetIamPolicy": (self.set_policy, policy_pb2.Policy),
            },
            {
                "GetIamPolicy": iam_policy_pb2.GetIamPolicyRequest,
                "SetIamPolicy": iam_policy_pb2.SetIamPolicyRequest,
            },
        )

    async def create_service(
        self, request: run_v2.CreateServiceRequest
    ) -> operations_pb2.Operation:
        location = names.check_location(request.parent)
        name = names.check_service(f"{location}/services/{request.service_id}")
        if name in self.world.holdings:
            raise Refused(grpc.StatusCode.ALREADY_EXISTS, f"The service {name} already exists.")
        return self._put(name, request.service, validate_only=request.validate_only)

    async def get_service(self, request: run_v2.GetServiceRequest) -> run_v2.Service:
        return self._holding(request.name).service

    async def list_services(
        self, request: run_v2.ListServicesRequest
    ) -> run_v2.ListServicesResponse:
        location = names.check_location(request.parent)
        found = [
            holding.service
            for holding in self.world.holdings.values()
            if names.parent(holding.name) == location
        ]
        shown, token = page(
            found, lambda item: str(item.name), request.page_size, request.page_token, _LARGEST_PAGE
        )
        return run_v2.ListServicesResponse(services=shown, next_page_token=token)

    async def update_service(
        self, request: run_v2.UpdateServiceRequest
    ) -> operations_pb2.Operation:
        name = names.check_service(request.service.name)
        if request.update_mask.paths:
            message = "UpdateServiceRequest.update_mask is not emulated: send the whole service."
            raise Refused(grpc.StatusCode.UNIMPLEMENTED, message)
        if not (request.allow_missing and name not in self.world.holdings):
            check_etag(request.service.etag, self._holding(name).service.etag)
        return self._put(name, request.service, validate_only=request.validate_only)

    async def delete_service(
        self, request: run_v2.DeleteServiceRequest
    ) -> operations_pb2.Operation:
        holding = self._holding(request.name)
        check_etag(request.etag, holding.service.etag)
        if request.validate_only:
            return self.operations.done(names.parent(holding.name), holding.service)
        holding.service.delete_time = timestamp(utc_now())
        return self._watch(holding.service, self.world.delete(holding))

    async def get_policy(self, request: iam_policy_pb2.GetIamPolicyRequest) -> policy_pb2.Policy:
        return policy_pb2.Policy.FromString(self._holding(request.resource).policy)

    async def set_policy(self, request: iam_policy_pb2.SetIamPolicyRequest) -> policy_pb2.Policy:
        holding = self._holding(request.resource)
        holding.policy = request.policy.SerializeToString()
        self.world.region.store.save_service(holding.service, holding.policy)
        return request.policy

    def _put(
        self, name: str, given: run_v2.Service, *, validate_only: bool
    ) -> operations_pb2.Operation:
        made = self._made(name, given)
        if validate_only:
            return self.operations.done(names.parent(name), made)
        refusal = self.world.region.faults.take("refuse_service")
        if refusal is not None:
            raise Refused(refusal.status_code(), "Fault: the change is refused.")
        holding = self.world.holdings.get(name)
        if holding is None:
            holding = Holding(service=made, fleet=Fleet(self.world.region))
        deployment = self.world.change(holding, made)
        _log.info("service %s is at generation %d", names.short(name), made.generation)
        lost = self.world.region.faults.take("lost_service_reply")
        if lost is not None:
            raise Refused(lost.status_code(), "Fault: it is done, but this reply says otherwise.")
        return self._watch(made, deployment)

    def _made(self, name: str, given: run_v2.Service) -> run_v2.Service:
        holding, now = self.world.holdings.get(name), utc_now()
        present = None if holding is None else holding.service
        template = accept_service(given, self.world.region.settings.images)
        self._check_revision(name, template)
        made = run_v2.Service(
            name=name,
            uid=str(uuid.uuid4()) if present is None else present.uid,
            generation=1 if present is None else present.generation + 1,
            create_time=now if present is None else present.create_time,
            launch_stage=given.launch_stage or launch_stage_pb2.GA,
            template=template,
            uri=f"{self.world.region.url}/services/{names.short(name)}",
            **{field: getattr(given, field) for field in _FIELDS},
        )
        made.urls = [made.uri]
        if present is not None:
            made.latest_ready_revision = present.latest_ready_revision
            made.latest_created_revision = present.latest_created_revision
            made.conditions = present.conditions
            made.traffic_statuses = present.traffic_statuses
        return made

    def _check_revision(self, name: str, template: run_v2.RevisionTemplate) -> None:
        if not template.revision:
            return
        if not template.revision.startswith(f"{names.short(name)}-"):
            raise invalid("A revision's name must begin with the service's and a dash.")
        revision = names.check_revision(f"{name}/revisions/{template.revision}")
        holding = self.world.holdings.get(name)
        if holding is not None and revision in holding.revisions:
            if run_v2.RevisionTemplate.serialize(template) == run_v2.RevisionTemplate.serialize(
                holding.service.template
            ):
                return
            message = (
                f"Revision named '{template.revision}' with different configuration already exists."
            )
            raise Refused(grpc.StatusCode.ALREADY_EXISTS, message)

    def _watch(self, changed: run_v2.Service, deployment: Deployment) -> operations_pb2.Operation:
        name = new_name(names.parent(changed.name))
        watched = Watched(
            describe=lambda: of_change(name, changed, deployment), finished=deployment.finished
        )
        return self.operations.watch(name, watched)

    def _holding(self, name: str) -> Holding:
        return find_holding(self.world, names.check_service(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """The service over the region's world."""

    world: ServiceWorld
    operations: Operations

    def handler(self) -> grpc.GenericRpcHandler:
        return service(
            "google.cloud.run.v2.Revisions",
            run_v2,
            {
                "GetRevision": (self.get_revision, run_v2.Revision),
                "ListRevisions": (self.list_revisions, run_v2.ListRevisionsResponse),
                "DeleteRevision": (self.delete_revision, operations_pb2.Operation),
            },
        )

    async def get_revision(self, request: run_v2.GetRevisionRequest) -> run_v2.Revision:
        return self._found(request.name)[1]

    async def list_revisions(
        self, request: run_v2.ListRevisionsRequest
    ) -> run_v2.ListRevisionsResponse:
        holding = find_holding(self.world, names.check_service(request.parent))
        shown, token = page(
            holding.revisions.values(),
            lambda item: str(item.name),
            request.page_size,
            request.page_token,
            _LARGEST_PAGE,
        )
        return run_v2.ListRevisionsResponse(revisions=shown, next_page_token=token)

    async def delete_revision(
        self, request: run_v2.DeleteRevisionRequest
    ) -> operations_pb2.Operation:
        holding, revision = self._found(request.name)
        check_etag(request.etag, revision.etag)
        running = {crew.revision.name for crew in holding.fleet.crews}
        if revision.name in {*running, holding.service.latest_created_revision}:
            message = "The latest revision, and one that serves, cannot be deleted."
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, message)
        if not request.validate_only:
            del holding.revisions[revision.name]
            self.world.region.store.delete_revision(revision.name)
        return self.operations.done(names.parent(holding.name), revision)

    def _found(self, name: str) -> tuple[Holding, run_v2.Revision]:
        holding = find_holding(self.world, names.parent(names.check_revision(name)))
        revision = holding.revisions.get(name)
        if revision is None:
            raise not_found(f"The revision {name} does not exist.")
        return holding, revision


def find_holding(world: ServiceWorld, name: str) -> Holding:
    holding = world.holdings.get(name)
    if holding is None:
        raise not_found(f"The service {name} does not exist.")
    return holding
