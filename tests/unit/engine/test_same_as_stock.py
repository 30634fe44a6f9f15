"""The offline engine gives what `freqtrade backtesting` gives, to the last figure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from candlewick.backtests.inputs import spans_of
from candlewick.backtests.models import BacktestSpec
from candlewick.backtests.plots import PLOT_MEMBER, VALUES_MEMBER
from candlewick.backtests.wire import Phase
from candlewick.engine.run import Inputs, run_backtest
from candlewick.market_data import slices
from tests.factories import a_candle_file, a_spec
from tests.unit.engine import archives
from tests.unit.engine.conftest import (
    Case,
    make_everything_case,
    make_futures_case,
    make_sample_case,
)
from tests.unit.engine.stock import stock_archive

# What Freqtrade and its libraries warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The same backtest by stock Freqtrade and by the engine."""

    strategy: str
    stock: Path
    offline: Path


def run_both(case: Case, folder: Path) -> Pair:
    with pytest.MonkeyPatch.context() as patch:
        stock = stock_archive(case.config, case.folder, folder / "stock", patch)
    inputs = Inputs.in_folder(case.folder, scratch=folder / "offline")
    offline = run_backtest(dict(case.config), inputs=inputs, on_progress=lambda _phase, _done: None)
    return Pair(strategy=case.config["strategy"], stock=stock, offline=offline)


@pytest.fixture(scope="module")
def sample(real_candles: Path, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("sample")
    return run_both(make_sample_case(folder, real_candles), folder)


@pytest.fixture(scope="module")
def everything(simulated_candles: Path, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("everything")
    return run_both(make_everything_case(folder, simulated_candles), folder)


@pytest.fixture(scope="module")
def futures(real_candles: Path, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("futures")
    return run_both(make_futures_case(folder, real_candles), folder)


@pytest.mark.parametrize("name", ["sample", "everything", "futures"])
def test_every_trade_order_and_statistic_is_the_same(
    name: str, request: pytest.FixtureRequest
) -> None:
    pair: Pair = request.getfixturevalue(name)

    expected = archives.statistics(pair.stock, pair.strategy)
    found = archives.statistics(pair.offline, pair.strategy)

    assert expected["total_trades"] > 10
    assert found == expected
    assert archives.comparison(pair.offline) == archives.comparison(pair.stock)


@pytest.mark.parametrize("name", ["sample", "everything", "futures"])
def test_the_other_members_of_the_archive_are_the_same(
    name: str, request: pytest.FixtureRequest
) -> None:
    pair: Pair = request.getfixturevalue(name)

    added = archives.members(pair.offline) - archives.members(pair.stock)

    assert added == {archives.OPEN_TRADES, archives.ENGINE, PLOT_MEMBER, VALUES_MEMBER}
    for suffix in ("_wallet.feather", "_market_change.feather"):
        pd.testing.assert_frame_equal(
            archives.table(pair.offline, suffix),
            archives.table(pair.stock, suffix),
            check_exact=True,
        )


def test_the_simulated_case_adds_positions_locks_pairs_and_looks_at_detail_candles(
    everything: Pair,
) -> None:
    stats = archives.statistics(everything.offline, everything.strategy)

    assert any(len(trade["orders"]) > 2 for trade in stats["trades"])
    assert stats["locks"]
    assert stats["timeframe_detail"] == "5m"


def test_the_futures_case_goes_both_ways_with_leverage_and_pays_funding(futures: Pair) -> None:
    trades = archives.statistics(futures.offline, futures.strategy)["trades"]

    assert {trade["is_short"] for trade in trades} == {True, False}
    assert {trade["leverage"] for trade in trades} == {3.0}
    assert any(trade["funding_fees"] != 0 for trade in trades)


def test_a_position_whose_exit_never_filled_is_shown_as_open(sample: Pair) -> None:
    stats = archives.statistics(sample.offline, sample.strategy)

    (left,) = archives.open_trades(sample.offline)[sample.strategy]

    assert left["pair"] == "XLM/BTC"
    assert left["is_open"] is True
    assert [order["order_filled_timestamp"] is None for order in left["orders"]] == [False, True]
    assert stats["final_balance"] == pytest.approx(
        1 + stats["profit_total_abs"] - left["stake_amount"], abs=1e-9
    )


@pytest.mark.usefixtures("socket_disabled")
def test_no_socket_is_opened_and_progress_moves_forward(
    everything_case: Case, tmp_path: Path
) -> None:
    told: list[tuple[Phase, float]] = []
    inputs = Inputs.in_folder(everything_case.folder, scratch=tmp_path / "scratch")

    run_backtest(
        dict(everything_case.config),
        inputs=inputs,
        on_progress=lambda phase, done: told.append((phase, done)),
    )

    fractions = [done for _, done in told]
    assert fractions == sorted(fractions)
    assert list(dict.fromkeys(phase for phase, _ in told)) == [
        Phase.LOADING_DATA,
        Phase.INDICATORS,
        Phase.SIMULATING,
        Phase.ANALYSING,
    ]


def test_slices_of_the_candles_give_what_whole_files_give(
    simulated_candles: Path, tmp_path: Path
) -> None:
    case = make_everything_case(tmp_path / "whole", simulated_candles)
    cut = make_everything_case(tmp_path / "cut", simulated_candles)
    spec = a_spec(
        timeframe="1h",
        timeframe_detail="5m",
        start=datetime(2025, 3, 1, tzinfo=UTC),
        until=datetime(2025, 3, 12, tzinfo=UTC),
    )
    fewer = [file.name for file in (cut.folder / "data").iterdir() if cut_to(file, spec)]

    archives_of = [
        run_backtest(
            dict(each.config),
            inputs=Inputs.in_folder(each.folder, scratch=each.folder / "scratch"),
            on_progress=lambda _phase, _done: None,
        )
        for each in (case, cut)
    ]

    whole, sliced = (archives.statistics(each, "Everything") for each in archives_of)
    assert sorted(fewer) == ["BTC_USDT-5m.feather", "ETH_USDT-5m.feather"]
    assert whole["total_trades"] > 10
    assert sliced == whole


def cut_to(file: Path, spec: BacktestSpec) -> bool:
    """Leave in a file what a ticket would name of it; tell whether that is less than all."""
    data = file.read_bytes()
    pair, timeframe = file.stem.rsplit("-", 1)
    found = a_candle_file(pair.replace("_", "/"), timeframe)
    spans = spans_of(spec, found.model_copy(update={"parts": slices.find(data)}))
    if not spans:
        return False
    head, *pieces = [data[span.offset : span.offset + span.size_bytes] for span in spans]
    file.write_bytes(slices.file_of(head, pieces))
    return True
