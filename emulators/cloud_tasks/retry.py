"""When a failed task is tried again, and when it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from google.cloud import tasks_v2

from emulators.times import moment, span

RETENTION = timedelta(days=31)
_OVERLOADED = frozenset({429, 503})
_MOST_DOUBLINGS = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one attempt; `status` is `None` when no response came."""

    status: int | None
    reason: str
    retry_after: timedelta | None = None

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own figures

    @property
    def overloaded(self) -> bool:
        return self.status in _OVERLOADED


def backoff(config: tasks_v2.RetryConfig, failures: int) -> timedelta:
    """Return the wait after so many failures: doubled, then linear, then constant."""
    doublings = min(failures - 1, config.max_doublings, _MOST_DOUBLINGS)
    interval = span(config.min_backoff).total_seconds() * 2**doublings
    linear = max(1, failures - config.max_doublings)
    return timedelta(seconds=min(interval * linear, span(config.max_backoff).total_seconds()))


def delay_after(config: tasks_v2.RetryConfig, failures: int, outcome: Outcome) -> timedelta:
    """Return the wait after an attempt; an overloaded handler gets twice the time, or what it asks for."""
    usual = backoff(config, failures)
    if not outcome.overloaded:
        return usual
    return max(min(2 * usual, span(config.max_backoff)), outcome.retry_after or timedelta(0))


def is_exhausted(config: tasks_v2.RetryConfig, task: tasks_v2.Task, now: datetime) -> bool:
    """Tell whether a failed task is given up: both limits are reached, of those that are set."""
    if now - moment(task.create_time) >= RETENTION:
        return True
    limits = []
    if config.max_attempts > 0:
        limits.append(task.dispatch_count >= config.max_attempts)
    if longest := span(config.max_retry_duration):
        limits.append(now - moment(task.first_attempt.dispatch_time) >= longest)
    return bool(limits) and all(limits)
