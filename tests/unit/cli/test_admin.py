"""`candlewick admin`, from the typed words to the printed answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from candlewick.accounts.models import Standing
from candlewick.admin.models import QUOTA_BOUNDS
from candlewick.backtests.models import BacktestRun, RunId, RunState
from candlewick.backtests.wire import Failure, FailureKind, TracebackLine
from candlewick.cli import admin
from candlewick.cli.main import main
from candlewick.errors import AppError, Conflict, Invalid, NotFound
from tests.factories import ALICE, a_run
from tests.operators import OPERATOR, REASON, Operations
from tests.world import World

Output = pytest.CaptureFixture[str]
Run = Callable[..., int]
FAILURE = Failure(
    kind=FailureKind.STRATEGY_ERROR,
    message="division by zero [red]",
    traceback=[TracebackLine(line=7, function="populate", code="1 / 0  [bold]")],
)


@pytest.fixture
def work(world: World) -> Operations:
    return Operations(world)


@pytest.fixture
def type_(work: Operations, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    desk = work.desk()
    return lambda *words: admin.run([str(word) for word in words], open_it=lambda _env: desk)


def failed(world: World) -> BacktestRun:
    return world.put_run(a_run(RunState.FAILED, failure=FAILURE))


def changed(output: Output) -> dict[str, Any]:
    (only,) = json.loads(output.readouterr().out)
    found: dict[str, Any] = only
    return found


def test_runs_are_listed(world: World, type_: Run, capsys: Output) -> None:
    failed(world)

    assert type_("find", "--user", "alice@example.org", "--state", "failed") == 0

    said = capsys.readouterr().out
    assert all(word in said for word in ("r1", "alice", "failed", "Buyer v1", "strategy_error"))


@pytest.mark.parametrize(
    "words",
    [
        ("r1",),
        ("--user", "alice"),
        ("--state", "failed"),
        ("--older-than", "10m"),
        ("--limit", "1"),
        ("--identity", a_run().identity),
    ],
)
def test_each_filter_finds_and_scripts_get_json(
    world: World, type_: Run, capsys: Output, words: tuple[str, ...]
) -> None:
    failed(world)
    world.clock.move(minutes=10)

    assert type_("find", *words, "--json") == 0

    (found,) = json.loads(capsys.readouterr().out)
    assert found["id"] == "r1"
    assert found["failure"]["kind"] == "strategy_error"
    assert "tokenHash" not in found["claim"]


def test_nothing_found_is_said(type_: Run, capsys: Output) -> None:
    assert type_("find") == 0
    assert "No run fits." in capsys.readouterr().out


def test_a_run_is_shown_wholly(world: World, work: Operations, type_: Run, capsys: Output) -> None:
    failed(world)
    type_("replay", "r1", "--reason", REASON, "--yes")
    world.runs.put(a_run(RunState.FAILED, failure=FAILURE))
    capsys.readouterr()

    assert type_("show", "r1") == 0

    said = capsys.readouterr().out
    expected = (
        "alice", "failed", "epoch 1", "execution-1", "division by zero [red]", "line 7 in populate",
        "1 / 0  [bold]", OPERATOR, REASON, "gs://results-p1/alice/r1/1/log.txt",
        "https://console.cloud.google.com/logs/query;query=labels.run_id%3D%22r1%22",
        "/run/jobs/executions/details/europe-west1/execution-1/tasks?project=p1",
        "/firestore/databases/-default-/data/panel/users/alice/runs/r1?project=p1",
    )  # fmt: skip
    assert [word for word in expected if word not in said] == []
    assert len(work.audit) == 1


def test_a_shown_run_is_json_with_its_history(world: World, type_: Run, capsys: Output) -> None:
    failed(world)
    type_("replay", "r1", "--reason", REASON, "--yes")
    capsys.readouterr()

    type_("show", "r1", "--json")

    shown = json.loads(capsys.readouterr().out)
    assert shown["state"] == "queued"
    assert [entry["reason"] for entry in shown["audit"]] == [REASON]
    assert set(shown["links"]) == {"logs", "document", "files"}


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_change_is_rehearsed_unless_it_is_meant(
    world: World, work: Operations, type_: Run, capsys: Output, options: tuple[str, ...]
) -> None:
    before = failed(world)

    assert type_("replay", "r1", "--reason", REASON, *options) == 0

    assert world.runs.runs[ALICE, RunId("r1")] == before
    assert not work.audit
    said = capsys.readouterr().out
    assert "Add --yes" in said or json.loads(said)[0]["audit"] is None


def test_a_run_is_replayed_verified_and_cancelled(
    world: World, work: Operations, type_: Run, capsys: Output
) -> None:
    failed(world)
    type_("replay", "r1", "--reason", REASON, "--yes", "--json")
    replayed = changed(capsys)
    type_("cancel", "r1", "--reason", REASON, "--yes", "--json")
    cancelled = changed(capsys)
    world.put_run(a_run(RunState.VERIFYING))
    type_("replay", "r1", "--verify", "--reason", REASON, "--yes")

    assert (replayed["before"], replayed["after"], replayed["attempt"]) == ("failed", "queued", 2)
    assert (cancelled["before"], cancelled["after"]) == ("queued", "cancelled")
    assert "verifying (attempt 1) → verifying" in capsys.readouterr().out
    assert [entry.action for entry in work.audit] == ["replay", "cancel", "verify"]


def test_a_user_is_suspended_listed_and_restored(
    world: World, work: Operations, type_: Run, capsys: Output
) -> None:
    world.put_run(a_run(RunState.RUNNING))
    alice = ("alice@example.org", "--reason", REASON)

    assert type_("suspend", *alice) == 0
    assert work.standing(ALICE) is Standing.ACTIVE
    assert type_("suspend", *alice, "--yes") == 0
    assert work.standing(ALICE) is Standing.SUSPENDED
    type_("users", "--suspended")
    listed = capsys.readouterr().out
    assert type_("restore", *alice, "--yes") == 0
    assert work.standing(ALICE) is Standing.ACTIVE

    assert "r1: running (attempt 1) → cancelling" in listed
    assert "suspended" in listed
    assert "DISABLED" in listed


def test_a_suspension_is_json_for_scripts(type_: Run, capsys: Output) -> None:
    type_("suspend", "alice", "--reason", REASON, "--yes", "--json")
    suspended = json.loads(capsys.readouterr().out)
    type_("restore", "alice", "--reason", REASON, "--json")
    restored = json.loads(capsys.readouterr().out)

    assert (suspended["done"], suspended["user"]["standing"]) == (True, "suspended")
    assert (restored["done"], restored["user"]["standing"]) == (False, "suspended")


def test_a_user_is_shown(type_: Run, capsys: Output) -> None:
    assert type_("users", "alice@example.org") == 0
    said = capsys.readouterr().out
    type_("users", "alice", "--json")

    assert all(
        word in said for word in ("alice@example.org", "active", "member", "0 of 4 under way")
    )
    (user,) = json.loads(capsys.readouterr().out)
    assert (user["id"], user["standing"]) == ("alice", "active")


def test_a_moderator_is_made_and_unmade_and_both_are_audited(
    world: World, work: Operations, type_: Run, capsys: Output
) -> None:
    moderators, bob = world.marketplace.circumstances.moderators, ("bob", "--reason", REASON)

    type_("moderator", "add", *bob)
    assert moderators == set()
    type_("moderator", "add", *bob, "--yes")
    assert moderators == {"bob"}
    type_("moderator", "add", *bob, "--yes")
    type_("moderator", "remove", *bob, "--yes", "--json")

    assert moderators == set()
    said = capsys.readouterr().out
    assert all(
        words in said
        for words in ("Nothing was changed", "Moderates from now on.", "That is so already.")
    )
    told = [(entry.action, entry.target, entry.after) for entry in work.audit]
    assert told == [
        ("moderator", "moderators/bob", {"isModerator": True}),
        ("moderator", "moderators/bob", {"isModerator": False}),
    ]


def test_who_is_suspended_is_made_no_moderator(type_: Run) -> None:
    type_("suspend", "bob", "--reason", REASON, "--yes")

    with pytest.raises(Conflict):
        type_("moderator", "add", "bob", "--reason", REASON, "--yes")


def test_nobody_suspended_is_said(type_: Run, capsys: Output) -> None:
    type_("users", "--suspended")
    assert "Nobody is suspended." in capsys.readouterr().out


@pytest.mark.parametrize("words", [(), ("alice", "--suspended")])
def test_users_are_asked_for_in_one_way(type_: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="Name a user"):
        type_("users", *words)


def test_limits_are_shown_and_changed(
    world: World, work: Operations, type_: Run, capsys: Output
) -> None:
    change = ("quota", "alice", "--active-runs", "9", "--reason", REASON)

    assert type_("quota", "alice") == 0
    assert "0 to 64" in capsys.readouterr().out
    assert type_(*change) == 0
    assert "Add --yes" in capsys.readouterr().out
    assert type_(*change, "--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert type_("quota", "alice", "--plan", "--reason", REASON, "--yes") == 0

    assert (told["before"]["activeRuns"], told["after"]["activeRuns"], told["done"]) == (4, 9, True)
    account = world.accounts.get(ALICE)
    assert account is not None
    assert account.quotas.active_runs == 4
    assert len(work.audit) == 2


@pytest.mark.parametrize(
    ("words", "raised"),
    [
        (("quota", "alice", "--active-runs", "9"), Invalid),
        (("quota", "alice", "--active-runs", "65", "--reason", REASON), Invalid),
        (("quota", "alice", "--active-runs", "9", "--plan", "--reason", REASON), Invalid),
        (("cancel", "r1", "--reason", "no"), Invalid),
        (("cancel", "r9", "--reason", REASON), NotFound),
        (("users", "nobody@example.org"), NotFound),
    ],
)
def test_what_cannot_be_done_is_said(
    type_: Run, words: tuple[str, ...], raised: type[AppError]
) -> None:
    with pytest.raises(raised):
        type_(*words)


@pytest.mark.parametrize(
    "words",
    [
        ("cancel", "r1"),
        ("suspend", "alice", "--yes"),
        ("find", "--older-than", "soon"),
        ("find", "--state", "lost"),
        ("find", "--limit", "0"),
        ("audit", "--limit", "1001"),
        (),
    ],
)
def test_what_is_typed_wrongly_is_said(type_: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        type_(*words)

    assert ended.value.code == 2


def test_the_audit_log_is_listed(type_: Run, work: Operations, capsys: Output) -> None:
    type_("audit")
    assert "No operator changed anything yet." in capsys.readouterr().out
    type_("suspend", "alice", "--reason", REASON, "--yes")
    type_("suspend", "bob", "--reason", REASON, "--yes")
    capsys.readouterr()

    type_("audit")
    whole = capsys.readouterr().out
    type_("audit", "--user", "alice@example.org", "--json")
    entries = json.loads(capsys.readouterr().out)

    assert all(word in whole for word in (OPERATOR, REASON, "suspensions/alice", "suspensions/bob"))
    assert [(entry["operator"], entry["owner"]) for entry in entries] == [(OPERATOR, "alice")]
    assert len(work.audit) == 2


def test_every_limit_has_its_option() -> None:
    for name in QUOTA_BOUNDS:
        words = ["quota", "u", f"--{name.replace('_', '-')}", "1"]
        assert getattr(admin.parser().parse_args(words), name) == 1


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({}, "Set GOOGLE_CLOUD_PROJECT;"),
        (
            {"GOOGLE_CLOUD_PROJECT": "p", "CANDLEWICK_QUEUE": "backtests"},
            "Set CANDLEWICK_REGION, CANDLEWICK_TASKS_URL, CANDLEWICK_TASKS_IDENTITY;",
        ),
    ],
)
def test_a_missing_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, env: dict[str, str], told: str
) -> None:
    for name in ("GOOGLE_CLOUD_PROJECT", "CANDLEWICK_QUEUE", "CANDLEWICK_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("CANDLEWICK_TASKS_URL", "CANDLEWICK_TASKS_IDENTITY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    assert main(["admin", "find"]) == 2

    assert told in capsys.readouterr().err


def test_missing_credentials_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Any
) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:9")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.delenv("CANDLEWICK_QUEUE", raising=False)

    assert main(["admin", "find"]) == 2

    assert "gcloud auth application-default login" in capsys.readouterr().err
