"""Makes a backtest's orders without telling SQLAlchemy of each of their values: no database ever sees one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from freqtrade.optimize import backtesting
from freqtrade.persistence import Order
from sqlalchemy.orm import configure_mappers

from candlewick.engine.swaps import swapped


class _Plain:
    """Stands for a mapped attribute. It has no `__set__`, so that values are read from and written to an order's own dictionary."""

    def __init__(self, mapped: Any) -> None:
        self._mapped = mapped

    def __get__(self, order: Order | None, owner: type[Order]) -> Any:
        if order is not None and vars(order)["_sa_instance_state"].key is None:
            return None  # as SQLAlchemy says of what a new object was not given
        return self._mapped.__get__(order, owner)


@contextmanager
def quicker() -> Iterator[None]:
    """Let Freqtrade's backtesting make its orders here, and read and write them as any object."""
    configure_mappers()
    mapped = {name: getattr(Order, name) for name in _columns}
    plain = {
        name: own
        for name, own in mapped.items()
        if not (own.dispatch.set or own.dispatch.init_scalar)
    }
    try:
        for name, own in plain.items():
            type.__setattr__(Order, name, _Plain(own))  # else SQLAlchemy would map it anew
        with swapped(backtesting, "Order", make):
            yield
    finally:
        for name, own in plain.items():
            type.__setattr__(Order, name, own)


configure_mappers()  # as making the first order does: here, what is imported first is imported while a run is waited for
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
