"""Makes the database know of every order that the bot sent: see the table in docs/live-bots.md."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from math import isclose
from typing import Any

from freqtrade.exceptions import DependencyException, InvalidOrderException
from freqtrade.exchange import timeframe_to_minutes
from freqtrade.persistence import Order, Trade

from candlewick.bots.wire import JournalEntry, Purpose
from live_bot.trader.freqtrader import Freqtrader

log = logging.getLogger(__name__)

_OPEN = "open"
_ROUNDING = 1e-9


class Adoption:
    """Compares the journal's orders with the database. A second time changes nothing."""

    def __init__(self, bot: Freqtrader) -> None:
        self._bot = bot
        self.problems: list[str] = []

    def adopt(self, entries: Iterable[JournalEntry]) -> list[str]:
        """Return the names of the orders that the database knows of now, or need not know of."""
        self.problems = []
        self._finish_trades()
        known: list[str] = []
        for entry in sorted(entries, key=lambda entry: entry.intent.sequence):
            try:
                if self._adopted(entry):
                    known.append(entry.intent.client_order_id)
            except DependencyException as error:
                Trade.rollback()
                self.problems.append(f"{entry.intent.pair}: {error}")
        return known

    def _finish_trades(self) -> None:
        """Give trades the fills of their own orders.

        Freqtrade commits a filled order before the trade that it opens, enlarges or closes: ended in between, it would
        sell once more what is sold already.
        """
        trades: list[Trade] = Trade.get_open_trades()
        for trade in trades:
            order = _unfinished(trade)
            if order is None:
                continue
            log.warning("order %s of %s is not in its trade yet", order.order_id, trade)
            is_stop = order.ft_order_side == "stoploss"
            found = self._bot.exchange.fetch_order_or_stoploss_order(
                order.order_id, trade.pair, is_stop
            )
            self._bot.update_trade_state(trade, order.order_id, found, stoploss_order=is_stop)

    def _adopted(self, entry: JournalEntry) -> bool:
        answer, intent = entry.answer, entry.intent
        if answer is None or not answer.exchange_order_id:
            return True
        if Order.order_by_id(answer.exchange_order_id, intent.pair) is not None:
            return True
        log.warning("the database does not know order %s", intent.client_order_id)
        if intent.purpose is Purpose.ENTRY:
            return self._adopt_entry(entry, answer.exchange_order_id)
        return self._adopt_exit(entry, answer.exchange_order_id)

    def _adopt_entry(self, entry: JournalEntry, order_id: str) -> bool:
        pair = entry.intent.pair
        found = self._bot.exchange.fetch_order(order_id, pair)
        if found["status"] == _OPEN:
            found = self._cancelled(order_id, pair)
        if found["status"] == _OPEN:
            return False
        if not found.get("filled"):
            return True
        order = self._row(found, entry, "buy")
        trade = self._open_trade(pair) or self._new_trade(entry, found, order)
        trade.orders.append(order)
        trade.recalc_trade_from_orders()
        Trade.session.add(trade)
        Trade.commit()
        self._bot.wallets.update()
        self._bot.update_trade_state(trade, order.order_id, found)
        log.warning("order %s became part of %s", entry.intent.client_order_id, trade)
        return True

    def _adopt_exit(self, entry: JournalEntry, order_id: str) -> bool:
        pair, is_stop = entry.intent.pair, entry.intent.purpose is Purpose.STOP
        found = self._bot.exchange.fetch_order(order_id, pair)
        if found["status"] != _OPEN and not found.get("filled"):
            return True
        trade = self._open_trade(pair)
        if trade is None:
            self.problems.append(f"{pair}: order {order_id} sells what no trade holds.")
            return True
        order = self._row(found, entry, "stoploss" if is_stop else trade.exit_side)
        trade.orders.append(order)
        trade.exit_reason = order.ft_order_tag or entry.intent.purpose.value
        trade.close_rate_requested = order.ft_price
        Trade.commit()
        self._bot.update_trade_state(trade, order.order_id, found, stoploss_order=is_stop)
        return True

    def _cancelled(self, order_id: str, pair: str) -> dict[str, Any]:
        """Cancel an entry that nobody waits for any more; return it as it ended, filled or not."""
        try:
            self._bot.exchange.cancel_order(order_id, pair)
        except InvalidOrderException:
            log.info("order %s ended before it was cancelled", order_id)
        found: dict[str, Any] = self._bot.exchange.fetch_order(order_id, pair)
        return found

    def _open_trade(self, pair: str) -> Trade | None:
        trades: list[Trade] = Trade.get_trades([Trade.is_open.is_(True), Trade.pair == pair]).all()
        return trades[0] if trades else None

    def _row(self, found: dict[str, Any], entry: JournalEntry, side: str) -> Order:
        intent = entry.intent
        price = found.get("price") or found.get("average")
        order = Order.parse_from_ccxt_object(
            found, intent.pair, side, float(intent.amount), float(price or 0.0)
        )
        order.ft_order_tag = intent.tag or None
        return order

    def _new_trade(self, entry: JournalEntry, found: dict[str, Any], order: Order) -> Trade:
        bot, pair = self._bot, entry.intent.pair
        fee = bot.exchange.get_fee(symbol=pair, taker_or_maker="maker")
        rate = float(found.get("average") or found.get("price") or order.ft_price)
        opened = found.get("timestamp")
        trade = Trade(
            pair=pair,
            base_currency=bot.exchange.get_pair_base_currency(pair),
            stake_currency=bot.config["stake_currency"],
            stake_amount=float(found["filled"]) * rate,
            amount=0,
            is_open=True,
            amount_requested=float(entry.intent.amount),
            fee_open=fee,
            fee_close=fee,
            open_rate=rate,
            open_rate_requested=float(entry.intent.price or rate),
            open_date=datetime.fromtimestamp(opened / 1_000, UTC) if opened else datetime.now(UTC),
            exchange=bot.exchange.id,
            strategy=bot.strategy.get_strategy_name(),
            enter_tag=entry.intent.tag or None,
            timeframe=timeframe_to_minutes(bot.config["timeframe"]),
            leverage=1.0,
            is_short=False,
            trading_mode=bot.trading_mode,
            amount_precision=bot.exchange.get_precision_amount(pair),
            price_precision=bot.exchange.get_precision_price(pair),
            precision_mode=bot.exchange.precisionMode,
            precision_mode_price=bot.exchange.precision_mode_price,
            contract_size=bot.exchange.get_contract_size(pair),
        )
        trade.adjust_stop_loss(trade.open_rate, bot.strategy.stoploss, initial=True)
        return trade


def _unfinished(trade: Trade) -> Order | None:
    """Return the newest order that ended with a fill, if the trade's amount is not what its orders left."""
    ended = [order for order in trade.orders if not order.ft_is_open and order.safe_filled > 0]
    left = sum(
        order.safe_amount_after_fee
        if order.ft_order_side == trade.entry_side
        else -order.safe_amount_after_fee
        for order in ended
    )
    if not ended or isclose(left, trade.amount, rel_tol=_ROUNDING, abs_tol=_ROUNDING):
        return None
    newest: Order = max(ended, key=lambda order: order.id)
    return newest
