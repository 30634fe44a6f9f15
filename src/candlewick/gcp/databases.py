"""Firestore's own administration: new databases, export and import, backups, and what protects a database.

The emulator has none of this. It is written to the client library's types and tested against a recorder
of its calls; a real project has not run it yet.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from google.api_core import exceptions as google_errors
from google.cloud.firestore_admin_v1.types import (
    CreateDatabaseRequest,
    CreateIndexRequest,
    Database,
    Field,
    Index,
    UpdateFieldRequest,
)
from google.protobuf.field_mask_pb2 import FieldMask

from candlewick.admin.drill.models import Protection
from candlewick.errors import Invalid, Unavailable

_RULES = "https://firebaserules.googleapis.com/v1"
_CREATE_S, _FIELD_S, _INDEX_S, _HTTP_S = 600, 1_800, 1_800, 60
_DEFAULT = "(default)"
_ACTIVE = (Field.TtlConfig.State.ACTIVE, Field.TtlConfig.State.CREATING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFiles:
    """`firestore.rules` and `firestore.indexes.json`: what no backup holds."""

    rules: str
    indexes: Mapping[str, Any]

    @classmethod
    def in_folder(cls, folder: Path) -> "ProjectFiles":
        """Read both; `Invalid` names the one that is not there."""
        try:
            rules = (folder / "firestore.rules").read_text()
            indexes = json.loads((folder / "firestore.indexes.json").read_text())
        except OSError as error:
            raise Invalid(
                f"{error.filename} cannot be read: start in the repository's folder, or name it "
                "with --project-files."
            ) from error
        except ValueError as error:
            raise Invalid(f"firestore.indexes.json is not JSON: {error}.") from error
        return cls(rules=rules, indexes=indexes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedAdministration:
    """`Administration` by Firestore's Admin API and the Firebase Rules API.

    Args:
        rules_api: sends requests with the operator's credentials.
        source: the database whose place a copy takes.
    """

    admin: Any  # FirestoreAdminClient, whose operations have no types
    rules_api: requests.Session
    project: str
    source: str
    files: ProjectFiles

    def create(self, database: str) -> None:
        """Make an empty database where the source is."""
        location = self.admin.get_database(name=self._name(self.source)).location_id
        request = CreateDatabaseRequest(
            parent=f"projects/{self.project}",
            database_id=database,
            database=Database(location_id=location, type_=Database.DatabaseType.FIRESTORE_NATIVE),
        )
        self.admin.create_database(request=request).result(timeout=_CREATE_S)

    def delete(self, database: str) -> None:
        self.admin.delete_database(name=self._name(database)).result(timeout=_CREATE_S)

    def protect(self, database: str) -> list[Protection]:
        """Apply rules, time limits and indexes; return what is in force afterwards."""
        return [self._rules(database), *self._fields(database), *self._composites(database)]

    def _rules(self, database: str) -> Protection:
        ruleset = self._call(
            "POST",
            f"projects/{self.project}/rulesets",
            {"source": {"files": [{"name": "firestore.rules", "content": self.files.rules}]}},
        )["name"]
        name = "cloud.firestore" if database == _DEFAULT else f"cloud.firestore/{database}"
        release = {"name": f"projects/{self.project}/releases/{name}", "rulesetName": ruleset}
        try:
            self._call("PATCH", release["name"], {"release": release})
        except google_errors.NotFound:
            self._call("POST", f"projects/{self.project}/releases", release)
        found = self._call("GET", release["name"]).get("rulesetName")
        return Protection(name="security rules", is_applied=found == ruleset, detail=str(found))

    def _fields(self, database: str) -> Iterator[Protection]:
        for override in self.files.indexes.get("fieldOverrides", []):
            group, path = override["collectionGroup"], override["fieldPath"]
            name = f"{self._name(database)}/collectionGroups/{group}/fields/{path}"
            indexes = [
                _index(item["queryScope"], [{"fieldPath": path, **item}])
                for item in override["indexes"]
            ]
            field, paths = Field(name=name), ["index_config"]
            field.index_config = Field.IndexConfig(indexes=indexes)
            if override.get("ttl"):
                field.ttl_config = Field.TtlConfig()
                paths.append("ttl_config")
            request = UpdateFieldRequest(field=field, update_mask=FieldMask(paths=paths))
            self.admin.update_field(request=request).result(timeout=_FIELD_S)
            found = self.admin.get_field(name=name)
            if override.get("ttl"):
                state = found.ttl_config.state
                yield Protection(
                    name=f"time limit on {group}.{path}",
                    is_applied=state in _ACTIVE,
                    detail=Field.TtlConfig.State(state).name,
                )
            count = len(found.index_config.indexes)
            yield Protection(
                name=f"indexes of {group}.{path}",
                is_applied=count == len(indexes),
                detail=f"{count} of {len(indexes)}",
            )

    def _composites(self, database: str) -> Iterator[Protection]:
        pending = []
        for wanted in self.files.indexes.get("indexes", []):
            request = CreateIndexRequest(
                parent=f"{self._name(database)}/collectionGroups/{wanted['collectionGroup']}",
                index=_index(wanted["queryScope"], wanted["fields"]),
            )
            try:
                pending.append((wanted, self.admin.create_index(request=request)))
            except google_errors.AlreadyExists:
                yield Protection(name=_words(wanted), is_applied=True, detail="was there")
        for wanted, operation in pending:  # they are built side by side
            made = operation.result(timeout=_INDEX_S)
            yield Protection(
                name=_words(wanted),
                is_applied=made.state == Index.State.READY,
                detail=Index.State(made.state).name,
            )

    def _call(self, method: str, path: str, body: object = None) -> Any:
        try:
            reply = self.rules_api.request(method, f"{_RULES}/{path}", json=body, timeout=_HTTP_S)
        except requests.RequestException as error:
            raise Unavailable(f"The Firebase Rules API does not answer: {error}") from error
        if reply.status_code == requests.codes.not_found:
            raise google_errors.NotFound(path)  # type: ignore[no-untyped-call]
        if not reply.ok:
            message = f"{method} {path}: {reply.text[:500]}"
            raise google_errors.GoogleAPICallError(message)  # type: ignore[no-untyped-call]
        return reply.json()

    def _name(self, database: str) -> str:
        return f"projects/{self.project}/databases/{database}"


def _index(scope: str, fields: list[dict[str, Any]]) -> Index:
    return Index(
        query_scope=getattr(Index.QueryScope, scope),
        fields=[
            Index.IndexField(
                field_path=item["fieldPath"], order=getattr(Index.IndexField.Order, item["order"])
            )
            for item in fields
        ],
    )


def _words(index: Mapping[str, Any]) -> str:
    fields = ", ".join(item["fieldPath"] for item in index["fields"])
    return f"index of {index['collectionGroup']} by {fields}"
