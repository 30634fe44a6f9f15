"""Results that lie are refused, with the reason."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from candlewick.verification.errors import ResultRefused
from tests.unit.verification import archives
from tests.unit.verification.archives import Statistics
from tests.unit.verification.conftest import Honest

pytestmark = pytest.mark.filterwarnings("default")  # Freqtrade's own are its own to mend

Edit = Callable[[Statistics], None]


def on_trade(change: Callable[[dict[str, Any]], None], index: int = 3) -> Edit:
    return lambda statistics: change(statistics["trades"][index])


def on_order(order: int, **values: Any) -> Edit:
    return on_trade(lambda trade: trade["orders"][order].update(values))


def set_to(**values: Any) -> Edit:
    return lambda statistics: statistics.update(values)


def scale(name: str, factor: float) -> Edit:
    def edit(statistics: Statistics) -> None:
        statistics[name] *= factor

    return edit


def on_price(order: int, factor: float) -> Edit:
    def change(trade: dict[str, Any]) -> None:
        trade["orders"][order]["safe_price"] *= factor

    return on_trade(change)


def drop_losers(statistics: Statistics) -> None:
    statistics["trades"] = [trade for trade in statistics["trades"] if trade["profit_abs"] > 0]


def repeat_a_winner(statistics: Statistics) -> None:
    statistics["trades"].append(max(statistics["trades"], key=lambda trade: trade["profit_abs"]))


def swap_orders(trade: dict[str, Any]) -> None:
    trade["orders"].reverse()


def claim_more(trade: dict[str, Any]) -> None:
    trade["profit_abs"] += 5
    trade["profit_ratio"] += 0.05


def free_of_fees(statistics: Statistics) -> None:
    for trade in statistics["trades"]:
        trade["fee_open"] = trade["fee_close"] = 0.0


def bigger(trade: dict[str, Any]) -> None:
    for order in trade["orders"]:
        order["amount"] *= 100


def elsewhere(trade: dict[str, Any]) -> None:
    trade["pair"] = "DOGE/USDT"


FORGERIES: dict[str, tuple[Edit, str]] = {
    "a profit raised": (on_trade(claim_more), "it claims a profit of"),
    "an exit above the candle": (on_price(-1, 1.5), "but the candle spans"),
    "an entry below the candle": (on_price(0, 0.5), "but the candle spans"),
    "an order long before the data": (on_order(0, order_filled_timestamp=1), "outside the time range"),
    "no fees": (free_of_fees, "the fee is not"),
    "losers dropped": (drop_losers, "it claims total_trades"),
    "a winner twice": (repeat_a_winner, "two trades at once"),
    "a foreign pair": (on_trade(elsewhere), "the pair was not asked for"),
    "leverage on spot": (on_trade(lambda t: t.update(leverage=3.0)), "leverage or short"),
    "a short on spot": (on_trade(lambda t: t.update(is_short=True)), "leverage or short"),
    "orders reversed": (on_trade(swap_orders), "not in order"),
    "a huge stake": (on_trade(bigger), "its stake is"),
    "another start balance": (scale("starting_balance", 2), "it starts with"),
    "another final balance": (scale("final_balance", 1.1), "the final balance is"),
    "a better Sharpe": (set_to(sharpe=9.0), "it claims sharpe"),
    "a better Sortino": (set_to(sortino=9.0), "it claims sortino"),
    "a better CAGR": (set_to(cagr=9.0), "it claims cagr"),
    "a better profit": (scale("profit_total_abs", -2), "it claims profit_total_abs"),
    "more wins": (set_to(wins=10_000), "it claims wins"),
    "a figure missing": (lambda s: s.pop("calmar") and None, "it claims calmar = None"),
    "a figure as text": (set_to(sqn="high"), "it claims sqn"),
    "a longer period": (set_to(backtest_end_ts=4_000_000_000_000), "another time range"),
    "a period that ends before it begins": (set_to(backtest_end_ts=1), "another time range"),
    "not a number": (on_order(0, amount="NaN"), "is not as Freqtrade writes it"),
    "infinity": (on_order(0, safe_price=1e400), "is not as Freqtrade writes it"),
    "a negative amount": (on_order(0, amount=-1.0), "is not as Freqtrade writes it"),
    "no orders": (on_trade(lambda t: t.update(orders=[])), "is not as Freqtrade writes it"),
    "trades as text": (set_to(trades="none"), "is not as Freqtrade writes it"),
    "closed at another time": (
        on_trade(lambda t: t.update(close_timestamp=t["close_timestamp"] + 300_000)),
        "closes at another time",
    ),
    "closed at another price": (
        on_trade(lambda t: t.update(close_rate=t["close_rate"] * 1.01)),
        "closes at another price",
    ),
    "closed but never exited": (
        on_trade(lambda t: t.update(orders=t["orders"][:1])),
        "it is closed but a position is left",
    ),
    "never closed": (on_trade(lambda t: t.update(close_timestamp=None)), "is not closed"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_result_is_refused_with_the_reason(everything: Honest, name: str) -> None:
    edit, reason = FORGERIES[name]
    forged = archives.forge(everything.archive, everything.class_name, edit)

    with pytest.raises(ResultRefused) as refused:
        everything.verify(forged)

    assert any(reason in found for found in refused.value.reasons), refused.value.reasons


def test_more_open_trades_than_allowed_are_refused(sample: Honest) -> None:
    strict = replace(sample, spec=replace(sample.spec, max_open_trades=2))

    with pytest.raises(ResultRefused, match="trades are open at once; 2 were allowed"):
        strict.verify()


def test_a_stake_that_the_wallet_does_not_hold_is_refused(sample: Honest) -> None:
    poor = replace(sample, spec=replace(sample.spec, wallet=Decimal("0.1")))

    with pytest.raises(ResultRefused, match="more is staked than the wallet holds"):
        poor.verify()


def test_an_open_position_that_is_not_there_is_refused(everything: Honest) -> None:
    members = archives.read(everything.archive)
    trade = archives.statistics(everything.archive, everything.class_name)["trades"][0]
    invented = {**trade, "close_timestamp": None, "orders": trade["orders"][:1]}
    content = json.dumps({everything.class_name: [invented]}).encode()

    with pytest.raises(ResultRefused):
        everything.verify(archives.write({**members, archives.OPEN_TRADES: content}))


def zip_of(**members: bytes) -> bytes:
    return archives.write(members)


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("backtest-result-2025-01-01_00-00-00.json", b"0" * 200_000_000)
    return data.getvalue()


def twice() -> bytes:
    name = "backtest-result-2025-01-01_00-00-00.json"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, b"{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr(name, b"{}")
    return data.getvalue()


BROKEN: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "garbage": lambda: b"PK\x03\x04" + b"\xff" * 500,
    "an empty archive": zip_of,
    "no statistics": lambda: zip_of(**{"a.txt": b"hello"}),
    "a path": lambda: zip_of(**{"../backtest-result-2025-01-01_00-00-00.json": b"{}"}),
    "too many members": lambda: zip_of(**{f"{n}.txt": b"" for n in range(100)}),
    "a bomb": bomb,
    "a name twice": twice,
    "no JSON": lambda: zip_of(**{"backtest-result-2025-01-01_00-00-00.json": b"{"}),
    "deep JSON": lambda: zip_of(**{"backtest-result-2025-01-01_00-00-00.json": b"[" * 200_000}),
    "a list": lambda: zip_of(**{"backtest-result-2025-01-01_00-00-00.json": b"[]"}),
    "another strategy": lambda: zip_of(
        **{"backtest-result-2025-01-01_00-00-00.json": b'{"strategy": {"Other": {}}}'}
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_archive_that_is_none_is_refused(everything: Honest, name: str) -> None:
    archive = BROKEN[name]()

    with pytest.raises(ResultRefused):
        everything.verify(archive)
