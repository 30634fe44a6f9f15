"""The static checks: what is found where, and that no text can break them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlewick.strategies.checks import check_code
from candlewick.strategies.models import Severity

GOOD = """
import talib.abstract as ta
from freqtrade.strategy import IStrategy, IntParameter
from pandas import DataFrame


class Momentum(IStrategy):
    timeframe = "5m"
    can_short: bool = True
    startup_candle_count: int = 30
    stoploss = -0.1

    def informative_pairs(self):
        return [("BTC/USDT", "1h")]

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["rsi"] = ta.RSI(dataframe)
        dataframe["before"] = dataframe["close"].shift(1)
        dataframe["mean"] = dataframe["close"].rolling(20).mean()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["rsi"] < 30, "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["rsi"] > 70, "exit_long"] = 1
        return dataframe
"""


def in_indicators(line: str) -> str:
    return GOOD.replace('dataframe["rsi"] = ta.RSI(dataframe)', line)


def rules(code: str) -> list[str]:
    return [finding.rule for finding in check_code(code).findings]


def test_a_good_strategy_has_no_findings_and_its_facts_are_read() -> None:
    report = check_code(GOOD)

    assert report.findings == ()
    assert report.is_runnable
    assert report.facts.class_name == "Momentum"
    assert report.facts.timeframe == "5m"
    assert report.facts.startup_candle_count == 30
    assert report.facts.can_short
    assert report.facts.pairs_named == ("BTC/USDT",)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('dataframe["x"] = dataframe["close"].shift(-1)', "lookahead-shift"),
        ('dataframe["x"] = dataframe["close"].shift(periods=-3)', "lookahead-shift"),
        ('dataframe["x"] = dataframe["close"].pct_change(-1)', "lookahead-shift"),
        ('dataframe["x"] = dataframe["close"].iloc[-1]', "lookahead-last-row"),
        ('dataframe["x"] = dataframe.iloc[-1, 2]', "lookahead-last-row"),
        ('dataframe["x"] = dataframe["close"].tail(1)', "lookahead-last-row"),
        ('dataframe["x"] = dataframe["close"].mean()', "lookahead-aggregate"),
        ('dataframe["x"] = dataframe.close.max()', "lookahead-aggregate"),
        ('dataframe["x"] = dataframe["close"].bfill()', "lookahead-fill"),
        ('dataframe["x"] = dataframe["close"].fillna(method="bfill")', "lookahead-fill"),
        ('dataframe["x"] = dataframe["close"].rolling(5, center=True).mean()', "lookahead-centre"),
    ],
)
def test_a_look_ahead_pattern_is_a_warning_at_its_line(line: str, rule: str) -> None:
    code = in_indicators(line)

    report = check_code(code)

    (finding,) = report.findings
    assert finding.rule == rule
    assert finding.severity is Severity.WARNING
    assert code.splitlines()[finding.line - 1].strip() == line
    assert report.is_runnable


def test_look_ahead_outside_the_populate_functions_is_not_reported() -> None:
    code = (
        GOOD
        + '\n\n    def custom_exit(self, dataframe):\n        return dataframe.iloc[-1]["rsi"]\n'
    )

    assert rules(code) == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("import os", "banned-import"),
        ("import subprocess as sp", "banned-import"),
        ("from socket import socket", "banned-import"),
        ("from . import helper", "banned-import"),
        ("from freqtrade.exchange import Exchange", "banned-import"),
        ("import ccxt", "banned-import"),
        ("import pandas_ta", "unavailable-import"),
        ("x = eval('1')", "banned-call"),
        ("x = open('/etc/passwd')", "banned-call"),
        ("import pandas as pd; x = pd.read_csv('a')", "banned-call"),
        ("x = ().__class__.__bases__[0].__subclasses__()", "banned-attribute"),
    ],
)
def test_what_reaches_outside_is_an_error_that_refuses_a_run(line: str, rule: str) -> None:
    report = check_code(f"{line}\n{GOOD}")

    assert rule in [finding.rule for finding in report.findings]
    assert not report.is_runnable


@pytest.mark.parametrize(
    "code", ["", "x = 1", "class A: pass", GOOD + GOOD.replace("Momentum", "Other")]
)
def test_exactly_one_strategy_class_is_wanted(code: str) -> None:
    report = check_code(code)

    assert "one-strategy-class" in [finding.rule for finding in report.findings]
    assert not report.is_runnable


def test_indicators_without_a_warm_up_are_a_warning() -> None:
    code = GOOD.replace("    startup_candle_count: int = 30\n", "")

    report = check_code(code)

    assert [finding.rule for finding in report.findings] == ["missing-startup-candles"]
    assert report.is_runnable


def test_a_syntax_error_is_found_at_its_place() -> None:
    report = check_code("class A(IStrategy):\n    x = = 1\n")

    (finding,) = report.findings
    assert (finding.rule, finding.line) == ("syntax", 2)
    assert not report.is_runnable


@pytest.mark.parametrize("code", ["(" * 5_000, "-" * 100_000 + "1", "\x00", "x = '\ud800'"])
def test_code_that_breaks_the_parser_is_a_finding_and_no_crash(code: str) -> None:
    report = check_code(code)

    assert not report.is_runnable


@given(st.text(max_size=300))
def test_any_text_gives_a_report(code: str) -> None:
    report = check_code(code)

    assert all(finding.advice for finding in report.findings)


def test_a_start_up_count_that_no_database_could_keep_is_not_read() -> None:
    code = GOOD.replace("startup_candle_count: int = 30", f"startup_candle_count = {10**30}")

    assert check_code(code).facts.startup_candle_count is None
