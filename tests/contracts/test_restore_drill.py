"""`candlewick admin restore-drill` on Firestore's emulator: a real copy into a second database."""

import io
import itertools
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.vector import Vector
from rich.console import Console

from candlewick.admin.drill.models import Problem, Report
from candlewick.admin.drill.service import Drill
from candlewick.cli import admin
from candlewick.cli.admin_desk import Desk, now
from candlewick.cli.admin_drill import print_report
from candlewick.errors import Conflict, Unavailable
from candlewick.gcp.audit import list_audit
from candlewick.gcp.clients import firestore_client
from candlewick.gcp.raw_documents import RawDatabase
from candlewick.gcp.restorers import NoAdministration, StreamRestorer
from emulators.stack.options import PROJECT
from tests.contracts.stores import ON_FIRESTORE
from tests.operators import OPERATOR, REASON, SETTINGS, Operations
from tests.world import World

pytestmark = [*ON_FIRESTORE, pytest.mark.timeout(180)]
_numbers = itertools.count()
Open = Callable[[str], RawDatabase]


@pytest.fixture
def databases(client: firestore.Client) -> Iterator[Open]:
    """Open databases of this test's own; they are emptied afterwards."""
    made: dict[str, firestore.Client] = {}
    prefix = f"drill-{os.getpid()}-{next(_numbers)}"

    def open_it(name: str) -> RawDatabase:
        if name not in made:
            made[name] = firestore_client(PROJECT, f"{prefix}-{name}")
        return RawDatabase(made[name])

    yield open_it
    for found in made.values():
        RawDatabase(found).clear()
        found.close()  # type: ignore[no-untyped-call]


def fill(client: firestore.Client) -> int:
    """Write what a database may hold; return how many documents that is."""
    user = client.document("users/u1")
    everything = {
        "null": None,
        "truth": True,
        "integer": 2**53 + 1,
        "double": 1.0,
        "nan": float("nan"),
        "time": firestore.SERVER_TIMESTAMP,
        "bytes": bytes(range(256)),
        "reference": user,
        "references": [{"to": client.document("users/u1/runs/r1")}],
        "point": firestore.GeoPoint(52.5, 13.4),
        "vector": Vector([1.0, 2.0]),
        "map": {"empty": {}, "list": [], "with.dot": {"ü`": "ß"}},
    }
    user.set(everything)
    client.document("users/u1/runs/r1").set({"state": "queued"})
    client.document("users/u1/runs/empty").set({})
    # Its parents do not exist.
    client.document("users/ghost/strategies/s1/versions/1").set({"number": 1})
    client.document("apiTokens/large").set({"text": "x" * 1_000_000})
    # Emptied collections leave nothing; it is no difference that they were there once.
    client.document("gone/g1").set({})
    client.document("gone/g1").delete()
    batch = client.batch()
    for number in range(450):  # more than one page and one write
        batch.set(client.document(f"outbox/{number:04}"), {"number": number})
    batch.commit()
    return 5 + 450


def drilled(source: RawDatabase, copy: RawDatabase, restorer: Any = None) -> Report:
    made = restorer or StreamRestorer(
        source=source, copy=copy, administration=NoAdministration(copy), behind=timedelta(0)
    )
    return Drill(
        source=source,
        copy=copy,
        restorer=made,
        operator=OPERATOR,
        now=now,
        told=lambda _name, _done: None,
    ).run()


def test_everything_is_restored_and_compared(databases: Open) -> None:
    source, copy = databases("source"), databases("copy")
    count = fill(source.client)

    report = drilled(source, copy)

    assert report.passed, report.differences
    assert report.documents == count
    groups = {name: found.documents for name, (found, _) in report.groups.items() if found}
    assert groups == {"users": 1, "runs": 2, "versions": 1, "apiTokens": 1, "outbox": 450}
    assert all(found == restored for found, restored in report.groups.values())
    stored = copy.client.document("users/u1").get().to_dict()
    assert stored is not None
    assert stored["reference"]._client._database == copy.client._database
    assert stored["bytes"] == bytes(range(256))


def test_what_is_written_meanwhile_belongs_to_neither_side(databases: Open) -> None:
    source, copy = databases("source"), databases("copy")
    fill(source.client)

    class Meanwhile(StreamRestorer):
        def restore(self, at: Any, told: Any, /) -> None:
            source.client.document("users/u1/runs/r1").update({"state": "running"})
            source.client.document("users/late").set({"late": True})
            super().restore(at, told)

    report = drilled(
        source,
        copy,
        Meanwhile(
            source=source, copy=copy, administration=NoAdministration(copy), behind=timedelta(0)
        ),
    )

    assert report.passed, report.differences
    assert not copy.client.document("users/late").get().exists
    restored = copy.client.document("users/u1/runs/r1").get().to_dict()
    assert restored == {"state": "queued"}


DAMAGES: dict[str, tuple[Callable[[firestore.Client], Any], str, Problem]] = {
    "a deleted document": (
        lambda c: c.document("users/u1/runs/empty").delete(),
        "users/u1/runs/empty",
        Problem.MISSING,
    ),
    "a document below nothing, deleted": (
        lambda c: c.document("users/ghost/strategies/s1/versions/1").delete(),
        "users/ghost/strategies/s1/versions/1",
        Problem.MISSING,
    ),
    "an added document": (
        lambda c: c.document("users/u1/runs/r1/deep/er").set({}),
        "users/u1/runs/r1/deep/er",
        Problem.EXTRA,
    ),
    "a parent that appeared": (
        lambda c: c.document("users/ghost").set({}),
        "users/ghost",
        Problem.EXTRA,
    ),
    "an integer that became a double": (
        lambda c: c.document("outbox/0001").set({"number": 1.0}),
        "outbox/0001",
        Problem.CHANGED,
    ),
    "one byte": (
        lambda c: c.document("users/u1").update({"bytes": bytes(255)}),
        "users/u1",
        Problem.CHANGED,
    ),
    "one letter of a large text": (
        lambda c: c.document("apiTokens/large").set({"text": "x" * 999_999 + "y"}),
        "apiTokens/large",
        Problem.CHANGED,
    ),
    "a field more": (
        lambda c: c.document("users/u1/runs/empty").set({"x": None}),
        "users/u1/runs/empty",
        Problem.CHANGED,
    ),
    "a reference back into the original": (
        lambda c: c.document("users/u1").update(
            {"reference": firestore.Client(project=PROJECT).document("users/u1")}
        ),
        "users/u1",
        Problem.CHANGED,
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_is_found_and_named(databases: Open, damage: str) -> None:
    source, copy = databases("source"), databases("copy")
    fill(source.client)
    work, path, problem = DAMAGES[damage]

    class Damaging(StreamRestorer):
        def secure(self) -> Any:
            work(copy.client)
            return super().secure()

    report = drilled(
        source,
        copy,
        Damaging(
            source=source, copy=copy, administration=NoAdministration(copy), behind=timedelta(0)
        ),
    )

    assert not report.passed
    assert [(item.path, item.problem) for item in report.differences] == [(path, problem)]


def test_a_copy_is_as_closed_to_clients_as_the_original(databases: Open) -> None:
    source, copy = databases("source"), databases("copy")
    fill(source.client)
    drilled(source, copy)
    host = os.environ["FIRESTORE_EMULATOR_HOST"]

    answer = httpx.get(f"http://{host}/v1/{copy.name}/documents/users/u1")

    assert answer.status_code == 403


def test_a_database_in_use_is_left_alone(databases: Open) -> None:
    source, copy = databases("source"), databases("copy")
    fill(source.client)
    copy.client.document("users/u1").set({"mine": True})

    with pytest.raises(Conflict, match="holds documents"):
        drilled(source, copy)

    assert copy.client.document("users/u1").get().to_dict() == {"mine": True}


def test_the_command_drills_reports_and_cleans_up(
    databases: Open,
    tmp_path: Path,
    world: World,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(StreamRestorer, "as_of", lambda _self, moment: moment)
    source, copy = databases("source"), databases("copy")
    fill(source.client)
    desk = replace(Operations(world).desk(), settings=replace(SETTINGS, project=PROJECT))
    words = [
        "restore-drill", "--source", source.name.rpartition("/")[2],
        "--into", copy.name.rpartition("/")[2], "--without-administration",
        "--report", str(tmp_path), "--reason", REASON,
    ]  # fmt: skip

    rehearsed = admin.run(words, open_it=_returning(desk))
    untouched = copy.is_empty()
    code = admin.run([*words, "--yes"], open_it=_returning(desk))

    said = capsys.readouterr().out
    assert (rehearsed, untouched, code) == (0, True, 0)
    assert "Add --yes" in said
    assert "PASSED" in said
    assert "not checked" in said
    (file,) = tmp_path.glob("*.json")
    report = json.loads(file.read_text())
    assert report["passed"] is True
    assert report["operator"] == OPERATOR
    assert "PASSED" in file.with_suffix(".txt").read_text()
    assert copy.is_empty()
    (entry,) = list_audit(source.client)
    assert (entry.action, entry.operator, entry.after["passed"]) == (
        "restore-drill",
        OPERATOR,
        True,
    )


def test_a_drill_that_breaks_off_says_what_is_left(
    databases: Open,
    tmp_path: Path,
    world: World,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def break_off(*_: Any) -> None:
        raise Unavailable("The database stopped answering.")

    monkeypatch.setattr(StreamRestorer, "secure", break_off)
    monkeypatch.setattr(StreamRestorer, "as_of", lambda _self, moment: moment)
    source, copy = databases("source"), databases("copy")
    source.client.document("users/u1").set({})
    desk = replace(Operations(world).desk(), settings=replace(SETTINGS, project=PROJECT))
    name = copy.name.rpartition("/")[2]
    words = [
        "restore-drill", "--source", source.name.rpartition("/")[2], "--into", name,
        "--without-administration", "--report", str(tmp_path), "--reason", REASON, "--yes",
    ]  # fmt: skip

    with pytest.raises(Unavailable):
        admin.run(words, open_it=_returning(desk))

    assert f"databases delete --database={name}" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Conflict, match="holds documents"):
        admin.run(words, open_it=_returning(desk))
    assert "Stopped half-way" not in capsys.readouterr().out


def test_a_difference_is_told_loudly(databases: Open) -> None:
    source, copy = databases("source"), databases("copy")
    fill(source.client)

    class Losing(StreamRestorer):
        def secure(self) -> Any:
            copy.client.document("outbox/0007").delete()
            return super().secure()

    report = drilled(
        source,
        copy,
        Losing(
            source=source, copy=copy, administration=NoAdministration(copy), behind=timedelta(0)
        ),
    )
    shown = io.StringIO()
    print_report(report, Console(file=shown, width=120))

    assert "FAILED: 1 documents differ" in shown.getvalue()
    assert "missing: outbox/0007" in shown.getvalue()
    assert "DIFFERS" in shown.getvalue()


def _returning(desk: Desk) -> Callable[[Any], Desk]:
    return lambda _env: desk
