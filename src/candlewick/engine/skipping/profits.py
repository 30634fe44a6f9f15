"""A trade's profits without arithmetic on text: the ratio where it is provably Freqtrade's, a rate for a ratio but for its last digits."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import floor
from typing import Any

from freqtrade.enums import TradingMode
from freqtrade.persistence import LocalTrade

from candlewick.engine.swaps import swapped

_DIGITS = 8
_UNIT = 1e-8
# In units of the last digit. What floats lose below is less than a thousandth of it, up to a share of a thousand.
_MARGIN = 1e-3
_FARTHEST = 1e3
_profit_ratio = LocalTrade.calc_profit_ratio
_MODES = (TradingMode.SPOT, TradingMode.FUTURES)


@contextmanager
def quicker() -> Iterator[None]:
    """Let trades' profits be computed here."""
    with swapped(LocalTrade, "calc_profit_ratio", calculated):
        yield


def calculated(trade: LocalTrade, rate: Any, amount: Any = None, open_rate: Any = None) -> float:
    """Return what `calc_profit_ratio` returns."""
    if type(rate) is type(trade.amount) is float and amount is open_rate is None:
        return profit_ratio(trade, rate)
    return _profit_ratio(trade, rate, amount, open_rate)  # type: ignore[no-any-return]


def profit_ratio(trade: LocalTrade, rate: float) -> float:
    """Return the profit at this rate as Freqtrade rounds it.

    Freqtrade multiplies decimals exactly, then rounds to eight digits. Floats give the same eight digits, unless the
    ratio lies next to where it would be rounded the other way (or to a zero with a sign): those Freqtrade computes.
    """
    value, paid = trade.amount * rate, trade.open_trade_value
    leverage = trade.leverage
    if trade.trading_mode not in _MODES or not 0 < value * leverage < paid * _FARTHEST:
        return float(_profit_ratio(trade, rate))
    fee, funding = value * (trade.fee_close or 0.0), 0.0
    if trade.trading_mode is TradingMode.FUTURES:
        funding = trade.funding_fees or 0.0
    if trade.is_short:
        ratio = (1 - (value + fee - funding) / paid) * leverage
    else:
        ratio = ((value - fee + funding) / paid - 1) * leverage
    digits = ratio / _UNIT
    is_near = abs(digits - floor(digits) - 0.5) < _MARGIN or abs(digits) < 1
    return float(_profit_ratio(trade, rate)) if is_near else round(ratio, _DIGITS)


def rate_for(trade: LocalTrade, ratio: float) -> float:
    """Return the rate at which this profit is reached: `calc_close_rate_for_roi` but for its last digits."""
    fee, funding = trade.fee_close or 0.0, 0.0
    share = trade.amount * (1 + fee if trade.is_short else 1 - fee)
    if trade.trading_mode not in _MODES or not share:
        return float(trade.calc_close_rate_for_roi(ratio))
    if trade.trading_mode is TradingMode.FUTURES:
        funding = trade.funding_fees or 0.0
    asked = ratio / (trade.leverage or 1.0)
    if trade.is_short:
        return float((trade.open_trade_value * (1 - asked) + funding) / share)
    return float((trade.open_trade_value * (1 + asked) - funding) / share)
