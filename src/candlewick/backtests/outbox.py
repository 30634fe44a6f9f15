"""Sends the task that a stored change asks for; what fails here stays in the outbox."""

from candlewick.backtests.models import FollowUp
from candlewick.backtests.ports import RunStore, TaskQueue
from candlewick.errors import AppError
from candlewick.log import logger

log = logger(__name__)


def send_follow_up(runs: RunStore, queue: TaskQueue, follow_up: FollowUp | None) -> bool:
    """Return whether a task was sent. A failure is no error: the reconciler sends what the outbox keeps."""
    if follow_up is None:
        return False
    try:
        queue.send(follow_up)
    except AppError:
        log.warning("task not sent yet", extra={"run_id": follow_up.run_id})
        return False
    runs.mark_sent(follow_up)
    return True
