"""Random candles, signals, tables of returns, stops and limits: both loops leave the same.

`CANDLEWICK_ENGINE_EXAMPLES=3000` looks longer (`make test-engine`).
"""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlewick.market_data import feather
from candlewick.market_data.derived import derived_from_folder
from tests.unit.engine.differential.running import difference, run

_EXAMPLES = int(os.environ.get("CANDLEWICK_ENGINE_EXAMPLES", "50"))
_SLOWEST_S = 30  # what a case may take on a busy machine
pytestmark = [
    pytest.mark.filterwarnings("default"),
    pytest.mark.timeout(300 + _EXAMPLES * _SLOWEST_S),
]

_CANDLES = 400
_START = pd.Timestamp("2024-03-01", tz="UTC")
# A candle's volume carries its signals, a bit each, so that the strategy need not know them.
_SOURCE = """
import random
from freqtrade.persistence import Trade
from freqtrade.strategy import IStrategy

class Probe(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    can_short = {can_short}
    stoploss = -0.1
    luck = random.Random({seed})  # one call too many or too few changes all that follows

    def populate_indicators(self, dataframe, metadata):
        bits = dataframe["volume"].astype(int)
        for place, name in enumerate(("enter_long", "exit_long", "enter_short", "exit_short")):
            dataframe["bit_" + name] = (bits // 2**place) % 2
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe["enter_long"] = dataframe["bit_enter_long"]
        dataframe["enter_short"] = dataframe["bit_enter_short"]
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe["exit_long"] = dataframe["bit_exit_long"]
        dataframe["exit_short"] = dataframe["bit_exit_short"]
        return dataframe
{hooks}
"""
_CONFIRM = """
    def confirm_trade_exit(self, pair, trade, order_type, amount, rate, time_in_force, exit_reason, current_time, **kwargs):
        return int(current_time.timestamp()) // 300 % 3 > 0
"""
_PRICES = """
    def custom_entry_price(self, pair, trade, current_time, proposed_rate, entry_tag, side, **kwargs):
        return proposed_rate * (0.9985 if side == "long" else 1.0015)

    def custom_exit_price(self, pair, trade, current_time, proposed_rate, current_profit, exit_tag, **kwargs):
        return proposed_rate * (0.9985 if trade.is_short else 1.0015)
"""
_STOPS = """
    use_custom_stoploss = True
    def custom_stoploss(self, pair, trade, current_time, current_rate, current_profit, after_fill, **kwargs):
        luck = self.luck.random()
        return None if luck < 0.7 else -0.03 * self.luck.random() * trade.leverage
"""
_FOLLOWING = """
    use_custom_stoploss = True
    def custom_stoploss(self, pair, trade, current_time, current_rate, current_profit, after_fill, **kwargs):
        return -0.01 * trade.leverage
"""
_RETURNS = """
    use_custom_roi = True
    def custom_roi(self, pair, trade, current_time, trade_duration, entry_tag, side, **kwargs):
        return self.luck.random() * 0.02 if self.luck.random() < 0.2 else None
"""
_EXITS = """
    def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **kwargs):
        if self.luck.random() < 0.01:
            raise ValueError("no luck")
        return "lucky" if self.luck.random() < 0.02 else None
"""
_ADJUSTS = """
    position_adjustment_enable = True
    def adjust_trade_position(self, trade, current_time, current_rate, current_profit, min_stake, max_stake, **kwargs):
        if self.luck.random() > 0.05:
            return None
        trade.orders[-1].filled = 0
        return trade.stake_amount * (self.luck.random() - 0.4), "some"
"""
_STARTS = """
    def bot_loop_start(self, current_time, **kwargs):
        if self.luck.random() < 0.02:
            self.minimal_roi = {0: self.luck.random() / 50}
            self.trailing_stop = self.luck.random() < 0.3
"""
_CHANGES = """
    def bot_loop_start(self, current_time, **kwargs):
        for trade in Trade.get_trades_proxy(is_open=True):
            if not trade.is_short and self.luck.random() < 0.02:
                trade.stop_loss = max(trade.stop_loss, trade.open_rate * 0.995)
"""
_DETAIL = {"timeframe": "15m", "timeframe_detail": "5m"}
_ASKED = (_STOPS, _FOLLOWING, _RETURNS, _EXITS, _ADJUSTS, _STARTS, _CHANGES)


@dataclass(frozen=True, kw_only=True)
class Market:
    """How candles are drawn."""

    seed: int
    volatility: float
    decimals: int
    signal_share: float
    pairs: int


ratios = st.floats(0.0005, 0.03)
markets = st.builds(
    Market,
    seed=st.integers(0, 2**32 - 1),
    volatility=st.floats(0.0003, 0.01),
    decimals=st.integers(1, 6),
    signal_share=st.sampled_from([0.01, 0.05, 0.5]),
    pairs=st.integers(1, 4),
)
tables = st.dictionaries(
    st.sampled_from([0, 3, 5, 17, 60, 125, 600]),
    st.one_of(st.floats(-0.005, 0.03), st.just(-1.0)),
    max_size=4,
)
trailing = st.one_of(
    st.just({}),
    st.just({"trailing_stop": True}),
    st.builds(
        lambda positive, more, only: {
            "trailing_stop": True,
            "trailing_stop_positive": positive,
            "trailing_stop_positive_offset": positive + more,
            "trailing_only_offset_is_reached": only,
        },
        ratios,
        ratios,
        st.booleans(),
    ),
)
exits = st.fixed_dictionaries(
    {
        "use_exit_signal": st.booleans(),
        "exit_profit_only": st.booleans(),
        "exit_profit_offset": st.sampled_from([0.0, 0.003]),
        "ignore_roi_if_entry_signal": st.booleans(),
    }
)
hooks = st.sampled_from(["", _CONFIRM, _PRICES, _CONFIRM + _PRICES])
asked = st.lists(st.sampled_from(_ASKED), min_size=1, max_size=4, unique=True).map("".join)
limits = st.fixed_dictionaries(
    {
        "max_open_trades": st.sampled_from([-1, 1, 2, 3]),
        "stake_amount": st.sampled_from([50, 400, "unlimited"]),
        "fee": st.sampled_from([0.0, 0.001, 0.005]),
        "unfilledtimeout": st.fixed_dictionaries(
            {"entry": st.integers(1, 40), "exit": st.integers(1, 40), "unit": st.just("minutes")}
        ),
    }
)


def merged(table: dict[int, float], *parts: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"minimal_roi": {str(key): roi for key, roi in table.items()}}
    for part in parts:
        found |= part
    if found["max_open_trades"] < 0 and found["stake_amount"] == "unlimited":
        found["stake_amount"] = 50  # Freqtrade refuses both
    return found


rules = st.builds(merged, tables, trailing, exits, limits)


def _assert_same_on_spot(market: Market, rule: dict[str, Any], hook: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        pairs = _write(Path(name), market)
        exchange = {"name": "simulated", "pair_whitelist": pairs}

        _assert_same({**rule, "exchange": exchange}, Path(name), hook)


@given(market=markets, rule=rules, stop=ratios, hook=hooks)
@settings(max_examples=_EXAMPLES)
def test_on_spot_nothing_differs(
    market: Market, rule: dict[str, Any], stop: float, hook: str
) -> None:
    _assert_same_on_spot(market, {**rule, "stoploss": -stop}, hook)


@given(market=markets, rule=rules, stop=ratios, hook=st.tuples(hooks, asked).map("".join))
@settings(max_examples=_EXAMPLES)
def test_on_spot_hooks_are_asked_alike(
    market: Market, rule: dict[str, Any], stop: float, hook: str
) -> None:
    _assert_same_on_spot(market, {**rule, "stoploss": -stop}, hook)


@given(
    market=markets,
    rule=rules,
    stop=ratios,
    lever=st.sampled_from([1.0, 3.0, 20.0]),
    hook=st.one_of(hooks, st.tuples(hooks, asked).map("".join)),
)
@settings(max_examples=_EXAMPLES)
def test_on_futures_nothing_differs(
    market: Market, rule: dict[str, Any], stop: float, lever: float, hook: str
) -> None:
    leverage = f"\n    def leverage(self, *args, **kwargs):\n        return {lever}\n"
    with tempfile.TemporaryDirectory() as name:
        more = {
            "stoploss": -min(0.95, stop * lever * 2),
            "exchange": {
                "name": "binance",
                "pair_whitelist": _write(Path(name), market, futures=True),
            },
            "trading_mode": "futures",
            "margin_mode": "isolated",
        }

        _assert_same({**rule, **more}, Path(name), hook + leverage, can_short=True)


@given(
    market=markets,
    rule=rules,
    stop=ratios,
    hook=st.one_of(hooks, st.sampled_from(_ASKED[:5])),
    whole=st.sampled_from(
        [{"position_stacking": True}, _DETAIL, {**_DETAIL, "position_stacking": True}]
    ),
)
@settings(max_examples=_EXAMPLES)
def test_where_whole_times_are_skipped_nothing_differs(
    market: Market, rule: dict[str, Any], stop: float, hook: str, whole: dict[str, Any]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        pairs = _write(Path(name), market)
        _write_quarters(Path(name) / "candles", pairs)
        exchange = {"name": "binance", "pair_whitelist": pairs}

        _assert_same({**rule, **whole, "stoploss": -stop, "exchange": exchange}, Path(name), hook)


_USUAL: dict[str, Any] = {
    "pairlists": [{"method": "StaticPairList"}],
    "stake_currency": "USDT",
    "dry_run_wallet": 1_000,
    "timeframe": "5m",
}


def _assert_same(config: dict[str, Any], data: Path, hook: str, *, can_short: bool = False) -> None:
    source = _SOURCE.format(can_short=can_short, seed=len(hook), hooks=hook)

    stock = run({**_USUAL, **config}, source, data, skips=False)
    ours = run({**_USUAL, **config}, source, data, skips=True)

    assert difference(stock, ours) == ""
    if "position_stacking" in config or "timeframe_detail" in config:
        assert ours.path == "times"
        return
    asked = [part for part in _ASKED if part != _EXITS or config["use_exit_signal"]]
    assert ours.path == ("hooks" if any(part in hook for part in asked) else "events")


def _write(data: Path, market: Market, *, futures: bool = False) -> list[str]:
    random = np.random.default_rng(market.seed)
    folder = data / "candles" / ("futures" if futures else "")
    folder.mkdir(parents=True)
    coins = ["BTC", "ETH", "XRP", "SOL"][: market.pairs]
    for number, coin in enumerate(coins):
        late = 0 if number == 0 else int(random.integers(0, _CANDLES // 3))
        frame = _candles(random, market).iloc[late:].reset_index(drop=True)
        name = f"{coin}_USDT_USDT-5m-futures" if futures else f"{coin}_USDT-5m"
        (folder / f"{name}.feather").write_bytes(feather.write(frame))
        if futures:
            _write_funding(random, folder, coin, frame)
    kind = "futures" if futures else "spot"
    (data / "markets.json").write_text(json.dumps(derived_from_folder(data / "candles", kind)))
    return [f"{coin}/USDT:USDT" if futures else f"{coin}/USDT" for coin in coins]


def _write_quarters(folder: Path, pairs: list[str]) -> None:
    """Write candles of 15m beside those of 5m, with the signals of the first of three."""
    parts = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "first"}
    for pair in pairs:
        name = pair.replace("/", "_")
        frame = feather.read((folder / f"{name}-5m.feather").read_bytes())
        quarters = frame.resample("15min", on="date").agg(parts).reset_index()
        (folder / f"{name}-15m.feather").write_bytes(feather.write(quarters))


def _candles(random: np.random.Generator, market: Market) -> pd.DataFrame:
    steps = random.standard_t(3, _CANDLES) * market.volatility
    close = 100 * np.exp(np.cumsum(steps))
    open_ = np.concatenate([[100.0], close[:-1]])
    reach = 1 + np.abs(random.normal(0, market.volatility, (2, _CANDLES)))
    high, low = np.maximum(open_, close) * reach[0], np.minimum(open_, close) / reach[1]
    bits = (random.random((4, _CANDLES)) < market.signal_share) * np.array([[1], [2], [4], [8]])
    dates = pd.date_range(_START, periods=_CANDLES, freq="5min").as_unit("ms")
    prices = {"open": open_, "high": high, "low": low, "close": close}
    rounded = {name: values.round(market.decimals) for name, values in prices.items()}
    return pd.DataFrame({"date": dates, **rounded, "volume": (bits.sum(axis=0) + 16).astype(float)})


def _write_funding(
    random: np.random.Generator, folder: Path, coin: str, frame: pd.DataFrame
) -> None:
    hours = frame[frame["date"].dt.minute == 0].reset_index(drop=True)
    (folder / f"{coin}_USDT_USDT-1h-mark.feather").write_bytes(feather.write(hours))
    at_eight = hours[hours["date"].dt.hour % 8 == 0].reset_index(drop=True)
    rates = random.normal(0, 0.0005, len(at_eight))
    funding = at_eight.assign(open=rates, high=0.0, low=0.0, close=0.0, volume=0.0)
    file = folder / f"{coin}_USDT_USDT-1h-funding_rate.feather"
    file.write_bytes(feather.write(funding))
