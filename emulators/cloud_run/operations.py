"""Long-running operations: google.longrunning.Operations over what executions and services are doing."""

import asyncio
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import grpc
from google.cloud import run_v2
from google.longrunning import operations_pb2  # type: ignore[import-untyped]
from google.protobuf import any_pb2, empty_pb2
from google.rpc import code_pb2, status_pb2  # type: ignore[import-untyped]

from emulators.cloud_run import lifecycle
from emulators.cloud_run.service_world import Deployment
from emulators.cloud_run.world import Record
from emulators.rpc import not_found, page, service

_MOST_KEPT = 10_000
_LONGEST_WAIT_S = 3600.0
_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """An operation that may still go on; `finished` is `None` when it does not."""

    describe: Callable[[], operations_pb2.Operation]
    finished: asyncio.Event | None = None


class Operations:
    """The operations that callers may ask about, the oldest forgotten first."""

    def __init__(self) -> None:
        self._known: dict[str, Watched] = {}

    def handler(self) -> grpc.GenericRpcHandler:
        return service(
            "google.longrunning.Operations",
            operations_pb2,
            {
                "GetOperation": (self.get, operations_pb2.Operation),
                "ListOperations": (self.list, operations_pb2.ListOperationsResponse),
                "WaitOperation": (self.wait, operations_pb2.Operation),
                "DeleteOperation": (self.delete, empty_pb2.Empty),
            },
        )

    def watch(self, name: str, watched: Watched) -> operations_pb2.Operation:
        """Remember an operation and return it as it is now."""
        self._known[name] = watched
        while len(self._known) > _MOST_KEPT:
            del self._known[next(iter(self._known))]
        return watched.describe()

    def done(self, location: str, response: Any) -> operations_pb2.Operation:
        """Return an operation that is over, with what it changed."""
        made = operations_pb2.Operation(
            name=new_name(location), done=True, response=packed(response), metadata=packed(response)
        )
        return self.watch(made.name, Watched(describe=lambda: made))

    async def get(self, request: operations_pb2.GetOperationRequest) -> operations_pb2.Operation:
        return self._find(request.name).describe()

    async def wait(self, request: operations_pb2.WaitOperationRequest) -> operations_pb2.Operation:
        watched = self._find(request.name)
        seconds = _LONGEST_WAIT_S
        if request.HasField("timeout"):
            seconds = request.timeout.ToTimedelta().total_seconds()
        if watched.finished is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(watched.finished.wait(), seconds)
        return watched.describe()

    async def list(
        self, request: operations_pb2.ListOperationsRequest
    ) -> operations_pb2.ListOperationsResponse:
        prefix = f"{request.name.removesuffix('/operations')}/operations/"
        names = [name for name in self._known if name.startswith(prefix)]
        shown, token = page(names, str, request.page_size, request.page_token, _PAGE)
        found = [self._known[name].describe() for name in shown]
        return operations_pb2.ListOperationsResponse(operations=found, next_page_token=token)

    async def delete(self, request: operations_pb2.DeleteOperationRequest) -> empty_pb2.Empty:
        self._find(request.name)
        del self._known[request.name]
        return empty_pb2.Empty()

    def _find(self, name: str) -> Watched:
        watched = self._known.get(name)
        if watched is None:
            raise not_found(f"The operation {name} does not exist.")
        return watched


def new_name(location: str) -> str:
    return f"{location}/operations/{uuid.uuid4()}"


def of_run(record: Record) -> operations_pb2.Operation:
    """Describe RunJob's operation, which ends with its execution; a failed execution is its error."""
    execution = record.execution
    operation = operations_pb2.Operation(name=record.operation, metadata=packed(execution))
    if not lifecycle.is_finished(execution):
        return operation
    operation.done = True
    ending = lifecycle.completed(execution)
    if ending.state == lifecycle.State.CONDITION_SUCCEEDED:
        operation.response.CopyFrom(packed(execution))
        return operation
    is_cancelled = ending.execution_reason == lifecycle.Reason.CANCELLED
    code = code_pb2.CANCELLED if is_cancelled else code_pb2.UNKNOWN
    operation.error.CopyFrom(status_pb2.Status(code=code, message=ending.message))
    return operation


def of_end(name: str, record: Record) -> operations_pb2.Operation:
    """Describe an operation that succeeds when an execution has ended, however that was."""
    operation = operations_pb2.Operation(name=name, metadata=packed(record.execution))
    if lifecycle.is_finished(record.execution):
        operation.done = True
        operation.response.CopyFrom(packed(record.execution))
    return operation


def of_change(
    name: str, service: run_v2.Service, deployment: Deployment
) -> operations_pb2.Operation:
    """Describe an operation that ends with a service's deployment; a revision that never was ready is its error."""
    operation = operations_pb2.Operation(name=name, metadata=packed(service))
    if not deployment.finished.is_set():
        return operation
    operation.done = True
    if deployment.failure is None:
        operation.response.CopyFrom(packed(service))
    else:
        # Which code Google's service ends with is a guess.
        status = status_pb2.Status(code=code_pb2.FAILED_PRECONDITION, message=deployment.failure)
        operation.error.CopyFrom(status)
    return operation


def packed(
    message: run_v2.Job | run_v2.Execution | run_v2.Service | run_v2.Revision,
) -> any_pb2.Any:
    box = any_pb2.Any()
    box.Pack(type(message).pb(message))
    return box
