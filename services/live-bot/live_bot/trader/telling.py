"""What the trader tells of its trades."""

import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from freqtrade.exceptions import FreqtradeException
from freqtrade.persistence import Order, Trade

from candlewick.bots.wire import ClosedTrade, Event, EventKind, OpenTrade
from live_bot.trader.freqtrader import Freqtrader
from live_bot.trader_words import Wallet

log = logging.getLogger(__name__)

_MOST: Final = 100


def wallet(bot: Freqtrader) -> Wallet:
    """Return the paper money: what is free, and that with open trades at the last price that the bot saw."""
    free = _decimal(bot.wallets.get_free(bot.config["stake_currency"]))
    held = sum(
        (_decimal(trade.amount * (_rate(bot, trade) or trade.open_rate)))
        for trade in Trade.get_open_trades()
    )
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    closed: list[Trade] = Trade.get_trades([Trade.is_open.is_(False)]).all()
    today = [trade for trade in closed if trade.close_date and trade.close_date_utc >= midnight]
    return Wallet(
        total=free + held,
        free=free,
        start=_decimal(bot.wallets.get_starting_balance()),
        realised=_profit(closed),
        day_realised=_profit(today),
    )


def _profit(trades: Iterable[Trade]) -> Decimal:
    return sum((_decimal(trade.close_profit_abs or 0.0) for trade in trades), Decimal(0))


def open_trades(bot: Freqtrader) -> Iterator[OpenTrade]:
    """Yield the open trades with their profit at the last price that the bot saw."""
    for trade in Trade.get_open_trades()[:_MOST]:
        rate = _rate(bot, trade)
        amounts = trade.amount > 0 and rate is not None
        profit = trade.calculate_profit(rate) if amounts else None
        yield OpenTrade(
            number=trade.id,
            pair=trade.pair,
            opened_at=trade.open_date_utc,
            amount=_decimal(trade.amount),
            stake=_decimal(trade.stake_amount),
            open_rate=_decimal(trade.open_rate),
            rate=None if rate is None else _decimal(rate),
            profit=None if profit is None else _decimal(profit.profit_abs),
            profit_ratio=None if profit is None else profit.profit_ratio,
            stop=_decimal(trade.stop_loss) if trade.stop_loss else None,
            tag=(trade.enter_tag or "")[:255],
        )


def closed_trades(acknowledged: Collection[int]) -> Iterator[ClosedTrade]:
    """Yield closed trades that were not told before, oldest first."""
    closed: list[Trade] = sorted(
        Trade.get_trades([Trade.is_open.is_(False)]).all(), key=lambda trade: trade.id
    )
    for trade in [trade for trade in closed if trade.id not in acknowledged][:_MOST]:
        if trade.close_date is None:
            continue
        yield ClosedTrade(
            number=trade.id,
            pair=trade.pair,
            opened_at=trade.open_date_utc,
            closed_at=trade.close_date_utc,
            amount=_decimal(trade.amount),
            stake=_decimal(trade.stake_amount),
            open_rate=_decimal(trade.open_rate),
            close_rate=_decimal(_close_rate(trade)),
            fees=_decimal((trade.fee_open_cost or 0.0) + (trade.fee_close_cost or 0.0)),
            profit=_decimal(trade.close_profit_abs or 0.0),
            profit_ratio=trade.close_profit or 0.0,
            tag=(trade.enter_tag or "")[:255],
            exit_reason=_exit_reason(trade)[:255],
        )


class News:
    """Tells once of each trade that was opened or closed since the trader started."""

    def __init__(self) -> None:
        self._open = {trade.id for trade in Trade.get_open_trades()}

    def since_last_time(self) -> list[Event]:
        now = {trade.id: trade for trade in Trade.get_open_trades()}
        opened = [now[number] for number in sorted(now.keys() - self._open)]
        gone = self._open - now.keys()
        closed: list[Trade] = Trade.get_trades([Trade.id.in_(gone)]).all() if gone else []
        self._open = set(now)
        return [
            *(_event(trade, EventKind.ENTRY, trade.open_date_utc) for trade in opened),
            *(_event(trade, EventKind.EXIT, trade.close_date_utc) for trade in closed),
        ]


def _close_rate(trade: Trade) -> float:
    """Return the average of a trade's exits.

    Freqtrade forgets rate and reason of an exit that was filled while it was being cancelled.
    """
    if trade.close_rate:
        return float(trade.close_rate)
    sold = [order for order in trade.orders if _is_filled_exit(trade, order)]
    amount = sum(order.safe_filled for order in sold)
    return sum(order.safe_filled * order.safe_price for order in sold) / amount if amount else 0.0


def _exit_reason(trade: Trade) -> str:
    tags = [order.ft_order_tag for order in trade.orders if _is_filled_exit(trade, order)]
    return trade.exit_reason or next((tag for tag in reversed(tags) if tag), "")


def _is_filled_exit(trade: Trade, order: Order) -> bool:
    return bool(order.ft_order_side != trade.entry_side and order.safe_filled > 0)


def _event(trade: Trade, kind: EventKind, at: datetime) -> Event:
    bought = kind is EventKind.ENTRY
    rate = trade.open_rate if bought else _close_rate(trade)
    profit = "" if bought else f", {trade.close_profit or 0.0:+.2%} ({_exit_reason(trade)})"
    return Event(
        id=f"t-{trade.id}-{'in' if bought else 'out'}",
        kind=kind,
        at=at,
        text=f"{'Bought' if bought else 'Sold'} {trade.pair} at {_price(rate)}{profit}."[:1_000],
        pair=trade.pair,
    )


def _rate(bot: Freqtrader, trade: Trade) -> float | None:
    try:
        rate: float = bot.exchange.get_rate(
            trade.pair, side="exit", is_short=trade.is_short, refresh=False
        )
    except FreqtradeException as error:
        log.info("no price of %s: %s", trade.pair, error)
        return None
    return rate


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))


def _price(rate: float | None) -> str:
    """Return a price without the zeros that say nothing."""
    return f"{rate or 0:.8f}".rstrip("0").rstrip(".")
