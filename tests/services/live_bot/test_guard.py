"""Limits that hold whatever the strategy does, by figures counted from fills."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from candlewick.bots.wire import (
    Answer,
    Intent,
    JournalState,
    OrderType,
    Purpose,
    RiskLimits,
    Side,
)
from live_bot.book import Known
from live_bot.errors import Refused
from live_bot.guard import Guard, Wish
from live_bot.ledger import Checkpoint, Ledger
from live_bot.symbols import Symbols

NOW = 1_746_057_600_000
HOLDER: dict[str, Any] = {"holder": "h" * 32, "epoch": 1}


def known(sequence: int, side: Side, amount: str, cost: str, fee: str = "0 BTC") -> Known:
    paid, currency = fee.split()
    name = f"cw-0123456789-1-{sequence}"
    purpose = Purpose.ENTRY if side is Side.BUY else Purpose.EXIT
    return Known(
        intent=Intent(
            **HOLDER,
            client_order_id=name,
            sequence=sequence,
            pair="BTC/USDT",
            side=side,
            type=OrderType.MARKET,
            purpose=purpose,
            amount=Decimal(amount),
            stake=Decimal(cost),
        ),
        answer=Answer(
            **HOLDER,
            client_order_id=name,
            state=JournalState.CLOSED,
            exchange_order_id=str(sequence),
            filled=Decimal(amount),
            cost=Decimal(cost),
            fee=Decimal(paid),
            fee_currency=currency,
            updated_at=datetime.now(UTC),
        ),
    )


def ledger(*orders: Known, capital: str = "1000") -> Ledger:
    made = Ledger(capital=Decimal(capital))
    made.new_day(NOW)
    for order in orders:
        made.apply(order)
    return made


def wish(**changes: Any) -> Wish:
    facts: dict[str, Any] = {
        "pair": "BTC/USDT",
        "side": Side.BUY,
        "type": OrderType.LIMIT,
        "purpose": Purpose.ENTRY,
        "amount": Decimal(1),
        "price": Decimal(100),
        "stop_price": None,
        "market": Decimal(100),
    }
    return Wish(**{**facts, **changes})


def guard(limits: dict[str, Any], counted: Ledger | None = None) -> Guard:
    return Guard(
        limits=RiskLimits(**{"pairs": ("BTC/USDT",), **limits}), ledger=counted or ledger()
    )


def test_profit_counts_fees_of_both_sides() -> None:
    counted = ledger(
        known(1, Side.BUY, "2", "200", "0.002 BTC"),
        known(2, Side.SELL, "1.998", "219.78", "0.21978 USDT"),
    )

    assert counted.held("BTC/USDT") == 0
    assert counted.realised == Decimal("219.78") - Decimal("0.21978") - Decimal(200)
    assert counted.day_profit({}) == counted.realised


def test_an_order_that_is_heard_of_twice_counts_once() -> None:
    order = known(1, Side.BUY, "2", "200")

    counted = ledger(order, order)

    assert counted.held("BTC/USDT") == 2


def small_trades(count: int) -> Ledger:
    """Buy and sell what leaves less than a step each time: the fee of buying is paid in the coin."""
    counted = Ledger(step=lambda _pair: Decimal("0.00001"))
    for number in range(1, 2 * count, 2):
        counted.apply(known(number, Side.BUY, "0.00082", "100", "0.00000082 BTC"))
        counted.apply(known(number + 1, Side.SELL, "0.00081", "98.9"))
    return counted


def test_what_sales_leave_over_is_in_no_trade_and_binds_no_stake() -> None:
    counted = small_trades(30)

    assert counted.in_trades("BTC/USDT") == 0
    assert counted.open_stake() == 0
    assert counted.held("BTC/USDT") == 30 * Decimal("0.00000918")
    assert counted.pairs() == {"BTC/USDT"}


def test_what_sales_leave_over_is_not_lost_but_worth_its_price() -> None:
    counted = small_trades(1)
    cost = 100 * Decimal("0.00000918") / Decimal("0.00081918")

    assert counted.realised == Decimal("98.9") - (100 - cost)
    assert counted.value({}) == cost
    assert counted.value({"BTC/USDT": Decimal(200_000)}) == Decimal("1.836")


def test_what_sales_left_over_can_be_sold_along() -> None:
    counted = Ledger.restored(
        Checkpoint.model_validate_json(small_trades(2).checkpoint().model_dump_json()),
        lambda _pair: Decimal("0.00001"),
    )

    counted.apply(known(5, Side.SELL, "0.00001", "1.2"))

    assert counted.held("BTC/USDT") == Decimal("0.00000836")


def test_the_trader_sells_what_trades_hold_and_only_the_guard_what_was_left_over() -> None:
    watching = guard({}, small_trades(100))
    sale = {"side": Side.SELL, "amount": Decimal("0.0008")}

    with pytest.raises(Refused, match="the bot holds 0 of BTC/USDT"):
        watching.check(wish(**sale, purpose=Purpose.EXIT), now_ms=NOW, open_entries=Decimal(0))

    watching.check(wish(**sale, purpose=Purpose.CLOSE_ALL), now_ms=NOW, open_entries=Decimal(0))


def test_of_a_pair_that_is_no_longer_listed_nothing_is_put_aside() -> None:
    symbols = Symbols({"symbols": []})
    counted = Ledger(step=symbols.step)

    counted.apply(known(1, Side.BUY, "1", "100"))
    counted.apply(known(2, Side.SELL, "0.999", "100"))

    assert not symbols.has_pair("BTC/USDT")
    assert counted.in_trades("BTC/USDT") == Decimal("0.001")


def test_a_restored_ledger_goes_on_where_it_was() -> None:
    orders = [known(1, Side.BUY, "2", "200"), known(2, Side.SELL, "1", "110")]
    kept = Checkpoint.model_validate_json(ledger(*orders).checkpoint().model_dump_json())

    restored = Ledger.restored(kept)
    for order in [*orders, known(3, Side.SELL, "1", "120")]:
        restored.apply(order)

    assert restored.held("BTC/USDT") == 0
    assert restored.realised == Decimal(30)


def test_what_was_forgotten_long_ago_is_not_counted_again() -> None:
    orders = [known(number, Side.BUY, "1", "1") for number in range(1, 701)]
    restored = Ledger.restored(ledger(*orders).checkpoint())

    for order in orders:
        restored.apply(order)

    assert restored.held("BTC/USDT") == 700


@pytest.mark.parametrize(
    ("limits", "changes", "because"),
    [
        ({"pairs": ("ETH/USDT",)}, {}, "allowed pairs"),
        ({"max_order_stake": Decimal(99)}, {}, "larger than allowed"),
        ({"max_open_stake": Decimal(299)}, {}, "open stake"),
        ({}, {"price": Decimal(106)}, "far from the market"),
        ({}, {"price": Decimal(94)}, "far from the market"),
        ({}, {"amount": Decimal(0)}, "amount"),
    ],
)
def test_an_entry_beyond_a_limit_is_refused(
    limits: dict[str, Any], changes: dict[str, Any], because: str
) -> None:
    watching = guard(limits, ledger(known(1, Side.BUY, "1", "100")))

    with pytest.raises(Refused, match=because) as refused:
        watching.check(wish(**changes), now_ms=NOW, open_entries=Decimal(100))

    assert (refused.value.status, refused.value.code) == (400, -2010)


def test_open_entry_orders_count_as_open_stake() -> None:
    watching = guard({"max_open_stake": Decimal(250)})

    watching.check(wish(), now_ms=NOW, open_entries=Decimal(150))
    with pytest.raises(Refused):
        watching.check(wish(), now_ms=NOW, open_entries=Decimal(151))


def test_more_orders_than_a_minute_may_have_are_refused_until_it_is_over() -> None:
    watching = guard({"max_orders_per_minute": 2})
    watching.sent(NOW)
    watching.sent(NOW + 30_000)

    with pytest.raises(Refused, match="too many"):
        watching.check(wish(), now_ms=NOW + 59_999, open_entries=Decimal(0))
    watching.check(wish(), now_ms=NOW + 60_000, open_entries=Decimal(0))


def test_a_loss_stops_entries_but_no_exits() -> None:
    watching = guard({"max_daily_loss": Decimal(10)}, ledger(known(1, Side.BUY, "1", "100")))
    prices = {"BTC/USDT": Decimal(89)}

    news = [watching.look(prices), watching.look(prices)]

    assert "today's loss of 11" in news[0]
    assert news[1] == ""
    with pytest.raises(Refused, match="today's loss"):
        watching.check(wish(), now_ms=NOW, open_entries=Decimal(0))
    watching.check(wish(side=Side.SELL), now_ms=NOW, open_entries=Decimal(0))


def test_a_drawdown_is_measured_from_the_highest_equity() -> None:
    watching = guard({"max_drawdown": 0.1}, ledger(known(1, Side.BUY, "1", "100")))

    reached = [watching.look({"BTC/USDT": Decimal(price)}) for price in (100, 600, 460, 440)]

    assert [bool(word) for word in reached] == [False, False, False, True]


def test_a_new_day_begins_without_the_losses_of_the_last() -> None:
    counted = ledger(known(1, Side.BUY, "1", "100"), known(2, Side.SELL, "1", "80"))

    counted.new_day(NOW + 86_400_000)

    assert counted.day_profit({}) == 0
    assert counted.realised == -20


def test_what_the_bot_does_not_hold_it_cannot_sell() -> None:
    watching = guard({}, ledger(known(1, Side.BUY, "1", "100")))

    watching.check(wish(side=Side.SELL), now_ms=NOW, open_entries=Decimal(0))
    with pytest.raises(Refused, match="holds 1"):
        watching.check(
            wish(side=Side.SELL, amount=Decimal("1.01")), now_ms=NOW, open_entries=Decimal(0)
        )


def test_what_blocks_entries_blocks_no_exit() -> None:
    watching = guard({}, ledger(known(1, Side.BUY, "1", "100")))
    watching.blocked = lambda: "not reconciled"

    watching.check(wish(side=Side.SELL), now_ms=NOW, open_entries=Decimal(0))
    with pytest.raises(Refused, match="not reconciled"):
        watching.check(wish(), now_ms=NOW, open_entries=Decimal(0))


def test_what_is_held_is_worth_its_price_or_else_its_cost() -> None:
    bought = ledger(known(1, Side.BUY, "2", "200"))

    assert bought.value({"BTC/USDT": Decimal(110)}) == Decimal(220)
    assert bought.value({}) == Decimal(200)


def test_todays_orders_are_counted_across_a_restart_and_not_across_midnight() -> None:
    guard = Guard(limits=RiskLimits(pairs=("BTC/USDT",)), ledger=ledger())
    guard.sent(NOW)
    guard.sent(NOW)

    again = Ledger.restored(Checkpoint.model_validate(guard.ledger.checkpoint().model_dump()))

    assert again.orders_today == 2
    again.new_day(NOW + 86_400_000)
    assert again.orders_today == 0
