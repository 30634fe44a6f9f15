"""The restore drill: on Google with all of its administration, on the emulator without."""

import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.transport.requests import AuthorizedSession
from google.cloud import firestore

from candlewick.admin.drill.service import Drill
from candlewick.gcp.clients import credentials, firestore_admin_client, firestore_client
from candlewick.gcp.databases import ManagedAdministration, ProjectFiles
from candlewick.gcp.raw_documents import RawDatabase
from candlewick.gcp.restorers import Administration, NoAdministration, StreamRestorer
from tests.architecture.tree import ROOT
from tests.cloud.conftest import Place

# A real database is made, indexed and deleted in minutes.
pytestmark = [pytest.mark.emulator, pytest.mark.timeout(3_600)]


@pytest.fixture
def restorer(place: Place, database: firestore.Client) -> Iterator[StreamRestorer]:
    name = f"drill-{uuid.uuid4().hex[:12]}"
    with closing(firestore_client(place.project, name)) as client:
        copy = RawDatabase(client)
        made = StreamRestorer(
            source=RawDatabase(database),
            copy=copy,
            administration=_managed(place) if place.is_live else NoAdministration(copy),
            behind=timedelta(seconds=5 if place.is_live else 0),
        )
        yield made
        with suppress(exceptions.NotFound):
            made.discard()


def test_a_copy_of_the_database_is_whole_and_protected(
    place: Place, restorer: StreamRestorer, documents: firestore.CollectionReference
) -> None:
    content: dict[str, Any] = {
        "at": datetime(2026, 1, 5, 12, tzinfo=UTC),
        "bytes": b"\x00\xff",
        "to": documents.document("one"),
        "deep": {"list": [1, 1.0, None]},
    }
    documents.document("one").create(content)
    documents.document("missing").collection("below").document("two").create({})
    # The server's own clock: a moment that it has not reached yet cannot be read.
    read: datetime = documents.document("one").get().read_time
    moment = read + restorer.behind

    report = Drill(
        source=restorer.source,
        copy=restorer.copy,
        restorer=restorer,
        operator="contract@candlewick.example",
        now=lambda: moment,
        told=lambda _name, _done: None,
    ).run()

    assert report.passed, (report.differences, report.protections)
    assert report.documents >= 2
    expected = {True} if place.is_live else {None}
    assert {item.is_applied for item in report.protections} == expected


def _managed(place: Place) -> Administration:
    session = AuthorizedSession(credentials())  # type: ignore[no-untyped-call]
    return ManagedAdministration(
        admin=firestore_admin_client(),
        rules_api=session,
        project=place.project,
        source="(default)",
        files=ProjectFiles.in_folder(ROOT),
    )
