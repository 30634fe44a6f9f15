"""Trades and orders of all kinds, for comparing what is computed of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freqtrade.enums import TradingMode
from freqtrade.persistence import LocalTrade, Order
from hypothesis import strategies as st

OPENED = datetime(2024, 1, 1, tzinfo=UTC)


def make_trade(fee: Any, funding: float | None, price: float | None, **values: Any) -> LocalTrade:
    mode = TradingMode.SPOT if funding is None else TradingMode.FUTURES
    return LocalTrade(
        pair="A/B",
        trading_mode=mode,
        open_date=OPENED,
        fee_open=fee or 0.0,
        fee_close=fee,
        funding_fees=funding,
        price_precision=price,
        precision_mode=4,
        precision_mode_price=4,
        amount_precision=1e-6,
        contract_size=1,
        max_rate=0.0,
        orders=[],
        **values,
    )


trades = st.builds(
    make_trade,
    fee=st.sampled_from([0.0, 0.0004, 0.001, 0.005, 1e-7, 0, None]),
    funding=st.none() | st.floats(-50, 50),
    price=st.sampled_from([0.01, 1e-5, None]),
    open_rate=st.floats(1e-6, 1e6),
    amount=st.floats(1e-6, 1e6) | st.integers(1, 9) | st.sampled_from([1e16, 1e22]),
    stake_amount=st.just(100.0),
    leverage=st.sampled_from([1.0, 3.0, 20.0]),
    is_short=st.booleans(),
)


def make_order(side: str, price: float, amount: float, **values: Any) -> Order:
    filled = {"ft_is_open": False, "status": "closed", "filled": amount}
    return Order(
        ft_order_side=side,
        average=price,
        amount=amount,
        order_filled_date=OPENED + timedelta(minutes=5),
        **(filled | values),
    )


def values_of(trade: LocalTrade) -> dict[str, str]:
    """Return what the trade holds, types and last bits included, in its order."""
    return {name: repr(value) for name, value in vars(trade).items() if name != "orders"}
