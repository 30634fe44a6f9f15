"""The methods of google.cloud.run.v2.Jobs."""

import logging
import uuid
from dataclasses import dataclass

import grpc
from google.api import launch_stage_pb2  # type: ignore[import-untyped]
from google.cloud import run_v2
from google.longrunning import operations_pb2  # type: ignore[import-untyped]

from emulators.cloud_run import lifecycle, names
from emulators.cloud_run.operations import Operations, Watched, new_name, of_run
from emulators.cloud_run.runner import Run
from emulators.cloud_run.validation import accept_template, apply_overrides, check_etag
from emulators.cloud_run.world import Record, World, reference
from emulators.rpc import Refused, invalid, not_found, page, service
from emulators.times import timestamp, utc_now

_LARGEST_PAGE = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """The service over the region's world."""

    world: World
    operations: Operations

    def handler(self) -> grpc.GenericRpcHandler:
        operation = operations_pb2.Operation
        return service(
            "google.cloud.run.v2.Jobs",
            run_v2,
            {
                "CreateJob": (self.create_job, operation),
                "GetJob": (self.get_job, run_v2.Job),
                "ListJobs": (self.list_jobs, run_v2.ListJobsResponse),
                "UpdateJob": (self.update_job, operation),
                "DeleteJob": (self.delete_job, operation),
                "RunJob": (self.run_job, operation),
            },
        )

    async def create_job(self, request: run_v2.CreateJobRequest) -> operations_pb2.Operation:
        location = names.check_location(request.parent)
        name = names.check_job(f"{location}/jobs/{request.job_id}")
        if name in self.world.jobs:
            raise Refused(grpc.StatusCode.ALREADY_EXISTS, f"The job {name} already exists.")
        return self._put(name, request.job, validate_only=request.validate_only)

    async def get_job(self, request: run_v2.GetJobRequest) -> run_v2.Job:
        return self._job(request.name)

    async def list_jobs(self, request: run_v2.ListJobsRequest) -> run_v2.ListJobsResponse:
        location = names.check_location(request.parent)
        found = [job for job in self.world.jobs.values() if names.parent(job.name) == location]
        shown, token = page(
            found, lambda job: str(job.name), request.page_size, request.page_token, _LARGEST_PAGE
        )
        return run_v2.ListJobsResponse(jobs=shown, next_page_token=token)

    async def update_job(self, request: run_v2.UpdateJobRequest) -> operations_pb2.Operation:
        name = names.check_job(request.job.name)
        if not (request.allow_missing and name not in self.world.jobs):
            check_etag(request.job.etag, self._job(name).etag)
        return self._put(name, request.job, validate_only=request.validate_only)

    async def delete_job(self, request: run_v2.DeleteJobRequest) -> operations_pb2.Operation:
        job = run_v2.Job(self._job(request.name))
        check_etag(request.etag, job.etag)
        location = names.parent(job.name)
        if request.validate_only:
            return self.operations.done(location, job)
        self.world.remove_job(job.name)
        for record in self.world.executions_of(job.name):
            self.world.delete(record)
        job.delete_time = timestamp(utc_now())
        _log.info("job %s deleted", names.short(job.name))
        return self.operations.done(location, job)

    async def run_job(self, request: run_v2.RunJobRequest) -> operations_pb2.Operation:
        job = self._job(request.name)
        check_etag(request.etag, job.etag)
        template = apply_overrides(job.template, request.overrides)
        if request.validate_only:
            execution = self._execution(job, template)
            return self.operations.done(names.parent(job.name), execution)
        refusal = self.world.faults.take("refuse_run")
        if refusal is not None:
            raise Refused(refusal.status_code(), "Fault: the run is refused.")
        self._check_room()
        record = self._start(job, self._execution(job, template))
        _log.info("%s: started", names.short(record.name))
        lost = self.world.faults.take("lost_run_reply")
        if lost is not None:
            raise Refused(
                lost.status_code(), "Fault: the execution runs, but this reply says otherwise."
            )
        return of_run(record)

    def put_job(self, job: run_v2.Job) -> None:
        """Create or replace a job at start, from its description."""
        self._put(names.check_job(job.name), job, validate_only=False)

    def watch_run(self, record: Record) -> None:
        """Make RunJob's operation known."""
        finished = None if record.run is None else record.run.finished
        self.operations.watch(
            record.operation, Watched(describe=lambda: of_run(record), finished=finished)
        )

    def _start(self, job: run_v2.Job, execution: run_v2.Execution) -> Record:
        now = utc_now()
        tasks = [lifecycle.new_task(execution, index, now) for index in range(execution.task_count)]
        record = Record(
            execution=execution, tasks=tasks, operation=new_name(names.parent(job.name))
        )
        job.execution_count += 1
        job.latest_created_execution = reference(execution)
        self.world.records[record.name] = record
        self.world.save_job(job)
        self.world.save(record, tasks)
        record.run = Run(self.world, record)
        self.watch_run(record)
        self.world.forget_oldest(job.name)
        return record

    def _execution(self, job: run_v2.Job, template: run_v2.ExecutionTemplate) -> run_v2.Execution:
        name = names.new_execution(job.name)
        while name in self.world.records:
            name = names.new_execution(job.name)
        execution = lifecycle.new_execution(job, template, name, utc_now())
        execution.log_uri = f"{self.world.log_url}/{names.short(name)}"
        return execution

    def _check_room(self) -> None:
        most = self.world.settings.most_running
        if self.world.running() >= most:
            message = f"Quota exceeded: {most} executions are running already, and no more may."
            raise Refused(grpc.StatusCode.RESOURCE_EXHAUSTED, message)

    def _put(
        self, name: str, given: run_v2.Job, *, validate_only: bool
    ) -> operations_pb2.Operation:
        if given.start_execution_token or given.run_execution_token:
            message = "Job.start_execution_token and run_execution_token are not emulated."
            raise Refused(grpc.StatusCode.UNIMPLEMENTED, message)
        if "template" not in given:
            raise invalid("A job must have a template.")
        job = self._made(name, given)
        if not validate_only:
            self.world.save_job(job)
            self.world.look_at_standby()
            _log.info("job %s is at generation %d", names.short(name), job.generation)
        return self.operations.done(names.parent(name), job)

    def _made(self, name: str, given: run_v2.Job) -> run_v2.Job:
        now = utc_now()
        present = self.world.jobs.get(name)
        job = run_v2.Job(
            name=name,
            uid=str(uuid.uuid4()) if present is None else present.uid,
            generation=1 if present is None else present.generation + 1,
            labels=dict(given.labels),
            annotations=dict(given.annotations),
            create_time=now if present is None else present.create_time,
            client=given.client,
            client_version=given.client_version,
            launch_stage=given.launch_stage or launch_stage_pb2.GA,
            template=accept_template(given.template, self.world.settings.images),
        )
        job.observed_generation = job.generation
        if present is not None:
            job.execution_count = present.execution_count
            job.latest_created_execution = present.latest_created_execution
        ready = lifecycle.condition("Ready", lifecycle.State.CONDITION_SUCCEEDED, "")
        ready.last_transition_time = timestamp(now)
        job.terminal_condition = ready
        lifecycle.touch(job, now)
        return job

    def _job(self, name: str) -> run_v2.Job:
        job = self.world.jobs.get(names.check_job(name))
        if job is None:
            raise not_found(f"The job {name} does not exist.")
        return job
