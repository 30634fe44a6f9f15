"""What must hold after every crash: nothing twice, nothing forgotten."""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from sqlite3 import Connection
from typing import Any

from candlewick.bots.order_ids import is_of_bot
from tests.services.live_bot.world import (
    PAIRS,
    Bot,
    database,
    database_orders,
    exchange_orders,
    journal_orders,
)

_FEES = Decimal("0.0011")
_STEPS = {"BTC/USDT": Decimal("0.00001"), "ETH/USDT": Decimal("0.0001")}
_ENDED = {"FILLED", "CANCELED", "EXPIRED", "REJECTED"}


def orphans(bot: Bot) -> list[str]:
    """Return what only some of the three books know, in words; empty when they agree.

    Orders that ended without a fill need not be in the database: they changed nothing.
    """
    books = bot.exchange.books()
    theirs, journal = exchange_orders(books), journal_orders(bot.control)
    stored = database_orders(bot.control, bot.folder)
    found = [f"journal and exchange differ on {key}" for key in _different(theirs, journal)]
    open_ids = {
        key
        for key, order in zip(theirs, books["orders"], strict=True)
        if order["status"] not in _ENDED
    }
    for key, order in theirs.items():
        if (order.filled > 0 or key in open_ids) and stored.get(key) != order:
            found.append(f"the database has {stored.get(key)} for {key}, the exchange {order}")
    return found + [f"the exchange knows nothing of {key}" for key in stored.keys() - theirs.keys()]


def duplicates(bot: Bot) -> list[str]:
    """Return names that the exchange saw more than once, and orders that are none of the bot's."""
    orders = bot.exchange.books()["orders"]
    names = [str(order["clientOrderId"]) for order in orders]
    twice = [name for name, count in Counter(names).items() if count > 1]
    return twice + [name for name in names if not is_of_bot(name, bot.control.plan.bot_id)]


def positions_differ(bot: Bot) -> list[str]:
    """Compare what the account holds with the open trades of the state that was stored last."""
    with closing(database(bot.control, bot.folder)) as connection:
        return holdings_differ(bot.exchange.books(), connection)


def holdings_differ(books: dict[str, Any], connection: Connection) -> list[str]:
    """Compare what an account holds with a database's trades.

    What a trade leaves over is less than a step of amounts and the fees; all trades together left what the account has.
    """
    (account,) = books["accounts"]
    trades = _trades(connection)
    wrong = [
        f"trade {number} of {trade.pair} holds {trade.amount}, its orders left {trade.left}"
        for number, trade in trades.items()
        if abs(trade.left - trade.amount) > trade.bought * _FEES + 2 * _STEPS[trade.pair]
    ]
    for pair in PAIRS:
        balance = account["balances"].get(pair.split("/")[0], {"free": 0, "locked": 0})
        holds = Decimal(balance["free"]) + Decimal(balance["locked"])
        left = sum((trade.left for trade in trades.values() if trade.pair == pair), Decimal(0))
        bought = sum((trade.bought for trade in trades.values() if trade.pair == pair), Decimal(0))
        if abs(holds - left) > bought * _FEES:
            wrong.append(f"{pair}: the account holds {holds}, the trades' orders left {left}")
    return wrong


@dataclass
class _Trade:
    pair: str
    amount: Decimal  # as the database says; none of a closed one
    bought: Decimal = Decimal(0)
    left: Decimal = Decimal(0)


def _trades(connection: Connection) -> dict[int, _Trade]:
    rows = connection.execute("SELECT id, pair, is_open, amount FROM trades").fetchall()
    trades = {
        number: _Trade(pair=pair, amount=Decimal(str(amount)) if is_open else Decimal(0))
        for number, pair, is_open, amount in rows
    }
    orders = connection.execute("SELECT ft_trade_id, ft_order_side, filled FROM orders").fetchall()
    for number, side, filled in orders:
        amount, trade = Decimal(str(filled or 0)), trades[number]
        trade.bought += amount if side == "buy" else 0
        trade.left += amount if side == "buy" else -amount
    return trades


def _different(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
