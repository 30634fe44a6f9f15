"""Holders that are paused, cut off and slow: never two open gates, and no order of an old holder after a new one's."""

import asyncio
import logging
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from candlewick.bots.wire import (
    LEASE_TTL_S,
    RECV_WINDOW_MS,
    TAKEOVER_MARGIN_S,
    Renewed,
    Wanted,
)
from live_bot.errors import EventsUnavailable, Fenced
from live_bot.lease import Gate, Keeper
from tests.services.live_bot.simulated_time import simulate

_TRIALS = 320
_LASTS_S = 400.0
_HOLDERS = 3


@dataclass
class Database:
    """The lease's document. Its clock is its own: up to 5 s off, and set anew now and then."""

    random: random.Random
    skews: list[tuple[float, float]]  # from when on, and by how much
    free_after_s: float = LEASE_TTL_S + TAKEOVER_MARGIN_S
    epoch: int = 0
    updated_at: float = -1_000.0
    outages: list[tuple[float, float]] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)

    def now(self) -> float:
        moment = asyncio.get_running_loop().time()
        return moment + [skew for start, skew in self.skews if start <= moment][-1]

    async def call(self) -> None:
        """Be on the way for a while, and perhaps not arrive."""
        await asyncio.sleep(self.random.choice((0.01, 0.1, 1.0, 6.0)))
        moment = asyncio.get_running_loop().time()
        if any(start <= moment < end for start, end in self.outages):
            self.met["calls in an outage"] += 1
            raise EventsUnavailable("outage")

    async def acquire(self) -> int | None:
        await self.call()
        if self.now() - self.updated_at < self.free_after_s:
            return None
        self.met["takeovers"] += self.epoch > 0
        self.epoch, self.updated_at = self.epoch + 1, self.now()
        granted = self.epoch
        await self.call()
        return granted

    async def renew(self, epoch: int) -> None:
        await self.call()
        if epoch != self.epoch:
            raise Fenced
        self.updated_at = self.now()
        await self.call()


@dataclass
class History:
    gates: list[tuple[float, float, int]] = field(default_factory=list)  # from, until, epoch
    accepted: list[tuple[float, int]] = field(default_factory=list)  # at the exchange, by epoch


@dataclass
class Holder:
    """A container: pauses stop all of it, at any moment, while time goes on."""

    database: Database
    history: History
    random: random.Random
    pauses: list[tuple[float, float]]

    async def awake(self) -> None:
        now = asyncio.get_running_loop().time()
        for start, end in self.pauses:
            if start <= now < end:
                self.database.met["pauses longer than a lease"] += end - now > LEASE_TTL_S
                await asyncio.sleep(end - now)

    async def live(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self.awake()
            sent_at = clock()
            try:
                epoch = await self.database.acquire()
            except EventsUnavailable:
                epoch = None
            await self.awake()
            if epoch is None:
                await asyncio.sleep(2)
                continue
            gate = Gate(clock)
            gate.granted(sent_at=sent_at, ttl_s=LEASE_TTL_S)
            await self._hold(gate, epoch)

    async def _hold(self, gate: Gate, epoch: int) -> None:
        async def renew() -> Renewed:
            await self.database.renew(epoch)
            await self.awake()
            return Renewed(ttl_s=LEASE_TTL_S, wanted=Wanted.RUNNING, settings_revision=1)

        async def pause(seconds: float) -> None:
            await asyncio.sleep(seconds)
            await self.awake()

        async def heard(_renewed: Renewed) -> None:
            """Nothing to hear."""

        clock = asyncio.get_running_loop().time
        keeper = Keeper(gate, renew, clock=clock, pause=pause)
        trading = asyncio.create_task(self._trade(gate, epoch))
        try:
            await keeper.keep(heard)
        except Fenced:
            assert not gate.is_open
        finally:
            trading.cancel()

    async def _trade(self, gate: Gate, epoch: int) -> None:
        """Send orders as `Orders` does: time stamp, gate, sending, whatever happens in between."""
        clock = asyncio.get_running_loop().time
        while True:
            await self.awake()
            if gate.is_open:
                self.history.gates.append((clock(), clock() + gate.remaining_s(), epoch))
            stamp = clock()
            if gate.remaining_s() * 1_000 >= RECV_WINDOW_MS:
                await self.awake()
                asyncio.get_running_loop().create_task(self._on_its_way(stamp, epoch))
            await asyncio.sleep(1.9)

    async def _on_its_way(self, stamp: float, epoch: int) -> None:
        await self.awake()
        await asyncio.sleep(self.random.choice((0.01, 0.5, 4.0, 20.0)))
        arrived = asyncio.get_running_loop().time()
        if (arrived - stamp) * 1_000 <= RECV_WINDOW_MS:
            self.history.accepted.append((arrived, epoch))


def _windows(chance: random.Random, count: int, longest: float) -> list[tuple[float, float]]:
    starts = [chance.uniform(1_000, 1_000 + _LASTS_S) for _ in range(count)]
    return [(start, start + chance.uniform(0, longest)) for start in starts]


def _skews(chance: random.Random) -> list[tuple[float, float]]:
    """Set a clock at the start and up to four times more, in whole from 5 s back to 5 s ahead."""
    starts = sorted(chance.uniform(1_000, 1_000 + _LASTS_S) for _ in range(chance.randint(0, 4)))
    return [(start, chance.uniform(-5, 5)) for start in [0.0, *starts]]


async def _trial(
    seed: int, free_after_s: float = LEASE_TTL_S + TAKEOVER_MARGIN_S
) -> tuple[History, Counter[str]]:
    chance = random.Random(seed)  # noqa: S311 (the same trial each time)
    database = Database(
        random=chance,
        skews=_skews(chance),
        free_after_s=free_after_s,
        outages=_windows(chance, chance.randint(0, 2), 60),
    )
    history = History()
    holders = [
        Holder(
            database=database,
            history=history,
            random=chance,
            pauses=_windows(chance, chance.randint(1, 5), 120),
        )
        for _ in range(_HOLDERS)
    ]
    tasks = [asyncio.create_task(holder.live()) for holder in holders]
    await asyncio.sleep(_LASTS_S)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    database.met["clocks set"] += len(database.skews) - 1
    return history, database.met


def _overlaps(history: History) -> list[str]:
    """Check a history: gates of two epochs open at once, and orders of an old epoch after a new one's."""
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    for start, end, epoch in history.gates:
        first[epoch] = min(start, first.get(epoch, start))
        last[epoch] = max(end, last.get(epoch, end))
    gates = [
        f"gates of {old} and {new}"
        for new, opened in first.items()
        for old, shut in last.items()
        if old < new and shut >= opened
    ]
    epochs = [epoch for _, epoch in sorted(history.accepted)]
    return gates + ([] if epochs == sorted(epochs) else ["orders"])


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, logger="live_bot.lease")


def test_two_gates_are_never_open_at_once() -> None:
    met: Counter[str] = Counter()
    for seed in range(_TRIALS):
        history, happened = simulate(_trial(seed))
        met += happened
        met["orders"] += len(history.accepted)

        assert _overlaps(history) == [], f"seed {seed}"

    assert met["takeovers"] >= 500
    assert met["orders"] > 10_000
    assert min(met[name] for name in ("calls in an outage", "pauses longer than a lease")) >= 500
    assert met["clocks set"] >= 500


def test_the_checker_finds_what_a_lease_that_is_free_too_early_does() -> None:
    found: list[str] = []
    for seed in range(20):
        history, _ = simulate(_trial(seed, free_after_s=8.0))
        found += _overlaps(history)

    assert any(word.startswith("gates") for word in found)
    assert "orders" in found


def test_a_gate_without_a_renewal_shuts_by_itself() -> None:
    times = iter((0.0, 19.9, 20.0, 25.0))
    gate = Gate(lambda: next(times))

    gate.granted(sent_at=0.0, ttl_s=30)

    assert [gate.is_open for _ in range(4)] == [True, True, False, False]


def test_a_closed_gate_is_not_opened_by_a_late_answer() -> None:
    gate = Gate(lambda: 0.0)
    gate.granted(sent_at=0.0, ttl_s=30)

    gate.close()
    gate.granted(sent_at=5.0, ttl_s=30)

    assert gate.remaining_s() == 0
