"""Only functions that nothing but their arguments bears on pass; each other reason is named with its line."""

import ast
import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import talib.abstract as ta
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType
from freqtrade.strategy import IStrategy

from candlewick.engine.ahead.proof import INDICATORS, SIGNALS, why_not, why_not_yet
from candlewick.specs.compiler import compile_spec
from candlewick.specs.examples.library import EXAMPLES
from tests.unit.specs.running import load
from tools.demo import sample_strategy

# Freqtrade's, pandas' and numpy's own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")

_HAND_WRITTEN = Path(__file__).parents[2] / "specs" / "strategies"
_STRATEGY = """
import datetime
import functools
import logging
import random
from functools import partial, reduce
from pathlib import Path

import numpy as np
import pandas as pd
import talib
import talib.abstract as ta
from freqtrade.strategy import IntParameter, IStrategy, informative, merge_informative_pair
from technical import qtpylib

PERIODS = [5, 8]
NAMES = {{"a": 1}}
CACHE = {{}}
HIGHEST = 70

def smooth(frame, length=3):
    return frame["close"].rolling(length).mean()

def counted(frame, seen=[]):
    seen.append(len(frame))
    return len(seen)

def caching(function):
    kept = {{}}
    def inner(frame):
        return kept.setdefault(len(frame), function(frame))
    return inner

@caching
def cached(frame):
    return frame["close"] * 2

class Probe(IStrategy):
    timeframe = "5m"
    minimal_roi = {{"0": 0.1}}
    stoploss = -0.1
    length = IntParameter(2, 9, default=4, space="buy")
    lengths = (3, 4)
    wide = [10, 20]
    seen = 0
{members}
    def populate_indicators(self, dataframe, metadata):
        {body}
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""


def probe(folder: Path, body: str, members: str = "") -> IStrategy:
    file = folder / "Probe.py"
    file.write_text(_STRATEGY.format(body=body.replace("\n", "\n        "), members=members))
    spec = importlib.util.spec_from_file_location("Probe", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    strategy: IStrategy = module.Probe({"candle_type_def": CandleType.SPOT})
    return given_provider(strategy)


def given_provider(strategy: IStrategy) -> IStrategy:
    strategy.dp = DataProvider(strategy.config, None)
    strategy.wallets = object()
    return strategy


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_what_blocks_compile_to_passes(name: str, tmp_path: Path) -> None:
    code = compile_spec(EXAMPLES[name])

    strategy = given_provider(load(code, _class_of(code), tmp_path))

    assert why_not(strategy, INDICATORS + SIGNALS) == ""


def test_most_of_what_people_write_passes(tmp_path: Path) -> None:
    sources = [sample_strategy()]
    sources += [file.read_text() for file in sorted(_HAND_WRITTEN.rglob("*.py"))]

    reasons = [
        why_not(given_provider(load(code, _class_of(code), tmp_path)), INDICATORS + SIGNALS)
        for code in sources
    ]

    assert reasons[0] == ""
    assert reasons.count("") >= 0.9 * len(reasons), [reason for reason in reasons if reason]


def _class_of(code: str) -> str:
    classes = [node for node in ast.parse(code).body if isinstance(node, ast.ClassDef)]
    return next(node.name for node in classes if "IStrategy" in ast.unparse(node.bases[0]))


@pytest.mark.parametrize(
    "body",
    [
        "dataframe['rsi'] = ta.RSI(dataframe, timeperiod=self.length.value)",
        "dataframe['rsi'] = talib.RSI(dataframe['close'], 14)",
        "dataframe['x'] = np.where(dataframe['close'] > HIGHEST, 1, 0)",
        "dataframe['x'] = smooth(dataframe)",
        "for period in PERIODS:\n    dataframe[f'sma_{period}'] = ta.SMA(dataframe, period)",
        "for key, value in NAMES.items():\n    dataframe[key] = value",
        "dataframe['x'] = sum(PERIODS) + len(self.wide) + self.wide[0]",
        "dataframe['x'] = [length * 2 for length in self.lengths][0]",
        "dataframe.loc[dataframe['close'] > 1, ['x', 'y']] = (1, 'up')",
        "dataframe['x'] = reduce(lambda a, b: a & b, [dataframe['close'] > 1, dataframe['open'] > 1])",
        "dataframe['x'] = dataframe['close'].rolling(3).apply(lambda part: part[0], raw=True)",
        "dataframe['x'] = qtpylib.crossed_above(dataframe['close'], dataframe['open'])",
        "x = self.dp.get_pair_dataframe(metadata['pair'], '1h')\nmerge_informative_pair(dataframe, x, '5m', '1h')",
        "if self.dp and self.dp.runmode.value in ('live', 'dry_run'):\n    dataframe['x'] = 1",
        "try:\n    dataframe['x'] = 1 / 0\nexcept ZeroDivisionError:\n    dataframe['x'] = 0",
        "def twice(part):\n    return part * 2\ndataframe['x'] = dataframe['close'].apply(twice)",
    ],
)
def test_what_only_computes_passes(body: str, tmp_path: Path) -> None:
    assert why_not(probe(tmp_path, body), INDICATORS) == ""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("self.seen += 1", "sets self.seen"),
        ("self.wide.append(1)", "uses self.wide"),
        ("wide = self.wide", "uses self.wide"),
        ("PERIODS.append(3)", "uses PERIODS"),
        ("CACHE[metadata['pair']] = 1", "writes into what is not its own"),
        ("kept = CACHE", "uses CACHE"),
        ("global HIGHEST\nHIGHEST = 3", "uses global"),
        ("counted(dataframe)", "keeps values between its calls"),
        ("dataframe['x'] = cached(dataframe)", "keeps values between its calls"),
        ("dataframe['x'] = random.random()", "uses random"),
        ("dataframe['x'] = np.random.rand(len(dataframe))", "uses np.random.rand"),
        ("dataframe = dataframe.sample(frac=1)", "uses .sample"),
        ("dataframe['x'] = datetime.datetime.now()", "uses datetime.datetime.now"),
        ("dataframe['x'] = pd.Timestamp.now()", "uses pd.Timestamp.now"),
        ("dataframe['x'] = pd.Timestamp('now')", "names 'now'"),
        ("dataframe['x'] = pd.Timestamp(2020, 1, 1).now()", "uses .now"),
        ("open('/tmp/x').read()", "uses open"),
        ("Path('/tmp/x').exists()", "uses Path"),
        ("dataframe.to_csv('/tmp/x')", "uses .to_csv"),
        ("dataframe.agg('to_csv')", "names 'to_csv'"),
        ("name = 'to_' + 'csv'\ndataframe.apply(name)", "lets pandas call"),
        ("f = dataframe.agg\nf('to_' + 'csv')", "hands .agg on"),
        ("s = pd.Series([1], name='to_' + 'csv')\ndataframe.agg(s.name)", "lets pandas call"),
        ("dataframe.pivot_table(aggfunc='to_' + 'csv')", "uses .pivot_table"),
        ("pd.crosstab(1, 2, aggfunc='to_' + 'csv')", "uses pd.crosstab"),
        ("print(dataframe)", "uses print"),
        ("logging.getLogger('x')", "uses logging.getLogger"),
        ("np.seterr(all='raise')", "uses np.seterr"),
        ("pd.set_option('mode.chained', None)", "uses pd.set_option"),
        ("talib.set_unstable_period('RSI', 3)", "uses talib.set_unstable_period"),
        ("ta.RSI.parameters = {'timeperiod': 2}", "sets ta.RSI.parameters"),
        ("ta.RSI.set_function_args(timeperiod=2)", "uses ta.RSI.set_function_args"),
        ("getattr(dataframe, 'x')", "uses getattr"),
        ("eval('1')", "uses eval"),
        ("dataframe.eval('close * 2')", "uses .eval"),
        ("import os", "uses import"),
        ("with np.errstate(all='ignore'):\n    pass", "uses with"),
        ("dataframe.attrs['x'] = 1", "uses .attrs"),
        ("dataframe['close'].array[0] = 1", "uses .array"),
        ("dataframe.columns = list('abcdef')", "sets dataframe.columns"),
        ("smooth.kept = 1", "sets smooth.kept"),
        ("other = np", "uses np"),
        ("me = self", "hands itself on"),
        ("vars(self)", "uses vars"),
        ("(lambda self: self.x)(dataframe)", "names an argument self"),
        ("dataframe['x'] = self.wallets.get_total('USDT')", "uses self.wallets"),
        ("dataframe['x'] = self.dp.orderbook('A/B', 1)", "uses self.dp.orderbook"),
        ("self.lock_pair('A/B', None)", "uses self.lock_pair"),
        ("dataframe['x'] = id(dataframe)", "uses id"),
        ("x = dataframe.__class__", "uses .__class__"),
        ("x = [PERIODS for PERIODS in (1, 2)]", ""),
        ("x = (lambda HIGHEST: 1)(2) + HIGHEST", "has a name of the module and of its own"),
        ("unknown(dataframe)", "uses unknown"),
        ("yield dataframe", "uses yield"),
    ],
)
def test_anything_else_is_named(body: str, reason: str, tmp_path: Path) -> None:
    found = why_not(probe(tmp_path, body), INDICATORS)

    assert reason in found
    assert bool(reason) == bool(found)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (
            "    def advise_indicators(self, d, m):\n        return d",
            "advise_indicators is its own",
        ),
        ("    def __getattr__(self, name):\n        return 1", "__getattr__ is its own"),
        (
            "    def __setattr__(self, name, value):\n        super().__setattr__(name, value)",
            "__setattr__ is its own",
        ),
        (
            "    @informative('1h')\n    def other(self, d, m):\n        self.x = 1\n        return d",
            "other sets self.x",
        ),
        (
            "    @informative('1h', fmt=lambda **names: 'x')\n    def other(self, d, m):\n        return d",
            "named by a function",
        ),
    ],
)
def test_what_the_class_makes_its_own_is_named(members: str, reason: str, tmp_path: Path) -> None:
    assert reason in why_not(probe(tmp_path, "pass", members), INDICATORS)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ("", ""),
        ("    def helper(self):\n        return 1", ""),
        ("    @staticmethod\n    def helper():\n        return 1", ""),
        ("    def bot_start(self, **_):\n        self.x = 1", "bot_start is its own"),
        ("    def ft_load_hyper_params(self, _):\n        pass", "ft_load_hyper_params is its own"),
        (
            "    def __setattr__(self, name, value):\n        super().__setattr__(name, value)",
            "__setattr__ is its own",
        ),
        ("    def __dir__(self):\n        return []", "__dir__ is its own"),
        ("    @property\n    def now(self):\n        return 1", "now is computed when it is"),
        (
            "    @functools.cached_property\n    def once(self):\n        return 1",
            "once is computed when it is",
        ),
        ("    class Odd(dict):\n        pass\n    order_types = Odd()", "no plain dictionary"),
    ],
)
def test_freqtrade_begins_elsewhere_only_with_a_strategy_that_does_nothing_of_its_own(
    members: str, reason: str, tmp_path: Path
) -> None:
    found = why_not_yet(probe(tmp_path, "pass", members))

    assert reason in found
    assert bool(reason) == bool(found)


def test_freqtrade_begins_here_with_a_strategy_that_learns(tmp_path: Path) -> None:
    strategy = probe(tmp_path, "pass")
    strategy.config["freqai"] = {"enabled": True}

    assert why_not_yet(strategy) == "it learns"


@pytest.mark.parametrize(
    ("members", "body", "reason"),
    [
        (
            "    @property\n    def odd(self):\n        return 1",
            "dataframe['x'] = self.odd",
            "uses self.odd",
        ),
        (
            "    def helped(self, d):\n        self.seen = 1\n        return 2",
            "dataframe['x'] = self.helped(dataframe)",
            "helped sets self.seen",
        ),
        (
            "    @staticmethod\n    def helped(frame):\n        return frame['close']",
            "dataframe['x'] = self.helped(dataframe)",
            "",
        ),
    ],
)
def test_what_it_calls_is_read_too(members: str, body: str, reason: str, tmp_path: Path) -> None:
    found = why_not(probe(tmp_path, body, members), INDICATORS)

    assert reason in found
    assert bool(reason) == bool(found)


def test_a_function_put_in_place_of_the_written_one_is_noticed(tmp_path: Path) -> None:
    strategy = probe(tmp_path, "pass")
    type(strategy).populate_indicators = lambda _self, dataframe, _metadata: dataframe

    assert "has no source of its own" in why_not(strategy, INDICATORS)


def test_a_file_that_was_changed_since_it_was_loaded_is_noticed(tmp_path: Path) -> None:
    strategy = probe(tmp_path, "dataframe['x'] = 1")
    file = Path(type(strategy).populate_indicators.__code__.co_filename)
    file.write_text(file.read_text().replace("= 1\n        return", "= 2\n        return"))

    assert "has no source of its own" in why_not(strategy, INDICATORS)


def test_talib_keeps_nothing_of_a_call() -> None:
    close = pd.DataFrame({"close": np.random.default_rng(1).random(50) + 1})
    before = ta.RSI(close)
    ta.RSI(close, timeperiod=3)

    assert np.array_equal(ta.RSI(close), before, equal_nan=True)
