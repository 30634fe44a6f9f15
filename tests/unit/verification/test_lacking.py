"""The certificate says how much funding Freqtrade did not count: the difference to its own funding on files without holes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from candlewick.market_data import feather
from candlewick.verification.funding import Known
from candlewick.verification.trades import CheckedTrade
from tests.unit.engine.conftest import make_simulated_futures_case
from tests.unit.specs.running import simulated_futures
from tests.unit.verification.conftest import Honest, make_honest
from tests.unit.verification.test_certificate import HOUR, candles, certify
from tests.unit.verification.test_certificate import without as without_candles
from tests.unit.verification.test_funding import DAYS, EIGHT, a_trade, known
from tests.unit.verification.test_funding import certified as certified_funding

pytestmark = pytest.mark.filterwarnings("default")  # Freqtrade's own are its own to mend

STRATEGY = Path(__file__).parent / "strategies" / "AddAndTake.py"
PAIRS = ("BTC", "ETH")
# Of each kind of file: what a backtest with holes has in its place.
Change = Callable[[pd.DataFrame], pd.DataFrame]
MARCH = pd.Timestamp("2025-03-01", tz="UTC")


def as_it_is(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def varied(rates: pd.DataFrame) -> pd.DataFrame:
    """Return other rates each time, below zero too."""
    return rates.assign(open=np.sin(np.arange(len(rates)) ** 2) * 0.0004)


def late(rates: pd.DataFrame) -> pd.DataFrame:
    """Return rates that the store knows and Freqtrade cannot join."""
    return rates.assign(date=rates["date"] + pd.Timedelta(seconds=90))


def without(frame: pd.DataFrame, *days: tuple[float, float]) -> pd.DataFrame:
    """Return what is left without these days of March, counted from its beginning."""
    since = (frame["date"] - MARCH) / pd.Timedelta(days=1)
    for start, until in days:
        since = since[(since < start) | (since >= until)]
    return frame.loc[since.index].reset_index(drop=True)


def backtest(
    candles: Path, folder: Path, rates: Change = as_it_is, marks: Change = as_it_is
) -> Honest:
    """Run the strategy on perpetual futures of the simulated market whose funding was changed."""
    data = simulated_futures(candles, folder / "candles")
    for pair in PAIRS:
        for kind, change in (("funding_rate", rates), ("mark", marks)):
            file = data / "futures" / f"{pair}_USDT_USDT-1h-{kind}.feather"
            file.write_bytes(feather.write(change(feather.read(file.read_bytes()))))
    case = make_simulated_futures_case(folder, data, STRATEGY, "AddAndTake")
    case.config.update(timeframe="5m", timerange="20250302-20250312", dry_run_wallet=100_000)
    return make_honest(case, folder / "scratch")


@pytest.fixture(scope="module")
def whole(simulated_candles: Path, tmp_path_factory: pytest.TempPathFactory) -> Honest:
    return backtest(simulated_candles, tmp_path_factory.mktemp("whole"), varied)


def differences(whole: Honest, holed: Honest) -> Iterator[tuple[str, float]]:
    """Yield what Freqtrade counted of each trade with all files and not with holes."""
    both = zip(whole.claims(), holed.claims(), strict=True)
    for all_of_it, part in both:
        assert (part.pair, part.orders) == (all_of_it.pair, all_of_it.orders)
        yield part.name, (all_of_it.funding_fees or 0) - (part.funding_fees or 0)


def certified(honest: Honest) -> Any:
    return json.loads(honest.verify().files["certificate.json"])


def lacking(found: Any) -> dict[str, Any]:
    return {
        f"{trade['pair']} opened at {trade['openedAt']}": trade["missingFunding"]
        for trade in found["affectedTrades"]
        if trade["missingFunding"]
    }


def assert_same_amounts(found: Any, expected: dict[str, float], name: str) -> None:
    told = lacking(found)
    assert {key for key, value in expected.items() if abs(value) > 1e-9} <= told.keys()
    for key, each in told.items():
        assert each[name] == pytest.approx(expected[key], abs=2e-8), key
    pairs = [pair["funding"]["ofTrades"][name] for pair in found["pairs"]]
    assert sum(pairs) == pytest.approx(sum(expected.values()), abs=1e-6)


def test_rates_that_freqtrade_could_not_join_are_missing_by_their_exact_amount(
    whole: Honest, simulated_candles: Path, tmp_path: Path
) -> None:
    holed = backtest(simulated_candles, tmp_path, lambda rates: late(varied(rates)))

    found = certified(holed)

    expected = dict(differences(whole, holed))
    assert_same_amounts(found, expected, "amount")
    assert all(each["atCandlePrice"] == each["unknown"] == 0 for each in lacking(found).values())
    # All that can be missing was: long and short, paid and got, and nothing where nothing is.
    assert {claim.is_short for claim in holed.claims()} == {True, False}
    assert min(expected.values()) < 0 < max(expected.values())
    assert all(claim.funding_fees == 0 for claim in holed.claims())
    assert lacking(certified(whole)) == {}


def test_where_mark_prices_are_missing_candles_stand_in_for_them(
    whole: Honest, simulated_candles: Path, tmp_path: Path
) -> None:
    # At both ends nothing is counted, in between at the price before.
    days = ((0, 2.5), (4.2, 5.5), (9, 31))
    holed = backtest(simulated_candles, tmp_path, varied, lambda marks: without(marks, *days))

    found = certified(holed)

    assert_same_amounts(found, dict(differences(whole, holed)), "amount")
    told = [pair["funding"]["ofTrades"] for pair in found["pairs"]]
    assert all(each["payments"] == each["atCandlePrice"] > 0 for each in told)
    assert {"mark_price_missing", "funding_missing"} <= found["byReason"].keys()


def test_missing_rates_are_estimated_by_those_around_them_and_far_from_them_unknown(
    simulated_candles: Path, tmp_path: Path
) -> None:
    # The rate is the same all the time, so that the estimate is what is missing.
    whole = backtest(simulated_candles, tmp_path / "whole")
    near = backtest(simulated_candles, tmp_path / "near", lambda rates: without(rates, (3, 5)))
    far = backtest(simulated_candles, tmp_path / "far", lambda rates: without(rates, (1, 11)))

    found = certified(near)

    assert_same_amounts(found, dict(differences(whole, near)), "estimate")
    assert all(each["amount"] is None for each in lacking(found).values())
    told = [pair["funding"]["ofTrades"] for pair in certified(far)["pairs"]]
    assert all(each["estimated"] > 0 < each["unknown"] for each in told)


# Candles are at 10, mark prices at 11, and at 12 when an hour is over; a position of 1 pays a thousandth.
WITHOUT_THREE = [hour for hour in range(DAYS) if hour not in {23, 24, 25}]


@pytest.mark.parametrize(
    ("rates", "marks", "short", "amount"),
    [
        (known(EIGHT, 60_000), known(range(DAYS), at=11, close=12), False, -0.011),
        (known(EIGHT, 60_000), known(range(DAYS), at=11, close=12), True, 0.011),
        (known(EIGHT), known(range(20), at=11, close=12), False, -0.010),
        (known(EIGHT), known(range(30, DAYS), at=11, close=12), True, 0.010),
        (known(EIGHT), known(WITHOUT_THREE, at=11, close=12), False, 0.002),
        (known(EIGHT), known(WITHOUT_THREE, at=11, close=12), True, -0.002),
    ],
)
def test_one_payment_is_missing_by_what_can_be_counted_by_hand(
    *, rates: Known, marks: Known, short: bool, amount: float
) -> None:
    found = certified_funding(rates, marks, [a_trade(20, 30, short=short)])

    told = found["affectedTrades"][0]["missingFunding"]
    is_marked = 24 * HOUR in marks.times
    assert told == {
        "amount": pytest.approx(amount),
        "payments": 1,
        "atCandlePrice": 0 if is_marked else 1,
        "estimate": None,
        "estimated": 0,
        "unknown": 0,
    }
    assert found["pairs"][0]["funding"]["ofTrades"] == told


def test_without_any_rate_nothing_is_known_and_the_interval_is_assumed() -> None:
    found = certified_funding(known([]), None, [a_trade(0, 30), a_trade(50, None)])

    told = [trade["missingFunding"] for trade in found["affectedTrades"]]
    funding = found["pairs"][0]["funding"]
    assert [(each["amount"], each["estimate"], each["unknown"]) for each in told] == [
        (None, None, 4),
        (None, None, 5),
    ]
    assert (funding["ofTrades"]["unknown"], funding["assumedIntervalS"]) == (9, 8 * 3_600)


def test_a_missing_rate_is_estimated_by_the_median_of_three_days_around_it() -> None:
    rates = known([hour for hour in EIGHT if hour != 40])
    values = np.array([9, 1, 2, 3, 4, 60, 7, 8, 5, 6, 10]) / 1_000
    found = certified_funding(replace(rates, values=values), None, [a_trade(36, 44)])

    # All but none of the eleven are within 72 hours; their median is 6 thousandths, the mark price 10.
    assert found["affectedTrades"][0]["missingFunding"]["estimate"] == pytest.approx(-0.06)
    assert found["pairs"][0]["funding"]["assumedIntervalS"] is None


def test_a_trade_that_lacks_no_funding_says_nothing_of_it() -> None:
    gap = certify(without_candles(candles(96), 40 * HOUR, 46 * HOUR), 96, [of_spot()])

    assert [trade["missingFunding"] for trade in gap["affectedTrades"]] == [None]


def of_spot() -> CheckedTrade:
    trade = a_trade(30, 50)
    return replace(trade, claim=trade.claim.model_copy(update={"pair": "A/B"}))
