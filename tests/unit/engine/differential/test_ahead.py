"""Where other processes analyse pairs, a whole backtest leaves what Freqtrade's leaves."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from candlewick.engine import beside
from candlewick.engine.ahead import each as module
from candlewick.engine.ahead.each import Each
from candlewick.engine.ahead.frames import Store
from tests.unit.engine.ahead.waiting import eventually, is_over
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
    # Of the four pairs all but the first, once for the indicators and once for the signals.
    assert len(made_elsewhere) == 6


def _let_others_analyse(monkeypatch: pytest.MonkeyPatch) -> list[pd.DataFrame]:
    """Begin other processes for however little, and wait for all that they do; return the frames that they made."""
    found: list[pd.DataFrame] = []
    begin, take = Each._begin, Store.take

    def begin_and_wait(each: Each, *given: Any) -> None:
        begin(each, *given)
        eventually(lambda: is_over(each))

    def noted(store: Store, *given: Any) -> Any:
        frame, logged = take(store, *given)
        found.append(frame)
        return frame, logged

    monkeypatch.setattr(beside, "processors", lambda: 2)
    monkeypatch.setattr(module, "WORTH_S", 0.0)
    monkeypatch.setattr(Each, "_begin", begin_and_wait)
    monkeypatch.setattr(Store, "take", noted)
    return found
