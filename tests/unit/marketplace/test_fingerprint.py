"""Copies are known by what they do, not by their names."""

import pytest

from candlewick.marketplace.copies.fingerprint import fingerprint
from candlewick.marketplace.copies.service import LIKE
from candlewick.specs.compiler import compile_spec
from candlewick.specs.examples.library import EXAMPLES

CODE = '''
import talib.abstract as ta
from freqtrade.strategy import IStrategy


class Pullback(IStrategy):
    """Buys pullbacks."""

    timeframe = "5m"
    stoploss = -0.1
    minimal_roi = {"0": 0.03}
    plot_config = {"main_plot": {"ema": {}}}

    def populate_indicators(self, dataframe, metadata):
        # A slow average.
        dataframe["ema"] = ta.EMA(dataframe, timeperiod=100)
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        pulled = (dataframe["close"] > dataframe["ema"]) & (dataframe["rsi"] < 35)
        dataframe.loc[pulled, "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["rsi"] > 65, "exit_long"] = 1
        return dataframe
'''
RENAMED = '''
from freqtrade.strategy import IStrategy
import talib.abstract as ta
from pandas import DataFrame


class MyVeryOwnIdea(IStrategy):
    minimal_roi = {"0": 0.03}
    stoploss = -0.1
    timeframe = "5m"

    def populate_exit_trend(self, df: DataFrame, metadata: dict) -> DataFrame:
        """Mine."""
        df.loc[df["strength"] > 65, "exit_long"] = 1
        return df

    def populate_indicators(self, df: DataFrame, metadata: dict) -> DataFrame:
        df["slow"] = ta.EMA(df, timeperiod=100)
        df["strength"] = ta.RSI(df, timeperiod=14)
        return df

    def populate_entry_trend(self, df: DataFrame, metadata: dict) -> DataFrame:
        now = (df["close"] > df["slow"]) & (df["strength"] < 35)
        df.loc[now, "enter_long"] = 1
        return df
'''


class TestExactMark:
    def test_names_comments_order_and_layout_change_nothing(self) -> None:
        assert fingerprint(CODE).exact == fingerprint(RENAMED).exact

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("timeperiod=14", "timeperiod=21"),
            ("ta.EMA", "ta.SMA"),
            ("> 65", ">= 65"),
            ("-0.1", "-0.2"),
        ],
    )
    def test_another_rule_is_another_strategy(self, before: str, after: str) -> None:
        assert fingerprint(CODE).exact != fingerprint(CODE.replace(before, after)).exact

    def test_a_swap_of_two_columns_is_another_strategy(self) -> None:
        swapped = CODE.replace(
            'dataframe["close"] > dataframe["ema"]', 'dataframe["ema"] > dataframe["close"]'
        )

        assert fingerprint(CODE).exact != fingerprint(swapped).exact


class TestLikeness:
    def test_other_numbers_leave_it_a_copy(self) -> None:
        tuned = RENAMED.replace("100", "120").replace("35", "31").replace("0.03", "0.021")

        assert fingerprint(CODE).likeness(fingerprint(tuned)) >= LIKE

    def test_a_copy_shares_a_band(self) -> None:
        tuned = RENAMED.replace("100", "120").replace("35", "31")

        assert set(fingerprint(CODE).bands) & set(fingerprint(tuned).bands)

    def test_no_two_examples_are_copies_of_each_other(self) -> None:
        marks = {name: fingerprint(compile_spec(spec)) for name, spec in EXAMPLES.items()}

        alike = [
            (one, other)
            for one in marks
            for other in marks
            if one < other and marks[one].likeness(marks[other]) >= LIKE
        ]

        assert alike == []

    def test_two_strategies_of_the_same_frame_are_not_copies(self) -> None:
        other = CODE.replace(
            'pulled = (dataframe["close"] > dataframe["ema"]) & (dataframe["rsi"] < 35)',
            'pulled = dataframe["volume"] > dataframe["volume"].rolling(48).mean() * 3',
        ).replace('dataframe["rsi"] > 65', 'dataframe["close"].pct_change(12) > 0.02')

        assert fingerprint(CODE).likeness(fingerprint(other)) < LIKE
