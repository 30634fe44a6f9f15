"""Killed at every write, the job leaves nothing half-written in sight, and the next one ends where an undisturbed one does."""

import json
import signal
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import pytest

from candlewick.market_data import feather
from candlewick.market_data.importer import Source, import_candles
from candlewick.market_data.manifest import TRADED, CandleType, Manifest
from candlewick.market_data.publishing import current_manifest
from tests.emulators.pulling.candles import given, universe, whole
from tests.emulators.pulling.contracts import BTC, ETH, served
from tests.factories import a_candle_file
from tests.jobs.market_data.conftest import START, Trials, World
from tests.unit.market_data.older import forget_tick_sizes
from tests.unit.market_data.test_importer import NOW

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("market-data-job"),
    pytest.mark.timeout(600),
]


GONE = "OLD/USDT:USDT"
DELISTED = "OLD/USDT"


def content(manifest: Manifest, stored_as: str) -> str:
    """Return all that a manifest says but when it was made, and under which name."""
    text = manifest.model_copy(update={"created_at": NOW}).model_dump_json()
    return text.replace(f"{stored_as}/", "NAME/").replace(f'"{stored_as}"', '"NAME"')


def seed(world: World, stored_as: str) -> None:
    """Put candles there that an operator has imported: half of what the exchange has of one pair.

    And those of a pair that it has no more, by a revision that knows nothing of tick sizes.
    """
    frame = given(world.candles, "ETH/USDT", "2025-04-30T12:00:00+00:00").iloc[-200:]
    source = Source(exchange=stored_as, title="Binance", note="By hand.", simulated=True)
    candles = partial(feather.write, frame.reset_index(drop=True))
    files = {"ETH_USDT-5m.feather": candles, "OLD_USDT-5m.feather": candles}
    import_candles(world.store, source, files, now=NOW)
    forget_tick_sizes(world.store, stored_as)


def seed_futures(world: World, stored_as: str) -> None:
    """Put what an operator has imported there: funding rates of the first days, and the tiers of another contract."""
    wanted = a_candle_file(ETH, "1h", candle_type=CandleType.FUNDING_RATE)
    rates = served(world.venue, wanted).iloc[:9]
    tiers: dict[str, Any] = {GONE: [{"tier": 1, "maxLeverage": 20}]}
    source = Source(
        exchange=stored_as, title="Binance", note="By hand.", simulated=True, leverage_tiers=tiers
    )
    files = {"futures/ETH_USDT_USDT-1h-funding_rate.feather": partial(feather.write, rates)}
    import_candles(world.store, source, files, now=NOW)


def nothing(_world: World, _stored_as: str) -> None:
    return


SEEDS: Mapping[str, Callable[[World, str], None]] = {"seeded": seed, "swaps": seed_futures}
# Two pairs, so that one is published over the other.
UNIVERSES = {
    "seeded": universe(
        pairs=["BTC/USDT", "ETH/USDT", DELISTED], timeframes=["5m", "1h"], start=START
    ),
    "swaps": universe(pairs=[BTC, ETH], timeframes=["1h"], start="2025-04-28"),
}


def revisions(world: World, stored_as: str) -> set[str]:
    return set(world.store.names(f"{stored_as}/manifests/"))


def environment(world: World, kind: str, stored_as: str) -> dict[str, str]:
    if kind not in UNIVERSES:
        return world.env(stored_as)
    wanted = {**UNIVERSES[kind], "store_as": stored_as}
    return world.env(stored_as, CANDLEWICK_UNIVERSE=json.dumps(wanted))


@pytest.mark.parametrize("kind", ["bare", *SEEDS])
def test_killed_at_every_write_the_next_pull_ends_as_if_nothing_had_been(
    world: World, trials: Trials, kind: str
) -> None:
    sow = SEEDS.get(kind, nothing)
    sow(world, kind)
    sown = revisions(world, kind)
    undisturbed = trials.run(environment(world, kind, kind))
    found = whole(world.store, kind)
    expected = content(found, kind)

    last = undisturbed["writes"]
    # What is there after a write is there before the next one.
    for at, when in [*((each, "before") for each in range(1, last + 1)), (last, "after")]:
        name = f"{kind}{at}{when}"
        sow(world, name)
        killed = trials.run(environment(world, kind, name), at=at, when=when)
        if current_manifest(world.store, name) is not None:
            whole(world.store, name)
        again = trials.run(environment(world, kind, name))

        assert (killed["code"], again["code"]) == (-signal.SIGKILL, 0), name
        assert content(whole(world.store, name), name) == expected, name

    assert undisturbed["code"] == 0
    traded = [file for file in found.files if file.candle_type in TRADED]
    assert all(file.tick_sizes for file in traded)
    assert (DELISTED in {file.pair for file in traded}) == (kind == "seeded")
    assert last >= 10
    assert len(revisions(world, kind) - sown) > 1


def test_a_futures_pull_that_was_killed_has_what_the_exchange_has(
    world: World, trials: Trials
) -> None:
    seed_futures(world, "whole")
    env = environment(world, "swaps", "whole")
    trials.run(env, at=5, when="after")

    again = trials.run(env)

    found = whole(world.store, "whole")
    assert again["code"] == 0
    assert [(file.pair, file.candle_type.value) for file in found.files] == [
        (pair, kind) for pair in (BTC, ETH) for kind in ("funding_rate", "futures", "mark")
    ]
    for file in found.files:
        frame = feather.read(world.store.read(file.object_name))
        expected = served(world.venue, file)
        since = expected["date"] >= frame["date"].iloc[0]
        pd.testing.assert_frame_equal(frame, expected[since].reset_index(drop=True))
    assert found.leverage_tiers is not None
    tiers = json.loads(world.store.read(found.leverage_tiers.object_name))
    assert sorted(tiers) == [BTC, ETH, GONE]
