"""One task of the job, step by step: claim, fetch, run, upload, report."""

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from backtest_job.archive import checked
from backtest_job.child import Child
from backtest_job.cutting import cut_inputs
from backtest_job.errors import (
    SETTLED,
    TRY_AGAIN,
    CancelRequested,
    FencedOff,
    PlatformFailure,
    RunFailed,
)
from backtest_job.events import Events
from backtest_job.heartbeat import Heartbeat
from backtest_job.logtail import Log
from backtest_job.redaction import redacted
from backtest_job.sandbox import Sandbox
from backtest_job.settings import Settings
from backtest_job.transfers import LinkExpired, fetch_all, open_client, upload, upload_log
from backtest_job.watch import Watch
from candlewick.backtests.wire import (
    Cancelled,
    Failed,
    Failure,
    FailureKind,
    Finished,
    Phase,
    StartClaim,
    Succeeded,
    Ticket,
    Timings,
    Upload,
)
from candlewick.isolation.driver import NoIsolation

log = logging.getLogger(__name__)

_LINKS_MUST_LAST: Final = timedelta(seconds=60)


class Task:
    """A try at one run, in a sandbox that was started already and is closed here, or without one."""

    def __init__(self, settings: Settings, sandbox: Sandbox | NoIsolation) -> None:
        self._settings = settings
        self._sandbox = sandbox
        self._holder = secrets.token_hex(16)
        self._events = Events(
            settings.events_url, settings.run_token, traceparent=settings.traceparent
        )
        self._http = open_client()
        self._took: dict[str, float] = {}
        self._log = Log()
        self._ticket: Ticket | None = None

    def run(self) -> int:
        """Return the exit code; whatever happens, no process of the child's is left."""
        outcome: Succeeded | Failed | Cancelled
        code = SETTLED
        try:
            outcome = self._attempt()
        except FencedOff:
            log.info("fenced off by a newer claim, or the run has ended")
            return SETTLED
        except CancelRequested:
            outcome = Cancelled()
        except RunFailed as failed:
            outcome = Failed(failure=failed.failure)
        except PlatformFailure as failed:
            log.exception("the platform failed")
            message = redacted(str(failed), self._settings.run_token)[:4_000]
            outcome = Failed(failure=Failure(kind=FailureKind.PLATFORM_ERROR, message=message))
            code = TRY_AGAIN
            self._claim_to_report()
        return self._report(outcome, code)

    def _claim_to_report(self) -> None:
        """Who holds no claim is not heard: a machine on which nothing works must say so at once."""
        if self._ticket is None:
            with suppress(FencedOff, PlatformFailure, RunFailed):
                self._claim()

    def _report(self, outcome: Succeeded | Failed | Cancelled, code: int) -> int:
        finished = Finished(
            holder=self._holder,
            outcome=outcome,
            timings=Timings.model_validate(self._took),
            log_tail=redacted(self._log.tail(), self._settings.run_token),
        )
        self._store_log()
        try:
            self._events.finish(finished)
        except FencedOff:
            return SETTLED
        except PlatformFailure:
            log.exception("the outcome could not be reported")
            return TRY_AGAIN
        log.info("reported", extra={"outcome": outcome.outcome})
        return code

    def _attempt(self) -> Succeeded:
        if isinstance(self._sandbox, NoIsolation):
            raise PlatformFailure(str(self._sandbox)) from self._sandbox
        child = Child(self._sandbox)
        try:
            with self._timed("claim_s"):
                ticket = self._claim()
            if ticket.limits.scratch_mib != child.scratch_mib:
                child.close()
                child = self._another(self._sandbox, ticket.limits.scratch_mib)
            return self._with_child(child, ticket)
        finally:
            child.close()
            self._log = child.log

    def _another(self, first: Sandbox, scratch_mib: int) -> Child:
        try:
            return Child(first.again(scratch_mib=scratch_mib))
        except NoIsolation as error:
            raise PlatformFailure(str(error)) from error

    def _with_child(self, child: Child, ticket: Ticket) -> Succeeded:
        heartbeat = Heartbeat(self._events, self._holder, log_tail=child.log.tail)
        heartbeat.start()
        try:
            with self._timed("fetch_s"):
                self._fetch(ticket, child.inputs)
                cut_inputs(ticket, child.inputs)
            heartbeat.check()
            self._took["import_s"] = child.wait_until_ready().import_s
            heartbeat.check()
            child.go(dict(ticket.config), ticket.limits, ticket.probe, ticket.loop)
            with self._timed("backtest_s"):
                watch = Watch(
                    child, ticket.limits, on_progress=heartbeat.report, check=heartbeat.check
                )
                watch.until_done()
            heartbeat.report(Phase.UPLOADING, 0.99)
            with self._timed("upload_s"):
                return self._upload(child, ticket)
        finally:
            heartbeat.stop()

    def _store_log(self) -> None:
        target = None if self._ticket is None else self._ticket.log
        if target is None or self._log.total_bytes == 0:
            return
        text = redacted(self._log.whole(target.max_bytes).decode(), self._settings.run_token)
        upload_log(self._http, text.encode()[: target.max_bytes], target)

    def _claim(self) -> Ticket:
        ticket = self._events.claim(
            StartClaim(
                holder=self._holder,
                task_attempt=self._settings.task_attempt,
                execution=self._settings.execution,
            )
        )
        self._ticket = ticket
        return ticket

    def _fetch(self, ticket: Ticket, inputs: Path) -> None:
        try:
            fetch_all(self._http, ticket.files, inputs)
        except LinkExpired:
            try:
                fetch_all(self._http, self._claim().files, inputs)
            except LinkExpired as error:
                raise PlatformFailure("Storage refuses the links to the inputs.") from error

    def _upload(self, child: Child, ticket: Ticket) -> Succeeded:
        archive = checked(child.result, max_bytes=ticket.result.max_bytes)
        target = ticket.result
        if ticket.expires_at - datetime.now(UTC) < _LINKS_MUST_LAST:
            target = self._fresh_upload()
        upload(self._http, child.result, archive.size_bytes, self._fresh_upload, target)
        return Succeeded(sha256=archive.sha256, size_bytes=archive.size_bytes)

    def _fresh_upload(self) -> Upload:
        return self._claim().result

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self._took[name] = round(time.monotonic() - began, 3)
