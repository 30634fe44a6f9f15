"""What operators do, on the whole stack: with real credentials, a real job, a real second database."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from candlewick.cli.api import Api
from candlewick.cli.main import main
from candlewick.errors import Unauthenticated
from emulators.stack.supervisor import Stack
from tests.stack.conftest import User, eventually, logs
from tests.stack.strategies import HONEST, LOOPS, RAISES

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

REASON = ("--reason", "a test of the operators' commands")
Operate = Callable[..., Any]


@pytest.fixture
def operate(stack: Stack, capsys: pytest.CaptureFixture[str]) -> Operate:
    """Type a command as an operator; return what it printed as JSON."""

    def type_(*words: str) -> Any:
        capsys.readouterr()
        assert main(["admin", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return type_


@pytest.fixture
def holder(user: User, stack: Stack) -> Iterator[Api]:
    created = user.api.post("/me/tokens", {"name": "bot", "scopes": ["read", "strategies"]})
    api = Api.at(stack.urls["hosting"], created["token"])
    yield api
    api.http.close()


def refused(api: Api, method: str = "POST") -> tuple[int, str]:
    body = {"name": "late"} if method == "POST" else None
    answer = api.http.request(method, "/strategies", json=body)
    return answer.status_code, answer.json().get("code", "")


def test_a_suspended_user_is_refused_everywhere_until_restored(
    user: User, holder: Api, operate: Operate
) -> None:
    run_id = user.submit(LOOPS)
    user.wait(run_id, "running")

    told = operate("suspend", user.email, *REASON, "--yes")

    suspended = (403, "account_suspended")
    assert [item["run"] for item in told["runs"]] == [run_id]
    assert (refused(user.api), refused(holder)) == (suspended, suspended)
    # Who only reads is remembered by an instance for half a minute at most.
    eventually(lambda: refused(user.api, "GET") == suspended or None, within_s=40)
    eventually(lambda: refused(holder, "GET") == suspended or None, within_s=40)
    with pytest.raises(Unauthenticated, match="suspended"):
        user.sign_in_again()
    eventually(lambda: operate("show", run_id)["state"] == "cancelled" or None)

    operate("restore", user.email, *REASON, "--yes")

    # The sign-in that was is over for good; the API token was not touched.
    time.sleep(1.1)
    again = user.sign_in_again()
    assert again.post("/strategies", {"name": "back"})["name"] == "back"
    assert holder.post("/strategies", {"name": "by token"})["name"] == "by token"
    again.http.close()
    audited = operate("audit", "--user", told["user"]["id"])
    assert [entry["action"] for entry in audited] == ["restore", "cancel", "suspend"]
    assert {entry["operator"] for entry in audited} == {
        "operator@demo-candlewick.iam.gserviceaccount.com"
    }


def test_a_failed_run_is_replayed_by_the_real_platform(user: User, operate: Operate) -> None:
    run_id = user.submit(RAISES)
    assert user.wait(run_id)["state"] == "failed"
    used = user.api.get("/me/quotas")

    (change,) = operate("replay", run_id, *REASON, "--yes")

    assert (change["before"], change["after"], change["attempt"]) == ("failed", "queued", 2)

    def look() -> Any:
        found = user.run(run_id)
        return found if found["state"] == "failed" else None

    again = eventually(look)
    assert again["attempt"] == 2
    assert again["failure"]["kind"] == "strategy_error"
    assert user.api.get("/me/quotas") == used


def test_a_raised_limit_holds_at_once(user: User, operate: Operate) -> None:
    user.api.get("/me")

    operate("quota", user.email, "--active-runs", "7", *REASON, "--yes")

    assert user.api.get("/me/quotas")["activeRuns"]["limit"] == 7


def test_all_lines_of_a_run_share_its_label_and_its_trace(user: User, stack: Stack) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    user.api.http.headers["traceparent"] = f"00-{trace}-00f067aa0ba902b7-01"
    run_id = user.submit(HONEST)
    user.wait(run_id)

    def look() -> Any:
        found = {line["message"]: line for line in _lines(stack, run_id)}
        return found if "result verified" in found else None

    found = eventually(look)
    wanted = {
        "backtest submitted", "execution asked for", "run started", "reported", "run finished",
        "result verified",
    }  # fmt: skip
    assert wanted <= set(found)
    for message in wanted - {"reported"}:
        line = found[message]
        assert line["logging.googleapis.com/trace"] == f"projects/demo-candlewick/traces/{trace}"
        assert line["logging.googleapis.com/labels"]["user_class"] == "member"
        assert line["logging.googleapis.com/labels"]["feature"] == "backtests"
    assert found["run started"]["dispatch_s"] > 0
    assert found["run finished"]["job_s"] > 0


def test_the_stacks_database_is_drilled(
    user: User, stack: Stack, tmp_path: Path, operate: Operate
) -> None:
    user.submit(HONEST)

    report = operate(
        "restore-drill", "--into", "drill-on-the-stack", "--without-administration",
        "--report", str(tmp_path), *REASON, "--yes",
    )  # fmt: skip

    assert report["passed"], report["differences"]
    assert {"users", "runs", "strategies", "versions"} <= set(report["groups"])


def _lines(stack: Stack, run_id: str) -> Iterator[dict[str, Any]]:
    for text in logs(stack).values():
        for line in text.splitlines():
            if run_id not in line or not line.startswith("{"):
                continue
            found = json.loads(line)
            if found.get("logging.googleapis.com/labels", {}).get("run_id") == run_id:
                yield found
