"""`candlewick backtesting` is Freqtrade's command, offline; bad input is one sentence and exit code 2."""

import json
from pathlib import Path
from typing import Any

import pytest

from candlewick.cli.main import main
from tests.unit.engine import archives
from tests.unit.engine.conftest import STRATEGIES, Case

# What Freqtrade and its libraries warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")


def arguments(case: Case, folder: Path, **changes: Any) -> list[str]:
    user_data = folder / "user_data"
    (user_data / "results").mkdir(parents=True)
    config = {key: value for key, value in case.config.items() if key != "strategy"}
    (folder / "config.json").write_text(json.dumps(config))
    options = {
        "config": folder / "config.json",
        "strategy": case.config["strategy"],
        "strategy-path": case.folder / "strategies",
        "datadir": case.folder / "data",
        "userdir": user_data,
        "backtest-directory": user_data / "results",
        "cache": "none",
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    pairs = ([f"--{name}", str(value)] for name, value in options.items())
    return ["backtesting", *(word for pair in pairs for word in pair)]


def test_it_writes_freqtrades_own_result(
    everything_case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    markets = everything_case.folder / "markets.json"
    code = main(arguments(everything_case, tmp_path, markets=markets, fee=0.002))

    assert code == 0
    said = capsys.readouterr()
    assert "BACKTESTING REPORT" in said.out
    (archive,) = (tmp_path / "user_data" / "results").glob("*.zip")
    assert str(archive) in said.err
    trades = archives.statistics(archive, "Everything")["trades"]
    assert {trade["fee_open"] for trade in trades} == {0.002}
    assert archives.OPEN_TRADES in archives.members(archive)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"config": "/nowhere/config.json"}, "not found"),
        ({"strategy": "Missing"}, "Impossible to load Strategy 'Missing'"),
        ({"timerange": "20250401-20250301"}, "Start date is after stop date"),
        ({"markets": STRATEGIES / "Everything.py"}, "is not JSON"),
        ({"markets": "/nowhere/markets.json"}, "cannot be read"),
        ({"no-such-option": "1"}, "Unrecognized arguments"),
        ({"timeframe": "7m"}, "Invalid timeframe '7m'"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    changes: dict[str, Any],
    said: str,
    everything_case: Case,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(arguments(everything_case, tmp_path, **changes))

    error = capsys.readouterr().err
    assert code == 2
    assert said in error.splitlines()[-1]
    assert "Traceback" not in error
