"""Makes a backtest's orders without telling SQLAlchemy of each of their values: no database ever sees one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from freqtrade.optimize import backtesting
from freqtrade.persistence import Order
from sqlalchemy.orm import configure_mappers

from candlewick.engine.swaps import swapped


@contextmanager
def quicker() -> Iterator[None]:
    """Let Freqtrade's backtesting make its orders here."""
    configure_mappers()  # as making the first one does
    with swapped(backtesting, "Order", make):
        yield


_mapper = Order.__mapper__
_columns = frozenset(_mapper.columns.keys())


def make(**values: Any) -> Order:
    """Return `Order(**values)`."""
    if not _columns.issuperset(values):
        return Order(**values)
    order: Order = Order.__new__(Order)
    _mapper.class_manager.setup_instance(order)
    vars(order).update(values)
    return order
