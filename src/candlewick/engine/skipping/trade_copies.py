"""The copy of a trade that Freqtrade gives to each hook, made in a hundredth of the time.

Freqtrade deep-copies a trade before each call, so that a strategy changes and keeps a copy. Nearly all of that time
goes into the orders, which are mapped to a database. Here each call gets a new trade with a new list of orders; only
the orders' copies are given again, as long as nobody can tell: the real ones are as they were, so are the copies, and
nobody holds one of them, their list or their trade.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime
from sys import getrefcount
from types import NoneType
from typing import Any, Final

import numpy as np
from freqtrade.enums import TradingMode
from freqtrade.persistence import LocalTrade, Order
from freqtrade.strategy import strategy_wrapper

from candlewick.engine.swaps import swapped

# Values of these types can't be changed, so that a copy may share them.
_FIXED: Final = frozenset({bool, int, float, str, NoneType, datetime, TradingMode, np.float64})
_OF_ITS_OWN: Final = ("_sa_instance_state", "_trade_bt")


class TradeCopies:
    """Stands in for `deepcopy` where Freqtrade copies a trade for a hook."""

    def __init__(self) -> None:
        self._kept: dict[int, _Copied] = {}

    def __call__(self, value: Any) -> Any:
        if type(value) is not LocalTrade:
            return deepcopy(value)
        kept = self._kept.get(value.id)
        if kept is None or not kept.still_holds(value):
            self._kept = {key: kept for key, kept in self._kept.items() if kept.trade.is_open}
            kept = self._kept[value.id] = _Copied(value)
        given = kept.again()
        return deepcopy(value) if given is None else given


class _Copied:
    """A trade whose orders were copied, and what tells whether the copies can be given again."""

    def __init__(self, trade: LocalTrade) -> None:
        self.trade = trade
        self._real = [(order, dict(vars(order))) for order in trade.orders]
        self._orders: list[Order] = deepcopy(trade).orders
        self._as_given = [dict(vars(order)) for order in self._orders]
        self._are_fixed = all(map(_is_fixed, self._orders))
        self._copy: LocalTrade | None = None
        self._list: list[Order] = []
        self.again()  # to nobody
        self._holders = self._count_holders()

    def still_holds(self, trade: LocalTrade) -> bool:
        """Whether the real orders are as they were, and the copies are as they were given and held by nobody."""
        if self._count_holders() != self._holders or self._list != self._orders:
            return False
        real = trade.orders
        if trade is not self.trade or len(real) != len(self._real):
            return False
        for order, (known, seen) in zip(real, self._real, strict=True):
            if order is not known or vars(order) != seen:
                return False
        for order, given in zip(self._orders, self._as_given, strict=True):
            if vars(order) != given:
                return False
        return True

    def again(self) -> LocalTrade | None:
        """Return a new copy of the trade with the orders' copies; None when it has values that can be changed."""
        copy: LocalTrade = LocalTrade.__new__(LocalTrade)
        values = vars(copy)
        values.update(vars(self.trade))
        values["orders"] = None
        if not (self._are_fixed and _FIXED.issuperset(map(type, values.values()))):
            return None
        values["orders"] = orders = list(self._orders)
        for order, given in zip(orders, self._as_given, strict=True):
            vars(order)["_trade_bt"] = given["_trade_bt"] = copy
        self._copy, self._list = copy, orders
        return copy

    def _count_holders(self) -> list[int]:
        """Count who refers to the copy, to its list and to each of its orders."""
        counted = [getrefcount(order) for order in self._orders]
        return [getrefcount(self._copy), getrefcount(self._list), *counted]


def _is_fixed(order: Order) -> bool:
    values = (type(value) for name, value in vars(order).items() if name not in _OF_ITS_OWN)
    return _FIXED.issuperset(values)


@contextmanager
def cheap_copies() -> Iterator[None]:
    """Let Freqtrade make its copies of trades by `TradeCopies` meanwhile."""
    with swapped(strategy_wrapper, "deepcopy", TradeCopies()):
        yield
