"""What TA-Lib computes ahead is what it computes when asked, whatever the strategy does in between."""

import importlib
import inspect
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from candlewick.engine import beside, slow_calls

talib, ta, _ta_lib = (
    importlib.import_module(name) for name in ("talib", "talib.abstract", "talib._ta_lib")
)

Indicators = Callable[[pd.DataFrame, str], dict[str, Any]]

PAIRS = [f"C{number}/USDT" for number in range(8)]


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "processors", lambda: 2)
    monkeypatch.setattr(slow_calls, "WORTH_S", 0.0)


@pytest.fixture
def computing(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Which threads TA-Lib computed in."""
    seen: list[int] = []
    own = slow_calls._Call.on

    def on(call: Any, arrays: Any) -> Any:
        seen.append(threading.get_ident())
        return own(call, arrays)

    monkeypatch.setattr(slow_calls._Call, "on", on)
    return seen


def candles(rows: int = 600) -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(5)
    found = {}
    for pair in PAIRS:
        close = 100 + np.cumsum(random.normal(size=rows))
        found[pair] = pd.DataFrame(
            {
                "open": np.roll(close, 1),
                "high": close + 1,
                "low": close - 1,
                "close": close,
                "volume": random.uniform(0, 9, rows),
            }
        )
    return found


def both_ways(indicators: Indicators) -> tuple[dict[str, Any], dict[str, Any]]:
    plain = {pair: indicators(frame.copy(), pair) for pair, frame in candles().items()}
    data, found = candles(), dict[str, Any]()
    with beside.helper(), slow_calls.computed(data) as computed:
        for pair, frame in data.items():
            found[pair] = indicators(frame.copy(deep=False), pair)
            computed.next()
    return found, plain


def assert_same(found: Any, plain: Any) -> None:
    assert found.keys() == plain.keys()
    for pair in plain:
        for name, value in plain[pair].items():
            given = found[pair][name]
            assert type(given) is type(value)
            if isinstance(value, pd.DataFrame):
                pd.testing.assert_frame_equal(given, value, check_exact=True)
            elif isinstance(value, pd.Series):
                pd.testing.assert_series_equal(given, value, check_exact=True)
            else:
                np.testing.assert_array_equal(given, value)


def of_all_kinds(frame: pd.DataFrame, _: str) -> dict[str, Any]:
    return {
        "sine": ta.HT_SINE(frame),
        "adx": ta.ADX(frame, timeperiod=7),
        "atr": ta.ATR(frame),
        "series": talib.EMA(frame["close"], timeperiod=9),
        "numbers": talib.MFI(
            *(frame[name].to_numpy() for name in ("high", "low", "close", "volume"))
        ),
        "again": ta.HT_SINE(frame),
        "of open": ta.SMA(frame, timeperiod=4, price="open"),
        "made": talib.RSI(frame["close"] * 2, 14),
    }


def test_the_results_are_the_same(computing: list[int]) -> None:
    found, plain = both_ways(of_all_kinds)

    assert_same(found, plain)
    assert len(computing) > len(PAIRS)


def test_a_result_is_handed_over_once() -> None:
    def indicators(frame: pd.DataFrame, _: str) -> dict[str, Any]:
        first = talib.RSI(frame["close"].to_numpy())
        first[:] = -1
        return {"first": first, "second": talib.RSI(frame["close"].to_numpy())}

    assert_same(*both_ways(indicators))


def test_changed_candles_get_their_own_results() -> None:
    def indicators(frame: pd.DataFrame, pair: str) -> dict[str, Any]:
        if pair in PAIRS[2:5]:
            frame.loc[frame.index[5], "close"] = 1.0
        if pair == PAIRS[6]:
            frame["close"] = frame["close"].astype(np.float32)
        return {"rsi": ta.RSI(frame), "half": ta.RSI(frame.iloc[100:])}

    assert_same(*both_ways(indicators))


def test_another_period_for_each_pair_gets_its_own_results() -> None:
    def indicators(frame: pd.DataFrame, pair: str) -> dict[str, Any]:
        period = 3 + PAIRS.index(pair) // 2
        return {
            "rsi": ta.RSI(frame, timeperiod=period),
            "t3": talib.T3(frame["close"], timeperiod=period, vfactor=float(pair == PAIRS[3])),
        }

    assert_same(*both_ways(indicators))


@pytest.mark.parametrize("library", [talib, _ta_lib])
def test_a_strategy_may_change_the_librarys_settings(library: Any) -> None:
    name = "set_unstable_period" if library is talib else "_ta_set_unstable_period"

    def indicators(frame: pd.DataFrame, pair: str) -> dict[str, Any]:
        getattr(library, name)("RSI", PAIRS.index(pair) % 3)
        before = ta.RSI(frame)
        getattr(library, name)("RSI", 0)
        return {"before": before, "after": ta.RSI(frame)}

    assert_same(*both_ways(indicators))


def test_where_somebody_may_change_the_settings_unseen_nothing_is_computed_ahead(
    computing: list[int],
) -> None:
    holder = {"set_unstable_period": talib.set_unstable_period}

    found, plain = both_ways(of_all_kinds)

    assert holder
    assert_same(found, plain)
    assert computing == []


def test_what_raises_raises_as_it_does() -> None:
    def indicators(frame: pd.DataFrame, pair: str) -> dict[str, Any]:
        period = 14 if pair in PAIRS[:2] else 0
        try:
            return {"rsi": talib.RSI(frame["close"], period)}
        except Exception as error:  # noqa: BLE001 - TA-Lib raises no other
            return {"error": str(error)}

    found, plain = both_ways(indicators)

    assert found[PAIRS[2]] == plain[PAIRS[2]]


def inner() -> Any:
    return inspect.getclosurevars(talib.RSI).nonlocals["func"]


def test_everything_is_put_back() -> None:
    before = [
        {name: id(value) for name, value in vars(module).items()} for module in (talib, _ta_lib)
    ]
    cell = inner()

    both_ways(of_all_kinds)

    after = [
        {name: id(value) for name, value in vars(module).items()} for module in (talib, _ta_lib)
    ]
    assert before == after
    assert inner() is cell


def test_without_the_library_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "talib._ta_lib")

    found, plain = both_ways(lambda frame, _: {"close": frame["close"]})

    assert_same(found, plain)
