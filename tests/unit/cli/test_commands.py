"""`candlewick strategies | run | results`, from the typed words to the printed answer."""

import json
from pathlib import Path
from typing import Any

import pytest

from candlewick.backtests.models import RunId, RunState
from candlewick.backtests.wire import Failure, FailureKind, TracebackLine
from tests.factories import BROKEN_CODE, CODE, a_result, a_run
from tests.unit.cli.conftest import Run
from tests.world import World

Output = pytest.CaptureFixture[str]
RUN = ("run", "Buyer", "--exchange", "simulated", "--pairs", "BTC/USDT")
RANGE = ("--timerange", "20250101-20250102")
FIGURES = {
    "total_trades": 3, "profit_total": 0.05, "winrate": 0.5, "profit_factor": 1.5, "max_drawdown": 0.1,
    "cagr": 0.2, "sharpe": 1.0, "sortino": 1.0, "calmar": 1.0, "expectancy_ratio": 0.3, "left_open": 1,
    "final_balance": 1050.0,
}  # fmt: skip
TRADE = {
    "number": 1, "pair": "BTC/USDT", "openedAt": 1_735_689_600_000, "profitRatio": 0.01, "runUp": 0.02,
    "drawdown": -0.01, "exitReason": "roi",
}  # fmt: skip
SUMMARY = {
    "leftOpen": [
        {"amount": 0.5, "pair": "ETH/USDT", "averageEntry": 100.0, "why": "Its exit never filled."}
    ],
    "reported": {"finalBalance": 1000.0},
    "period": {"finalBalance": 1050.0},
}


@pytest.fixture
def buyer(tmp_path: Path) -> Path:
    path = tmp_path / "Buyer.py"
    path.write_text(CODE)
    return path


def succeeded(world: World, **changes: Any) -> None:
    run = a_run(RunState.SUCCEEDED, **changes)
    result = a_result("alice/r1/1")
    figures = {**result.headline, **FIGURES}
    world.put_run(
        a_run(
            RunState.SUCCEEDED,
            result=type(result)(
                prefix=result.prefix,
                archive_sha256=result.archive_sha256,
                archive_bytes=1,
                headline=figures,
            ),
            **changes,
        )
    )
    files = {"summary.json": SUMMARY, "trades.json": {"trades": [TRADE] * 9}, "equity.json": {}}
    for name, content in files.items():
        world.results.stored[f"{run.owner}/r1/1/{name}"] = json.dumps(content).encode()
    for name in ("result.zip", "trades.csv"):
        world.results.stored[f"{run.owner}/r1/1/{name}"] = b"bytes"


def test_a_file_becomes_a_version_and_the_same_file_no_second(
    signed_in: Run, buyer: Path, capsys: Output
) -> None:
    assert signed_in("strategies", "push", buyer) == 0
    assert "Saved version 1 (Buyer)" in capsys.readouterr().out

    assert signed_in("strategies", "push", buyer) == 0
    buyer.write_text(CODE + "\n# changed\n")
    assert signed_in("strategies", "push", buyer, "--note", "changed") == 0

    assert "Saved version 2" in capsys.readouterr().out
    assert signed_in("strategies", "list") == 0
    assert "Buyer" in capsys.readouterr().out


def test_code_with_errors_is_saved_shown_and_told_by_the_exit_code(
    signed_in: Run, buyer: Path, capsys: Output
) -> None:
    buyer.write_text(BROKEN_CODE)

    assert signed_in("strategies", "push", buyer, "--name", "Broken") == 1

    told = capsys.readouterr().out
    assert "Saved version 1" in told
    assert "error 1:0" in told


def test_a_version_can_be_printed(signed_in: Run, buyer: Path, capsys: Output) -> None:
    signed_in("strategies", "push", buyer)
    capsys.readouterr()

    assert signed_in("strategies", "show", "Buyer") == 0

    assert capsys.readouterr().out.rstrip("\n") == CODE.rstrip("\n")


@pytest.mark.parametrize(
    ("content", "told"), [(None, "cannot be read"), (b"\xff\xfe\xfa", "not UTF-8")]
)
def test_a_file_that_is_no_text_is_refused_here(
    signed_in: Run, tmp_path: Path, capsys: Output, content: bytes | None, told: str
) -> None:
    path = tmp_path / "x.py"
    if content is not None:
        path.write_bytes(content)

    assert signed_in("strategies", "push", path) == 2

    assert told in capsys.readouterr().err


def test_what_the_api_refuses_is_told_in_its_words(
    signed_in: Run, buyer: Path, capsys: Output
) -> None:
    buyer.write_text("#" * 300_000)

    assert signed_in("strategies", "push", buyer) == 2

    assert "262,144" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("strategies", "show", "Nobody"), (*RUN, *RANGE)])
def test_a_strategy_that_is_not_there_is_named(
    signed_in: Run, capsys: Output, words: tuple[str, ...]
) -> None:
    assert signed_in(*words) == 2

    assert "candlewick strategies list" in capsys.readouterr().err


def test_a_run_is_submitted_as_it_was_typed(
    signed_in: Run, world: World, buyer: Path, capsys: Output
) -> None:
    signed_in("strategies", "push", buyer)
    options = ("--fee", "0.001", "--stake-amount", "12.5", "--max-open-trades", 2, "-i", "1h")

    assert (
        signed_in(
            *RUN, *RANGE, *options, "--timeframe-detail", "5m", "--engine", "stock", "--no-wait"
        )
        == 0
    )

    (run,) = world.runs.runs.values()
    assert run.id in capsys.readouterr().out
    assert (str(run.spec.fee), str(run.spec.stake_amount)) == ("0.001", "12.5")
    assert (run.spec.timeframe, run.spec.timeframe_detail) == ("1h", "5m")
    assert f"{run.spec.start:%Y%m%d}-{run.spec.until:%Y%m%d}" == RANGE[1]
    assert run.spec.max_open_trades == 2
    assert run.spec.loop == "stock"


@pytest.mark.parametrize("given", ["2025", "20250101", "20250101-", "2025-01-01", "a-b", "1-2-3"])
def test_a_time_range_that_is_none_shows_how_to_write_one(
    signed_in: Run, buyer: Path, capsys: Output, given: str
) -> None:
    signed_in("strategies", "push", buyer)

    assert signed_in(*RUN, "--timerange", given) == 2

    assert "20250101-20250401" in capsys.readouterr().err


def test_a_run_is_watched_to_its_verified_result(
    signed_in: Run, world: World, buyer: Path, capsys: Output
) -> None:
    signed_in("strategies", "push", buyer)
    signed_in(*RUN, *RANGE, "--no-wait")
    (first,) = world.runs.runs.values()
    succeeded(world, id=RunId("r1"), identity=first.identity)
    world.runs.known[first.owner, first.identity] = RunId("r1")

    assert signed_in(*RUN, *RANGE) == 0

    told = capsys.readouterr().out
    assert "✓ verified" in told
    assert "simulated market" in told
    assert "Served from" in told
    assert "r1 (same inputs" in told
    assert "Its exit never filled." in told
    assert "1 more" in told


def test_results_lists_runs_and_prints_one(signed_in: Run, world: World, capsys: Output) -> None:
    succeeded(world)

    assert signed_in("results") == 0
    assert "+5.00%" in capsys.readouterr().out
    assert signed_in("results", "r1") == 0

    assert "Final balance" in capsys.readouterr().out


def test_a_failed_run_shows_the_users_own_lines(
    signed_in: Run, world: World, capsys: Output
) -> None:
    line = TracebackLine(line=7, function="populate_indicators", code="x = [1 / 0]")
    failure = Failure(kind=FailureKind.STRATEGY_ERROR, message="It divides.", traceback=[line])
    world.put_run(a_run(RunState.FAILED, failure=failure))

    assert signed_in("results", "r1") == 0

    told = capsys.readouterr().out
    assert "strategy error: It divides." in told
    assert "line 7 in populate_indicators: x = [1 / 0]" in told


def test_a_run_that_is_still_going_says_so(signed_in: Run, world: World, capsys: Output) -> None:
    world.put_run(a_run(RunState.RUNNING))

    assert signed_in("results", "r1") == 0

    assert "The backtest is running" in capsys.readouterr().out


def test_downloads_are_saved_byte_by_byte(signed_in: Run, world: World, tmp_path: Path) -> None:
    succeeded(world)

    assert signed_in("results", "r1", "--download", tmp_path / "out") == 0

    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "result.zip", "trades.csv", "trades.json", "summary.json", "equity.json",
    }  # fmt: skip
    assert (tmp_path / "out" / "result.zip").read_bytes() == b"bytes"


def test_a_download_that_fails_keeps_its_url_secret(
    signed_in: Run,
    world: World,
    tmp_path: Path,
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    succeeded(world)
    names = list(world.results.names(""))
    monkeypatch.setattr(world.results, "names", lambda _prefix: iter(names))
    del world.results.stored["alice/r1/1/result.zip"]

    assert signed_in("results", "r1", "--download", tmp_path / "out") == 2

    told = capsys.readouterr().err
    assert "could not be downloaded" in told
    assert world.results.base_url not in told


def test_another_users_run_reads_as_missing(signed_in: Run, world: World, capsys: Output) -> None:
    world.put_run(a_run(owner="bob"))

    assert signed_in("results", "r1") == 2

    assert "no such backtest" in capsys.readouterr().err


def test_the_menu_names_every_command(candlewick: Run, capsys: Output) -> None:
    assert candlewick() == 0
    menu = capsys.readouterr().out

    assert all(name in menu for name in ("backtesting", "data", "login", "strategies", "run"))
    assert candlewick("nonsense") == 2
    assert "no command nonsense" in capsys.readouterr().err


def test_an_interrupt_is_no_stack_trace(
    signed_in: Run, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("candlewick.cli.results.run", interrupted)

    assert signed_in("results") == 130
    assert capsys.readouterr().err == ""
