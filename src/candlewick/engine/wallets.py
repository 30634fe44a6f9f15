"""Adds up a backtest's wallet where no order waits: what each open trade holds, and what is left of the stake currency."""

from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter

from freqtrade.enums import TradingMode
from freqtrade.persistence import LocalTrade
from freqtrade.wallets import Wallet, Wallets

from candlewick.engine.swaps import swapped

_realized, _bound = attrgetter("realized_profit"), attrgetter("stake_amount")
_update_dry = Wallets._update_dry  # noqa: SLF001 - called as it is, where ours cannot


@contextmanager
def quicker() -> Iterator[None]:
    """Let the wallet be computed here."""
    with swapped(Wallets, "_update_dry", update):
        yield


def update(wallets: Wallets) -> None:
    """Do what `_update_dry` does."""
    found = _balances(wallets)
    if found is None:
        _update_dry(wallets)
    else:
        wallets._wallets, wallets._positions = found, {}  # noqa: SLF001


def _balances(wallets: Wallets) -> dict[str, Wallet] | None:
    """Return the balances of a spot backtest; None where an order waits."""
    config, before = wallets._config, wallets._start_cap  # noqa: SLF001
    if (
        not wallets._is_backtest  # noqa: SLF001
        or config.get("trading_mode", "spot") == TradingMode.FUTURES
        or config.get("margin_mode") == "cross"
    ):
        return None
    trades = LocalTrade.bt_trades_open
    if _waits(trades):
        return None
    found: dict[str, Wallet] = {}
    for trade in trades:
        currency = wallets._exchange.get_pair_base_currency(trade.pair)  # noqa: SLF001
        total = trade.amount + before.get(currency, 0)
        found[currency] = tuple.__new__(Wallet, (currency, total, 0, total))  # half as long
    stake = wallets._stake_currency  # noqa: SLF001
    gained = LocalTrade.bt_total_profit + sum(map(_realized, trades))
    bound = sum(map(_bound, trades))
    left = before.get(stake, 0) + gained - bound
    found[stake] = Wallet(stake, left + 0.0, 0.0, left + 0.0)
    for currency, balance in before.items():
        if currency not in found:
            found[currency] = Wallet(currency, balance, 0, balance)
    return found


def _waits(trades: list[LocalTrade]) -> bool:
    """Whether an order waits to be filled."""
    for trade in trades:
        for order in trade.orders:
            if order.ft_is_open:
                return True
    return False
