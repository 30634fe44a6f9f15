"""Strategies that break or attack, on the whole stack: how each ends, and what the user is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from candlewick.cli.api import JsonObject
from emulators.stack.supervisor import Stack
from tests.stack import strategies
from tests.stack.conftest import User, eventually, logs, nothing_runs

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


def outcome(user: User, stack: Stack, code: str) -> JsonObject:
    run = user.wait(user.submit(code))
    eventually(lambda: nothing_runs(stack) or None, within_s=30)
    assert user.api.get("/me/quotas")["activeRuns"]["used"] == 0
    return run


def test_an_exception_arrives_with_the_users_own_lines(user: User, stack: Stack) -> None:
    run = outcome(user, stack, strategies.RAISES)

    failure = run["failure"]
    assert (run["state"], failure["kind"]) == ("failed", "strategy_error")
    assert "no such thing as a moon" in failure["message"]
    (line,) = failure["traceback"]
    assert line["function"] == "populate_indicators"
    assert line["code"] == 'raise ValueError("no such thing as a moon")'
    source = strategies.RAISES.splitlines()
    assert source[line["line"] - 1].strip() == line["code"]


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        (strategies.ALLOCATES, {"out_of_memory"}),
        (strategies.FORKS, {"process_limit", "strategy_error"}),
        (strategies.LEAVES_EARLY, {"sandbox_violation", "strategy_error"}),
        (strategies.FORGES, {"result_refused"}),
    ],
    ids=["allocates", "forks", "leaves early", "forges"],
)
def test_an_attack_on_limits_or_truth_fails_as_the_users(
    user: User, stack: Stack, code: str, kinds: set[str]
) -> None:
    run = outcome(user, stack, code)

    assert run["state"] == "failed"
    assert run["failure"]["kind"] in kinds, run["failure"]
    assert run["headline"] is None
    assert run["attempt"] == 1


@pytest.mark.parametrize(
    "code",
    [
        strategies.WRITES_OUTSIDE,
        strategies.SNOOPS,
        strategies.OPENS_A_SOCKET.replace("import socket", "from logging import sys; socket = sys.modules.get('socket') or __builtins__['__import__']('socket')"),
    ],
    ids=["writes outside", "snoops", "opens a socket"],
)  # fmt: skip
def test_what_lies_outside_the_sandbox_is_out_of_reach(user: User, stack: Stack, code: str) -> None:
    run = outcome(user, stack, code.replace("{port}", str(stack.ports["hosting"])))

    # The strategy looks for a way out and raises if it finds one; finding none, it trades on.
    assert run["state"] == "succeeded", run["failure"]
    assert not Path("/candlewick-was-here").exists()
    assert not Path("/etc/candlewick-was-here").exists()


def test_secrets_in_the_output_are_blanked(user: User, stack: Stack) -> None:
    run = outcome(user, stack, strategies.PRINTS_SECRETS)

    assert run["failure"]["kind"] == "strategy_error"
    assert "CANARY" not in run["log_tail" if "log_tail" in run else "logTail"]
    assert "CANARY" not in str(run["failure"])


def test_no_log_of_the_stack_holds_a_credential(new_user: Callable[[], User], stack: Stack) -> None:
    user = new_user()
    token = user.api.post("/me/tokens", {"name": "t", "scopes": ["read"]})["token"]
    run_id = user.submit()
    user.wait(run_id)
    urls = [item["url"] for item in user.api.get(f"/backtests/{run_id}/downloads")["items"]]
    session = user.api.http.headers["Authorization"].removeprefix("Bearer ")
    signatures = [url.partition("X-Goog-Signature=")[2].partition("&")[0] for url in urls]

    secrets = [token.split("_", 2)[2], session, *signatures]
    written = {file: text for file, text in logs(stack).items() if file.name != "firebase-auth.log"}

    assert all(signatures)
    leaks = [
        (file.name, secret[:6])
        for file, text in written.items()
        for secret in secrets
        if secret in text
    ]
    assert leaks == []
    assert "CANDLEWICK_RUN_TOKEN=" not in "".join(written.values())
