"""Where other processes analyse pairs, a whole backtest leaves what Freqtrade's leaves."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from candlewick.engine import beside
from candlewick.engine.ahead import each as module
from candlewick.engine.ahead.each import Each
from candlewick.engine.ahead.frames import Store
from candlewick.engine.market import Change
from tests.unit.engine.ahead.waiting import eventually, has_answered, is_over
from tests.unit.engine.differential.hook_strategies import HOOKED
from tests.unit.engine.differential.markets import SPOT_CONFIG, TWO_DAYS
from tests.unit.engine.differential.running import difference, run
from tests.unit.engine.differential.strategies import SPOT, Probe

# What Freqtrade and its libraries warn of is theirs to mend.
pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(600)]


class Importing(Probe):
    """A strategy that uses more of Freqtrade's functions."""

    def source(self) -> str:
        return (
            super()
            .source()
            .replace("import IStrategy", "import IStrategy, informative, merge_informative_pair")
        )


_LOOKS_FURTHER = Importing(
    body="""
    @informative("1h")
    def by_the_hour(self, dataframe, metadata):
        dataframe["hourly"] = dataframe["close"].rolling(3).mean()
        return dataframe

    def populate_indicators(self, dataframe, metadata):
        other = self.dp.get_pair_dataframe("BTC/USDT", "1h")
        other["leads"] = other["close"].pct_change()
        dataframe = merge_informative_pair(dataframe, other[["date", "leads"]], "5m", "1h")
        dataframe["fast"] = dataframe["close"].rolling(8).mean()
        dataframe["slow"] = dataframe["hourly_1h"].fillna(dataframe["close"])
        dataframe["name"] = metadata["pair"]
        return dataframe
    """
)
CASES = {
    "looks at other candles": _LOOKS_FURTHER,
    **{name: SPOT[name] for name in ("plain", "looks around", "signals that are true or false")},
    "looks at others": HOOKED["looks at others"],
}


@pytest.mark.parametrize("name", CASES)
def test_nothing_differs(name: str, spot_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = SPOT_CONFIG | TWO_DAYS | dict(CASES[name].config)
    stock = run(config, CASES[name].source(), spot_data, skips=False)
    made_elsewhere = _let_others_analyse(monkeypatch)

    ours = run(config, CASES[name].source(), spot_data, skips=True)

    assert difference(stock, ours) == ""
    # Of the four pairs all but the first: their candles, their indicators and their signals, in one other process.
    assert [_stage(frame) for frame in made_elsewhere.frames] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert made_elsewhere.processes == 1
    # And, while the loop ran, how the market changed.
    assert [type(answer) for answer in made_elsewhere.answers] == [Change]


_OWN = {
    "begins by itself": """
    def bot_start(self, **kwargs):
        self.began = True
    """,
    "is looked at": """
    asked = []

    @property
    def looked_at(self):
        return len(self.asked)
    """,
    "counts its indicators": """
    def populate_indicators(self, dataframe, metadata):
        self.calls += 1
        dataframe["fast"] = dataframe["close"].rolling(8).mean() + self.calls / 1_000
        dataframe["slow"] = dataframe["close"].rolling(25).mean()
        return dataframe
    """,
    "counts its exits": """
    def populate_exit_trend(self, dataframe, metadata):
        self.calls += 1
        dataframe.loc[dataframe.index % 50 == self.calls, "exit_long"] = 1
        return dataframe
    """,
}


@pytest.mark.parametrize(
    ("name", "stages", "processes"),
    [
        ("begins by itself", {0, 1, 2}, 2),
        ("is looked at", {0, 1, 2}, 2),
        ("counts its indicators", {0, 2}, 2),
        ("counts its exits", {0, 1}, 1),
    ],
)
def test_only_what_may_be_done_elsewhere_is(
    name: str, stages: set[int], processes: int, spot_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Probe(body=_OWN[name]).source()
    stock = run(SPOT_CONFIG | TWO_DAYS, source, spot_data, skips=False)
    made_elsewhere = _let_others_analyse(monkeypatch)

    ours = run(SPOT_CONFIG | TWO_DAYS, source, spot_data, skips=True)

    assert difference(stock, ours) == ""
    assert set(map(_stage, made_elsewhere.frames)) == stages
    assert made_elsewhere.processes == processes
    # A process that has the loaded frames is there in the end if it went through all stages.
    assert [answer is not None for answer in made_elsewhere.answers] == [stages == {0, 1, 2}]


def _stage(frame: pd.DataFrame) -> int:
    return ("fast" in frame) + ("exit_long" in frame)


@dataclass
class _Elsewhere:
    frames: list[pd.DataFrame] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    processes: int = 0


def _let_others_analyse(monkeypatch: pytest.MonkeyPatch) -> _Elsewhere:
    """Begin other processes for however little, and wait for all that they do; return what they made."""
    found = _Elsewhere()
    begin, take, answer = Each._begin, Store.take, Each.answer

    def begin_and_wait(each: Each, *given: Any) -> None:
        before = len(each._workers)
        begin(each, *given)
        found.processes += len(each._workers) - before
        eventually(lambda: is_over(each))

    def noted(store: Store, *given: Any) -> Any:
        frame, logged = take(store, *given)
        found.frames.append(frame)
        return frame, logged

    def answered(each: Each) -> Any:
        eventually(lambda: has_answered(each))
        found.answers.append(answer(each))
        return found.answers[-1]

    monkeypatch.setattr(beside, "processors", lambda: 2)
    monkeypatch.setattr(module, "WORTH_S", 0.0)
    monkeypatch.setattr(Each, "_begin", begin_and_wait)
    monkeypatch.setattr(Each, "answer", answered)
    monkeypatch.setattr(Store, "take", noted)
    return found
