"""Ours stands in Freqtrade's place for a while; never in a strategy's."""

import pytest
from freqtrade.optimize import backtesting
from freqtrade.persistence import LocalTrade
from freqtrade.wallets import Wallets

from candlewick.engine import exact, loading, orders, reports, trade_table, trades, wallets
from candlewick.engine.skipping import profits
from candlewick.engine.swaps import swapped


def of_a_strategy(*_: object) -> None:
    """Stands for a function that a strategy's module has put somewhere."""


def test_freqtrades_is_back_after_an_error() -> None:
    own = backtesting.trade_list_to_dataframe

    with pytest.raises(ZeroDivisionError), swapped(backtesting, "trade_list_to_dataframe", len):
        backtesting.trade_list_to_dataframe([1 / 0])

    assert backtesting.trade_list_to_dataframe is own


@pytest.mark.parametrize(
    ("quicker", "place", "name"),
    [
        (trade_table.quicker, backtesting, "trade_list_to_dataframe"),
        (loading.quicker, backtesting, "trim_dataframes"),
        (reports.quicker, backtesting, "generate_backtest_stats"),
        (reports.quicker, backtesting, "store_backtest_results"),
        (orders.quicker, backtesting, "Order"),
        (exact.quicker, backtesting, "price_to_precision"),
        (exact.quicker, LocalTrade, "calc_close_trade_value"),
        (trades.quicker, LocalTrade, "adjust_stop_loss"),
        (profits.quicker, LocalTrade, "calc_profit_ratio"),
        (wallets.quicker, Wallets, "_update_dry"),
    ],
)
def test_freqtrades_gives_way_and_a_strategys_stays(
    quicker: object, place: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(quicker)
    own = getattr(place, name)
    with quicker():
        assert getattr(place, name) is not own
    assert getattr(place, name) is own

    monkeypatch.setattr(place, name, of_a_strategy)
    with quicker():
        assert getattr(place, name) is of_a_strategy
