"""What is asked of Firestore's administration. A recorder stands for Google, whose emulator has none of it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core import exceptions as google_errors
from google.cloud.firestore_admin_v1.types import (
    Backup,
    Database,
    ExportDocumentsRequest,
    Field,
    ImportDocumentsRequest,
    Index,
    RestoreDatabaseRequest,
)

from candlewick.admin.drill.models import Method
from candlewick.errors import Invalid, Unavailable
from candlewick.gcp.backups import ready_backups
from candlewick.gcp.databases import ManagedAdministration, ProjectFiles
from candlewick.gcp.restorers import BackupRestorer, ExportRestorer
from tests.fakes import START

ROOT = Path(__file__).parents[3]
COPY = "projects/p1/databases/drill-1"
RULES_NAME = "projects/p1/releases/cloud.firestore/drill-1"


class Done:
    """An operation that has ended."""

    def __init__(self, answer: Any = None) -> None:
        self._answer = answer

    def result(self, *, timeout: float) -> Any:
        assert timeout > 0
        return self._answer


class FakeAdmin:
    """Keeps what it is told, and forgets what it is told to forget."""

    def __init__(self, forgets: str = "") -> None:
        self.calls: list[tuple[str, Any]] = []
        self.fields: dict[str, Field] = {}
        self.forgets = forgets

    def asked(self, name: str) -> list[Any]:
        return [request for call, request in self.calls if call == name]

    def get_database(self, *, name: str) -> Database:
        assert name == "projects/p1/databases/(default)"
        return Database(name=name, location_id="eur3")

    def create_database(self, *, request: Any) -> Done:
        self.calls.append(("create_database", request))
        return Done()

    def delete_database(self, *, name: str) -> Done:
        self.calls.append(("delete_database", name))
        return Done()

    def update_field(self, *, request: Any) -> Done:
        self.calls.append(("update_field", request))
        field = Field(name=request.field.name, index_config=request.field.index_config)
        if "ttl_config" in request.update_mask.paths and self.forgets != "ttl":
            field.ttl_config = Field.TtlConfig(state=Field.TtlConfig.State.CREATING)
        self.fields[request.field.name] = field
        return Done(field)

    def get_field(self, *, name: str) -> Field:
        return self.fields[name]

    def create_index(self, *, request: Any) -> Done:
        self.calls.append(("create_index", request))
        if self.forgets == "has index":
            raise google_errors.AlreadyExists("there")  # type: ignore[no-untyped-call]
        is_broken = self.forgets == "index"
        state = Index.State.NEEDS_REPAIR if is_broken else Index.State.READY
        return Done(Index(state=state))

    def export_documents(self, *, request: Any) -> Done:
        self.calls.append(("export", ExportDocumentsRequest(request)))
        return Done(SimpleNamespace(output_uri_prefix="gs://b/restore-drills/drill-1/2026"))

    def import_documents(self, *, request: Any) -> Done:
        self.calls.append(("import", ImportDocumentsRequest(request)))
        return Done()

    def restore_database(self, *, request: Any) -> Done:
        self.calls.append(("restore", RestoreDatabaseRequest(request)))
        return Done()

    def get_backup(self, *, name: str) -> Backup:
        return Backup(name=name, snapshot_time=START)


class FakeRules:
    """The Firebase Rules API; a release that is not there must be made before it can be changed."""

    def __init__(self, *, has_release: bool = False, forgets: bool = False) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.released: str | None = "old" if has_release else None
        self.forgets = forgets

    def request(self, method: str, url: str, *, json: Any, timeout: float) -> Any:
        path = url.removeprefix("https://firebaserules.googleapis.com/v1/")
        self.calls.append((method, path, json))
        assert timeout > 0
        if path == "projects/p1/rulesets":
            return _answer(200, {"name": "projects/p1/rulesets/new"})
        if method == "GET":
            return _answer(200, {"name": path, "rulesetName": self.released})
        if method == "PATCH" and self.released is None:
            return _answer(404, {})
        wanted = json["release"] if method == "PATCH" else json
        assert wanted["name"] == RULES_NAME
        self.released = "old" if self.forgets else wanted["rulesetName"]
        return _answer(200, wanted)


def _answer(status: int, body: dict[str, Any]) -> Any:
    return SimpleNamespace(
        status_code=status, ok=status < 400, json=lambda: body, text=json.dumps(body)
    )


def _rules() -> Any:
    return FakeRules()


def administration(admin: Any = None, rules: Any = None) -> ManagedAdministration:
    return ManagedAdministration(
        admin=admin or FakeAdmin(),
        rules_api=rules if rules is not None else _rules(),
        project="p1",
        source="(default)",
        files=ProjectFiles.in_folder(ROOT),
    )


def test_a_new_database_is_made_where_the_source_is() -> None:
    admin = FakeAdmin()

    administration(admin).create("drill-1")

    (request,) = admin.asked("create_database")
    assert (request.parent, request.database_id) == ("projects/p1", "drill-1")
    assert request.database.location_id == "eur3"
    assert request.database.type_ == Database.DatabaseType.FIRESTORE_NATIVE


@pytest.mark.parametrize("has_release", [True, False])
def test_the_projects_rules_are_released_for_the_copy(*, has_release: bool) -> None:
    rules = FakeRules(has_release=has_release)

    protections = administration(rules=rules).protect("drill-1")

    assert protections[0].is_applied is True
    assert rules.released == "projects/p1/rulesets/new"
    (_, _, sent) = rules.calls[0]
    assert sent["source"]["files"][0]["content"] == (ROOT / "firestore.rules").read_text()


def test_every_index_and_time_limit_of_the_project_is_applied() -> None:
    admin, files = FakeAdmin(), json.loads((ROOT / "firestore.indexes.json").read_text())

    protections = administration(admin).protect("drill-1")

    assert all(item.is_applied for item in protections), protections
    assert len(admin.asked("create_index")) == len(files["indexes"])
    assert len(admin.asked("update_field")) == len(files["fieldOverrides"])
    limited = [
        request.field.name
        for request in admin.asked("update_field")
        if "ttl_config" in request.update_mask.paths
    ]
    assert limited == [
        f"{COPY}/collectionGroups/{name}/fields/expireAt" for name in ("idempotency", "notices")
    ]
    assert [item.name for item in protections if item.name.startswith("time limit")] == [
        "time limit on idempotency.expireAt",
        "time limit on notices.expireAt",
    ]


def test_an_index_is_asked_for_as_the_file_has_it() -> None:
    admin = FakeAdmin()

    administration(admin).protect("drill-1")

    strategies = f"{COPY}/collectionGroups/strategies"
    request = next(each for each in admin.asked("create_index") if each.parent == strategies)
    assert request.index.query_scope == Index.QueryScope.COLLECTION
    order = Index.IndexField.Order
    assert [(item.field_path, item.order) for item in request.index.fields] == [
        ("isArchived", order.ASCENDING),
        ("updatedAt", order.DESCENDING),
    ]


@pytest.mark.parametrize(
    ("admin", "rules", "lacking"),
    [
        (FakeAdmin("ttl"), FakeRules(), "time limit on idempotency.expireAt"),
        (FakeAdmin("index"), FakeRules(), "index of strategies by isArchived, updatedAt"),
        (FakeAdmin(), FakeRules(forgets=True), "security rules"),
    ],
)
def test_what_does_not_hold_afterwards_is_said(admin: Any, rules: Any, lacking: str) -> None:
    protections = administration(admin, rules).protect("drill-1")

    assert lacking in {item.name for item in protections if item.is_applied is False}


def test_an_index_that_came_with_the_backup_is_enough() -> None:
    protections = administration(FakeAdmin("has index")).protect("drill-1")

    assert {item.detail for item in protections if item.name.startswith("index of")} == {
        "was there"
    }


def test_an_export_is_of_a_whole_minute_and_goes_into_the_new_database() -> None:
    admin = FakeAdmin()
    restorer = ExportRestorer(
        admin=admin,
        administration=administration(admin),
        source="projects/p1/databases/(default)",
        copy=COPY,
        bucket="b",
    )
    now = START + timedelta(seconds=59, microseconds=7)

    restorer.restore(restorer.as_of(now), lambda _name, _done: None)
    restorer.discard()

    assert restorer.method is Method.EXPORT
    (exported,) = admin.asked("export")
    assert exported.snapshot_time == START
    assert exported.output_uri_prefix == "gs://b/restore-drills/drill-1"
    assert [call for call, _ in admin.calls] == [
        "export", "create_database", "import", "delete_database",
    ]  # fmt: skip
    (imported,) = admin.asked("import")
    assert imported.name == COPY
    assert imported.input_uri_prefix == "gs://b/restore-drills/drill-1/2026"


def test_a_backup_is_restored_as_it_was_taken() -> None:
    admin = FakeAdmin()
    backup = "projects/p1/locations/eur3/backups/b1"
    restorer = BackupRestorer(
        admin=admin, administration=administration(admin), copy=COPY, backup=backup
    )

    restorer.restore(restorer.as_of(datetime.now(UTC)), lambda _name, _done: None)

    assert restorer.as_of(datetime.now(UTC)) == START
    (request,) = admin.asked("restore")
    assert (request.parent, request.database_id, request.backup) == (
        "projects/p1",
        "drill-1",
        backup,
    )


@pytest.mark.parametrize("broken", ["firestore.rules", "firestore.indexes.json"])
def test_a_missing_project_file_is_named(tmp_path: Path, broken: str) -> None:
    for name in ("firestore.rules", "firestore.indexes.json"):
        if name != broken:
            (tmp_path / name).write_text("{}")

    with pytest.raises(Invalid, match=broken):
        ProjectFiles.in_folder(tmp_path)


def test_backups_that_are_not_ready_do_not_count() -> None:
    ready, state = START - timedelta(hours=3), Backup.State
    found = [
        Backup(snapshot_time=ready, state=state.READY),
        Backup(snapshot_time=START, state=state.CREATING),
        Backup(snapshot_time=START, state=state.NOT_AVAILABLE),
    ]
    asked: list[str] = []

    def list_backups(*, parent: str, timeout: float) -> Any:
        assert timeout > 0
        asked.append(parent)
        return SimpleNamespace(backups=found)

    client: Any = SimpleNamespace(list_backups=list_backups)

    assert ready_backups(client, "p1", "eur3") == [ready]
    assert asked == ["projects/p1/locations/eur3"]


def test_a_list_of_backups_that_is_refused_is_said_to_be() -> None:
    def refuse(**_: Any) -> None:
        raise google_errors.PermissionDenied("no")  # type: ignore[no-untyped-call]

    client: Any = SimpleNamespace(list_backups=refuse)

    with pytest.raises(Unavailable, match="cannot be read"):
        ready_backups(client, "p1", "eur3")
