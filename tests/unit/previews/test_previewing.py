"""What code may change is named, and everything else is previewed; gaps are filled as Freqtrade fills them."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.data.converter import ohlcv_fill_up_missing_data
from freqtrade.strategy import merge_informative_pair

from candlewick.errors import Invalid
from candlewick.market_data import feather
from candlewick.market_data.importer import Source, import_candles
from candlewick.market_data.store import CandleStore
from candlewick.previews.models import Preview
from candlewick.previews.previewing import Previewer
from candlewick.specs.reading import read_spec
from tests.unit.market_data.memory import InMemoryObjects
from tests.unit.previews.simulated_store import NOW, wanted
from tests.unit.specs.running import random_candles

END = datetime(2025, 1, 3, tzinfo=UTC) + timedelta(minutes=5) * 600


def above(name: str, **more: Any) -> dict[str, Any]:
    operand = {"kind": "indicator", "name": name, **more}
    return {"kind": "compare", "left": {"kind": "price"}, "sign": ">", "right": operand}


def rule(tag: str, when: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "rule", "tag": tag, "when": when}


def code(text: str) -> dict[str, Any]:
    return {"kind": "code", "code": text}


def use(name: str, indicator: str = "sma", of: str = "") -> dict[str, Any]:
    source = {"kind": "indicator", "name": of} if of else {"kind": "price"}
    return {"kind": "indicator", "name": name, "indicator": indicator, "source": source}


def previewed(previewer: Previewer, *indicators: dict[str, Any], **more: Any) -> Preview:
    spec = {"name": "Made", "timeframe": "5m", "indicators": indicators, **more}
    return previewer.preview(wanted(read_spec(spec), candles=100))


def paths(found: Preview) -> list[str]:
    return [problem.path for problem in found.not_evaluated]


def stored(frames: dict[str, pd.DataFrame]) -> Previewer:
    objects = InMemoryObjects()
    loaders = {
        f"ETH_USDT-{timeframe}.feather": partial(feather.write, frame)
        for timeframe, frame in frames.items()
    }
    source = Source(exchange="simulated", title="Made", note="test", simulated=True)
    import_candles(objects, source, loaders, now=NOW)
    return Previewer(candles=CandleStore(objects))


@pytest.fixture(scope="module")
def previewer() -> Previewer:
    return stored({"5m": random_candles(1, 600, 5), "1h": random_candles(2, 60, 60)})


def test_an_indicator_that_code_changes_is_named_with_what_needs_it(previewer: Previewer) -> None:
    found = previewed(
        previewer,
        use("mean"),
        use("other", "rsi"),
        code("dataframe['mean'] = dataframe['mean'] * 2"),
        use("smooth", of="mean"),
        entries=[rule("a", above("mean")), rule("b", above("smooth")), rule("c", above("other"))],
    )

    assert paths(found) == [
        "indicators.2", "indicators.3", "entries.0.when", "entries.0", "entries.1.when", "entries.1",
    ]  # fmt: skip
    assert {line.name for line in found.lines} == {"other"}
    assert {signal.tag for signal in found.signals} == {"c"}
    assert "the code at indicators.2 may change" in found.not_evaluated[1].message


def test_code_that_adds_a_column_leaves_the_rest_alone(previewer: Previewer) -> None:
    found = previewed(
        previewer,
        use("mean"),
        code("dataframe['own'] = dataframe['close'].diff()"),
        entries=[rule("a", above("mean"))],
    )

    assert paths(found) == ["indicators.1"]
    assert found.signals


def test_code_among_the_entries_hides_what_comes_after_it(previewer: Previewer) -> None:
    changes = code("dataframe['mean'] = 0")

    found = previewed(
        previewer,
        use("mean"),
        entries=[rule("a", above("mean")), changes, rule("b", above("mean"))],
        exits=[rule("c", above("mean"))],
    )

    assert paths(found) == ["entries.1", "entries.2.when", "entries.2", "exits.0.when", "exits.0"]
    assert {signal.tag for signal in found.signals} == {"a"}
    assert len(found.lines) == 1


def test_code_of_an_informative_counts_for_its_own_columns(previewer: Previewer) -> None:
    hourly = {"name": "1h", "timeframe": "1h"}
    blocks = [use("mean"), code("dataframe['mean'] = 0")]

    found = previewed(
        previewer,
        use("mean"),
        informatives=[hourly | {"indicators": blocks}],
        entries=[rule("own", above("mean")), rule("hourly", above("mean", frame="1h"))],
    )

    assert paths(found) == ["informatives.0.indicators.1", "entries.1.when", "entries.1"]
    assert {signal.tag for signal in found.signals} == {"own"}


def test_a_function_that_is_code_as_a_whole_is_named(previewer: Previewer) -> None:
    function = "def populate_entry_trend(self, df, metadata):\n    return df"

    found = previewed(previewer, code=[{"place": "class", "code": function}])

    assert paths(found) == ["code.0"]


def test_an_indicator_that_cannot_be_computed_here_is_named() -> None:
    few = stored({"5m": random_candles(1, 12, 5)})

    found = previewed(few, use("score", "z_score"), use("rsi", "rsi", of="score"), use("mean"))

    assert paths(found) == ["indicators.0", "indicators.1"]
    assert {line.name for line in found.lines} == {"mean"}
    assert "cannot be computed on these candles" in found.not_evaluated[0].message


def test_more_indicators_than_a_preview_computes_are_refused(previewer: Previewer) -> None:
    hourly = {"name": "1h", "timeframe": "1h", "indicators": [use(f"b{n}") for n in range(60)]}

    with pytest.raises(Invalid) as refused:
        previewed(previewer, *(use(f"a{n}") for n in range(100)), informatives=[hourly])

    assert refused.value.fields[0][0] == "indicators"


@pytest.mark.filterwarnings("ignore")  # Freqtrade's own
def test_gaps_are_filled_as_freqtrade_fills_them() -> None:
    frame = random_candles(3, 600, 5)
    kept = frame.drop(index=[550, 551, 590]).reset_index(drop=True)
    whole = ohlcv_fill_up_missing_data(kept, "5m", "ETH/USDT")

    found = previewed(stored({"5m": kept}))

    expected = whole.tail(100).reset_index(drop=True)
    shown = found.window.reset_index(drop=True)
    pd.testing.assert_frame_equal(shown, expected, check_dtype=False, check_freq=False)


@pytest.mark.parametrize("candles", [10, 11, 13, 100])
@pytest.mark.parametrize("until", [END, END - timedelta(minutes=35)])
def test_informatives_are_merged_as_freqtrade_merges_them(
    previewer: Previewer, candles: int, until: datetime
) -> None:
    average = use("price", "wma") | {"settings": {"length": 2}}
    hourly = {"name": "1h", "timeframe": "1h", "indicators": [average]}
    spec = read_spec({"name": "Made", "timeframe": "5m", "informatives": [hourly]})

    found = previewer.preview(wanted(spec, candles=candles, until=until))

    own, other = random_candles(1, 600, 5), random_candles(2, 60, 60)
    own = own[own["date"] < until].tail(candles + found.startup_candles).reset_index(drop=True)
    begin = own["date"].iloc[found.startup_candles] - timedelta(hours=found.startup_candles)
    other = other[(other["date"] >= begin) & (other["date"] < until)].reset_index(drop=True)
    other["price"] = other["close"].rolling(2).apply(lambda pair: np.dot(pair, [1, 2]) / 3)
    merged = merge_informative_pair(own, other, "5m", "1h")["price_1h"].tail(candles)
    values = np.array(found.lines[0].values, dtype=float)
    np.testing.assert_allclose(values, merged.to_numpy(), rtol=1e-9)
