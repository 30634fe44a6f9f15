"""Starts and cancels executions of the backtest job on Cloud Run."""

from collections.abc import Mapping
from dataclasses import dataclass

from google.api_core import exceptions as google_errors
from google.cloud import run_v2

from candlewick.errors import Unavailable
from candlewick.log import logger

log = logger(__name__)

_TIMEOUT_S = 30
_GONE = (google_errors.NotFound, google_errors.FailedPrecondition, google_errors.InvalidArgument)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudRunJob:
    """`JobRunner` on a job named `projects/…/locations/…/jobs/…`."""

    jobs: run_v2.JobsClient
    executions: run_v2.ExecutionsClient
    job: str

    def start(self, environment: Mapping[str, str]) -> str | None:
        container = run_v2.RunJobRequest.Overrides.ContainerOverride(
            env=[run_v2.EnvVar(name=name, value=value) for name, value in environment.items()]
        )
        request = run_v2.RunJobRequest(
            name=self.job,
            overrides=run_v2.RunJobRequest.Overrides(container_overrides=[container]),
        )
        try:
            # No retry here: RunJob is not idempotent, and a second execution is for the task to ask for.
            operation = self.jobs.run_job(request, timeout=_TIMEOUT_S, retry=None)
        except google_errors.GoogleAPICallError as error:
            raise Unavailable("Cloud Run did not start the job.") from error
        metadata: run_v2.Execution = operation.metadata
        return metadata.name or None

    def cancel(self, execution: str) -> None:
        """Cancel an execution by its full or its short name. One that has ended is left as it is."""
        name = execution if "/" in execution else f"{self.job}/executions/{execution}"
        try:
            self.executions.cancel_execution(name=name, timeout=_TIMEOUT_S)
        except _GONE:
            log.info("execution had ended", extra={"execution": name})
        except google_errors.GoogleAPICallError as error:
            raise Unavailable("Cloud Run did not cancel the execution.") from error
