"""The table of trades: Freqtrade's to the last value and its type."""

from datetime import timedelta
from typing import Any

import pandas as pd
from freqtrade.data.btanalysis import trade_list_to_dataframe
from freqtrade.optimize import backtesting
from freqtrade.persistence import LocalTrade
from hypothesis import given, settings
from hypothesis import strategies as st

from candlewick.engine import trade_table
from tests.unit.engine.made_trades import OPENED, make_order
from tests.unit.engine.made_trades import trades as any_trade

numbers = st.none() | st.floats(-1e4, 1e4) | st.sampled_from([0.0, 0, 7])


@st.composite
def lived(draw: st.DrawFn) -> LocalTrade:
    """Return a trade as a backtest leaves it."""
    trade = draw(any_trade)
    for name in (
        "close_rate",
        "close_profit",
        "close_profit_abs",
        "initial_stop_loss",
        "stop_loss",
    ):
        setattr(trade, name, draw(numbers))
    for name in ("initial_stop_loss_pct", "stop_loss_pct", "min_rate", "max_stake_amount"):
        setattr(trade, name, draw(numbers))
    trade.is_open = draw(st.booleans())
    trade.enter_tag = draw(st.sampled_from([None, "", "up"]))
    trade.exit_reason = draw(st.sampled_from([None, "roi"]))
    minutes = draw(st.none() | st.floats(0, 1e5))
    trade.close_date = None if minutes is None else OPENED + timedelta(minutes=minutes)
    for waits in draw(st.lists(st.booleans(), max_size=2)):
        trade.orders.append(make_order("buy", 2.0, 3.0, ft_is_open=waits, cost=6.0))
    return trade


@given(trades=st.lists(lived(), max_size=4))
@settings(max_examples=150, deadline=None)
def test_the_table_is_freqtrades(trades: list[LocalTrade]) -> None:
    theirs = trade_list_to_dataframe(trades)

    ours = trade_table.table(trades)

    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    assert _plain(ours) == _plain(theirs)


def _plain(frame: pd.DataFrame) -> str:
    return repr({name: frame[name].tolist() for name in frame.columns})


def test_afterwards_the_table_is_made_by_freqtrade() -> None:
    own: Any = backtesting.trade_list_to_dataframe
    with trade_table.quicker():
        assert backtesting.trade_list_to_dataframe is trade_table.table

    assert backtesting.trade_list_to_dataframe is own
