"""Documents in Firestore's words and back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from candlewick.accounts.models import ApiToken, Scope, UserId
from candlewick.backtests.models import BacktestRun, RunProgress, RunState
from candlewick.backtests.wire import Failure, FailureKind, Phase, TracebackLine
from candlewick.gcp.documents import from_document, to_document
from candlewick.strategies.checks import check_code
from candlewick.strategies.models import CheckReport
from tests.factories import BROKEN_CODE, a_run, a_spec, a_strategy_ref


@pytest.mark.parametrize("state", list(RunState))
def test_a_run_comes_back_as_it_was(state: RunState) -> None:
    line = TracebackLine(line=1, function="f", code="x")
    run = replace(
        a_run(state),
        spec=a_spec(stake_amount=Decimal("0.10"), fee=Decimal("0.001"), timeframe_detail="1m"),
        strategy=a_strategy_ref(parameters={"buy": {"rsi": 30, "on": True, "none": None}}),
        failure=Failure(kind=FailureKind.NO_DATA, message="m", traceback=[line]),
        progress=RunProgress(phase=Phase.SIMULATING, fraction=0.25),
        timings={"fetch_s": 0.5},
    )

    assert from_document(to_document(run), BacktestRun) == run


def test_documents_are_in_camel_case_with_decimals_as_text() -> None:
    document = to_document(a_run())

    assert document["candleRevision"] == a_run().candle_revision
    assert document["spec"]["wallet"] == "1000"
    assert document["enteredAt"] == {"queued": a_run().created_at}
    assert document["claim"]["tokenHash"] is None


def test_a_token_comes_back_with_its_scopes() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    token = ApiToken(
        id="t",
        owner=UserId("u"),
        name="n",
        scopes=frozenset({Scope.READ, Scope.BACKTESTS}),
        secret_hash="h",
        created_at=now,
        expires_at=now + timedelta(days=1),
    )

    document = to_document(token)

    assert document["scopes"] == ["backtests", "read"]
    assert from_document(document, ApiToken) == token


def test_findings_come_back() -> None:
    report = check_code(BROKEN_CODE)

    assert from_document(to_document(report), CheckReport) == report


def test_fields_of_a_later_version_are_left_alone() -> None:
    run = a_run()

    assert from_document({**to_document(run), "futureField": 1}, BacktestRun) == run
