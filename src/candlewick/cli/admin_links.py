"""Addresses of Google Cloud's console that show one run."""

from datetime import datetime, timedelta
from urllib.parse import quote

from candlewick.backtests.models import BacktestRun
from candlewick.settings import AdminSettings

_CONSOLE = "https://console.cloud.google.com"
_AROUND = timedelta(minutes=5)


def links(run: BacktestRun, settings: AdminSettings) -> dict[str, str]:
    """Return where to look on, by what is found there; what cannot be known is left out."""
    found = {"logs": logs_of(run, settings.project)}
    execution = (run.claim.execution or "").rpartition("/")[2]
    if settings.region and execution:
        found["execution"] = (
            f"{_CONSOLE}/run/jobs/executions/details/{quote(settings.region)}/{quote(execution)}"
            f"/tasks?project={quote(settings.project)}"
        )
    if settings.results_bucket:
        found["files"] = (
            f"{_CONSOLE}/storage/browser/{quote(settings.results_bucket)}/{quote(run.files)}"
            f"?project={quote(settings.project)}"
        )
    found["document"] = (
        f"{_CONSOLE}/firestore/databases/-default-/data/panel/users/"
        f"{quote(run.owner, safe='')}/runs/{quote(run.id, safe='')}?project={quote(settings.project)}"
    )
    return found


def logs_of(run: BacktestRun, project: str) -> str:
    """Return the address of all lines of a run: functions, job, verification."""
    latest = max((run.created_at, *run.entered_at.values()))
    return logs_url(
        f'labels.run_id="{run.id}"', project, run.created_at - _AROUND, latest + _AROUND
    )


def logs_url(query: str, project: str, since: datetime, until: datetime) -> str:
    span = f"startTime={since:%Y-%m-%dT%H:%M:%SZ};endTime={until:%Y-%m-%dT%H:%M:%SZ}"
    return f"{_CONSOLE}/logs/query;query={quote(query, safe='')};{span}?project={quote(project)}"


def log_object(run: BacktestRun, settings: AdminSettings) -> str | None:
    """Name the object with everything that the run printed."""
    if settings.results_bucket is None:
        return None
    return f"gs://{settings.results_bucket}/{run.files}/log.txt"
