"""Sends a run's follow-ups as Cloud Tasks to the tasks function."""

import hashlib
import json
from dataclasses import dataclass

from google.api_core import exceptions as google_errors
from google.cloud import tasks_v2
from google.protobuf.duration_pb2 import Duration

from candlewick.backtests.models import FollowUp, TaskKind
from candlewick.errors import Unavailable
from candlewick.log import current_trace

_TIMEOUT_S = 10
_DISPATCH_DEADLINE_S = {TaskKind.DISPATCH: 60, TaskKind.CANCEL: 60, TaskKind.VERIFY: 600}


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudTaskQueue:
    """`TaskQueue` on a queue named `projects/…/locations/…/queues/…`.

    Tasks carry an OIDC token of `identity` for `audience`, which the tasks function checks.
    """

    client: tasks_v2.CloudTasksClient
    queue: str
    url: str
    identity: str
    audience: str

    def send(self, follow_up: FollowUp) -> None:
        try:
            self.client.create_task(
                parent=self.queue, task=self._task(follow_up), timeout=_TIMEOUT_S
            )
        except google_errors.AlreadyExists:
            return  # sent before, perhaps by a request whose reply was lost
        except google_errors.GoogleAPICallError as error:
            raise Unavailable("The task queue does not answer.") from error

    def _task(self, follow_up: FollowUp) -> tasks_v2.Task:
        body = {
            "owner": follow_up.owner,
            "runId": follow_up.run_id,
            "kind": follow_up.kind,
            "number": follow_up.number,
        }
        request = tasks_v2.HttpRequest(
            http_method=tasks_v2.HttpMethod.POST,
            url=f"{self.url}/tasks/{follow_up.kind}",
            headers={"Content-Type": "application/json", **_trace_header()},
            body=json.dumps(body).encode(),
            oidc_token=tasks_v2.OidcToken(
                service_account_email=self.identity, audience=self.audience
            ),
        )
        return tasks_v2.Task(
            name=f"{self.queue}/tasks/{_task_id(follow_up)}",
            http_request=request,
            dispatch_deadline=Duration(seconds=_DISPATCH_DEADLINE_S[follow_up.kind]),
        )


def _trace_header() -> dict[str, str]:
    """What the task does belongs to the trace of whatever asked for it."""
    trace = current_trace()
    header = None if trace is None else trace.header()
    return {} if header is None else {"traceparent": header}


def _task_id(follow_up: FollowUp) -> str:
    """Hashed, because sequential names slow a queue down."""
    return hashlib.sha256(f"{follow_up.run_id}/{follow_up.number}".encode()).hexdigest()
