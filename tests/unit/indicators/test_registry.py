"""Every indicator is computed as its code reads: names, warm-up, and nothing of the future."""

import importlib
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from candlewick.indicators.models import CANDLE_COLUMNS, Group, Indicator
from candlewick.indicators.registry import INDICATORS
from tests.unit.indicators.computing import computed, hourly

# Freqtrade's and pandas' own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")
EACH = pytest.mark.parametrize("name", sorted(INDICATORS))
NUMERIC = [name for name, found in INDICATORS.items() if found.group is not Group.PATTERN]
TOLERANCE = 0.01  # of the indicator's own standard deviation


@pytest.fixture(scope="module")
def candles() -> pd.DataFrame:
    return hourly()


def test_there_are_many_and_each_says_what_it_is() -> None:
    assert len(NUMERIC) >= 60
    assert len(INDICATORS) - len(NUMERIC) >= 20
    for name, indicator in INDICATORS.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert indicator.meaning.endswith(".")
        assert set(indicator.inputs) <= set(CANDLE_COLUMNS)
        assert indicator.has_source or indicator.inputs
        for setting in indicator.settings:
            assert setting.low <= setting.default <= setting.high
            assert setting.is_whole == isinstance(setting.low, int) == isinstance(setting.high, int)
    titles = [indicator.title for indicator in INDICATORS.values()]
    assert len(set(titles)) == len(titles)


@EACH
def test_it_gives_the_columns_that_it_names_in_its_order(name: str, candles: pd.DataFrame) -> None:
    indicator = INDICATORS[name]

    found = computed(indicator, candles)

    assert list(found.columns) == [
        f"it_{output.name}" if output.name else "it" for output in indicator.outputs
    ]
    assert found.iloc[indicator.warm_up(indicator.defaults) :].notna().all(axis=None)
    if indicator.group is not Group.PATTERN:
        assert (found.max() > found.min()).all()


@EACH
def test_what_comes_later_changes_nothing(name: str, candles: pd.DataFrame) -> None:
    indicator = INDICATORS[name]
    whole = computed(indicator, candles)

    for length in (700, 1_201, 2_500):
        part = computed(indicator, candles.head(length).reset_index(drop=True))
        pd.testing.assert_frame_equal(part, whole.head(length), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", sorted(NUMERIC))
@pytest.mark.parametrize("scale", [1, 2])
def test_its_warm_up_is_long_enough(name: str, scale: int, candles: pd.DataFrame) -> None:
    indicator = INDICATORS[name]
    settings = _scaled(indicator, scale)
    warm_up = indicator.warm_up(settings)
    whole = computed(indicator, candles, settings)
    if not indicator.is_recursive and not indicator.is_cumulative:
        first = whole.notna().all(axis=1).idxmax()
        assert first == warm_up
    if indicator.is_cumulative:
        whole = whole.diff()
    spread = whole.std()

    for start in (100, 777, 1_500):
        late = candles.iloc[start:].reset_index(drop=True)
        found = computed(indicator, late, settings)
        found = found.diff() if indicator.is_cumulative else found
        apart = np.abs(found.iloc[warm_up:] - whole.iloc[start + warm_up :].to_numpy())
        assert (apart <= TOLERANCE * spread + 1e-9).all(axis=None), (apart / spread).max()


@pytest.mark.parametrize(
    "name", sorted(name for name, found in INDICATORS.items() if found.has_source)
)
def test_it_can_be_computed_from_another_column(name: str, candles: pd.DataFrame) -> None:
    indicator = INDICATORS[name]

    of_highs = computed(indicator, candles, source="high")

    as_close = candles.assign(close=candles["high"])
    pd.testing.assert_frame_equal(of_highs, computed(indicator, as_close))
    assert not of_highs.equals(computed(indicator, candles))


@pytest.mark.parametrize("bound", ["low", "high"])
@pytest.mark.parametrize(
    "name", sorted(name for name, found in INDICATORS.items() if found.settings)
)
def test_the_ends_of_its_settings_ranges_are_taken(
    name: str, bound: str, candles: pd.DataFrame
) -> None:
    indicator = INDICATORS[name]

    for setting in indicator.settings:
        found = computed(indicator, candles, {setting.name: getattr(setting, bound)})
        assert found.notna().any(axis=None), setting.name


@pytest.mark.parametrize(
    "name", sorted(name for name, found in INDICATORS.items() if found.settings)
)
def test_what_the_library_takes_for_a_setting_that_is_left_out_is_known(
    name: str, candles: pd.DataFrame
) -> None:
    indicator = INDICATORS[name]

    for setting in indicator.settings:
        others = tuple(each for each in indicator.settings if each is not setting)
        found = computed(replace(indicator, settings=others), candles)
        taken = indicator.omitted.get(setting.name, setting.default)
        expected = computed(indicator, candles, {setting.name: taken})
        pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, found in INDICATORS.items()
        if found.has_source and not found.inputs and not found.keys
    ),
)
def test_a_column_alone_is_the_same_as_the_source_of_that_name(
    name: str, candles: pd.DataFrame
) -> None:
    indicator = INDICATORS[name]
    owner = importlib.import_module("talib.abstract")
    settings = {each.keyword: each.default for each in indicator.settings}

    found = getattr(owner, indicator.function.removeprefix("ta."))(candles["high"], **settings)

    expected = computed(indicator, candles, source="high")["it"]
    np.testing.assert_array_equal(np.asarray(found, dtype=float), expected)


def _scaled(indicator: Indicator, scale: int) -> dict[str, float]:
    """Return longer lengths, with which the warm-up must grow."""
    return {
        setting.name: setting.default * scale if setting.is_whole else setting.default
        for setting in indicator.settings
    }
