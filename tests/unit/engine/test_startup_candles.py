"""A run's files begin early enough for any strategy that Freqtrade does not refuse."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from freqtrade.enums import CandleType, RunMode
from freqtrade.exchange import Exchange

from candlewick.backtests.inputs import MOST_STARTUP_CANDLES
from candlewick.engine import simulated
from candlewick.engine.exchange import offline_exchange
from candlewick.engine.snapshot import Snapshot
from candlewick.market_data.markets import derived_market

pytestmark = pytest.mark.filterwarnings("default")
ANSWERS = 5  # of the exchange, that Freqtrade allows for startup candles


@pytest.fixture(params=MOST_STARTUP_CANDLES)
def exchange(request: pytest.FixtureRequest) -> Iterator[Exchange]:
    simulated.register()
    config: dict[str, Any] = {
        "exchange": {"name": request.param, "pair_whitelist": ["BTC/USDT"]},
        "dry_run": True,
        "stake_currency": "USDT",
        "candle_type_def": CandleType.SPOT,
        "runmode": RunMode.BACKTEST,
        "timeframe": "5m",
        "entry_pricing": {"price_side": "same", "use_order_book": True},
        "exit_pricing": {"price_side": "same", "use_order_book": True},
    }
    market = dict(derived_market("BTC/USDT", [np.array([1.5])], [np.array([1.5])]))
    found = offline_exchange(config, Snapshot(markets={"BTC/USDT": market}))
    yield found
    found.close()


@pytest.mark.parametrize("kind", [CandleType.SPOT, CandleType.FUTURES])
@pytest.mark.parametrize("timeframe", ["1m", "5m", "1h", "1d", "1w"])
def test_no_exchange_allows_more_startup_candles_than_are_fetched(
    exchange: Exchange, timeframe: str, kind: CandleType
) -> None:
    most = exchange.ohlcv_candle_limit(timeframe, kind) * ANSWERS

    assert 0 < most <= MOST_STARTUP_CANDLES[exchange.id]
