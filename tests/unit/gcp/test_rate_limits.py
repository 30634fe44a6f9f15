"""Token buckets."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlewick.errors import RateLimited
from candlewick.gcp.rate_limits import Allowance, Bucket, LocalLimiter
from tests.fakes import START, Clock

ALLOWANCE = Allowance(burst=3, per_second=0.5)


def test_a_burst_is_allowed_and_one_more_is_told_how_long_to_wait() -> None:
    limiter = LocalLimiter(allowance=ALLOWANCE, now=Clock())
    for _ in range(3):
        limiter.check("alice")

    with pytest.raises(RateLimited, match="2 s") as refused:
        limiter.check("alice")

    assert refused.value.retry_after_s == 2


def test_waiting_as_long_as_told_is_enough() -> None:
    clock = Clock()
    limiter = LocalLimiter(allowance=ALLOWANCE, now=clock)
    for _ in range(3):
        limiter.check("alice")
    with pytest.raises(RateLimited) as refused:
        limiter.check("alice")

    clock.move(seconds=refused.value.retry_after_s)

    limiter.check("alice")


def test_everybody_has_a_bucket_of_their_own() -> None:
    limiter = LocalLimiter(allowance=Allowance(burst=1, per_second=1), now=Clock())
    limiter.check("alice")

    limiter.check("bob")

    with pytest.raises(RateLimited):
        limiter.check("alice")


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(tokens=0, at=START)

    later = bucket.take(ALLOWANCE, START + timedelta(days=1))

    assert later.tokens == ALLOWANCE.burst - 1


def test_a_clock_that_goes_back_gives_nothing() -> None:
    with pytest.raises(RateLimited):
        Bucket(tokens=0, at=START).take(ALLOWANCE, START - timedelta(hours=1))


@settings(deadline=None, derandomize=True)
@given(st.lists(st.floats(min_value=0, max_value=10), max_size=60))
def test_over_any_time_no_more_pass_than_promised(pauses: list[float]) -> None:
    clock, passed = Clock(), 0
    limiter = LocalLimiter(allowance=ALLOWANCE, now=clock)

    for pause in pauses:
        clock.move(seconds=pause)
        try:
            limiter.check("alice")
        except RateLimited:
            continue
        passed += 1

    assert passed <= ALLOWANCE.burst + sum(pauses) * ALLOWANCE.per_second + 1e-6
