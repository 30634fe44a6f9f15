"""Traces come in by two headers and go on by one."""

import pytest

from candlewick import log
from candlewick.accounts.models import UserId
from candlewick.backtests.models import FollowUp, RunId, TaskKind
from candlewick.tracing import Trace, trace_of
from tests.factories import ALICE, a_run
from tests.unit.gcp.test_adapters import Scripted, a_queue
from tests.world import World

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"
WHOLE = Trace(trace_id=TRACE, span_id=SPAN, is_sampled=True)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"traceparent": PARENT}, WHOLE),
        ({"traceparent": f"00-{TRACE}-{SPAN}-00"}, Trace(trace_id=TRACE, span_id=SPAN)),
        ({"X-Cloud-Trace-Context": f"{TRACE}/{int(SPAN, 16)};o=1"}, WHOLE),
        (
            {"X-Cloud-Trace-Context": f"{TRACE.upper()}/1"},
            Trace(trace_id=TRACE, span_id=f"{1:016x}"),
        ),
        ({"X-Cloud-Trace-Context": TRACE}, Trace(trace_id=TRACE)),
        ({"X-Cloud-Trace-Context": f"{TRACE}/0"}, Trace(trace_id=TRACE)),
        ({"X-Cloud-Trace-Context": f"{TRACE}/{2**64}"}, Trace(trace_id=TRACE)),
        ({"traceparent": PARENT, "X-Cloud-Trace-Context": "f" * 32}, WHOLE),
        ({"traceparent": f"00-{'0' * 32}-{SPAN}-01"}, None),
        ({"traceparent": f"00-{TRACE}-{'0' * 16}-01"}, None),
        ({"traceparent": f"{PARENT}-more"}, None),
        ({"X-Cloud-Trace-Context": 'abc"\n{}'}, None),
        ({}, None),
    ],
)
def test_a_trace_is_read_from_either_header(
    headers: dict[str, str], expected: Trace | None
) -> None:
    assert trace_of(headers.get) == expected


def test_a_trace_goes_on_as_it_came() -> None:
    assert WHOLE.header() == PARENT
    assert Trace(trace_id=TRACE).header() is None


def test_a_task_belongs_to_the_trace_of_who_sends_it() -> None:
    client = Scripted()
    log.begin(WHOLE)

    a_queue(client).send(
        FollowUp(owner=UserId("u"), run_id=RunId("r"), kind=TaskKind.VERIFY, number=1)
    )

    log.begin(None)
    assert client.calls[0]["task"].http_request.headers["traceparent"] == PARENT


def test_a_job_is_told_its_trace_its_run_and_whose_it_is(world: World) -> None:
    world.put_run(a_run())

    world.tasks().post(
        "/tasks/dispatch",
        json={"owner": ALICE, "runId": "r1", "kind": "dispatch", "number": 1},
        headers={"traceparent": PARENT},
    )

    (environment,) = world.jobs.started
    assert environment["CANDLEWICK_TRACEPARENT"] == PARENT
    assert environment["CANDLEWICK_RUN_ID"] == "r1"
    assert environment["CANDLEWICK_USER_CLASS"] == "member"
