"""The methods of google.cloud.tasks.v2.CloudTasks."""

import logging
from dataclasses import dataclass
from datetime import timedelta

import grpc
from google.cloud import tasks_v2
from google.protobuf import empty_pb2, field_mask_pb2

from emulators.cloud_tasks import names
from emulators.cloud_tasks.dispatcher import Dispatcher
from emulators.cloud_tasks.store import Store, StoredTask
from emulators.cloud_tasks.validation import accept_queue, accept_task
from emulators.faults import Faults
from emulators.rpc import Refused, invalid, not_found, page, service
from emulators.times import moment, timestamp, utc_now

_QUEUE_REUSE = timedelta(days=3)
_LARGEST_QUEUE_PAGE = 9800
_LARGEST_TASK_PAGE = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudTasks:
    """The service over a store and a dispatcher; `dedup_period` as in `Dispatching`."""

    store: Store
    dispatcher: Dispatcher
    faults: Faults
    dedup_period: timedelta

    def handler(self) -> grpc.GenericRpcHandler:
        queue, task, empty = tasks_v2.Queue, tasks_v2.Task, empty_pb2.Empty
        return service(
            "google.cloud.tasks.v2.CloudTasks",
            tasks_v2,
            {
                "ListQueues": (self.list_queues, tasks_v2.ListQueuesResponse),
                "GetQueue": (self.get_queue, queue),
                "CreateQueue": (self.create_queue, queue),
                "UpdateQueue": (self.update_queue, queue),
                "DeleteQueue": (self.delete_queue, empty),
                "PurgeQueue": (self.purge_queue, queue),
                "PauseQueue": (self.pause_queue, queue),
                "ResumeQueue": (self.resume_queue, queue),
                "ListTasks": (self.list_tasks, tasks_v2.ListTasksResponse),
                "GetTask": (self.get_task, task),
                "CreateTask": (self.create_task, task),
                "DeleteTask": (self.delete_task, empty),
                "RunTask": (self.run_task, task),
            },
        )

    async def list_queues(self, request: tasks_v2.ListQueuesRequest) -> tasks_v2.ListQueuesResponse:
        location = names.check_location(request.parent)
        if request.filter:
            raise Refused(
                grpc.StatusCode.UNIMPLEMENTED, "ListQueuesRequest.filter is not emulated."
            )
        found = [queue for queue in self.store.queues() if names.parent(queue.name) == location]
        shown, token = page(
            found,
            lambda queue: str(queue.name),
            request.page_size,
            request.page_token,
            _LARGEST_QUEUE_PAGE,
        )
        return tasks_v2.ListQueuesResponse(queues=shown, next_page_token=token)

    async def get_queue(self, request: tasks_v2.GetQueueRequest) -> tasks_v2.Queue:
        return self._queue(request.name)

    async def create_queue(self, request: tasks_v2.CreateQueueRequest) -> tasks_v2.Queue:
        location = names.check_location(request.parent)
        name = names.check_queue(request.queue.name)
        if names.parent(name) != location:
            raise invalid(f"The queue {name} is not of the location {location}.")
        if self.store.queue(name) is not None:
            raise Refused(grpc.StatusCode.ALREADY_EXISTS, f"The queue {name} already exists.")
        return self._create(request.queue)

    async def update_queue(self, request: tasks_v2.UpdateQueueRequest) -> tasks_v2.Queue:
        name = names.check_queue(request.queue.name)
        present = self.store.queue(name)
        if present is None:
            return self._create(request.queue)
        wanted = tasks_v2.Queue(present)
        _merge(wanted, request.queue, tasks_v2.UpdateQueueRequest.pb(request).update_mask)
        accepted = accept_queue(wanted)
        accepted.state = present.state
        if "purge_time" in present:
            accepted.purge_time = present.purge_time
        return self._keep(accepted, "updated")

    async def delete_queue(self, request: tasks_v2.DeleteQueueRequest) -> empty_pb2.Empty:
        queue, now = self._queue(request.name), utc_now()
        self.store.delete_queue(queue.name, now + _QUEUE_REUSE, now + self.dedup_period)
        self.dispatcher.forget(queue.name)
        _log.info("queue %s deleted", queue.name)
        return empty_pb2.Empty()

    async def purge_queue(self, request: tasks_v2.PurgeQueueRequest) -> tasks_v2.Queue:
        queue, now = self._queue(request.name), utc_now()
        self.store.purge(queue.name, now + self.dedup_period)
        queue.purge_time = timestamp(now)
        return self._keep(queue, "purged")

    async def pause_queue(self, request: tasks_v2.PauseQueueRequest) -> tasks_v2.Queue:
        queue = self._queue(request.name)
        queue.state = tasks_v2.Queue.State(tasks_v2.Queue.State.PAUSED)
        return self._keep(queue, "paused")

    async def resume_queue(self, request: tasks_v2.ResumeQueueRequest) -> tasks_v2.Queue:
        queue = self._queue(request.name)
        queue.state = tasks_v2.Queue.State(tasks_v2.Queue.State.RUNNING)
        return self._keep(queue, "resumed")

    async def list_tasks(self, request: tasks_v2.ListTasksRequest) -> tasks_v2.ListTasksResponse:
        queue = self._queue(request.parent)
        shown, token = page(
            self.store.tasks(queue.name),
            lambda task: str(task.name),
            request.page_size,
            request.page_token,
            _LARGEST_TASK_PAGE,
        )
        viewed = [_viewed(task, request.response_view) for task in shown]
        return tasks_v2.ListTasksResponse(tasks=viewed, next_page_token=token)

    async def get_task(self, request: tasks_v2.GetTaskRequest) -> tasks_v2.Task:
        return _viewed(self._task(request.name).task, request.response_view)

    async def create_task(self, request: tasks_v2.CreateTaskRequest) -> tasks_v2.Task:
        queue, now = names.check_queue(request.parent), utc_now()
        if self.store.queue(queue) is None:
            if self.store.is_buried(queue, now):
                message = (
                    "The queue no longer exists, though a queue with this name existed recently."
                )
                raise Refused(grpc.StatusCode.FAILED_PRECONDITION, message)
            raise not_found(f"Queue {queue} does not exist.")
        task = accept_task(request.task, queue, now)
        if self.store.by_name(task.name) is not None or self.store.is_buried(task.name, now):
            message = f"The task {task.name} cannot be created: one of this name exists or did until recently."
            raise Refused(grpc.StatusCode.ALREADY_EXISTS, message)
        self.store.add(StoredTask(task=task, is_named=bool(request.task.name)))
        self.dispatcher.wake(queue)
        _log.info("%s: created for %s", task.name, moment(task.schedule_time).isoformat())
        lost = self.faults.take("drop_create_reply")
        if lost is not None:
            raise Refused(
                lost.status_code(), "Fault: the task is stored, but this reply says otherwise."
            )
        return _viewed(task, request.response_view)

    async def delete_task(self, request: tasks_v2.DeleteTaskRequest) -> empty_pb2.Empty:
        stored = self._task(request.name)
        self.store.delete(stored, utc_now() + self.dedup_period)
        _log.info("%s: deleted", stored.task.name)
        return empty_pb2.Empty()

    async def run_task(self, request: tasks_v2.RunTaskRequest) -> tasks_v2.Task:
        stored = self._task(request.name)
        self.dispatcher.run_now(stored)
        return _viewed(stored.task, request.response_view)

    def add_queue(self, queue: tasks_v2.Queue) -> None:
        """Create a queue at start, or give an existing one these settings."""
        burst = queue.rate_limits.max_burst_size
        accepted = accept_queue(queue)
        accepted.rate_limits.max_burst_size = burst or accepted.rate_limits.max_burst_size
        present = self.store.queue(queue.name)
        if present is not None:
            accepted.state = present.state
        self._keep(accepted, "ready")

    def resume_stored_queues(self) -> None:
        for queue in self.store.queues():
            self.dispatcher.refresh(queue)

    def _create(self, queue: tasks_v2.Queue) -> tasks_v2.Queue:
        if self.store.is_buried(queue.name, utc_now()):
            message = (
                "The queue cannot be created because a queue with this name existed too recently."
            )
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, message)
        return self._keep(accept_queue(queue), "created")

    def _keep(self, queue: tasks_v2.Queue, what: str) -> tasks_v2.Queue:
        self.store.save_queue(queue)
        self.dispatcher.refresh(queue)
        _log.info("queue %s %s", queue.name, what)
        return queue

    def _queue(self, name: str) -> tasks_v2.Queue:
        queue = self.store.queue(names.check_queue(name))
        if queue is None:
            raise not_found(f"Queue {name} does not exist.")
        return queue

    def _task(self, name: str) -> StoredTask:
        stored = self.store.by_name(names.check_task(name))
        if stored is None:
            raise not_found(f"The task {name} does not exist.")
        return stored


def _viewed(task: tasks_v2.Task, view: tasks_v2.Task.View) -> tasks_v2.Task:
    view_type = tasks_v2.Task.View
    if view == view_type.FULL:
        return tasks_v2.Task(task, view=view_type.FULL)
    shown = tasks_v2.Task(task, view=view_type.BASIC)
    shown.http_request.body = b""
    return shown


def _merge(present: tasks_v2.Queue, wanted: tasks_v2.Queue, mask: field_mask_pb2.FieldMask) -> None:
    target, source = tasks_v2.Queue.pb(present), tasks_v2.Queue.pb(wanted)
    if not mask.paths:
        name = target.name
        target.CopyFrom(source)
        target.name = name
        return
    if not mask.IsValidForDescriptor(target.DESCRIPTOR):
        raise invalid(f"update_mask has unknown fields: {', '.join(mask.paths)}.")
    mask.MergeMessage(source, target, replace_message_field=True, replace_repeated_field=True)
