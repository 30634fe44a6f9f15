"""Each hook and option of Freqtrade, alone and with others: both loops leave the same to the last figure."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.engine.differential.hook_strategies import HOOKED, HOOKED_FUTURES, WHOLE
from tests.unit.engine.differential.markets import FUTURES_CONFIG, SPOT_CONFIG, TWO_DAYS
from tests.unit.engine.differential.running import difference, run
from tests.unit.engine.differential.strategies import FUTURES, SPOT, Probe

# What Freqtrade and its libraries warn of is theirs to mend.
pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(600)]


@pytest.mark.parametrize("name", SPOT)
def test_on_spot_nothing_differs(name: str, spot_data: Path) -> None:
    assert_same(SPOT[name], SPOT_CONFIG, spot_data)


@pytest.mark.parametrize("name", FUTURES)
def test_on_futures_nothing_differs(name: str, futures_data: Path) -> None:
    assert_same(FUTURES[name], FUTURES_CONFIG, futures_data)


@pytest.mark.parametrize("name", HOOKED)
def test_hooks_are_asked_on_spot_as_by_freqtrade(name: str, spot_data: Path) -> None:
    assert_same(HOOKED[name], SPOT_CONFIG | TWO_DAYS, spot_data)


@pytest.mark.parametrize("name", HOOKED_FUTURES)
def test_hooks_are_asked_on_futures_as_by_freqtrade(name: str, futures_data: Path) -> None:
    assert_same(HOOKED_FUTURES[name], FUTURES_CONFIG, futures_data)


@pytest.mark.parametrize("name", WHOLE)
def test_where_whole_times_are_skipped_nothing_differs(name: str, spot_data: Path) -> None:
    assert_same(WHOLE[name], SPOT_CONFIG | TWO_DAYS, spot_data)


def assert_same(probe: Probe, usual: dict[str, Any], data: Path) -> None:
    config = usual | dict(probe.config)

    stock = run(config, probe.source(), data, skips=False)
    ours = run(config, probe.source(), data, skips=True)

    assert difference(stock, ours) == ""
    assert (ours.path, bool(ours.reason)) == (probe.path, probe.path != "events")
    assert stock.path == "stock"
    assert stock.calls or probe.path != "hooks" or "def " not in probe.body
