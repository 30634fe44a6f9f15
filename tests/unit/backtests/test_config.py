"""A specification as Freqtrade's configuration."""

from decimal import Decimal

from candlewick.backtests.config import freqtrade_config
from candlewick.backtests.models import TradingMode
from tests.factories import CANDLES_END, CANDLES_START, a_spec


def test_the_end_of_the_range_is_exclusive_for_freqtrade_too() -> None:
    config = freqtrade_config(a_spec(), "Buyer")

    start, end = int(CANDLES_START.timestamp()), int(CANDLES_END.timestamp())
    assert config["timerange"] == f"{start}-{end - 1}"


def test_a_spot_run_shares_the_wallet_unless_a_stake_is_set() -> None:
    unlimited = freqtrade_config(a_spec(), "Buyer")
    fixed = freqtrade_config(a_spec(stake_amount=Decimal("12.5")), "Buyer")

    assert unlimited["stake_amount"] == "unlimited"
    assert fixed["stake_amount"] == 12.5
    assert unlimited["margin_mode"] == ""
    assert unlimited["stake_currency"] == "USDT"
    assert unlimited["dry_run_wallet"] == 1000.0


def test_a_futures_run_isolates_its_margins() -> None:
    spec = a_spec(pairs=("BTC/USDT:USDT",), trading_mode=TradingMode.FUTURES)

    config = freqtrade_config(spec, "Buyer")

    assert (config["trading_mode"], config["margin_mode"]) == ("futures", "isolated")


def test_what_is_not_set_is_left_to_the_exchange() -> None:
    plain = freqtrade_config(a_spec(), "Buyer")
    full = freqtrade_config(a_spec(fee=Decimal(0), timeframe_detail="1m"), "Buyer")

    assert "fee" not in plain
    assert "timeframe_detail" not in plain
    assert (full["fee"], full["timeframe_detail"]) == (0.0, "1m")


def test_pairs_keep_their_order_and_nothing_else_is_traded() -> None:
    config = freqtrade_config(a_spec(pairs=("ETH/USDT", "BTC/USDT")), "Buyer")

    exchange = config["exchange"]
    assert isinstance(exchange, dict)
    assert exchange["pair_whitelist"] == ["ETH/USDT", "BTC/USDT"]
    assert config["pairlists"] == [{"method": "StaticPairList"}]
    assert config["dry_run"] is True
