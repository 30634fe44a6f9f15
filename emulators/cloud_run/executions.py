"""The methods of google.cloud.run.v2.Executions and google.cloud.run.v2.Tasks."""

import logging
from dataclasses import dataclass

import grpc
from google.cloud import run_v2
from google.longrunning import operations_pb2  # type: ignore[import-untyped]

from emulators.cloud_run import names
from emulators.cloud_run.lifecycle import Stop
from emulators.cloud_run.operations import Operations, Watched, new_name, of_end
from emulators.cloud_run.validation import check_etag
from emulators.cloud_run.world import Record, World
from emulators.rpc import Refused, not_found, page, service
from emulators.times import moment

_LARGEST_PAGE = 1000
_FAR_FUTURE_S = 10**12
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Executions:
    """The service over the region's world."""

    world: World
    operations: Operations

    def handler(self) -> grpc.GenericRpcHandler:
        operation = operations_pb2.Operation
        return service(
            "google.cloud.run.v2.Executions",
            run_v2,
            {
                "GetExecution": (self.get_execution, run_v2.Execution),
                "ListExecutions": (self.list_executions, run_v2.ListExecutionsResponse),
                "DeleteExecution": (self.delete_execution, operation),
                "CancelExecution": (self.cancel_execution, operation),
            },
        )

    async def get_execution(self, request: run_v2.GetExecutionRequest) -> run_v2.Execution:
        return find_record(self.world, request.name).execution

    async def list_executions(
        self, request: run_v2.ListExecutionsRequest
    ) -> run_v2.ListExecutionsResponse:
        parent = names.check_executions_parent(request.parent)
        found = [
            record.execution
            for record in self.world.records.values()
            if names.is_under(record.name, parent)
        ]
        shown, token = page(
            found, _newest_first, request.page_size, request.page_token, _LARGEST_PAGE
        )
        return run_v2.ListExecutionsResponse(executions=shown, next_page_token=token)

    async def delete_execution(
        self, request: run_v2.DeleteExecutionRequest
    ) -> operations_pb2.Operation:
        record = find_record(self.world, request.name)
        check_etag(request.etag, record.execution.etag)
        if request.validate_only:
            return self.operations.done(_location(record), record.execution)
        operation = self._watch_end(record)
        self.world.delete(record)
        return operation

    async def cancel_execution(
        self, request: run_v2.CancelExecutionRequest
    ) -> operations_pb2.Operation:
        record = find_record(self.world, request.name)
        check_etag(request.etag, record.execution.etag)
        if record.run is None:
            message = f"The execution {names.short(record.name)} is over and cannot be cancelled."
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, message)
        if request.validate_only:
            return self.operations.done(_location(record), record.execution)
        record.run.stop(Stop.CANCELLED)
        return self._watch_end(record)

    def _watch_end(self, record: Record) -> operations_pb2.Operation:
        name = new_name(_location(record))
        finished = None if record.run is None else record.run.finished
        watched = Watched(describe=lambda: of_end(name, record), finished=finished)
        return self.operations.watch(name, watched)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """The service over the region's world."""

    world: World

    def handler(self) -> grpc.GenericRpcHandler:
        return service(
            "google.cloud.run.v2.Tasks",
            run_v2,
            {
                "GetTask": (self.get_task, run_v2.Task),
                "ListTasks": (self.list_tasks, run_v2.ListTasksResponse),
            },
        )

    async def get_task(self, request: run_v2.GetTaskRequest) -> run_v2.Task:
        name = names.check_task(request.name)
        for task in find_record(self.world, names.parent(name)).tasks:
            if task.name == name:
                return task
        raise not_found(f"The task {name} does not exist.")

    async def list_tasks(self, request: run_v2.ListTasksRequest) -> run_v2.ListTasksResponse:
        parent = names.check_tasks_parent(request.parent)
        records = list(self.world.records.values())
        if "-" not in parent.split("/"):
            records = [find_record(self.world, parent)]
        found = [
            task
            for record in records
            if names.is_under(record.name, parent)
            for task in record.tasks
        ]
        shown, token = page(found, _by_index, request.page_size, request.page_token, _LARGEST_PAGE)
        return run_v2.ListTasksResponse(tasks=shown, next_page_token=token)


def find_record(world: World, name: str) -> Record:
    record = world.records.get(names.check_execution(name))
    if record is None:
        raise not_found(f"The execution {name} does not exist.")
    return record


def _newest_first(execution: run_v2.Execution) -> str:
    age = _FAR_FUTURE_S - moment(execution.create_time).timestamp()
    return f"{age:020.6f} {execution.name}"


def _by_index(task: run_v2.Task) -> str:
    return f"{names.parent(task.name)} {task.index:08d}"


def _location(record: Record) -> str:
    return names.parent(names.parent(record.name))
