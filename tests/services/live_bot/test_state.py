"""The state's object: stored in place of the one before, whatever becomes of the answers."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from candlewick.bots.wire import Mode, Plan, RiskLimits, Venue
from live_bot.connections import session
from live_bot.errors import EventsUnavailable, Fenced
from live_bot.events import Events
from live_bot.ledger import Checkpoint
from live_bot.state import StateStore, unpacked
from tests.services.live_bot.control import Control, Fault

Steps = Callable[[StateStore], Coroutine[Any, Any, Any]]
KEPT = Checkpoint(orders_today=3)


@pytest.fixture
def control() -> Iterator[Control]:
    control = Control(
        Plan(
            bot_id="bot-1",
            name="First",
            mode=Mode.PAPER,
            venue=Venue(exchange="binance", url="http://unset"),
            class_name="Cycle",
            config={},
            files=(),
            limits=RiskLimits(pairs=()),
            has_key=False,
        )
    )
    yield control
    control.close()


def run(control: Control, steps: Steps) -> Any:
    async def main() -> Any:
        async with session() as http:
            events = Events(http, control.url, "test-bot-token", "h" * 32)
            lease = await events.acquire("")
            return await steps(StateStore(events, lease.state_generation))

    return asyncio.run(main())


def test_what_was_stored_comes_back(control: Control) -> None:
    async def steps(store: StateStore) -> Any:
        assert await store.load() is None
        assert await store.save(b"one", KEPT)
        return await store.load()

    assert run(control, steps) == (b"one", KEPT)


def test_a_call_whose_connection_is_cut_is_not_repeated_by_itself(control: Control) -> None:
    calls: list[str] = []

    async def main() -> None:
        async with session() as http:
            events = Events(http, control.url, "test-bot-token", "h" * 32)
            await events.acquire("")
            control.cuts["/state"] = "after"
            control.before = calls.append
            with pytest.raises(EventsUnavailable):
                await events.store_state(b"one", replaces=0)

    asyncio.run(main())

    assert calls == ["/state"]


def test_a_state_whose_answer_was_lost_is_no_other_holders_when_the_next_is_stored(
    control: Control,
) -> None:
    def fail(path: str) -> None:
        if path == "/state" and control.states:
            raise Fault(503)

    async def steps(store: StateStore) -> Any:
        control.cuts["/state"], control.before = "after", fail
        assert not await store.save(b"one", KEPT)
        control.before = lambda _path: None
        return await store.save(b"two", KEPT)

    assert run(control, steps)
    assert [unpacked(state)[0] for state in control.states] == [b"one", b"two"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_cut_connection_is_no_other_holder(when: str, control: Control) -> None:
    async def steps(store: StateStore) -> Any:
        await store.save(b"one", KEPT)
        control.cuts["/state"] = when
        return [await store.save(b"two", KEPT), await store.save(b"three", KEPT)]

    assert run(control, steps) == [True, True]
    stored = [unpacked(state)[0] for state in control.states]
    assert [database for database in stored if database != b"two"] == [b"one", b"three"]
    assert b"two" in stored


def test_a_state_that_another_holder_stored_fences(control: Control) -> None:
    async def steps(store: StateStore) -> Any:
        await store.save(b"one", KEPT)
        control.states.append(b"theirs")
        await store.save(b"two", KEPT)

    with pytest.raises(Fenced):
        run(control, steps)
    assert len(control.states) == 2


def test_another_holders_state_after_a_lost_answer_fences_too(control: Control) -> None:
    def intrude(path: str) -> None:
        if path == "/state" and len(control.states) == 1:
            control.states.append(b"theirs")

    async def steps(store: StateStore) -> Any:
        control.cuts["/state"] = "after"
        control.before = intrude
        await store.save(b"one", KEPT)

    with pytest.raises(Fenced):
        run(control, steps)
    assert control.states[-1] == b"theirs"
