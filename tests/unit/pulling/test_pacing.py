"""Requests are repeated where that may help, waited with where the exchange asks for it, and given up in the end."""

import asyncio
from typing import Any

import ccxt
import pytest

from candlewick.pulling.pacing import GaveUp, Pace


class Api:
    """ccxt's client: it fails as often as it is told, and answers then."""

    def __init__(self, *failures: Exception, headers: dict[str, str] | None = None) -> None:
        self.failures = list(failures)
        self.last_response_headers = headers
        self.asked: list[str] = []

    async def fetch(self, url: str, *_rest: Any) -> str:
        await asyncio.sleep(0)
        self.asked.append(url)
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


class Sleeps(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0)


def paced(api: Api, **settings: Any) -> tuple[Pace, Sleeps]:
    slept = Sleeps()
    return Pace(api=api, sleep=slept, **settings), slept


def test_a_request_is_repeated_with_growing_pauses() -> None:
    api = Api(ccxt.RequestTimeout("slow"), ccxt.ExchangeNotAvailable("down"))
    pace, slept = paced(api, backoff_s=1)

    assert asyncio.run(pace.fetch("url")) == "answer"
    assert (slept, pace.requests) == ([1, 2], 3)


@pytest.mark.parametrize("error", [ccxt.DDoSProtection("418"), ccxt.RateLimitExceeded("429")])
@pytest.mark.parametrize("header", ["Retry-After", "retry-after"])
def test_the_exchange_says_how_long(error: Exception, header: str) -> None:
    pace, slept = paced(Api(error, headers={header: "17"}))

    assert asyncio.run(pace.fetch("url")) == "answer"
    assert slept == [17]


@pytest.mark.parametrize("headers", [None, {}, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}])
def test_who_is_not_told_how_long_waits_as_usual(headers: dict[str, str] | None) -> None:
    pace, slept = paced(Api(ccxt.RateLimitExceeded("429"), headers=headers), backoff_s=2)

    asyncio.run(pace.fetch("url"))

    assert slept == [2]


def test_all_requests_wait_while_the_exchange_wants_none() -> None:
    api = Api(ccxt.RateLimitExceeded("429"), headers={"Retry-After": "5"})
    running = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        before = len(api.asked)
        running.set()
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(api.asked) == before

    async def main() -> None:
        pace = Pace(api=api, sleep=sleep)
        first = asyncio.ensure_future(pace.fetch("first"))
        await running.wait()
        await asyncio.gather(first, pace.fetch("second"), pace.fetch("third"))

    asyncio.run(main())

    assert api.asked[0] == "first"
    assert sorted(api.asked[1:]) == ["first", "second", "third"]


def test_no_more_than_four_are_under_way_at_once() -> None:
    most = 0

    class Counting(Api):
        under_way = 0

        async def fetch(self, url: str, *_rest: Any) -> str:
            nonlocal most
            self.under_way += 1
            most = max(most, self.under_way)
            await asyncio.sleep(0)
            self.under_way -= 1
            return url

    async def main() -> None:
        pace = Pace(api=Counting())
        await asyncio.gather(*(pace.fetch(str(number)) for number in range(40)))

    asyncio.run(main())

    assert most == 4


def test_it_is_given_up_after_so_many_tries_until_another_series_begins() -> None:
    api = Api(*[ccxt.ExchangeNotAvailable("down")] * 3)
    pace, _ = paced(api, tries=3)

    with pytest.raises(GaveUp, match="3 requests came to nothing"):
        asyncio.run(pace.fetch("url"))
    with pytest.raises(GaveUp):
        asyncio.run(pace.fetch("url"))
    pace.begin()

    assert asyncio.run(pace.fetch("url")) == "answer"
    assert len(api.asked) == 4


def test_nobody_waits_for_hours_and_nobody_asks_meanwhile() -> None:
    api = Api(ccxt.DDoSProtection("418"), headers={"Retry-After": "7200"})
    pace, slept = paced(api)

    with pytest.raises(GaveUp, match="no requests for the next 7,200 s"):
        asyncio.run(pace.fetch("url"))
    pace.begin()
    with pytest.raises(GaveUp):
        asyncio.run(pace.fetch("url"))

    assert (api.asked, slept) == (["url"], [])


def test_a_refusal_is_not_repeated() -> None:
    api = Api(ccxt.BadSymbol("BTCUSTD"))
    pace, slept = paced(api)

    with pytest.raises(ccxt.BadSymbol):
        asyncio.run(pace.fetch("url"))

    assert (slept, pace.failure) == ([], None)
