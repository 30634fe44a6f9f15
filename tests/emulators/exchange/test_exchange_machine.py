"""Whatever accounts do and however time passes, the books are right."""

from collections import defaultdict
from contextlib import suppress
from decimal import Decimal
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from emulators.exchange import filters
from emulators.exchange.engine import Exchange
from emulators.exchange.ledger import Account
from emulators.exchange.library import Listing
from emulators.exchange.matching import binds
from emulators.exchange.orders import Kind, Order, Request, Side, Status, TimeInForce
from emulators.exchange.refusals import Refusal
from emulators.exchange.symbols import Symbol
from emulators.exchange.tape import Tape, tape
from tests.emulators.exchange.venue import START_MS, STEP_MS, walk

SHARE = Decimal("0.001")


class Wish(NamedTuple):
    """An order to be; `away` from the price in 40,000ths, `size` in 25 USDT."""

    who: str
    name: str
    side: Side
    kind: Kind
    force: TimeInForce
    away: int
    size: int
    client_id: int


WISHES = st.builds(
    Wish,
    who=st.sampled_from("ab"),
    name=st.sampled_from(["BTCUSDT", "ETHUSDT"]),
    side=st.sampled_from(Side),
    kind=st.sampled_from(Kind),
    force=st.sampled_from(TimeInForce),
    away=st.integers(-400, 400),
    size=st.integers(1, 40),
    client_id=st.integers(1, 6),
)


def listing(base: str, price: float, seed: int) -> Listing:
    symbol = Symbol(
        name=f"{base}USDT",
        base=base,
        quote="USDT",
        tick=Decimal("0.01"),
        lot=Decimal("0.00001"),
        min_notional=Decimal(5),
    )
    frame = pd.DataFrame(walk(price, 60, seed), columns=["open", "high", "low", "close", "volume"])
    opened = [START_MS + place * STEP_MS for place in range(60) if place not in {7, 8, 20}]
    frame = frame.iloc[: len(opened)]
    frame.insert(0, "date", pd.to_datetime(opened, unit="ms", utc=True))
    made = tape(frame, step_ms=STEP_MS, tick=symbol.tick, lot=symbol.lot)
    return Listing(symbol=symbol, tape=made)


LISTINGS = {"BTCUSDT": listing("BTC", 100_000.0, 1), "ETHUSDT": listing("ETH", 3_000.0, 2)}


class Books(RuleBasedStateMachine):
    """Two accounts with different fees trade two pairs with gaps, with and without a limit of volume."""

    share: Decimal | None = None

    def __init__(self) -> None:
        super().__init__()
        self.now = START_MS
        self.exchange = Exchange(LISTINGS, share=self.share)
        self.deposits: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for name, fee in (("a", "0.001"), ("b", "0.00075")):
            account = self.exchange.open_account(name, maker_fee=Decimal(0), taker_fee=Decimal(fee))
            for asset, amount in (("USDT", 5_000), ("BTC", 1), ("ETH", 2)):
                self._deposit(account, asset, Decimal(amount))

    def _deposit(self, account: Account, asset: str, amount: Decimal) -> None:
        self.exchange.deposit(account, asset, amount, self.now)
        self.deposits[account.name, asset] += amount

    @rule(seconds=st.sampled_from([1, 7, 60, 100, 299, 300, 900]), odd=st.integers(0, 999))
    def time_passes(self, seconds: int, odd: int) -> None:
        self.now = min(START_MS + 70 * STEP_MS, self.now + seconds * 1_000 + odd)
        self.exchange.advance(self.now)
        if self.share is None:
            self._check_that_nothing_was_missed()

    def _check_that_nothing_was_missed(self) -> None:
        for order in self.exchange.orders:
            made = LISTINGS[order.symbol.name].tape
            level = order.request.stop_price if order.waits_for_trigger else order.request.price
            if order.status.is_open and level is not None:
                falling = filters.falls(order.request) if order.waits_for_trigger else order.is_buy
                since = order.working_at or order.created_at
                until = min(self.now, made.until - 1)
                ticks = order.symbol.ticks(level)
                assert not made.reach(ticks, falling=falling, after=since, until=until)

    @rule(wish=WISHES)
    def places(self, wish: Wish) -> None:
        account, request = self.exchange.accounts[wish.who], self._request(wish)
        taken = {order.request.client_order_id for order in self.exchange.open_orders(account)}
        with suppress(Refusal):
            order = self.exchange.place(account, request, self.now)
            assert request.client_order_id not in taken
            assert not (request.kind is Kind.MARKET and order.status.is_open)
            if request.time_in_force is TimeInForce.FOK and order.fills:
                assert order.status is Status.FILLED

    def _request(self, wish: Wish) -> Request:
        symbol = LISTINGS[wish.name].symbol
        last = LISTINGS[wish.name].tape.quote(self.now).last
        price = symbol.price(last + last * wish.away // 40_000)
        worth, is_market = Decimal(25 * wish.size), wish.kind is Kind.MARKET
        by_quote = is_market and wish.size % 2 == 0
        has_no_force = wish.kind in {Kind.MARKET, Kind.LIMIT_MAKER}
        return Request(
            symbol=symbol,
            side=wish.side,
            kind=wish.kind,
            client_order_id=f"order-{wish.client_id}",
            time_in_force=TimeInForce.GTC if has_no_force else wish.force,
            quantity=None if by_quote else symbol.whole_lots(worth / price),
            quote_quantity=worth if by_quote else None,
            price=None if is_market else price,
            stop_price=symbol.price(last + last * wish.away // 50_000)
            if wish.kind.is_algo
            else None,
        )

    @precondition(lambda self: any(order.status.is_open for order in self.exchange.orders))
    @rule(data=st.data())
    def cancels(self, data: st.DataObject) -> None:
        open_orders = [order for order in self.exchange.orders if order.status.is_open]
        order = data.draw(st.sampled_from(open_orders))
        executed = order.executed

        self.exchange.cancel(order, self.now)

        assert (order.status, order.executed) == (Status.CANCELED, executed)
        assert not order.locked

    @rule(who=st.sampled_from("ab"), amount=st.integers(-2_000, 2_000))
    def moves_money(self, who: str, amount: int) -> None:
        account = self.exchange.accounts[who]
        if account.balance("USDT").free + amount >= 0:
            self._deposit(account, "USDT", Decimal(amount))

    @invariant()
    def the_ledger_adds_up_to_the_balances(self) -> None:
        sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 2)
        for entry in self.exchange.ledger.of():
            free, locked = sums[entry.account, entry.change.asset]
            sums[entry.account, entry.change.asset] = [
                free + entry.change.free,
                locked + entry.change.locked,
            ]
        for account in self.exchange.accounts.values():
            for asset, balance in account.balances.items():
                assert list(balance) == sums[account.name, asset]
                assert min(balance) >= 0

    @invariant()
    def what_is_locked_is_what_open_orders_bind(self) -> None:
        for account in self.exchange.accounts.values():
            bound: dict[str, Decimal] = defaultdict(Decimal)
            for order in self.exchange.open_orders(account):
                assert order.locked == binds(order)
                bound[order.locked_asset] += order.locked
            for asset, balance in account.balances.items():
                assert balance.locked == bound[asset]
        closed = [order for order in self.exchange.orders if not order.status.is_open]
        assert not any(order.locked for order in closed)

    @invariant()
    def balances_are_deposits_and_fills(self) -> None:
        expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for place, amount in self.deposits.items():
            expected[place] += amount
        for fill in self.exchange.matching.fills:
            sign = 1 if fill.side is Side.BUY else -1
            expected[fill.account, fill.symbol.base] += sign * fill.quantity
            expected[fill.account, fill.symbol.quote] -= sign * fill.cost
            expected[fill.account, fill.commission_asset] -= fill.commission
        for account in self.exchange.accounts.values():
            for asset, balance in account.balances.items():
                assert sum(balance) == expected[account.name, asset]

    @invariant()
    def orders_are_their_fills(self) -> None:
        for order in self.exchange.orders:
            assert order.executed == sum(fill.quantity for fill in order.fills)
            assert order.cost == sum(fill.cost for fill in order.fills)
            assert (order.status is Status.FILLED) == (order.remaining == 0)
            assert order.executed <= order.quantity
            if order.status is Status.PARTIALLY_FILLED:
                assert order.fills
            for fill in order.fills:
                _check_price(order, LISTINGS[order.symbol.name].tape, fill.at, fill.price)

    @invariant()
    def trades_are_in_times_order(self) -> None:
        fills = self.exchange.matching.fills
        assert [fill.trade_id for fill in fills] == list(range(1, len(fills) + 1))
        assert [fill.at for fill in fills] == sorted(fill.at for fill in fills)
        assert all(fill.at <= self.now for fill in fills)

    @invariant()
    def nobody_gets_more_volume_than_there_is(self) -> None:
        if self.share is None:
            return
        taken: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
        for fill in self.exchange.matching.fills:
            candle = LISTINGS[fill.symbol.name].tape.current(fill.at)
            assert candle is not None
            taken[fill.symbol.name, candle.at] += fill.quantity
        for (name, at), quantity in taken.items():
            candle = LISTINGS[name].tape.current(at)
            assert candle is not None
            assert quantity <= LISTINGS[name].symbol.lot * candle.lots * self.share


def _check_price(order: Order, made: Tape, at: int, price: Decimal) -> None:
    limit = order.request.price
    if limit is not None:
        assert price <= limit if order.is_buy else price >= limit
    candle = made.current(at)
    if candle is not None:
        low, high = order.symbol.price(candle.low), order.symbol.price(candle.high)
        assert low <= price <= high


class ScarceBooks(Books):
    """The same with a thousandth of each candle's volume, so that fills are partial."""

    share = SHARE


TestBooks = pytest.mark.timeout(300)(Books.TestCase)
TestScarceBooks = pytest.mark.timeout(300)(ScarceBooks.TestCase)
TestBooks.settings = TestScarceBooks.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None
)
