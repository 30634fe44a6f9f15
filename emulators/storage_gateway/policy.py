"""Who may do what on which bucket and prefix: Cloud Storage's roles, bound in a JSON file.

    {"bindings": [{"role": "roles/storage.objectUser", "members": ["backtests"],
                   "bucket": "candlewick-results", "prefix": "runs/"}]}

Members are the part of the e-mail before the @; `*` matches as a shell does, in members and bucket.
"""

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from emulators.storage_gateway.refusals import access_denied

_READ = frozenset({"storage.objects.get", "storage.objects.list"})
_CREATE = frozenset({"storage.objects.create"})
_USER = _READ | _CREATE | {"storage.objects.delete", "storage.objects.update"}
ROLES = {
    "roles/storage.objectViewer": _READ,
    "roles/storage.objectCreator": _CREATE,
    "roles/storage.objectUser": _USER,
    "roles/storage.admin": _USER
    | {"storage.buckets.create", "storage.buckets.get", "storage.buckets.list"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A role, given to members on one bucket below a prefix."""

    role: str
    members: tuple[str, ...]
    bucket: str
    prefix: str = ""

    def covers(self, email: str, permission: str, bucket: str, name: str) -> bool:
        account = email.partition("@")[0]
        return (
            permission in ROLES[self.role]
            and any(fnmatchcase(account, member) for member in self.members)
            and fnmatchcase(bucket, self.bucket)
            and name.startswith(self.prefix)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """All bindings; what none of them allows is denied."""

    bindings: tuple[Binding, ...]

    @classmethod
    def load(cls, file: Path) -> "Policy":
        """Read a policy file; an unknown role is an error, not an empty one."""
        found = json.loads(file.read_text())["bindings"]
        bindings = tuple(Binding(**{**each, "members": tuple(each["members"])}) for each in found)
        unknown = {binding.role for binding in bindings} - ROLES.keys()
        if unknown:
            raise ValueError(f"{file}: unknown role {', '.join(sorted(unknown))}.")
        return cls(bindings)

    def allows(self, email: str, permission: str, bucket: str, name: str = "") -> bool:
        return any(binding.covers(email, permission, bucket, name) for binding in self.bindings)

    def require(self, email: str, permission: str, bucket: str, name: str = "") -> None:
        """Raise the refusal that names the permission which the caller lacks."""
        if self.allows(email, permission, bucket, name):
            return
        resource = f"the object {bucket}/{name}" if name else f"the bucket {bucket}"
        raise access_denied(email, permission, resource)
