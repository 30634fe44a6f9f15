"""Honest results are believed, and our figures are Freqtrade's."""

import csv
import io
import json

import numpy as np
import pytest

from tests.unit.verification import archives
from tests.unit.verification.conftest import Honest

pytestmark = pytest.mark.filterwarnings("default")  # Freqtrade's own are its own to mend

FIGURES = (
    "total_trades", "trade_count_long", "trade_count_short", "profit_total", "profit_total_abs",
    "profit_total_long", "profit_total_short", "profit_mean", "profit_median", "profit_factor",
    "expectancy", "expectancy_ratio", "sortino", "sharpe", "calmar", "sqn", "p_value", "wins",
    "draws", "losses", "winrate", "max_consecutive_wins", "max_consecutive_losses", "winning_days",
    "draw_days", "losing_days", "trades_per_day", "backtest_best_day_abs", "backtest_worst_day_abs",
)  # fmt: skip


def test_every_figure_is_what_freqtrade_reports(honest: Honest) -> None:
    claimed = archives.statistics(honest.archive, honest.class_name)

    summary = json.loads(honest.verify().files["summary.json"])

    ours = summary["verified"]["closedTrades"]
    assert {name: ours[name] for name in FIGURES} == {
        name: pytest.approx(claimed[name], rel=1e-6, abs=1e-8) for name in FIGURES
    }
    holding = summary["verified"]["holding"]
    assert holding == {name: claimed[name] for name in holding}
    for name in ("csum_min", "csum_max", "max_relative_drawdown"):
        assert ours[name] == pytest.approx(claimed[name], rel=1e-6), name
    assert ours["drawdown"]["amount"] == pytest.approx(claimed["max_drawdown_abs"], rel=1e-6)
    assert ours["drawdown"]["ratio"] == pytest.approx(claimed["max_drawdown_account"], rel=1e-6)
    assert ours["drawdown"]["start"] == claimed["drawdown_start_ts"]
    assert ours["drawdown"]["end"] == claimed["drawdown_end_ts"]


def test_the_tables_per_pair_are_what_freqtrade_reports(honest: Honest) -> None:
    claimed = archives.statistics(honest.archive, honest.class_name)

    summary = json.loads(honest.verify().files["summary.json"])

    expected = {
        row["key"]: (row["trades"], pytest.approx(row["profit_total_abs"], abs=1e-7))
        for row in claimed["results_per_pair"]
        if row["key"] != "TOTAL" and row["trades"]
    }
    rows = {row["key"]: row["figures"] for row in summary["verified"]["tables"]["pairs"]}
    assert {
        key: (row["total_trades"], row["profit_total_abs"]) for key, row in rows.items()
    } == expected


def test_the_equity_ends_at_the_final_balance(honest: Honest) -> None:
    verified = honest.verify()

    curve = json.loads(verified.files["equity.json"])
    summary = json.loads(verified.files["summary.json"])

    assert len(curve["balance"]) == len(curve["positions"])
    assert curve["balance"][0] == pytest.approx(float(honest.spec.wallet), rel=0.05)
    assert curve["balance"][-1] == pytest.approx(summary["period"]["finalBalance"], rel=1e-6)
    assert max(curve["positions"]) <= honest.spec.max_open_trades


def test_the_equity_follows_freqtrades_own_wallet(honest: Honest) -> None:
    claimed = archives.statistics(honest.archive, honest.class_name)["wallet_stats"]

    balance = json.loads(honest.verify().files["summary.json"])["verified"]["balance"]

    # Freqtrade counts before fees and at the candle's open; ours at its close. They stay close.
    wallet = float(honest.spec.wallet)
    assert balance["high_balance"] == pytest.approx(claimed["high_balance"], abs=0.02 * wallet)
    assert balance["low_balance"] == pytest.approx(claimed["low_balance"], abs=0.02 * wallet)


def test_the_trade_list_has_a_line_for_every_trade(honest: Honest) -> None:
    claimed = archives.statistics(honest.archive, honest.class_name)["trades"]

    files = honest.verify().files

    rows = list(csv.DictReader(io.StringIO(files["trades.csv"].decode())))
    trades = json.loads(files["trades.json"])["trades"]
    closed = [trade for trade in trades if not trade["isOpen"]]
    assert len(rows) == len(trades)
    assert sum(trade["profit"] for trade in closed) == pytest.approx(
        sum(trade["profit_abs"] for trade in claimed), abs=1e-7 * len(claimed)
    )
    assert all(trade["drawdown"] <= 1e-9 <= trade["runUp"] + 2e-9 for trade in trades)


def test_verifying_twice_gives_the_same_bytes(everything: Honest) -> None:
    first, second = everything.verify(), everything.verify()

    assert first == second


def test_a_position_whose_exit_never_filled_is_shown_as_still_open(sample: Honest) -> None:
    claimed = archives.statistics(sample.archive, sample.class_name)

    summary = json.loads(sample.verify().files["summary.json"])

    tied_up = 1 + claimed["profit_total_abs"] - claimed["final_balance"]
    positions = summary["leftOpen"]
    assert sum(position["stake"] for position in positions) == pytest.approx(tied_up, abs=1e-7)
    assert summary["reported"]["finalBalance"] == claimed["final_balance"]
    if positions:
        assert summary["period"]["finalBalance"] > claimed["final_balance"] + tied_up / 2


def test_the_benchmarks_begin_at_the_start_and_follow_the_candles(honest: Honest) -> None:
    curve = json.loads(honest.verify().files["equity.json"])

    wallet = float(honest.spec.wallet)
    closes = [
        candles.close[candles.opened < curve["start"] + curve["step"] * len(curve["balance"])][-1]
        / candles.close[candles.opened >= curve["start"]][0]
        for candles in honest.market.timeframe.values()
    ]
    assert len(curve["market"]) == len(curve["buyAndHold"]) == len(curve["balance"])
    assert curve["market"][0] == 1
    assert curve["market"][-1] == pytest.approx(sum(closes) / len(closes), rel=1e-6)
    assert curve["buyAndHold"][0] == pytest.approx(wallet * (1 - honest.fee), rel=0.02)


def test_each_day_ends_where_the_curve_does(honest: Honest) -> None:
    files = honest.verify().files

    curve = json.loads(files["equity.json"])
    balance = json.loads(files["summary.json"])["verified"]["balance"]
    days = curve["days"]
    assert days["balance"][-1] == balance["end_balance"]
    assert all(at % 86_400_000 == 0 for at in days["closedAt"][:-1])
    returns = np.diff([float(honest.spec.wallet), *days["balance"]])
    returns /= np.array([float(honest.spec.wallet), *days["balance"][:-1]])
    sharpe = returns.mean() / returns.std() * 365**0.5
    assert balance["sharpe"] == pytest.approx(sharpe, rel=1e-12)


def test_the_deepest_of_the_falls_is_the_drawdown(honest: Honest) -> None:
    files = honest.verify().files

    falls = json.loads(files["equity.json"])["drawdowns"]
    balance = json.loads(files["summary.json"])["verified"]["balance"]
    assert [fall["ratio"] for fall in falls] == sorted(
        (fall["ratio"] for fall in falls), reverse=True
    )
    assert max(fall["amount"] for fall in falls) == balance["max_drawdown_abs"]
    assert all(fall["start"] < fall["low"] for fall in falls)
    assert all(fall["end"] is None or fall["low"] < fall["end"] for fall in falls)


def test_closing_numbers_count_the_trades_as_they_closed(honest: Honest) -> None:
    claimed = archives.statistics(honest.archive, honest.class_name)["trades"]

    trades = json.loads(honest.verify().files["trades.json"])["trades"]
    closed = sorted(
        (trade for trade in trades if not trade["isOpen"]), key=lambda trade: trade["closingNumber"]
    )
    assert [(trade["pair"], trade["openedAt"]) for trade in closed] == [
        (trade["pair"], trade["open_timestamp"]) for trade in claimed
    ]
