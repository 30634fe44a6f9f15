"""Killed at every write, the job leaves nothing half-written in sight, and the next one ends where an undisturbed one does."""

import signal
from functools import partial

import pytest

from candlewick.market_data import feather
from candlewick.market_data.importer import Source, import_candles
from candlewick.market_data.manifest import Manifest
from candlewick.market_data.publishing import current_manifest
from tests.emulators.pulling.candles import given, whole
from tests.jobs.market_data.conftest import Trials, World
from tests.unit.market_data.test_importer import NOW

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("market-data-job"),
    pytest.mark.timeout(600),
]


def content(manifest: Manifest, stored_as: str) -> str:
    """Return all that a manifest says but when it was made, and under which name."""
    text = manifest.model_copy(update={"created_at": NOW}).model_dump_json()
    return text.replace(f"{stored_as}/", "NAME/").replace(f'"{stored_as}"', '"NAME"')


def seed(world: World, stored_as: str) -> None:
    """Put candles there that an operator has imported: half of what the exchange has of one pair."""
    frame = given(world.candles, "ETH/USDT", "2025-04-30T12:00:00+00:00").iloc[-200:]
    source = Source(exchange=stored_as, title="Binance", note="By hand.", simulated=True)
    files = {"ETH_USDT-5m.feather": partial(feather.write, frame.reset_index(drop=True))}
    import_candles(world.store, source, files, now=NOW)


@pytest.mark.parametrize("kind", ["bare", "seeded"])
def test_killed_at_every_write_the_next_pull_ends_as_if_nothing_had_been(
    world: World, trials: Trials, kind: str
) -> None:
    if kind == "seeded":
        seed(world, kind)
    undisturbed = trials.run(world.env(kind))
    expected = content(whole(world.store, kind), kind)

    for at in range(1, undisturbed["writes"] + 1):
        for when in ("before", "after"):
            name = f"{kind}{at}{when}"
            if kind == "seeded":
                seed(world, name)
            killed = trials.run(world.env(name), at=at, when=when)
            if current_manifest(world.store, name) is not None:
                whole(world.store, name)
            again = trials.run(world.env(name))

            assert (killed["code"], again["code"]) == (-signal.SIGKILL, 0), name
            assert content(whole(world.store, name), name) == expected, name

    assert undisturbed["code"] == 0
    assert undisturbed["writes"] > 12
