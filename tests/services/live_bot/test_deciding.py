"""What a bot says of its last candle is what Freqtrade did with it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import time_machine
from freqtrade.enums import State
from freqtrade.persistence import PairLocks, Trade, init_db

from candlewick.bots.wire import Mode
from live_bot.trader.deciding import decisions

PAIR = "BTC/USDT"
# The last candle that has closed is the one that opened five to ten minutes ago.
NOW = datetime.now(UTC)
CANDLE = NOW - timedelta(minutes=7)


@pytest.fixture(autouse=True)
def _at_that_time() -> Iterator[None]:
    """Minutes may pass between the collection of these tests and their turn."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _database(tmp_path: Path) -> Iterator[None]:
    init_db(f"sqlite:///{tmp_path}/trades.sqlite")
    PairLocks.timeframe = "5m"
    yield
    Trade.session.remove()
    Trade.session.get_bind().dispose()


def said(*, candle: datetime | None = CANDLE, free: int = 1, **changes: Any) -> tuple[str, str]:
    """Return outcome and reason of a bot whose strategy saw `signals` on the candle."""
    signals = changes.pop("signals", {"enter_long": 1})
    rows = [] if candle is None else [{"date": pd.Timestamp(candle), **signals}]
    parts = {
        "config": {"exchange": {"pair_whitelist": [PAIR]}, "max_open_trades": 2},
        "dataprovider": SimpleNamespace(
            get_analyzed_dataframe=lambda *_: (pd.DataFrame(rows), None)
        ),
        "strategy": SimpleNamespace(timeframe="5m"),
        "pairlists": SimpleNamespace(blacklist=[]),
        "refusals": {},
        "state": State.RUNNING,
        "mode": Mode.PAPER,
        "get_free_open_trades": lambda: free,
        **changes,
    }
    bot: Any = SimpleNamespace(**parts)
    (found,) = decisions(bot)
    return found.outcome, found.reason


def a_trade(opened: datetime, closed: datetime | None = None) -> None:
    Trade.session.add(
        Trade(
            pair=PAIR,
            stake_amount=100.0,
            amount=1.0,
            open_rate=100.0,
            open_date=opened,
            close_date=closed,
            exit_reason="exit_signal" if closed else None,
            fee_open=0.001,
            fee_close=0.001,
            exchange="binance",
            is_open=closed is None,
        )
    )
    Trade.commit()


def test_a_trade_counts_as_entered_only_when_the_candle_had_closed_before_it() -> None:
    a_trade(opened=NOW - timedelta(minutes=1))
    assert said() == ("entered", "Trade 1 was opened.")


def test_a_trade_that_was_opened_while_the_candle_lasted_came_of_an_earlier_one() -> None:
    a_trade(opened=CANDLE + timedelta(minutes=1))
    assert said() == ("in_trade", "Trade 1 is open.")


def test_a_trade_that_has_just_ended_is_told_with_its_reason() -> None:
    a_trade(opened=NOW - timedelta(hours=2), closed=NOW - timedelta(minutes=1))
    assert said(signals={}) == ("exited", "Trade 1 was closed: exit signal.")


def test_a_trade_that_ended_earlier_says_nothing_of_this_candle() -> None:
    a_trade(opened=NOW - timedelta(hours=2), closed=NOW - timedelta(hours=1))
    assert said(signals={})[0] == "no_signal"


@pytest.mark.parametrize(
    ("changes", "outcome", "word"),
    [
        ({"signals": {}}, "no_signal", "no entry signal"),
        ({"signals": {"enter_long": 1, "exit_long": 1}}, "no_signal", "at once"),
        ({"candle": None}, "no_data", "No candles"),
        ({"candle": NOW - timedelta(minutes=40)}, "no_data", "old ones"),
        ({"mode": Mode.SIGNALS}, "signalled", "never orders"),
        ({"refusals": {PAIR: "not enough money"}}, "held_back", "not enough money"),
        ({"state": State.PAUSED}, "held_back", "paused"),
        ({"free": 0}, "held_back", "all 2 trades"),
        ({"pairlists": SimpleNamespace(blacklist=[PAIR])}, "held_back", "blacklist"),
        ({}, "held_back", "declined"),
    ],
)
def test_why_nothing_was_traded(changes: dict[str, Any], outcome: str, word: str) -> None:
    found, reason = said(**changes)

    assert found == outcome
    assert word in reason


def test_a_blacklisted_pair_says_so_whatever_was_traded_before() -> None:
    a_trade(opened=NOW - timedelta(hours=2), closed=NOW - timedelta(minutes=1))
    assert said(pairlists=SimpleNamespace(blacklist=[PAIR]))[0] == "held_back"


def test_a_locked_pair_says_until_when_and_why() -> None:
    PairLocks.lock_pair(PAIR, NOW + timedelta(hours=1), "Cooldown", side="long")

    outcome, reason = said()

    assert outcome == "held_back"
    assert "locked until" in reason
    assert "Cooldown" in reason
