"""Styles, indicators and leverage are read from code: the builder's, and code as people write it."""

import pytest

from candlewick.marketplace.models import Style, Traits
from candlewick.marketplace.search.traits import traits_of
from candlewick.specs.compiler import compile_spec
from candlewick.specs.examples.library import EXAMPLES

TREND, REVERSION, BREAKOUT = Style.TREND, Style.REVERSION, Style.BREAKOUT
MOMENTUM, GRID, CANDLES = Style.MOMENTUM, Style.GRID, Style.CANDLESTICKS

# What each example says of itself in words.
OF_EXAMPLES = {
    "EmaCross": ({TREND}, {"ema"}),
    "GoldenCross": ({TREND}, {"sma"}),
    "SupertrendFollower": ({TREND}, {"supertrend"}),
    "IchimokuCloud": ({TREND}, {"ichimoku"}),
    "HullTurn": ({TREND}, {"hma"}),
    "HeikinAshiRun": ({TREND}, {"heikin_ashi"}),
    "AroonTrend": ({TREND}, {"aroon"}),
    "DirectionalMovement": ({TREND}, {"adx", "plus_di", "minus_di"}),
    "Turtles": ({BREAKOUT}, {"donchian"}),
    "BollingerBreakout": ({BREAKOUT}, {"bollinger", "relative_volume"}),
    "KeltnerBreakout": ({BREAKOUT}, {"keltner"}),
    "DayBreakout": ({BREAKOUT}, {"highest"}),
    "MomentumRotation": ({MOMENTUM}, {"roc", "sma"}),
    "RsiReversion": ({REVERSION}, {"rsi"}),
    "BollingerReversion": ({REVERSION}, {"bollinger"}),
    "StochasticTurn": ({REVERSION}, {"stochastic"}),
    "CciExtremes": ({REVERSION}, {"cci"}),
    "ZScoreReversion": ({REVERSION}, {"z_score"}),
    "AverageDistance": ({REVERSION}, {"ema"}),
    "ConnorsTwo": ({TREND, REVERSION}, {"rsi", "sma"}),
    "EngulfingTurn": ({CANDLES}, {"engulfing", "hammer"}),
    "GridOfBuys": ({REVERSION, GRID}, {"rsi"}),
    "FadedExtremes": ({REVERSION}, {"adx", "rsi"}),
    "LeveragedMomentum": ({TREND, MOMENTUM}, {"adx", "roc"}),
}

BY_HAND = """\
import pandas_ta as pta
import talib.abstract as ta
from freqtrade.strategy import DecimalParameter, IntParameter, IStrategy
from freqtrade.vendor.qtpylib import indicators as qtpylib
from functools import reduce


class Mine(IStrategy):
    timeframe = "5m"
    can_short = True
    position_adjustment_enable = True
    low = IntParameter(10, 40, default=28, space="buy")

    def populate_indicators(self, df, metadata):
        df["rsi_14"] = ta.RSI(df)
        bollinger = qtpylib.bollinger_bands(qtpylib.typical_price(df), window=20, stds=2)
        df["bb_low"], df["bb_high"] = bollinger["lower"], bollinger["upper"]
        df["slow"] = df["close"].rolling(100).mean()
        df["fast"] = df["close"].ewm(span=20).mean()
        return df

    def populate_entry_trend(self, df, metadata):
        {entry}
        return df

    def leverage(self, pair, *args, **kwargs):
        return 3.0
"""


def by_hand(entry: str) -> Traits:
    return traits_of(BY_HAND.replace("{entry}", entry))


@pytest.mark.parametrize("name", OF_EXAMPLES)
def test_the_builders_examples_show_what_they_are(name: str) -> None:
    styles, indicators = OF_EXAMPLES[name]

    found = traits_of(compile_spec(EXAMPLES[name]))

    assert (set(found.styles), set(found.indicators)) == (styles, indicators)


@pytest.mark.parametrize(
    ("entry", "style"),
    [
        ('df.loc[(df["rsi_14"] < self.low.value), "enter_long"] = 1', REVERSION),
        ("df.loc[df.rsi_14 > 60, 'enter_long'] = 1", MOMENTUM),
        ('df.loc[(df["close"] < df["bb_low"]), "enter_long"] = 1', REVERSION),
        ('df.loc[qtpylib.crossed_above(df["close"], df["bb_high"]), "enter_long"] = 1', BREAKOUT),
        ('df.loc[df["fast"] > df["slow"], "enter_long"] = 1', TREND),
        ('df.loc[df["rsi_14"] > 75, "enter_short"] = 1', REVERSION),
        ('df.loc[df["fast"] < df["slow"], "enter_short"] = 1', TREND),
        ('df.loc[ta.CDLENGULFING(df) > 0, "enter_long"] = 1', CANDLES),
    ],
)
def test_code_by_hand_shows_its_style(entry: str, style: Style) -> None:
    found = by_hand(entry)

    assert set(found.styles) == {GRID, style}


def test_indicators_are_named_as_in_the_registry_whatever_library_computes_them() -> None:
    found = by_hand(
        'df.loc[pta.supertrend(df["high"], df["low"], df["close"]) > 0, "enter_long"] = 1'
    )

    assert found.indicators == ("bollinger", "ema", "rsi", "sma", "supertrend")
    assert found.has_leverage


def test_a_comparison_with_an_unused_indicator_says_nothing() -> None:
    found = by_hand('df.loc[df["volume"] > 0, "enter_long"] = 1')

    assert found.styles == (GRID,)


@pytest.mark.parametrize("code", ["", "def (", "x" * 1_000, "\0", "(" * 500, "class A: pass"])
def test_code_that_says_nothing_has_no_traits(code: str) -> None:
    assert traits_of(code) == Traits()


def test_the_same_code_has_the_same_traits() -> None:
    code = compile_spec(EXAMPLES["LeveragedMomentum"])

    assert traits_of(code) == traits_of(code)
    assert traits_of(code).has_leverage
