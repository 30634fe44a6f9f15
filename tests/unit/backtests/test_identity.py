"""A run's identity is the same for the same inputs, and for those alone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from candlewick.backtests.identity import run_identity
from candlewick.backtests.models import TradingMode
from candlewick.backtests.wire import Loop
from candlewick.strategies.models import StrategyId
from tests.factories import ENGINE, a_candle_file, a_spec, a_stored_object, a_strategy_ref

FILES = (a_candle_file("BTC/USDT", "5m"), a_candle_file("BTC/USDT", "1h"))
SNAPSHOTS = (a_stored_object("markets"), a_stored_object("tiers"))


def identity(**changes: Any) -> str:
    inputs: dict[str, Any] = {
        "spec": a_spec(),
        "strategy": a_strategy_ref(),
        "files": FILES,
        "snapshots": SNAPSHOTS,
        "engine": ENGINE,
    }
    return run_identity(**inputs | changes)


def test_an_identity_never_changes_between_releases() -> None:
    # Results are found by it: when this fails, every known result of every user is lost.
    assert identity() == "f89fd2d54a11763ea3de89585b89b01372d8d511575c59b4bfd4749e481e8797"


@pytest.mark.parametrize(
    "changes",
    [
        {"pairs": ("ETH/USDT",)},
        {"pairs": ("BTC/USDT", "ETH/USDT")},
        {"exchange": "other"},
        {"timeframe": "1h"},
        {"timeframe_detail": "1m"},
        {"start": datetime(2025, 1, 1, 1, tzinfo=UTC)},
        {"until": datetime(2025, 1, 2, tzinfo=UTC)},
        {"stake_amount": Decimal(10)},
        {"wallet": Decimal(1001)},
        {"max_open_trades": 4},
        {"fee": Decimal("0.001")},
        {"fee": Decimal(0)},
        {"enable_protections": True},
        {"trading_mode": TradingMode.FUTURES},
        {"loop": Loop.STOCK},
    ],
)
def test_whatever_the_user_specifies_is_part_of_it(changes: dict[str, Any]) -> None:
    assert identity(spec=a_spec(**changes)) != identity()


@pytest.mark.parametrize(
    "changes",
    [{"code_hash": "0" * 64}, {"class_name": "Other"}, {"parameters": {"buy": {"rsi": 30}}}],
)
def test_code_class_and_parameters_are_part_of_it(changes: dict[str, Any]) -> None:
    assert identity(strategy=a_strategy_ref(**changes)) != identity()


@pytest.mark.parametrize(
    "changes",
    [
        {"engine": "freqtrade-2027.1"},
        {"files": FILES[:1]},
        {"files": (a_candle_file("BTC/USDT", "5m", sha256="0" * 64), FILES[1])},
        {"snapshots": SNAPSHOTS[:1]},
    ],
)
def test_candles_markets_and_engine_are_part_of_it(changes: dict[str, Any]) -> None:
    assert identity(**changes) != identity()


def test_the_order_of_pairs_decides_which_trades_are_opened() -> None:
    forth = identity(spec=a_spec(pairs=("BTC/USDT", "ETH/USDT")))
    back = identity(spec=a_spec(pairs=("ETH/USDT", "BTC/USDT")))

    assert forth != back


@pytest.mark.parametrize(
    "changes",
    [
        {"id": StrategyId("s2")},
        {"name": "Renamed"},
        {"version": 2},
        {"pairs_named": ("XRP/USDT",)},  # counts by the candles that it brings, not by itself
    ],
)
def test_names_and_numbers_decide_nothing(changes: dict[str, Any]) -> None:
    assert identity(strategy=a_strategy_ref(**changes)) == identity()


def test_the_order_of_files_and_where_they_lie_decide_nothing() -> None:
    moved = (a_candle_file("BTC/USDT", "5m", object_name="elsewhere"), FILES[1])

    assert identity(files=FILES[::-1], snapshots=SNAPSHOTS[::-1]) == identity()
    assert identity(files=moved) == identity()


def test_trailing_zeros_and_key_order_decide_nothing() -> None:
    one = identity(
        spec=a_spec(wallet=Decimal("1000.00"), fee=Decimal("0.0010")),
        strategy=a_strategy_ref(parameters={"buy": {"a": 1, "b": 2}}),
    )
    other = identity(
        spec=a_spec(wallet=Decimal("1E+3"), fee=Decimal("0.001")),
        strategy=a_strategy_ref(parameters={"buy": {"b": 2, "a": 1}}),
    )

    assert one == other


def test_a_later_end_is_another_run_even_without_more_candles() -> None:
    spec = a_spec()

    assert identity(spec=a_spec(until=spec.until + timedelta(seconds=1))) != identity()
