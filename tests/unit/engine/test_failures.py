"""Each end without a result says whose mistake it was, and what to mend."""

import logging
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from candlewick.backtests.wire import FailureKind
from candlewick.engine.errors import (
    ConfigurationRefused,
    EngineError,
    NoData,
    OutOfMemory,
    StrategyFailed,
    TooManyProcesses,
)
from candlewick.engine.run import Inputs, run_backtest
from tests.unit.engine.conftest import Case

# What Freqtrade and its libraries warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")


def failure(case: Case, scratch: Path, **changes: Any) -> EngineError:
    inputs = Inputs.in_folder(case.folder, scratch=scratch)
    with pytest.raises(EngineError) as caught:
        run_backtest(
            {**case.config, **changes}, inputs=inputs, on_progress=lambda _phase, _done: None
        )
    return caught.value


def rewrite(case: Case, old: str, new: str) -> None:
    file = case.folder / "strategies" / "Everything.py"
    source = file.read_text()
    assert old in source
    file.write_text(source.replace(old, new, 1))


def test_an_exception_in_the_strategy_arrives_with_its_own_lines_only(
    everything_case: Case, tmp_path: Path
) -> None:
    rewrite(everything_case, "rolling(24).mean()", "rolling(24).mean() / self.nothing_here")

    error = failure(everything_case, tmp_path / "scratch")

    assert isinstance(error, StrategyFailed)
    assert error.kind is FailureKind.STRATEGY_ERROR
    assert "nothing_here" in str(error)
    (frame,) = error.frames
    assert frame.function == "populate_indicators"
    assert (
        frame.code
        == 'dataframe["mean"] = dataframe["close"].rolling(24).mean() / self.nothing_here'
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("class Everything(IStrategy):", "class Everything(IStrategy)", "expected ':'"),
        ("import IStrategy", "import IStrategy\nimport no_such_module", "no_such_module"),
        ("class Everything(", "class SomethingElse(", "Impossible to load Strategy 'Everything'"),
        ("startup_candle_count = 24", "startup_candle_count = undefined_name", "undefined_name"),
        ("import IStrategy", "import IStrategy\nraise SystemExit(0)", "SystemExit"),
    ],
)
def test_a_file_that_is_no_strategy_says_why(
    everything_case: Case, tmp_path: Path, old: str, new: str, said: str
) -> None:
    rewrite(everything_case, old, new)

    error = failure(everything_case, tmp_path / "scratch")

    assert isinstance(error, StrategyFailed)
    assert said in str(error)
    assert str(tmp_path) not in str(error)


def test_why_a_file_does_not_load_is_said_where_freqtrade_was_told_to_be_quiet(
    everything_case: Case, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    freqtrade = logging.getLogger("freqtrade")
    request.addfinalizer(partial(freqtrade.setLevel, freqtrade.level))
    freqtrade.setLevel(logging.CRITICAL)
    rewrite(everything_case, "import IStrategy", "import IStrategy\nimport no_such_module")

    error = failure(everything_case, tmp_path / "scratch")

    assert "no_such_module" in str(error)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [("MemoryError", OutOfMemory), ("BlockingIOError(11, 'fork')", TooManyProcesses)],
)
def test_a_resource_that_ran_out_is_told_apart_from_a_mistake(
    everything_case: Case, tmp_path: Path, raised: str, kind: type[EngineError]
) -> None:
    rewrite(everything_case, "return dataframe", f"raise {raised}")

    error = failure(everything_case, tmp_path / "scratch")

    assert type(error) is kind


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"timerange": "20250401-20250301"}, ConfigurationRefused, "Start date is after stop date"),
        ({"timerange": "20200101-20200201"}, NoData, "Check the pairs and the time range"),
        ({"timeframe": "7m"}, NoData, "There are no 7m candles for BTC/USDT"),
        ({"stake_amount": 5_000}, ConfigurationRefused, "smaller than stake_amount"),
        ({"stake_currency": "EUR"}, ConfigurationRefused, "EUR is not available as stake"),
        ({"max_open_trades": "many"}, ConfigurationRefused, "'many'"),
        (
            {"exchange": {"name": "simulated", "pair_whitelist": ["XYZ/USDT"]}},
            NoData,
            "no market XYZ/USDT",
        ),
        (
            {"exchange": {"name": "simulated", "pair_whitelist": ["SOL/USDT"]}},
            NoData,
            "no 1h candles for SOL/USDT",
        ),
        ({"exchange": {"name": "nowhere", "pair_whitelist": []}}, ConfigurationRefused, "nowhere"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused_in_words(
    everything_case: Case, tmp_path: Path, changes: dict[str, Any], kind: type, said: str
) -> None:
    error = failure(everything_case, tmp_path / "scratch", **changes)

    assert type(error) is kind
    assert said in str(error)
    assert "Traceback" not in str(error)


@pytest.mark.parametrize(
    ("content", "said"),
    [("[1]", "must be a JSON object"), ("{", "is not JSON"), ('{"A/B": {}}', "no ccxt market")],
)
def test_a_broken_markets_file_is_refused(
    everything_case: Case, tmp_path: Path, content: str, said: str
) -> None:
    (everything_case.folder / "markets.json").write_text(content)

    error = failure(everything_case, tmp_path / "scratch")

    assert isinstance(error, ConfigurationRefused)
    assert said in str(error)


def test_futures_without_leverage_tiers_are_refused_where_freqtrade_ships_none(
    futures_case: Case, tmp_path: Path
) -> None:
    exchange = {"name": "bybit", "pair_whitelist": ["XRP/USDT:USDT"]}

    error = failure(futures_case, tmp_path / "scratch", exchange=exchange)

    assert isinstance(error, ConfigurationRefused)
    assert "leverage tiers" in str(error)
