"""What every limiter promises: in one instance, and shared by all of them."""

from collections.abc import Callable

import pytest

from candlewick.accounts.models import UserId
from candlewick.errors import RateLimited
from candlewick.gcp.rate_limits import Allowance, FirestoreLimiter, LocalLimiter
from tests.contracts.stores import ON_FIRESTORE, at_once
from tests.fakes import Clock

ALLOWANCE = Allowance(burst=3, per_second=0.5)
Check = Callable[[UserId], None]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["local", pytest.param("firestore", marks=ON_FIRESTORE)])
def check(request: pytest.FixtureRequest, clock: Clock) -> Check:
    if request.param == "local":
        return LocalLimiter(allowance=ALLOWANCE, now=clock).check
    client = request.getfixturevalue("client")
    limiter = FirestoreLimiter(client=client, allowances={"run": ALLOWANCE}, now=clock)
    return lambda owner: limiter.check(owner, "run")


def test_a_burst_passes_and_then_a_call_now_and_then(
    check: Check, clock: Clock, owner: UserId
) -> None:
    for _ in range(ALLOWANCE.burst):
        check(owner)
    with pytest.raises(RateLimited) as refused:
        check(owner)
    assert refused.value.retry_after_s == 2

    clock.move(seconds=2)

    check(owner)
    with pytest.raises(RateLimited):
        check(owner)


def test_everybody_has_an_allowance_of_their_own(check: Check, owner: UserId) -> None:
    for _ in range(ALLOWANCE.burst):
        check(owner)

    check(UserId(f"{owner}-other"))


def test_a_crowd_at_once_gets_no_more_than_the_burst(check: Check, owner: UserId) -> None:
    results = at_once(10, lambda _: check(owner))

    assert results.count(None) == ALLOWANCE.burst
    assert {type(result) for result in results if result} == {RateLimited}
