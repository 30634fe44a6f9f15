"""The jobs and executions that the emulated region holds, in memory and in the store."""

import logging
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from google.cloud import run_v2

from emulators.cloud_run import lifecycle
from emulators.cloud_run.container import end_leftover
from emulators.cloud_run.lifecycle import Stop, Verdict
from emulators.cloud_run.names import parent, short
from emulators.cloud_run.region import Region
from emulators.times import moment, utc_now

if TYPE_CHECKING:
    from emulators.cloud_run.runner import Run
    from emulators.cloud_run.standby import Standby

_MOST_KEPT_EXECUTIONS = 1000
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True, eq=False)
class Record:
    """An execution with its tasks; `run` is there while it runs."""

    execution: run_v2.Execution
    tasks: list[run_v2.Task]
    operation: str
    run: "Run | None" = None
    is_deleted: bool = False

    @property
    def name(self) -> str:
        return str(self.execution.name)


@dataclass(slots=True, kw_only=True)
class World(Region):
    """The region's jobs and executions, by name."""

    jobs: dict[str, run_v2.Job] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    standby: "Standby | None" = None

    def load(self) -> None:
        """Take up what an earlier process left; what it was running has failed."""
        shutil.rmtree(self.settings.folder / "scratch", ignore_errors=True)
        for pid, started_at in self.store.keepers():
            if end_leftover(pid, started_at):
                _log.info("ended process %d, left over from an emulator that is gone", pid)
            self.store.remove_keeper(pid)
        self.jobs = {job.name: job for job in self.store.jobs()}
        for execution, operation in self.store.executions():
            tasks = self.store.tasks(execution.name)
            record = Record(execution=execution, tasks=tasks, operation=operation)
            self.records[record.name] = record
            if not lifecycle.is_finished(execution):
                self._give_up(record)

    def save_job(self, job: run_v2.Job) -> None:
        self.jobs[job.name] = job
        self.store.save_job(job)

    def remove_job(self, name: str) -> None:
        del self.jobs[name]
        self.store.delete_job(name)
        self.look_at_standby()

    def save(self, record: Record, changed: Iterable[run_v2.Task]) -> None:
        """Write an execution, those of its tasks that changed, and what its job says of it."""
        self.store.save_execution(record.execution, record.operation, changed)
        job = self.jobs.get(parent(record.name))
        if job is None or job.latest_created_execution.name != short(record.name):
            return
        job.latest_created_execution = reference(record.execution)
        self.save_job(job)

    def delete(self, record: Record) -> None:
        """Delete an execution, after its end if it runs."""
        record.is_deleted = True
        if record.run is None:
            self.remove(record)
        else:
            record.run.stop(Stop.DELETED)

    def stop_all(self) -> list["Run"]:
        """Stop what runs, since the emulator ends."""
        runs = [record.run for record in self.records.values() if record.run is not None]
        for run in runs:
            run.stop(Stop.SHUTDOWN)
        return runs

    def remove(self, record: Record) -> None:
        self.records.pop(record.name, None)
        self.store.delete_execution(record.name)

    def executions_of(self, job: str) -> list[Record]:
        """Return a job's executions, the newest first."""
        found = [record for record in self.records.values() if parent(record.name) == job]
        return sorted(found, key=lambda record: moment(record.execution.create_time), reverse=True)

    def running(self) -> int:
        return sum(not lifecycle.is_finished(record.execution) for record in self.records.values())

    def look_at_standby(self) -> None:
        """Say that a process may be wanted that waits, or another one."""
        if self.standby is not None:
            self.standby.look_again()

    def forget_oldest(self, job: str) -> None:
        """Keep as many finished executions of a job as Cloud Run does."""
        for record in self.executions_of(job)[_MOST_KEPT_EXECUTIONS:]:
            if lifecycle.is_finished(record.execution):
                self.remove(record)

    def _give_up(self, record: Record) -> None:
        now = utc_now()
        changed = [task for task in record.tasks if not lifecycle.is_finished(task)]
        for task in changed:
            lifecycle.end_task(task, Verdict.FAILED, Stop.SHUTDOWN.value, now)
        record.execution.failed_count += len(changed)
        lifecycle.end_execution(record.execution, Stop.SHUTDOWN, "", now)
        self.save(record, changed)
        _log.info("%s: failed, since the emulator ended while it ran", short(record.name))


def reference(execution: run_v2.Execution) -> run_v2.ExecutionReference:
    made = run_v2.ExecutionReference(
        name=short(execution.name),
        create_time=execution.create_time,
        completion_status=lifecycle.completion_status(execution),
    )
    if lifecycle.is_finished(execution):
        made.completion_time = execution.completion_time
    return made
