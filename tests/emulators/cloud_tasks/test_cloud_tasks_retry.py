from datetime import UTC, datetime, timedelta

import pytest
from google.cloud import tasks_v2

from emulators.cloud_tasks.rate import TokenBucket
from emulators.cloud_tasks.retry import Outcome, backoff, delay_after, is_exhausted

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DOCUMENTED = tasks_v2.RetryConfig(
    min_backoff={"seconds": 10}, max_backoff={"seconds": 300}, max_doublings=3
)


def test_backoff_doubles_then_grows_linearly_then_stays_as_documented() -> None:
    waits = [backoff(DOCUMENTED, failures).total_seconds() for failures in range(1, 9)]

    assert waits == [10, 20, 40, 80, 160, 240, 300, 300]


def test_backoff_after_very_many_failures_is_the_longest() -> None:
    config = tasks_v2.RetryConfig(DOCUMENTED, max_doublings=10**6)

    assert backoff(config, 10**6) == timedelta(seconds=300)


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [(500, None, 10), (429, None, 20), (503, None, 20), (503, 45, 45), (500, 45, 10)],
)
def test_an_overloaded_handler_gets_more_time(
    status: int, retry_after: int | None, seconds: int
) -> None:
    asked = None if retry_after is None else timedelta(seconds=retry_after)
    outcome = Outcome(status=status, reason="", retry_after=asked)

    assert delay_after(DOCUMENTED, 1, outcome) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("attempts_allowed", "duration_allowed", "attempts", "age", "is_over"),
    [
        (3, 60, 3, 59, False),
        (3, 60, 2, 61, False),
        (3, 60, 3, 60, True),
        (3, 0, 3, 0, True),
        (3, 0, 2, 10**6, False),
        (-1, 60, 1, 60, True),
        (-1, 60, 1000, 59, False),
        (-1, 0, 10**6, 10**6, False),
    ],
)
def test_a_task_is_given_up_when_every_limit_that_is_set_is_reached(
    attempts_allowed: int, duration_allowed: int, attempts: int, age: int, *, is_over: bool
) -> None:
    config = tasks_v2.RetryConfig(
        max_attempts=attempts_allowed, max_retry_duration={"seconds": duration_allowed}
    )
    first = {"dispatch_time": NOW - timedelta(seconds=age)}
    task = tasks_v2.Task(create_time=NOW, dispatch_count=attempts, first_attempt=first)

    assert is_exhausted(config, task, NOW) is is_over


def test_a_task_is_given_up_after_31_days_in_any_case() -> None:
    config = tasks_v2.RetryConfig(max_attempts=-1)
    first = {"dispatch_time": NOW}
    task = tasks_v2.Task(
        create_time=NOW - timedelta(days=31), dispatch_count=1, first_attempt=first
    )

    assert is_exhausted(config, task, NOW)


def test_a_bucket_lets_its_burst_through_and_then_its_rate() -> None:
    bucket = TokenBucket(rate=10, burst=2, now=0)

    waits = [bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0.1)]

    assert waits == [0, 0, pytest.approx(0.1), 0]


def test_a_bucket_slows_down_for_an_overloaded_handler_and_recovers() -> None:
    bucket = TokenBucket(rate=10, burst=1, now=0)
    bucket.take(0)

    bucket.slow_down()
    slowed = bucket.take(0)
    bucket.recover()

    assert slowed == pytest.approx(0.2)
    assert bucket.take(0) == pytest.approx(0.1)
