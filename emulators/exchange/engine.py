"""The exchange itself, without HTTP: accounts place and cancel orders, time passes, orders are filled."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from typing import Final

from emulators.exchange import filters
from emulators.exchange.filters import Surroundings
from emulators.exchange.ledger import Account, Change, Ledger, Reason
from emulators.exchange.library import Listing
from emulators.exchange.matching import Matching, binds
from emulators.exchange.orders import Kind, Order, Request, Status
from emulators.exchange.refusals import (
    Refusal,
    filter_failure,
    insufficient_balance,
    rejected,
    unknown_symbol,
)
from emulators.exchange.symbols import AVERAGE_MINUTES, DECIMALS, Symbol
from emulators.exchange.tape import Reach

_SMALLEST: Final = Decimal(1).scaleb(-DECIMALS)
_SAMPLES: Final = 10
_MINUTE_MS: Final = 60_000


@dataclass(slots=True)
class Exchange:
    """All state of the exchange. Times are milliseconds of its clock and never go back.

    Args:
        listings: pairs by Binance's names.
        share: of each candle's volume that is there for orders; `None`: as much as they ask for.
    """

    listings: Mapping[str, Listing]
    share: Decimal | None = None
    ledger: Ledger = field(default_factory=Ledger)
    accounts: dict[str, Account] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    matching: Matching = field(init=False)
    _open: dict[int, Order] = field(default_factory=dict)
    _now: int = 0

    def __post_init__(self) -> None:
        self.matching = Matching(listings=self.listings, ledger=self.ledger, share=self.share)

    def open_account(self, name: str, *, maker_fee: Decimal, taker_fee: Decimal) -> Account:
        """Add a customer; `ValueError` when the name is taken."""
        if name in self.accounts:
            raise ValueError(f"There is an account {name} already.")
        account = Account(
            name=name, number=len(self.accounts) + 1, maker_fee=maker_fee, taker_fee=taker_fee
        )
        self.accounts[name] = account
        return account

    def deposit(self, account: Account, asset: str, amount: Decimal, at: int) -> None:
        """Add to a balance, or take from what is free of it; `ValueError` when there is not so much."""
        self.ledger.post(account, at, Change(asset=asset, free=amount, reason=Reason.DEPOSIT))

    def advance(self, now: int) -> None:
        """Let everything happen up to `now`, in time's order."""
        events = [event for order in self._open.values() for event in self._next(order, now)]
        heapq.heapify(events)
        while events:
            _, number, reach = heapq.heappop(events)
            order = self._open[number]
            self.matching.meet(order, reach)
            self._settle(order)
            if order.status.is_open:
                for event in self._next(order, now):
                    heapq.heappush(events, event)
        for order in self._open.values():
            order.seen_until = max(order.seen_until, now)
        self._now = max(self._now, now)

    def listing(self, name: str) -> Listing:
        """Return a pair by Binance's name."""
        listing = self.listings.get(name)
        if listing is None:
            raise unknown_symbol()
        return listing

    def check(self, account: Account, request: Request, now: int) -> None:
        """Raise what `place` would refuse an order with, but for the balance."""
        tape = self.matching.tape(request.symbol)
        if not tape.trades_at(now):
            raise Refusal(-1013, "Market is closed.")
        around = Surroundings(
            quote=tape.quote(now),
            average=self.average(request.symbol, now),
            open_orders=list(self.open_orders(account, request.symbol)),
        )
        filters.check(request, around)
        # An id is free again as soon as its order is no longer open.
        taken = {order.request.client_order_id for order in self.open_orders(account)}
        if request.client_order_id in taken:
            raise rejected("Duplicate order sent.")

    def place(self, account: Account, request: Request, now: int) -> Order:
        """Accept an order and fill what can be filled at once, or raise `Refusal`."""
        self.check(account, request, now)
        order = Order(
            order_id=len(self.orders) + 1,
            account=account,
            request=request,
            quantity=self._quantity(request, now),
            created_at=now,
            updated_at=now,
            seen_until=now,
        )
        self._lock(order, now)
        self.orders.append(order)
        self._open[order.order_id] = order
        if not request.kind.is_algo:
            self.matching.arrive(order, now)
        self._settle(order)
        return order

    def cancel(self, order: Order, now: int) -> None:
        """End an open order; -2011 when it is over."""
        if not order.status.is_open:
            raise Refusal(-2011, "Unknown order sent.")
        self.matching.finish(order, Status.CANCELED, now)
        self._settle(order)

    def open_orders(self, account: Account, symbol: Symbol | None = None) -> Iterator[Order]:
        return (
            order
            for order in self._open.values()
            if order.account is account and symbol in {None, order.symbol}
        )

    def orders_of(self, account: Account, symbol: Symbol | None = None) -> Iterator[Order]:
        """Return an account's orders, oldest first."""
        return (
            order
            for order in self.orders
            if order.account is account and symbol in {None, order.symbol}
        )

    def average(self, symbol: Symbol, now: int) -> Decimal:
        """Return the mean price of the last five minutes."""
        tape = self.matching.tape(symbol)
        step = AVERAGE_MINUTES * _MINUTE_MS // _SAMPLES
        instants = [max(tape.start, now - step * back) for back in range(_SAMPLES + 1)]
        ticks = sum(tape.last(at) for at in instants) // len(instants)
        return symbol.price(ticks)

    def _next(self, order: Order, now: int) -> Iterator[tuple[int, int, Reach]]:
        reach = self.matching.next_event(order, now)
        if reach is not None:
            yield reach.at, order.order_id, reach

    def _settle(self, order: Order) -> None:
        if not order.status.is_open:
            self._open.pop(order.order_id, None)

    def _quantity(self, request: Request, now: int) -> Decimal:
        if request.quantity is not None:
            return request.quantity
        quantity = request.symbol.whole_lots(
            (request.quote_quantity or Decimal(0)) / self._touch(request, now)
        )
        if quantity < request.symbol.lot:
            raise filter_failure("LOT_SIZE")
        return quantity

    def _touch(self, request: Request, now: int) -> Decimal:
        quote = self.matching.tape(request.symbol).quote(now)
        return request.symbol.price(quote.ask if request.side == "BUY" else quote.bid)

    def _lock(self, order: Order, now: int) -> None:
        needed = binds(order)
        if order.is_buy and order.request.kind is Kind.MARKET:
            cost = order.quantity * self._touch(order.request, now)
            needed = cost.quantize(_SMALLEST, ROUND_UP)
        if order.account.balance(order.locked_asset).free < needed:
            raise insufficient_balance()
        order.locked = needed
        self.ledger.post(
            order.account,
            now,
            Change(
                asset=order.locked_asset,
                free=-needed,
                locked=needed,
                reason=Reason.LOCK,
                order_id=order.order_id,
            ),
        )
