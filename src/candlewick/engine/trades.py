"""What Freqtrade computes of a trade with one filled entry and at most one exit, which fills all of it.

Freqtrade goes through any number of orders, with averages of what they cost. For these the average is the entry's own price.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from logging import DEBUG
from typing import Any, NamedTuple

from freqtrade.persistence import LocalTrade, trade_model

from candlewick.engine import exact
from candlewick.engine.swaps import swapped

_recalc = LocalTrade.recalc_trade_from_orders
_adjust_stop = LocalTrade.adjust_stop_loss
_init = LocalTrade.__init__
# Freqtrade divides with this many decimals, and cuts the others off.
_MOST_DECIMALS = 18
_OWN_TERMS = frozenset(
    name for name, value in vars(LocalTrade).items() if hasattr(type(value), "__set__")
)


@contextmanager
def quicker() -> Iterator[None]:
    """Let trades be computed here."""
    with (
        swapped(LocalTrade, "recalc_trade_from_orders", recalc),
        swapped(LocalTrade, "adjust_stop_loss", adjust_stop),
        swapped(LocalTrade, "__init__", init),
    ):
        yield


class _Fill(NamedTuple):
    """A filled order's amount and price, and the funding fee that goes with it."""

    amount: float
    price: float
    fee: float


def recalc(trade: LocalTrade, *, is_closing: bool = False) -> None:
    """Do what `recalc_trade_from_orders` does."""
    if not _recalculated(trade, is_closing=is_closing):
        _recalc(trade, is_closing=is_closing)


def adjust_stop(
    trade: LocalTrade,
    current_price: float,
    stoploss: float | None,
    initial: bool = False,  # noqa: FBT001, FBT002 - Freqtrade's own signature
    allow_refresh: bool = False,  # noqa: FBT001, FBT002
) -> None:
    """Do what `adjust_stop_loss` does: mostly it sets the first stop or leaves it, and writes messages that nobody reads."""
    is_read = trade_model.logger.isEnabledFor(DEBUG)
    if is_read or allow_refresh or type(stoploss) is not float:
        is_done = False
    else:
        is_done = (initial and trade.stop_loss) or _stop_is_set(trade, current_price, stoploss)
    if not is_done:
        _adjust_stop(trade, current_price, stoploss, initial, allow_refresh)


def init(trade: LocalTrade, **values: Any) -> None:
    """Do what `LocalTrade(**values)` does: what is no property goes into the trade's own dictionary."""
    if type(trade) is LocalTrade and _OWN_TERMS.isdisjoint(values):
        vars(trade).update(values)
        values = {}
    _init(trade, **values)


def _recalculated(trade: LocalTrade, *, is_closing: bool) -> bool:
    """Whether the trade was one of these, and is computed anew."""
    fills = _fills(trade) if type(trade) is LocalTrade and _has_plain_terms(trade) else []
    value = exact.product(fills[0].amount, fills[0].price, _MOST_DECIMALS) if fills else None
    if value is None:
        return False
    stake = value / (trade.leverage or 1.0)
    if len(fills) == 1:
        return _entered(trade, fills[0], stake)
    return _left(trade, fills, stake, is_closing=is_closing)


def _has_plain_terms(trade: LocalTrade) -> bool:
    share = trade.fee_open
    return type(trade.leverage) is type(share) is float and 0 <= share < 1


def _fills(trade: LocalTrade) -> list[_Fill]:
    """Return the trade's fills where they are an entry, or an entry and what leaves with all of it."""
    orders = [order for order in trade.orders if order.filled and not order.ft_is_open]
    side = trade.entry_side
    if [order.ft_order_side == side for order in orders] not in ([True], [True, False]):
        return []
    fills = [fill for order in orders if (fill := _fill_of(order))]
    if len(fills) != len(orders) or fills[0].amount != fills[-1].amount:
        return []
    return fills


def _fill_of(order: Any) -> _Fill | None:
    amount = order.safe_amount_after_fee
    price = order.safe_price
    if type(amount) is type(price) is float and amount > 0 and price > 0:
        return _Fill(amount, price, order.funding_fee or 0.0)
    return None


def _entered(trade: LocalTrade, entry: _Fill, stake: float) -> bool:
    amount = trade_model.amount_to_contract_precision(
        entry.amount, trade.amount_precision, trade.precision_mode, trade.contract_size
    )
    if not amount > 0.0:
        return False
    trade.funding_fees = 0.0 + entry.fee
    trade.max_stake_amount = stake
    trade.open_rate = trade_model.price_to_precision(
        entry.price, trade.price_precision, trade.precision_mode_price
    )
    trade.amount, trade.stake_amount = amount, stake
    trade.fee_open_cost = trade.fee_open * stake
    trade.recalc_open_trade_value()
    if trade.stop_loss_pct is not None:
        trade.adjust_stop_loss(trade.open_rate, trade.stop_loss_pct)
    return True


def _left(trade: LocalTrade, fills: list[_Fill], stake: float, *, is_closing: bool) -> bool:
    entry, exit_ = fills
    paid = trade._calc_open_trade_value(entry.amount, entry.price)  # noqa: SLF001
    if not paid > 0:
        return False
    trade.funding_fees = 0.0 + entry.fee + exit_.fee
    got = trade.calc_close_trade_value(exit_.price, exit_.amount)
    profit = round(paid - got if trade.is_short else got - paid, 8)
    trade.max_stake_amount = stake
    of_all = (0.0 + profit) / paid * trade.leverage
    if of_all:
        trade.close_profit = of_all
        trade.realized_profit = trade.close_profit_abs = 0.0 + profit
    if is_closing:
        trade.close_profit, trade.close_profit_abs = of_all, 0.0 + profit
    return True


def _stop_is_set(trade: LocalTrade, price: float, stoploss: float) -> bool:
    """Whether the first stop has been set here, or a later one stays."""
    stop = trade.stop_loss
    if not type(price) is type(stop) is float:
        return False
    share = abs(stoploss / (trade.leverage or 1.0))
    wanted = _stop_on_ticks(trade, float(price * (1 + share if trade.is_short else 1 - share)))
    if trade.initial_stop_loss_pct is not None:
        return type(trade.initial_stop_loss) is float and _stays(trade, wanted)
    trade.initial_stop_loss, trade.stop_loss = _stop_on_ticks(trade, wanted), wanted
    trade.stop_loss_pct = trade.initial_stop_loss_pct = -1 * abs(stoploss)
    return True


def _stays(trade: LocalTrade, wanted: float) -> bool:
    return bool(wanted >= trade.stop_loss if trade.is_short else wanted <= trade.stop_loss)


def _stop_on_ticks(trade: LocalTrade, stop: float) -> Any:
    return trade_model.price_to_precision(
        stop,
        trade.price_precision,
        trade.precision_mode_price,
        rounding_mode=trade_model.ROUND_DOWN if trade.is_short else trade_model.ROUND_UP,
    )
