"""FreqtradeBot with what a bot of ours does differently. Nothing of Freqtrade is patched."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from freqtrade.exceptions import DependencyException, ExchangeError, InvalidOrderException
from freqtrade.freqtradebot import FreqtradeBot
from freqtrade.persistence import Order, Trade

from candlewick.bots.wire import Event, EventKind, Mode, OrderType
from live_bot.trader.door import DoorClosed
from live_bot.trader_words import Entry

log = logging.getLogger(__name__)

TAG_HEADER = "X-Candlewick-Tag"
_MOST_OF_A_TAG = 255


class Freqtrader(FreqtradeBot):  # type: ignore[misc]  # Freqtrade is not checked
    """Tells the supervisor what an order is for, and never takes an order for cancelled that was not found."""

    def __init__(
        self, config: dict[str, Any], mode: Mode, may_enter: Callable[[Entry], str]
    ) -> None:
        self.mode = mode
        self._may_enter = may_enter
        self.refusals: dict[
            str, str
        ] = {}  # why a signal of this iteration came to nothing, by pair
        self.signals: list[Event] = []
        self.not_found: set[str] = set()
        super().__init__(config)

    def execute_entry(self, pair: str, stake_amount: float, *args: Any, **kwargs: Any) -> bool:
        tag = kwargs.get("enter_tag") or ""
        if self.mode is Mode.SIGNALS:
            self._signal(pair, f"Entry signal{f' ({tag})' if tag else ''} for {pair}.")
            return False
        with self._tagged(tag):
            return bool(super().execute_entry(pair, stake_amount, *args, **kwargs))

    def get_valid_enter_price_and_stake(
        self, pair: str, *args: Any, **kwargs: Any
    ) -> tuple[float, float, float]:
        """Ask the supervisor before an entry of paper money, whose order it does not see."""
        rate, stake, leverage = super().get_valid_enter_price_and_stake(pair, *args, **kwargs)
        if self.mode is Mode.PAPER and stake:
            self._require_leave(pair, rate, stake)
        return rate, stake, leverage

    def _require_leave(self, pair: str, rate: float, stake: float) -> None:
        is_market = self.strategy.order_types["entry"] == "market"
        entry = Entry(
            pair=pair,
            amount=Decimal(str(stake / rate)),
            price=None if is_market else Decimal(str(rate)),
            type=OrderType.MARKET if is_market else OrderType.LIMIT,
        )
        try:
            refusal = self._may_enter(entry)
        except DoorClosed as error:
            refusal = str(error)
        if refusal:
            raise DependencyException(refusal)

    def execute_trade_exit(
        self, trade: Trade, limit: float, exit_check: Any, **kwargs: Any
    ) -> bool:
        with self._tagged(kwargs.get("exit_tag") or exit_check.exit_reason):
            return bool(super().execute_trade_exit(trade, limit, exit_check, **kwargs))

    def create_stoploss_order(self, trade: Trade, stop_price: float) -> bool:
        with self._tagged("stoploss_on_exchange"):
            return bool(super().create_stoploss_order(trade, stop_price))

    def create_trade(self, pair: str) -> bool:
        try:
            return bool(super().create_trade(pair))
        except DependencyException as error:
            self.refusals[pair] = str(error)
            raise

    def startup_update_open_orders(self) -> None:
        """Update the open orders that the database knows of.

        Freqtrade's own takes every order that the exchange cannot find at that moment for cancelled, and forgets
        the position that it may have become. Here such an order stays open, and is asked for again.
        """
        if self.config["dry_run"]:
            return
        self.not_found.clear()
        for order in Order.get_open_orders():
            try:
                self._update(order)
            except InvalidOrderException as error:
                log.warning("order %s was not found: %s", order.order_id, error)
                self.not_found.add(order.order_id)
            except ExchangeError as error:
                log.warning("order %s could not be asked for: %s", order.order_id, error)
                self.not_found.add(order.order_id)

    def _update(self, order: Order) -> None:
        is_stop = order.ft_order_side == "stoploss"
        found = self.exchange.fetch_order_or_stoploss_order(order.order_id, order.ft_pair, is_stop)
        if order.trade is not None:
            self.update_trade_state(order.trade, order.order_id, found, stoploss_order=is_stop)

    def _signal(self, pair: str, text: str) -> None:
        frame, _ = self.dataprovider.get_analyzed_dataframe(pair, self.strategy.timeframe)
        candle = int(frame.iloc[-1]["date"].timestamp()) if len(frame) else 0
        self.signals.append(
            Event(
                id=f"s-{pair.replace('/', '-')[:20]}-{candle}",
                kind=EventKind.SIGNAL,
                at=datetime.now(UTC),
                text=text,
                pair=pair,
            )
        )

    @contextmanager
    def _tagged(self, tag: str) -> Iterator[None]:
        """Send along what an order is for: words for the journal, which nothing relies on."""
        headers = self.exchange._api.headers  # noqa: SLF001 (ccxt's own dictionary of extra headers)
        headers[TAG_HEADER] = quote(tag[:_MOST_OF_A_TAG])
        try:
            yield
        finally:
            headers.pop(TAG_HEADER, None)
