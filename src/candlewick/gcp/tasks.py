"""Sends the follow-ups of runs and bots as Cloud Tasks to the tasks function."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from google.api_core import exceptions as google_errors
from google.cloud import tasks_v2
from google.protobuf.duration_pb2 import Duration

from candlewick.backtests.models import FollowUp, TaskKind
from candlewick.bots.models import ServiceTask
from candlewick.bots.telling import AlertTask
from candlewick.errors import Unavailable
from candlewick.log import current_trace

_TIMEOUT_S = 10
_SERVICE_S = 120
_ALERT_S = 60
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
        self._create(self._task(follow_up))

    def send_service_task(self, task: ServiceTask) -> None:
        """Ask for the next step of a bot's operation."""
        body = {"owner": task.owner, "botId": task.bot_id, "number": task.number}
        self._create(
            self._http_task(
                _hashed(f"bots/{task.bot_id}/{task.number}"), "bot-service", body, _SERVICE_S
            )
        )

    def send_alert_task(self, task: AlertTask) -> None:
        """Ask for one alert by one channel."""
        body = {
            "owner": task.owner,
            "botId": task.bot_id,
            "eventId": task.event_id,
            "channel": task.channel,
        }
        name = _hashed(f"alerts/{task.bot_id}/{task.event_id}/{task.channel}")
        self._create(self._http_task(name, "bot-alert", body, _ALERT_S))

    def _create(self, task: tasks_v2.Task) -> None:
        try:
            self.client.create_task(parent=self.queue, task=task, timeout=_TIMEOUT_S)
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
        name = _hashed(f"{follow_up.run_id}/{follow_up.number}")
        return self._http_task(
            name, follow_up.kind.value, body, _DISPATCH_DEADLINE_S[follow_up.kind]
        )

    def _http_task(
        self, name: str, target: str, body: Mapping[str, object], deadline_s: int
    ) -> tasks_v2.Task:
        request = tasks_v2.HttpRequest(
            http_method=tasks_v2.HttpMethod.POST,
            url=f"{self.url}/tasks/{target}",
            headers={"Content-Type": "application/json", **_trace_header()},
            body=json.dumps(body).encode(),
            oidc_token=tasks_v2.OidcToken(
                service_account_email=self.identity, audience=self.audience
            ),
        )
        return tasks_v2.Task(
            name=f"{self.queue}/tasks/{name}",
            http_request=request,
            dispatch_deadline=Duration(seconds=deadline_s),
        )


def _trace_header() -> dict[str, str]:
    """What the task does belongs to the trace of whatever asked for it."""
    trace = current_trace()
    header = None if trace is None else trace.header()
    return {} if header is None else {"traceparent": header}


def _hashed(name: str) -> str:
    """Hashed, because sequential names slow a queue down."""
    return hashlib.sha256(name.encode()).hexdigest()
