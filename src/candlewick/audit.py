"""What operators and moderators did: one entry for each change, never changed and never deleted by us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    REPLAY = "replay"
    VERIFY = "verify"
    CANCEL = "cancel"
    SUSPEND = "suspend"
    RESTORE = "restore"
    QUOTA = "quota"
    MODERATOR = "moderator"
    DRILL = "restore-drill"
    REINDEX = "reindex"
    DISMISS_REPORT = "dismiss-report"
    SUSPEND_LISTING = "suspend-listing"
    RESTORE_LISTING = "restore-listing"
    HIDE_REVIEW = "hide-review"
    RESTORE_REVIEW = "restore-review"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change.

    Attributes:
        operator: the e-mail address that Google knows of the credentials which made the change; a moderator's user id.
        target: the document's path, for instance `users/u1/runs/r1`.
        owner: the user whom it concerns, if there is one.
        before: the fields that changed, as they were; `after` as they are now.
    """

    id: str
    at: datetime
    operator: str
    action: Action
    target: str
    owner: str | None = None
    reason: str
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)
