"""The ways of bringing a database's documents into a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

from candlewick.admin.drill.models import Method, Protection
from candlewick.admin.drill.service import Told
from candlewick.gcp.raw_documents import RawDatabase

_HOURS_S = 6 * 3_600


class Administration(Protocol):
    """What makes, protects and deletes databases."""

    def create(self, database: str, /) -> None: ...
    def protect(self, database: str, /) -> Sequence[Protection]: ...
    def delete(self, database: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class NoAdministration:
    """For databases that come into being by being written to, and have no settings."""

    copy: RawDatabase

    def create(self, _database: str, /) -> None:
        """Nothing is to do: the first document makes it."""

    def protect(self, database: str) -> Sequence[Protection]:
        detail = f"{database} has no administration that could apply it"
        return [
            Protection(name=name, is_applied=None, detail=detail)
            for name in ("security rules", "time limits", "indexes")
        ]

    def delete(self, _database: str, /) -> None:
        self.copy.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRestorer:
    """Reads each document as it was at one moment, and writes it into the copy."""

    source: RawDatabase
    copy: RawDatabase
    administration: Administration
    # The two clocks may differ, and a moment that is still to come cannot be read.
    behind: timedelta = timedelta(seconds=5)
    method: Method = Method.STREAM

    def as_of(self, now: datetime) -> datetime:
        return now - self.behind

    def restore(self, at: datetime, told: Told) -> None:
        self.administration.create(_id(self.copy.name))
        documents = self.source.documents(at)
        self.copy.write(documents, self.source.name, lambda done: told("restore", done))

    def secure(self) -> Sequence[Protection]:
        return self.administration.protect(_id(self.copy.name))

    def discard(self) -> None:
        self.administration.delete(_id(self.copy.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRestorer:
    """Lets Firestore export into a bucket and import from it."""

    admin: Any  # FirestoreAdminClient, whose operations have no types
    administration: Administration
    source: str  # projects/…/databases/…
    copy: str
    bucket: str
    method: Method = Method.EXPORT

    def as_of(self, now: datetime) -> datetime:
        # Exports of a moment take whole minutes only.
        return now.replace(second=0, microsecond=0)

    def restore(self, at: datetime, told: Told) -> None:
        name = _id(self.copy)
        prefix = f"gs://{self.bucket}/restore-drills/{name}"
        request = {"name": self.source, "output_uri_prefix": prefix, "snapshot_time": at}
        exported = self.admin.export_documents(request=request).result(timeout=_HOURS_S)
        told("restore", 0)
        self.administration.create(name)
        imported = {"name": self.copy, "input_uri_prefix": exported.output_uri_prefix}
        self.admin.import_documents(request=imported).result(timeout=_HOURS_S)

    def secure(self) -> Sequence[Protection]:
        return self.administration.protect(_id(self.copy))

    def discard(self) -> None:
        self.administration.delete(_id(self.copy))


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRestorer:
    """Lets Firestore restore one of its scheduled backups."""

    admin: Any
    administration: Administration
    copy: str
    backup: str  # projects/…/locations/…/backups/…
    method: Method = Method.BACKUP

    def as_of(self, _now: datetime, /) -> datetime:
        return cast("datetime", self.admin.get_backup(name=self.backup).snapshot_time)

    def restore(self, _at: datetime, _told: Told, /) -> None:
        parent, _, name = self.copy.partition("/databases/")
        request = {"parent": parent, "database_id": name, "backup": self.backup}
        self.admin.restore_database(request=request).result(timeout=_HOURS_S)

    def secure(self) -> Sequence[Protection]:
        return self.administration.protect(_id(self.copy))

    def discard(self) -> None:
        self.administration.delete(_id(self.copy))


def _id(name: str) -> str:
    return name.rpartition("/")[2]
