"""The stack's Python interface: restart, kill, faults, and what survives."""

import json
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from emulators.stack import Options, Stack, start
from emulators.stack.toolchain import find_firestore_jar
from tests.emulators.stack.conftest import left_over

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("supervisor")]

_needs_firestore = pytest.mark.skipif(
    find_firestore_jar() is None, reason="Google's Firestore emulator is not on this machine"
)


def _stack(state: Path, *only: str, functions_source: Path | None = None) -> Stack:
    options = {"state_dir": state, "free_ports": True, "only": frozenset(only)}
    if functions_source is not None:
        options["functions_source"] = functions_source
    return start(Options(**options))  # type: ignore[arg-type] # gathered above


def _call(url: str, body: Mapping[str, object] | None = None, method: str = "GET") -> Any:
    request = urllib.request.Request(  # noqa: S310 - loopback
        url,
        None if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer owner"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=20) as reply:  # noqa: S310 - loopback
        return json.loads(reply.read())


def test_a_service_is_killed_and_started_again(tmp_path: Path, functions_source: Path) -> None:
    with _stack(tmp_path / "state", "auth", functions_source=functions_source) as stack:
        first = psutil.Process(stack.pid("auth"))
        workers = first.children(recursive=True)
        stack.kill("auth")
        gone = left_over([first, *workers])
        stack.restart("auth")
        second = stack.pid("auth")
        stack.restart("auth")

        with urllib.request.urlopen(stack.urls["auth"], timeout=10) as reply:  # noqa: S310
            answer = reply.read()
        assert (gone, stack.failure) == ([], None)
        assert len({first.pid, second, stack.pid("auth")}) == 3
        assert answer == b"answer of auth\n"


def test_faults_reach_the_emulator_and_nonsense_is_refused(tmp_path: Path) -> None:
    with _stack(tmp_path, "identity", "cloud-tasks") as stack:
        told = stack.faults("cloud-tasks", {"duplicate": {"next": 1}})
        with pytest.raises(ValueError, match="no-such-fault"):
            stack.faults("cloud-tasks", {"no-such-fault": {"next": 1}})
        with pytest.raises(ValueError, match="no fault knobs"):
            stack.faults("identity", {})

        assert told["duplicate"]["next"] == 1
        assert (tmp_path / "identities" / "operator.json").exists()


@_needs_firestore
def test_documents_and_users_outlive_a_restart(tmp_path: Path) -> None:
    document = "/v1/projects/demo-candlewick/databases/(default)/documents/runs/r1"
    account = "/identitytoolkit.googleapis.com/v1/accounts:{}?key=any"
    who = {"email": "a@b.example", "password": "secret1", "returnSecureToken": True}
    services = ("firestore", "firebase-auth")

    with _stack(tmp_path, *services) as stack:
        fields = {"fields": {"state": {"stringValue": "queued"}}}
        _call(stack.urls["firestore"] + document, fields, "PATCH")
        user = _call(stack.urls["firebase-auth"] + account.format("signUp"), who, "POST")
    with _stack(tmp_path, *services) as stack:
        kept = _call(stack.urls["firestore"] + document)
        signed_in = _call(
            stack.urls["firebase-auth"] + account.format("signInWithPassword"), who, "POST"
        )

    assert kept["fields"] == fields["fields"]
    assert signed_in["localId"] == user["localId"]


@_needs_firestore
def test_a_snapshot_outlives_the_death_of_firestore(tmp_path: Path) -> None:
    document = "/v1/projects/demo-candlewick/databases/(default)/documents/runs/{}"
    fields = {"fields": {"state": {"stringValue": "queued"}}}

    with _stack(tmp_path, "firestore") as stack:
        _call(stack.urls["firestore"] + document.format("before"), fields, "PATCH")
        saved = stack.snapshot()
        stack.kill("firestore")
        stack.restart("firestore")
        kept = _call(stack.urls["firestore"] + document.format("before"))

    assert (saved, kept["fields"]) == (True, fields["fields"])
