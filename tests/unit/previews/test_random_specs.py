"""Whatever a spec is made of, its preview gives the signals that Freqtrade gives from its code."""

import functools
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlewick.market_data import feather
from candlewick.market_data.importer import Source, import_candles
from candlewick.market_data.store import CandleStore
from candlewick.previews.previewing import Previewer
from candlewick.previews.rules import milliseconds
from candlewick.specs.compiler import compile_spec
from candlewick.specs.models import StrategySpec
from tests.unit.market_data.memory import InMemoryObjects
from tests.unit.previews.simulated_store import NOW, wanted
from tests.unit.specs.random_specs import specs
from tests.unit.specs.running import PAIR, Candles, load, random_candles, signals

# Freqtrade's, pandas' and numpy's own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")
ROWS = 600


@settings(
    max_examples=40,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(specs(), st.integers(0, 2))
def test_signals_are_freqtrades(tmp_path: Path, spec: StrategySpec, seed: int) -> None:
    _, columns = signals(load(compile_spec(spec), spec.name, tmp_path), seed)
    dates = milliseconds(random_candles(seed, ROWS, 5)["date"])

    found = previewer(seed).preview(wanted(spec, pair=PAIR, candles=ROWS))

    assert found.not_evaluated == ()
    given_signals = {(s.date, f"{s.way}_{s.side}"): s.tag for s in found.signals}
    expected = {
        (dates[row], f"{way}_{side}"): columns[f"{way}_tag"][row]
        for way in ("enter", "exit")
        for side in ("long", "short")
        for row in columns.index[columns[f"{way}_{side}"]]
    }
    assert given_signals == expected


@functools.cache
def previewer(seed: int) -> Previewer:
    """Return one with the candles that the strategy gets from its data provider."""
    frames = {"ETH_USDT-5m": random_candles(seed, ROWS, 5)}
    for pair in ("ETH/USDT", "BTC/USDT"):
        hourly = Candles(seed).get_pair_dataframe(pair)
        frames[f"{pair.replace('/', '_')}-1h"] = hourly
    objects = InMemoryObjects()
    loaders = {f"{name}.feather": partial(feather.write, frame) for name, frame in frames.items()}
    source = Source(exchange="simulated", title="Made", note="test", simulated=True)
    import_candles(objects, source, loaders, now=NOW)
    return Previewer(candles=CandleStore(objects))
