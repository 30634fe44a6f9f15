"""What Cloud Tasks refuses, and the defaults it fills in."""

import re
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import grpc
from google.cloud import tasks_v2

from emulators.cloud_tasks.names import check_task, parent
from emulators.rpc import Refused, invalid
from emulators.times import moment, span

_LONGEST_URL = 2083
_LARGEST_HEADERS = 80 * 1024
_LARGEST_TASK = 1024 * 1024
_FARTHEST_SCHEDULE = timedelta(days=30)
_DEADLINES = (timedelta(seconds=15), timedelta(minutes=30))
_USUAL_DEADLINE = timedelta(minutes=10)
_USUAL_MIN_BACKOFF = timedelta(seconds=0.1)
_USUAL_MAX_BACKOFF = timedelta(hours=1)
_MOST_DISPATCHES_PER_SECOND = 500
_MOST_CONCURRENT_DISPATCHES = 5000
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_WITH_BODY = (tasks_v2.HttpMethod.POST, tasks_v2.HttpMethod.PUT, tasks_v2.HttpMethod.PATCH)


def accept_queue(queue: tasks_v2.Queue) -> tasks_v2.Queue:
    """Return the queue as it will be kept: checked, with defaults, without what only the service sets."""
    if "http_target" in queue or "app_engine_routing_override" in queue:
        raise _not_emulated("Queue-level routing (http_target, app_engine_routing_override)")
    limits = queue.rate_limits
    rate = _default(limits.max_dispatches_per_second, _MOST_DISPATCHES_PER_SECOND)
    concurrent = _default(limits.max_concurrent_dispatches, 1000)
    if not 0 < rate <= _MOST_DISPATCHES_PER_SECOND:
        raise invalid("RateLimits.max_dispatches_per_second must be more than 0 and at most 500.")
    if not 0 < concurrent <= _MOST_CONCURRENT_DISPATCHES:
        raise invalid("RateLimits.max_concurrent_dispatches must be between 1 and 5000.")
    return tasks_v2.Queue(
        name=queue.name,
        rate_limits=tasks_v2.RateLimits(
            max_dispatches_per_second=rate,
            max_burst_size=max(1, -int(-rate // 1)),
            max_concurrent_dispatches=concurrent,
        ),
        retry_config=accept_retries(queue.retry_config),
        state=tasks_v2.Queue.State.RUNNING,
        stackdriver_logging_config=queue.stackdriver_logging_config,
    )


def accept_retries(given: tasks_v2.RetryConfig) -> tasks_v2.RetryConfig:
    config = tasks_v2.RetryConfig(
        max_attempts=given.max_attempts or 100,
        max_retry_duration=span(given.max_retry_duration),
        min_backoff=given.min_backoff if "min_backoff" in given else _USUAL_MIN_BACKOFF,
        max_backoff=given.max_backoff if "max_backoff" in given else _USUAL_MAX_BACKOFF,
        max_doublings=given.max_doublings or 16,
    )
    if config.max_attempts < -1:
        raise invalid("RetryConfig.max_attempts must be -1 (unlimited) or more.")
    if config.max_doublings < 0:
        raise invalid("RetryConfig.max_doublings must not be negative.")
    shortest, longest = span(config.min_backoff), span(config.max_backoff)
    if min(shortest, longest, span(config.max_retry_duration)) < timedelta(0):
        raise invalid("The durations of a RetryConfig must not be negative.")
    if shortest > longest:
        raise invalid("RetryConfig.min_backoff must not be more than max_backoff.")
    return config


def accept_task(given: tasks_v2.Task, queue: str, now: datetime) -> tasks_v2.Task:
    """Return the task as it will be kept: checked, named, scheduled."""
    if given.name and parent(check_task(given.name)) != queue:
        raise invalid(f"The task {given.name} is not of the queue {queue}.")
    if "app_engine_http_request" in given:
        raise _not_emulated("An App Engine target")
    if "http_request" not in given:
        raise invalid("A task must have an http_request.")
    if tasks_v2.Task.pb(given).ByteSize() > _LARGEST_TASK:
        raise invalid("Task size too large: the limit is 1048576 bytes.")
    deadline = span(given.dispatch_deadline) if "dispatch_deadline" in given else _USUAL_DEADLINE
    if not _DEADLINES[0] <= deadline <= _DEADLINES[1]:
        raise invalid("Task.dispatch_deadline must be between 15s and 1800s.")
    schedule = moment(given.schedule_time) if "schedule_time" in given else now
    if schedule > now + _FARTHEST_SCHEDULE:
        raise invalid("Task.schedule_time must be at most 30 days in the future.")
    task = tasks_v2.Task(
        name=given.name or f"{queue}/tasks/{uuid.uuid4().int % 10**19:019d}",
        http_request=_accept_request(given.http_request),
        schedule_time=max(schedule, now),
        create_time=now.replace(microsecond=0),
        dispatch_deadline=deadline,
    )
    if "retry_config" in given:
        task.retry_config = accept_retries(given.retry_config)
    return task


def _accept_request(given: tasks_v2.HttpRequest) -> tasks_v2.HttpRequest:
    method = given.http_method
    if method == tasks_v2.HttpMethod.HTTP_METHOD_UNSPECIFIED:
        method = tasks_v2.HttpMethod(tasks_v2.HttpMethod.POST)
    request = tasks_v2.HttpRequest(given, http_method=method)
    _check_url(request.url)
    _check_headers(dict(request.headers))
    if request.body and request.http_method not in _WITH_BODY:
        raise invalid("HttpRequest.body is allowed with POST, PUT and PATCH only.")
    if "oauth_token" in request:
        raise _not_emulated("HttpRequest.oauth_token (meant for Google's own APIs)")
    if "oidc_token" in request and "@" not in request.oidc_token.service_account_email:
        raise invalid("OidcToken.service_account_email must be the e-mail of a service account.")
    return request


def _check_url(url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise invalid("HttpRequest.url must start with 'http://' or 'https://'.")
    if len(url) > _LONGEST_URL:
        raise invalid(f"HttpRequest.url must be at most {_LONGEST_URL} characters long.")
    try:
        parts = urlsplit(url)
        has_target = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        has_target = False
    if not has_target:
        raise invalid("HttpRequest.url has no valid host and port.")


def _check_headers(headers: dict[str, str]) -> None:
    if sum(len(name) + len(value) for name, value in headers.items()) > _LARGEST_HEADERS:
        raise invalid("HttpRequest.headers must be less than 80KB in total.")
    for name, value in headers.items():
        if _HEADER_NAME.fullmatch(name) is None or any(ord(char) < ord(" ") for char in value):
            raise invalid(f"HttpRequest.headers: {name!r} is no valid header.")


def _default(value: float, usual: int) -> float:
    return value or usual


def _not_emulated(what: str) -> Refused:
    return Refused(grpc.StatusCode.UNIMPLEMENTED, f"{what} is not emulated.")
