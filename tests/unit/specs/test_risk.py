"""What a spec says about open trades happens in Freqtrade's backtest."""

from pathlib import Path
from typing import Any

import pytest

from candlewick.specs.models import StrategySpec
from candlewick.specs.reading import read_spec
from tests.unit.engine.conftest import simulated_candles
from tests.unit.specs.running import backtested

__all__ = ["simulated_candles"]
pytestmark = pytest.mark.filterwarnings("ignore")
WEEK = "20250215-20250222"


def always_in(**parts: Any) -> StrategySpec:
    """Buy whenever there is no trade; sell only as the parts say."""
    close = {"kind": "price", "field": "close"}
    anything = {"kind": "compare", "left": close, "sign": ">", "right": 0}
    return read_spec(
        {
            "name": "AlwaysIn",
            "timeframe": "1h",
            "parameters": [
                {"kind": "int", "name": "patience", "low": 60, "high": 600, "default": 240},
                {"kind": "decimal", "name": "ranges", "low": 0.5, "high": 4.0, "default": 1.0},
            ],
            "indicators": [{"kind": "indicator", "name": "atr", "indicator": "atr"}],
            "entries": [{"kind": "rule", "tag": "always", "when": anything}],
            **parts,
        }
    )


def reasons(trades: list[dict[str, Any]]) -> set[str]:
    return {trade["exit_reason"] for trade in trades} - {"force_exit"}


@pytest.mark.parametrize(
    ("risk", "reason"),
    [
        ({"stop_loss": 0.005}, "stop_loss"),
        ({"targets": [{"minutes": 0, "profit": 0.004}]}, "roi"),
        ({"stop_loss": 0.01, "trailing": {}}, "trailing_stop_loss"),
        ({"trailing": {"distance": 0.003, "offset": 0.006, "only_after_offset": True}}, "trailing_stop_loss"),
        ({"steps": [{"profit": 0.004, "lock": 0.001}, {"profit": 0.01, "lock": 0.006}]}, "trailing_stop_loss"),
        ({"range_stop": {"indicator": "atr", "times": {"kind": "parameter", "name": "ranges"}}}, "trailing_stop_loss"),
        ({"time_stop": {"minutes": {"kind": "parameter", "name": "patience"}, "unless_above": 0.5}}, "time stop"),
    ],
)  # fmt: skip
def test_trades_end_for_the_reason_that_the_spec_gives(
    risk: dict[str, Any], reason: str, simulated_candles: Path, tmp_path: Path
) -> None:
    trades = backtested(always_in(risk=risk), simulated_candles, tmp_path, WEEK)

    # A stop that has not moved yet is called what it is.
    assert reason in reasons(trades) <= {reason, "stop_loss"}
    if reason == "time stop":
        assert {t["trade_duration"] for t in trades if t["exit_reason"] == reason} == {240}


def test_a_step_locks_what_it_says(simulated_candles: Path, tmp_path: Path) -> None:
    risk = {"stop_loss": 0.2, "steps": [{"profit": 0.01, "lock": 0.005}]}

    trades = backtested(always_in(risk=risk), simulated_candles, tmp_path, WEEK)

    # Within its first candle a backtest cannot know which came first, the profit or the stop.
    later = [trade for trade in trades if trade["trade_duration"] > 0]
    ended = [trade for trade in later if trade["exit_reason"] == "trailing_stop_loss"]
    assert len(ended) >= 3
    assert all(trade["profit_ratio"] == pytest.approx(0.005, abs=0.0002) for trade in ended)


def test_positions_are_added_at_their_drops(simulated_candles: Path, tmp_path: Path) -> None:
    position = {
        "size": {"kind": "share", "share": 0.5},
        "added": [{"drop": 0.003, "size": 1.0}, {"drop": 0.006, "size": 2.0}],
    }
    risk = {"stop_loss": 0.3, "targets": [{"minutes": 0, "profit": 0.01}]}

    trades = backtested(always_in(position=position, risk=risk), simulated_candles, tmp_path, WEEK)

    costs = [
        [order["cost"] for order in trade["orders"] if order["ft_is_entry"]] for trade in trades
    ]
    assert max(map(len, costs)) == 3
    for first, *others in costs:
        assert first == pytest.approx(50, rel=0.03)
        assert others == pytest.approx([first, 2 * first][: len(others)], rel=0.03)


def test_the_risked_share_sets_the_stake(simulated_candles: Path, tmp_path: Path) -> None:
    parts = {"position": {"size": {"kind": "risk", "share": 0.01}}, "risk": {"stop_loss": 0.05}}

    trades = backtested(always_in(**parts), simulated_candles, tmp_path, WEEK)

    # 1 % of 1,000 is lost at 5 % below a stake of 200.
    assert trades[0]["stake_amount"] == pytest.approx(200, rel=0.03)


def test_a_protection_pauses_trading(simulated_candles: Path, tmp_path: Path) -> None:
    parts = {"risk": {"stop_loss": 0.004}}
    guard = [{"kind": "stop_guard", "lookback": 24, "trades": 1, "stop": 24}]
    (tmp_path / "free").mkdir()
    (tmp_path / "guarded").mkdir()

    free = backtested(always_in(**parts), simulated_candles, tmp_path / "free", WEEK)
    guarded = backtested(
        always_in(**parts, protections=guard), simulated_candles, tmp_path / "guarded", WEEK
    )

    assert 0 < len(guarded) < len(free) / 2
