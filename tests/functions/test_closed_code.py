"""Closed code leaves no trace with whoever runs it, and who runs it none with its author."""

import json
from dataclasses import replace
from typing import Any

import pytest

from candlewick.backtests.models import BacktestRun, RunId, RunState, StoredResult
from candlewick.backtests.wire import FailureKind, Ticket
from candlewick.marketplace.models import Access, ListingId
from candlewick.strategies.models import StrategyId, code_object, hash_code
from candlewick.verification.closed import closed
from candlewick.verification.verify import Verified
from tests.factories import ALICE, BOB, CODE, HOLDER, store_indicators
from tests.functions.answers import a_strategy, ok, problem
from tests.functions.test_marketplace_using_api import forked, paper_bot, tried
from tests.marketplace_factories import a_listing
from tests.world import World

CANARY = "tanager4711"
SECRET_CODE = CODE.replace("class Buyer", f'NOTE = "{CANARY}"\n\n\nclass Buyer').replace(
    "        return dataframe\n",
    f'        dataframe["{CANARY}"] = dataframe["close"].shift(-1)\n        return dataframe\n',
    1,
)
PARAMETERS = {"buy": {CANARY: 14}}
MARKET = "/api/v1/marketplace"
RUN = "/api/v1/backtests/{id}"
READS = (
    "", "/log", "/plot", "/downloads", "/summary", "/trades", "/equity", "/certificate", "/trust", "/shares",
    "/indicators?pair=BTC/USDT&start=2025-01-01&end=2025-01-02",
)  # fmt: skip


@pytest.fixture
def closed_listing(world: World) -> World:
    listing = a_listing(access=Access.CLOSED)
    strategy = StrategyId(a_strategy(world, code=SECRET_CODE))
    world.marketplace.put(
        replace(listing, strategy=strategy),
        strategy=strategy,
        code_hash=hash_code(SECRET_CODE),
        class_name="Buyer",
        parameters=PARAMETERS,
        pairs_named=(f"{CANARY.upper()}/USDT",),
    )
    return world


def claimed(world: World, run_id: str) -> tuple[str, Ticket]:
    """Bring a run to where its job holds the claim; return the job's token and ticket."""
    body = {
        "owner": "bob",
        "runId": run_id,
        "kind": "dispatch",
        "number": run_of(world, run_id).tasks_sent,
    }
    assert world.tasks().post("/tasks/dispatch", json=body).status_code in {200, 204}
    token = world.jobs.started[-1]["CANDLEWICK_RUN_TOKEN"]
    claim = {"holder": HOLDER, "taskAttempt": 0, "execution": "e"}
    return token, Ticket.model_validate(ok(world.job(token).post("/started", json=claim)))


def run_of(world: World, run_id: str) -> BacktestRun:
    found = world.runs.get(BOB, RunId(run_id))
    assert found is not None
    return found


def holds(text: object) -> bool:
    return CANARY in str(text).lower() or hash_code(SECRET_CODE) in str(text)


def leaks(world: World, run_id: str) -> list[str]:
    """Return where Bob could find the canary: any answer, and his own documents."""
    client = world.api(world.bob)
    paths = [
        *(RUN.format(id=run_id) + part for part in READS),
        "/api/v1/backtests",
        "/api/v1/me/export",
        "/api/v1/strategies",
        "/api/v1/bots",
        *(f"{MARKET}/{path}" for path in ("listings/l1", "my/uses", "my/listings", "search?q=dip")),
        *(
            f"{MARKET}/listings/l1/{path}"
            for path in ("versions", "versions/1", "lineage", "ancestor-diff")
        ),
        *(f"{MARKET}/listings/l1/versions/1/{path}" for path in ("code", "diff?from=1")),
    ]
    found = [path for path in paths if holds(client.get(path).text)]
    documents = {
        "run": world.runs.get(BOB, RunId(run_id)),
        "strategies": world.strategies.list(BOB, archived=False, cursor=None, size=9),
    }
    return found + [name for name, document in documents.items() if holds(repr(document))]


def finished(world: World, run_id: str, outcome: dict[str, Any]) -> Ticket:
    token, ticket = claimed(world, run_id)
    said = {"holder": HOLDER, "phase": "simulating", "fraction": 0.5, "logTail": f"prints {CANARY}"}
    assert world.job(token).post("/progress", json=said).status_code == 200
    last = {"holder": HOLDER, "outcome": outcome, "logTail": f"prints {CANARY}"}
    assert world.job(token).post("/finished", json=last).status_code in {200, 204}
    return ticket


def succeeded(world: World, run_id: str) -> None:
    """Put everything below the result that open code would leave there."""
    run = run_of(world, run_id)
    prefix = f"bob/{run_id}/1"
    result = StoredResult(prefix=prefix, archive_sha256="0" * 64, archive_bytes=1, headline={})
    world.runs.put(replace(run, state=RunState.SUCCEEDED, result=result))
    store_indicators(world.results, prefix, run.spec, column=CANARY)
    files = {
        "summary": {"period": {"days": 1}},
        "trades": {"trades": []},
        "equity": {"days": {"balance": [1000.0, 1001.0]}},
        "certificate": {"pairs": [], "profit": {"affectedTrades": 0}},
    }
    for name, content in files.items():
        world.results.stored[f"{prefix}/{name}.json"] = json.dumps(content).encode()
    for name in ("result.zip", "log.txt"):
        world.results.stored[f"{prefix}/{name}"] = CANARY.encode()


def test_the_ticket_has_the_code_and_the_runs_document_has_not(closed_listing: World) -> None:
    world = closed_listing
    run = ok(tried(world), 202)

    _, ticket = claimed(world, run["id"])

    code = next(file for file in ticket.files if file.path == "strategies/Buyer.py")
    assert code.sha256 == hash_code(SECRET_CODE)
    assert code_object(ALICE, hash_code(SECRET_CODE)) in code.url
    assert any(file.path == "strategies/Buyer.json" for file in ticket.files)
    stored = run_of(world, run["id"]).strategy
    assert (stored.code_hash, stored.parameters, stored.pairs_named, stored.code_owner) == (
        "",
        None,
        (),
        None,
    )
    assert not [
        name for name in (*world.codes.stored, *world.results.stored) if name.startswith("bob/")
    ]
    assert leaks(world, run["id"]) == []


def test_no_log_is_kept(closed_listing: World) -> None:
    run = ok(tried(closed_listing), 202)["id"]

    ticket = finished(
        closed_listing, run, {"outcome": "succeeded", "sha256": "0" * 64, "sizeBytes": 7}
    )

    assert ticket.log is None
    assert run_of(closed_listing, run).log_tail == ""
    problem(
        closed_listing.api(closed_listing.bob).get(RUN.format(id=run) + "/log"), 403, "forbidden"
    )
    assert leaks(closed_listing, run) == []


@pytest.mark.parametrize("kind", [*FailureKind])
def test_a_failure_says_its_kind_in_fixed_words_and_no_lines(
    closed_listing: World, kind: FailureKind
) -> None:
    world = closed_listing
    run = ok(tried(world), 202)["id"]
    lines = [{"line": 3, "function": CANARY, "code": f"raise {CANARY}"}]
    failure = {"kind": kind, "message": f"{CANARY} was raised", "traceback": lines}

    for _ in range(3):  # of the platform's own failures there are three attempts
        if not run_of(world, run).state.is_final:
            finished(world, run, {"outcome": "failed", "failure": failure})

    told = run_of(world, run)
    assert told.state is RunState.FAILED
    assert told.failure is not None
    assert told.failure.kind is kind
    assert told.failure.message
    assert told.failure.traceback == []
    assert leaks(world, run) == []


def test_nothing_of_a_result_tells_the_code(closed_listing: World) -> None:
    world = closed_listing
    run = ok(tried(world), 202)["id"]
    succeeded(world, run)

    names = [
        item["name"]
        for item in ok(world.api(world.bob).get(RUN.format(id=run) + "/downloads"))["items"]
    ]
    assert names == ["trades.json", "summary.json", "equity.json", "certificate.json"]
    for part in ("/log", "/plot", READS[-1]):
        problem(world.api(world.bob).get(RUN.format(id=run) + part), 403, "forbidden")
    assert leaks(world, run) == []


def test_a_shared_page_and_the_chat_show_figures_alone(closed_listing: World) -> None:
    world = closed_listing
    run = ok(tried(world), 202)["id"]
    succeeded(world, run)
    client = world.api(world.bob)
    token = ok(client.post(RUN.format(id=run) + "/shares", json={}), 201)["token"]
    talk = world.assistant_service().create(BOB, StrategyId(a_strategy(world, world.bob))).id
    shown = client.post(f"/api/v1/assistant/conversations/{talk}/results", json={"runId": run})

    assert shown.status_code == 201
    for text in (
        shown.text,
        world.api().get(f"/s/{token}").text,
        client.get(f"/api/v1/assistant/conversations/{talk}").text,
    ):
        assert not holds(text)


def test_the_trust_report_tells_that_it_looks_ahead_and_not_where(closed_listing: World) -> None:
    world = closed_listing
    run = ok(tried(world), 202)["id"]
    succeeded(world, run)

    report = ok(world.api(world.bob).get(RUN.format(id=run) + "/trust"))

    ahead = [finding for finding in report["findings"] if finding["name"] == "Look-ahead"]
    assert [finding["weight"] for finding in ahead] == ["failed"]
    assert {finding["line"] for finding in report["findings"]} == {None}
    assert "shift" not in str(report)


def test_what_verification_keeps_has_no_plots_and_no_settings_of_the_code() -> None:
    settings = {
        "timeframe": "5m",
        "stake_amount": "unlimited",
        "stoploss": CANARY,
        "minimal_roi": {CANARY: 1},
    }
    summary = json.dumps({"reported": {"settings": settings, "market_change": 0.1}}).encode()
    names = ("trades.json", "trades.csv", "equity.json", "certificate.json")
    kept = dict.fromkeys(names, b"{}")
    plots = {"plot.json": CANARY.encode(), "indicators-0.feather": CANARY.encode()}

    found = closed(Verified(files={"summary.json": summary, **kept, **plots}, headline={"a": 1}))

    assert set(found.files) == {"summary.json", *names}
    assert json.loads(found.files["summary.json"])["reported"] == {
        "settings": {"timeframe": "5m", "stake_amount": "unlimited", "stoploss": None, "minimal_roi": None},
        "market_change": 0.1,
    }  # fmt: skip
    assert not holds(found.files)


def test_it_cannot_be_forked_nor_run_by_a_bot(closed_listing: World) -> None:
    problem(forked(closed_listing), 403, "forbidden")
    problem(paper_bot(closed_listing), 409, "conflict")
    assert not [name for name in closed_listing.codes.stored if name.startswith("bob/")]


def test_a_run_stays_closed_when_its_listing_is_opened_and_the_ticket_still_finds_the_code(
    closed_listing: World,
) -> None:
    world = closed_listing
    run = ok(tried(world), 202)["id"]
    world.marketplace.listings.change(
        ListingId("l1"),
        lambda found: replace(found, terms=replace(found.terms, access=Access.OPEN)),
    )

    ticket = finished(world, run, {"outcome": "succeeded", "sha256": "0" * 64, "sizeBytes": 7})

    assert ticket.log is None
    assert run_of(world, run).log_tail == ""


def test_the_author_finds_nothing_of_who_ran_it_or_with_what(closed_listing: World) -> None:
    world = closed_listing
    run = ok(tried(world, wallet="31337"), 202)["id"]
    succeeded(world, run)
    client = world.api(world.alice)

    for path in (
        "/api/v1/backtests",
        "/api/v1/me/export",
        *(f"{MARKET}/{each}" for each in ("listings/l1", "my/listings", "my/uses")),
    ):
        text = client.get(path).text
        assert "bob" not in text
        assert "31337" not in text
        assert run not in text
    problem(client.get(RUN.format(id=run)), 404, "not_found")


def test_the_author_reads_their_own_code(closed_listing: World) -> None:
    client = closed_listing.api(closed_listing.alice)

    assert ok(client.get(f"{MARKET}/listings/l1/versions/1/code"))["code"] == SECRET_CODE
