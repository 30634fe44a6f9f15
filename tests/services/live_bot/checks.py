"""What must hold after every crash: nothing twice, nothing forgotten."""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
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
    """Compare what an account holds with a database's open trades; fees that were left over are dust."""
    (account,) = books["accounts"]
    balances = {
        asset: Decimal(found["free"]) + Decimal(found["locked"])
        for asset, found in account["balances"].items()
    }
    rows = connection.execute("SELECT pair, amount FROM trades WHERE is_open = 1").fetchall()
    held = {pair: Decimal(0) for pair in PAIRS}
    bought = {pair: Decimal(0) for pair in PAIRS}
    for pair, amount in rows:
        held[pair] += Decimal(str(amount))
    for order in exchange_orders(books).values():
        bought[order.pair] += order.filled if order.side == "buy" else 0
    return [
        f"{pair}: the account holds {balances.get(pair.split('/')[0], 0)}, the trades {held[pair]}"
        for pair in PAIRS
        if abs(balances.get(pair.split("/")[0], Decimal(0)) - held[pair])
        > bought[pair] * Decimal("0.002") + Decimal("0.00002")
    ]


def _different(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
