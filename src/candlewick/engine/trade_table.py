"""Makes the table of a backtest's trades of the columns that it has; Freqtrade writes down three times as much of each trade."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
from freqtrade.data.btanalysis import trade_list_to_dataframe
from freqtrade.data.btanalysis.bt_fileutils import BT_DATA_COLUMNS
from freqtrade.optimize import backtesting
from freqtrade.persistence import LocalTrade
from freqtrade.util import dt_ts_none

from candlewick.engine.swaps import swapped


@contextmanager
def quicker() -> Iterator[None]:
    """Let Freqtrade's backtesting make its table here."""
    with swapped(backtesting, "trade_list_to_dataframe", table):
        yield


def table(trades: Sequence[LocalTrade]) -> pd.DataFrame:
    """Return `trade_list_to_dataframe(trades)`."""
    if not trades or any(type(trade) is not LocalTrade for trade in trades):
        found: pd.DataFrame = trade_list_to_dataframe(trades)
        return found
    frame = pd.DataFrame.from_records([_row(trade) for trade in trades], columns=BT_DATA_COLUMNS)
    for name in ("close", "open"):
        frame[f"{name}_date"] = pd.to_datetime(frame[f"{name}_timestamp"], unit="ms", utc=True)
    frame["close_rate"] = frame["close_rate"].astype("float64")
    return frame


def _row(trade: LocalTrade) -> tuple[Any, ...]:
    """Return what `to_json` has of the table's columns, in their order; dates come from the timestamps."""
    opened, closed, side = trade.open_date_utc, trade.close_date_utc, trade.entry_side
    lasted = None if closed is None else int((closed - opened).total_seconds()) // 60
    most = trade.max_stake_amount
    return (
        *(trade.pair, round(trade.stake_amount, 8), round(most, 8) if most else None),
        *(round(trade.amount, 8), None, None, trade.open_rate, trade.close_rate),
        *(trade.fee_open, trade.fee_close, lasted, trade.close_profit, trade.close_profit_abs),
        *(trade.exit_reason, trade.initial_stop_loss, trade.initial_stop_loss_pct or None),
        *(trade.stop_loss, trade.stop_loss_pct or None, trade.min_rate, trade.max_rate),
        *(trade.is_open, trade.enter_tag, trade.leverage, trade.is_short),
        *(dt_ts_none(opened), dt_ts_none(closed)),
        [order.to_json(side, minified=True) for order in trade.select_filled_or_open_orders()],
        trade.funding_fees,
    )
