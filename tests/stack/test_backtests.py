"""A backtest from the request to the verified result, on the whole stack."""

import csv
import io
import json
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from candlewick.cli.api import ApiProblem, JsonObject
from candlewick.cli.results import fetch
from emulators.stack.supervisor import Stack
from tests.stack.conftest import User, eventually, nothing_runs
from tests.stack.strategies import HONEST

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


def test_a_strategy_is_backtested_and_its_result_is_verified(user: User, stack: Stack) -> None:
    run_id = user.submit(pairs=["BTC/USDT", "ETH/USDT"])

    run = user.wait(run_id)

    assert run["state"] == "succeeded", run["failure"]
    assert run["isVerified"]
    assert run["isSimulated"]
    assert run["headline"]["total_trades"] > 5
    assert (
        list(run["enteredAt"]).sort()
        == ["queued", "starting", "running", "verifying", "succeeded"].sort()
    )
    assert set(run["timings"]) >= {"claim_s", "import_s", "backtest_s", "upload_s", "verify_s"}
    assert eventually(lambda: nothing_runs(stack) or None)


def test_the_result_can_be_read_and_downloaded(user: User) -> None:
    run_id = user.submit()
    run = user.wait(run_id)

    trades = user.api.get(f"/backtests/{run_id}/trades")["trades"]
    summary = user.api.get(f"/backtests/{run_id}/summary")
    equity = user.api.get(f"/backtests/{run_id}/equity")
    files = {
        item["name"]: fetch(item["url"])
        for item in user.api.get(f"/backtests/{run_id}/downloads")["items"]
    }

    assert len(trades) == run["headline"]["total_trades"]
    assert summary["verified"]["closedTrades"]["total_trades"] == len(trades)
    assert len(equity["balance"]) > 1_900
    assert len(list(csv.DictReader(io.StringIO(files["trades.csv"].decode())))) == len(trades)
    assert json.loads(files["summary.json"]) == summary
    with zipfile.ZipFile(io.BytesIO(files["result.zip"])) as archive:
        assert archive.testzip() is None


def test_a_signed_url_opens_one_object_and_no_other(user: User) -> None:
    run_id = user.submit()
    user.wait(run_id)
    items = user.api.get(f"/backtests/{run_id}/downloads")["items"]
    url = next(item["url"] for item in items if item["name"] == "trades.csv")

    opened = httpx.get(url)
    other = httpx.get(url.replace("trades.csv", "summary.json", 1))
    unsigned = httpx.get(url.partition("?")[0])

    assert opened.status_code == 200
    assert f"trades-{run_id}.csv" in opened.headers["content-disposition"]
    assert other.status_code == 403
    assert unsigned.status_code in {401, 403}


def test_fifty_parallel_submits_with_one_key_start_one_backtest(user: User) -> None:
    body = user.request(user.save(HONEST))
    barrier = threading.Barrier(50)

    def submit(_: int) -> httpx.Response:
        barrier.wait()
        return user.api.http.post(
            "/backtests", json=body, headers={"Idempotency-Key": "the-same-key"}
        )

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(submit, range(50)))
    # Under such a rush some are asked to try again; trying again is harmless too.
    retried = [submit_again(user, body) for answer in answers if answer.status_code != 202]

    accepted = [answer.json()["id"] for answer in answers if answer.status_code == 202]
    assert len({*accepted, *retried}) == 1
    assert {answer.status_code for answer in answers} <= {202, 429, 503}
    assert len(user.api.get("/backtests")["items"]) == 1
    assert user.wait(accepted[0])["state"] == "succeeded"
    assert user.api.get("/me/quotas")["runsToday"]["used"] == 1
    assert user.api.get("/me/quotas")["activeRuns"]["used"] == 0


def submit_again(user: User, body: dict[str, object]) -> str:
    def look() -> str | None:
        headers = {"Idempotency-Key": "the-same-key"}
        answer = user.api.http.post("/backtests", json=body, headers=headers)
        found: str | None = answer.json()["id"] if answer.status_code == 202 else None
        return found

    return eventually(look)


def test_a_key_used_for_another_request_is_refused(user: User) -> None:
    version = user.save(HONEST)
    headers = {"Idempotency-Key": "one-key-only"}
    first = user.api.http.post("/backtests", json=user.request(version), headers=headers)

    second = user.api.http.post(
        "/backtests", json=user.request(version, wallet="500"), headers=headers
    )

    assert first.status_code == 202
    assert (second.status_code, second.json()["code"]) == (422, "idempotency_mismatch")
    user.wait(first.json()["id"])


def test_an_identical_request_is_answered_from_the_known_result(user: User) -> None:
    body = user.request(user.save(HONEST))
    first = user.wait(user.api.submit(body)["id"])

    again = user.api.submit(body)

    assert again["state"] == "succeeded"
    assert again["servedFrom"] == first["id"]
    assert again["identity"] == first["identity"]
    assert again["headline"] == first["headline"]


def test_another_users_identical_request_is_computed_anew(new_user: Callable[[], User]) -> None:
    first, second = new_user(), new_user()

    runs = [user.wait(user.submit()) for user in (first, second)]

    assert runs[0]["identity"] == runs[1]["identity"]
    assert runs[1]["servedFrom"] is None
    assert runs[0]["headline"] == runs[1]["headline"]


def test_the_quota_of_active_runs_is_kept_and_freed(user: User, stack: Stack) -> None:
    version = user.save(HONEST)
    stack.faults("cloud-tasks", {"delay": {"next": 20, "seconds": 8}})
    limit = user.api.get("/me/quotas")["activeRuns"]["limit"]
    started = [
        user.api.submit(user.request(version, wallet=str(100 + number)))["id"]
        for number in range(limit)
    ]

    with pytest.raises(ApiProblem, match=f"already have {limit} backtests in progress"):
        user.api.submit(user.request(version, wallet="99"))

    for run_id in started:
        user.api.post(f"/backtests/{run_id}/cancel")
        assert user.wait(run_id)["state"] == "cancelled"
    assert user.api.get("/me/quotas")["activeRuns"]["used"] == 0


def test_a_deleted_run_and_its_result_are_gone(user: User) -> None:
    run_id = user.submit()
    user.wait(run_id)
    url = user.api.get(f"/backtests/{run_id}/downloads")["items"][0]["url"]

    user.api.http.delete(f"/backtests/{run_id}").raise_for_status()

    assert httpx.get(url).status_code == 404
    with pytest.raises(ApiProblem, match="no such backtest"):
        user.run(run_id)


REFUSED: dict[str, tuple[JsonObject, str]] = {
    "a missing pair": ({"pairs": ["NOPE/USDT"]}, "NOPE/USDT is not available"),
    "an empty range": ({"end": "2025-03-01T00:00:00Z"}, "reversed or empty"),
    "a reversed range": ({"end": "2025-02-01T00:00:00Z"}, "reversed or empty"),
    "a range without candles": (
        {"start": "2031-01-01T00:00:00Z", "end": "2031-02-01T00:00:00Z"},
        "no candles in this time range",
    ),
    "an unknown timeframe": ({"timeframe": "7m"}, "has no 7m candles here; available: 5m, 1h"),
    "an unknown exchange": ({"exchange": "nowhere"}, "no candles of nowhere; available"),
    "a wallet of nothing": ({"wallet": "0"}, "wallet"),
    "a pair twice": ({"pairs": ["BTC/USDT", "BTC/USDT"]}, "named more than once"),
    "no pairs": ({"pairs": []}, "pairs"),
    "a version that is not there": ({"version": 99}, "no version 99"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_that_cannot_work_is_refused_in_words(user: User, name: str) -> None:
    changes, words = REFUSED[name]
    body = user.request(user.save(HONEST), **changes)

    with pytest.raises(ApiProblem) as refused:
        user.api.submit(body)

    assert words in str(refused.value)
    assert user.api.get("/backtests")["items"] == []


def test_five_mebibytes_of_code_are_refused(user: User) -> None:
    with pytest.raises(ApiProblem, match="bytes at most"):
        user.save("#" * 5 * 1024 * 1024)


def test_code_with_errors_is_kept_but_does_not_run(user: User) -> None:
    version = user.save(f"import os\n{HONEST}")

    with pytest.raises(ApiProblem, match="`os` may not be imported"):
        user.api.submit(user.request(version))

    assert not version["check"]["isRunnable"]


def test_another_users_run_reads_as_missing(new_user: Callable[[], User]) -> None:
    owner, stranger = new_user(), new_user()
    run_id = owner.submit()
    owner.wait(run_id)

    paths = ["", "/summary", "/trades", "/equity", "/downloads"]
    read = [stranger.api.http.get(f"/backtests/{run_id}{path}").status_code for path in paths]
    changed = [
        stranger.api.http.post(f"/backtests/{run_id}/cancel", json={}).status_code,
        stranger.api.http.patch(f"/backtests/{run_id}", json={"notes": "x"}).status_code,
        stranger.api.http.delete(f"/backtests/{run_id}").status_code,
    ]

    assert {*read, *changed} == {404}
    assert stranger.api.get("/backtests")["items"] == []
