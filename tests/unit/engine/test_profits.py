"""Profits by floats: to the last digit what Freqtrade computes from decimals."""

from datetime import UTC, datetime
from typing import Any

from freqtrade.enums import TradingMode
from freqtrade.persistence import LocalTrade
from hypothesis import given, settings
from hypothesis import strategies as st

from candlewick.engine.skipping.profits import profit_ratio


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
