"""Profits by floats: to the last digit what Freqtrade computes from decimals."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from freqtrade.enums import TradingMode
from freqtrade.persistence import LocalTrade
from hypothesis import given, settings
from hypothesis import strategies as st

from candlewick.engine.skipping import profits
from candlewick.engine.skipping.profits import profit_ratio, rate_for


def _trade(fee: float, funding: float | None, **values: Any) -> LocalTrade:
    mode = TradingMode.SPOT if funding is None else TradingMode.FUTURES
    fees = {"fee_open": fee, "fee_close": fee, "funding_fees": funding}
    opened = datetime(2024, 1, 1, tzinfo=UTC)
    return LocalTrade(trading_mode=mode, open_date=opened, **fees, **values)


trades = st.builds(
    _trade,
    fee=st.sampled_from([0.0, 0.0004, 0.001, 0.005]),
    funding=st.none() | st.floats(-50, 50),
    open_rate=st.floats(1e-6, 1e6),
    amount=st.floats(1e-6, 1e6),
    leverage=st.sampled_from([1.0, 3.0, 20.0, 125.0]),
    is_short=st.booleans(),
)


@given(trade=trades, times=st.floats(0.2, 5.0) | st.just(1.0), decimals=st.integers(0, 10))
@settings(max_examples=300)
def test_the_profit_is_freqtrades_to_the_last_digit(
    trade: LocalTrade, times: float, decimals: int
) -> None:
    rate = round(trade.open_rate * times, decimals)

    assert repr(profit_ratio(trade, rate)) == repr(trade.calc_profit_ratio(rate))


@given(
    trade=trades,
    rate=st.floats(0, 1e6) | st.integers(0, 9) | st.floats(1, 9).map(np.float64),
    amount=st.none() | st.floats(0.1, 9),
    open_rate=st.none() | st.floats(0.1, 9),
)
@settings(max_examples=200)
def test_a_trade_says_of_its_profit_what_freqtrades_says(
    trade: LocalTrade, rate: Any, amount: float | None, open_rate: float | None
) -> None:
    expected = trade.calc_profit_ratio(rate, amount, open_rate)
    with profits.quicker():
        found = trade.calc_profit_ratio(rate, amount, open_rate=open_rate)

    assert (repr(found), type(found)) == (repr(expected), type(expected))


@given(
    trade=trades,
    roi=st.sampled_from([0.0, 0.01, 0.04, -0.02, 0.3]),
    short_of=st.floats(1e-6, 1e-4),
    funding=st.none() | st.floats(-0.3, 0.3),
)
@settings(max_examples=400)
def test_no_rate_that_falls_short_of_the_bound_reaches_the_return(
    trade: LocalTrade, roi: float, short_of: float, funding: float | None
) -> None:
    if trade.funding_fees is not None:
        trade.funding_fees = (funding or 0.0) * trade.open_trade_value
    rate = rate_for(trade, roi)

    missed = rate * (1 + short_of if trade.is_short else 1 - short_of)

    assert trade.calc_profit_ratio(missed) <= roi
    assert rate == pytest.approx(trade.calc_close_rate_for_roi(roi), rel=1e-9)


def test_a_margin_trades_rate_is_freqtrades() -> None:
    trade = _trade(0.001, None, open_rate=3.0, amount=2.0, leverage=1.0, is_short=False)
    trade.trading_mode = TradingMode.MARGIN

    assert rate_for(trade, 0.01) == trade.calc_close_rate_for_roi(0.01)
