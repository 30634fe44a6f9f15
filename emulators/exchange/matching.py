"""The matching rule: orders meet the tape, never each other.

arriving   a limit that crosses is filled at the other side of the book (taker), a market order too
resting    filled at its limit at the first instant after it was placed at which the price is there (maker);
           at the candle's first price, if that is beyond the limit already
waiting    a stop or take profit becomes a limit order at the first instant at which the price is at its trigger
volume     with `share`, all orders together get at most that part of each candle's volume; the rest waits
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Final

from emulators.exchange.filters import falls
from emulators.exchange.ledger import ZERO, Change, Ledger, Reason
from emulators.exchange.library import Listing
from emulators.exchange.orders import Fill, Kind, Order, Side, Status, TimeInForce
from emulators.exchange.symbols import Symbol
from emulators.exchange.tape import Reach, Tape

_SMALLEST: Final = Decimal("1e-8")
_NEVER: Final = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deal:
    """What is about to be traded."""

    at: int
    price: Decimal
    quantity: Decimal
    is_maker: bool


@dataclass(slots=True, kw_only=True)
class Matching:
    """Fills orders and books what that changes.

    Args:
        share: of a candle's volume that is there for our orders; `None`: as much as they ask for.
    """

    listings: Mapping[str, Listing]
    ledger: Ledger
    share: Decimal | None = None
    fills: list[Fill] = field(default_factory=list)
    # Lots taken, by symbol and open time of the candle.
    _taken: dict[tuple[str, int], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def tape(self, symbol: Symbol) -> Tape:
        return self.listings[symbol.name].tape

    def on_offer(self, symbol: Symbol, at: int) -> Decimal | None:
        """Return the quantity that can be traded at an instant; `None`: any."""
        if self.share is None:
            return None
        candle = self.tape(symbol).current(at)
        if candle is None:
            return ZERO
        volume = symbol.lot * candle.lots * self.share
        return symbol.whole_lots(max(ZERO, volume - self._taken[symbol.name, candle.at]))

    def arrive(self, order: Order, at: int) -> None:
        """Let an order that works from now on meet the book; what is left of it rests, or expires."""
        order.working_at = order.seen_until = order.updated_at = at
        symbol, quote = order.symbol, self.tape(order.symbol).quote(at)
        price = symbol.price(quote.ask if order.is_buy else quote.bid)
        if _crosses(order, price):
            quantity = self._within(order, at)
            all_or_none = order.request.time_in_force is TimeInForce.FOK
            if quantity and not (all_or_none and quantity < order.remaining):
                self._trade(order, _Deal(at=at, price=price, quantity=quantity, is_maker=False))
            if order.remaining:
                order.seen_until = self._volume_back(symbol, at)
        rests = order.request.kind is not Kind.MARKET
        if order.remaining and not (rests and order.request.time_in_force is TimeInForce.GTC):
            self.finish(order, Status.EXPIRED, at)

    def next_event(self, order: Order, until: int) -> Reach | None:
        """Return when something happens to an open order, up to `until`."""
        if order.seen_until >= until:
            return None
        falling, level = _watched(order)
        tape = self.tape(order.symbol)
        return tape.reach(
            order.symbol.ticks(level),
            falling=falling,
            after=order.seen_until,
            until=min(until, tape.until - 1),
        )

    def meet(self, order: Order, reach: Reach) -> None:
        """Let happen what `next_event` found."""
        order.seen_until = reach.at
        if order.waits_for_trigger:
            self.arrive(order, reach.at)
            return
        quantity = self._within(order, reach.at)
        if quantity:
            price = order.symbol.price(reach.price)
            deal = _Deal(at=reach.at, price=price, quantity=quantity, is_maker=True)
            self._trade(order, deal)
        if order.remaining:
            order.seen_until = self._volume_back(order.symbol, reach.at)

    def finish(self, order: Order, status: Status, at: int) -> None:
        """End an order that is not filled, and give back what it binds."""
        order.status, order.updated_at = status, at
        self._release(order, order.locked, at)

    def _within(self, order: Order, at: int) -> Decimal:
        offered = self.on_offer(order.symbol, at)
        return order.remaining if offered is None else min(order.remaining, offered)

    def _volume_back(self, symbol: Symbol, at: int) -> int:
        """Return the instant before new volume is on offer."""
        tape = self.tape(symbol)
        after = tape.index(at) + 1
        return int(tape.at[after]) - 1 if after < len(tape.at) else _NEVER

    def _trade(self, order: Order, deal: _Deal) -> None:
        account, symbol = order.account, order.symbol
        cost = (deal.price * deal.quantity).quantize(_SMALLEST, ROUND_DOWN)
        received, asset = (deal.quantity, symbol.base) if order.is_buy else (cost, symbol.quote)
        rate = account.maker_fee if deal.is_maker else account.taker_fee
        fill = Fill(
            trade_id=len(self.fills) + 1,
            order_id=order.order_id,
            symbol=symbol,
            account=account.name,
            side=Side.BUY if order.is_buy else Side.SELL,
            at=deal.at,
            price=deal.price,
            quantity=deal.quantity,
            cost=cost,
            commission=(received * rate).quantize(_SMALLEST, ROUND_DOWN),
            commission_asset=asset,
            is_maker=deal.is_maker,
        )
        order.executed += deal.quantity
        order.cost += cost
        order.updated_at = deal.at
        order.status = Status.PARTIALLY_FILLED if order.remaining else Status.FILLED
        order.fills.append(fill)
        self.fills.append(fill)
        self._take_volume(fill)
        self.ledger.post(account, deal.at, *_changes(order, fill))
        order.locked -= cost if order.is_buy else deal.quantity
        # A price better than the limit leaves something over.
        self._release(order, order.locked - binds(order), deal.at)

    def _take_volume(self, fill: Fill) -> None:
        candle = self.tape(fill.symbol).current(fill.at)
        if candle is not None:
            self._taken[fill.symbol.name, candle.at] += fill.quantity

    def _release(self, order: Order, amount: Decimal, at: int) -> None:
        if amount:
            change = Change(
                asset=order.locked_asset,
                free=amount,
                locked=-amount,
                reason=Reason.RELEASE,
                order_id=order.order_id,
            )
            self.ledger.post(order.account, at, change)
            order.locked -= amount


def binds(order: Order) -> Decimal:
    """Return what the unfilled part of an order binds of `locked_asset`."""
    if not order.is_buy:
        return order.remaining
    price = order.request.price
    # A market order gets what it binds from the book when it arrives, and does not stay.
    cost = order.remaining * price if price is not None else ZERO
    return cost.quantize(_SMALLEST, ROUND_UP)


def _changes(order: Order, fill: Fill) -> Iterator[Change]:
    """Return what a fill does to the balances: what was locked goes, the rest comes."""
    gives = fill.cost if order.is_buy else fill.quantity
    gets = fill.quantity if order.is_buy else fill.cost
    asset = fill.commission_asset

    def change(
        name: str, reason: Reason, *, free: Decimal = ZERO, locked: Decimal = ZERO
    ) -> Change:
        return Change(
            asset=name,
            free=free,
            locked=locked,
            reason=reason,
            order_id=order.order_id,
            trade_id=fill.trade_id,
        )

    yield change(order.locked_asset, Reason.TRADE, locked=-gives)
    yield change(asset, Reason.TRADE, free=gets)
    if fill.commission:
        yield change(asset, Reason.FEE, free=-fill.commission)


def _crosses(order: Order, price: Decimal) -> bool:
    limit = order.request.price
    if limit is None:
        return True
    return limit >= price if order.is_buy else limit <= price


def _watched(order: Order) -> tuple[bool, Decimal]:
    """Return the level that an open order waits for, and whether the price must fall to it."""
    request = order.request
    if order.waits_for_trigger and request.stop_price is not None:
        return falls(request), request.stop_price
    if request.price is None:
        raise AssertionError("a market order never rests")
    return order.is_buy, request.price
