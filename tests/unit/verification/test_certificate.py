"""The data certificate finds what is wrong with candles, and the trades that rest on it."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from candlewick.verification.candles import Candles, Market
from candlewick.verification.certificate import certificate
from candlewick.verification.metrics import Period
from candlewick.verification.trades import CheckedTrade, recompute
from tests.unit.verification.archives import statistics
from tests.unit.verification.conftest import Honest

pytestmark = pytest.mark.filterwarnings("default")  # Freqtrade's own are its own to mend

HOUR = 3_600_000
SIX_HOURS = 6 * HOUR


def candles(count: int) -> Candles:
    flat = np.full(count, 10.0)
    return Candles(
        step=HOUR,
        opened=np.arange(count, dtype=np.int64) * HOUR,
        open=flat.copy(),
        low=flat.copy(),
        high=flat.copy(),
        close=flat.copy(),
        volume=np.ones(count),
    )


def without(found: Candles, start: int, until: int) -> Candles:
    kept = (found.opened < start) | (found.opened >= until)
    columns = ("opened", "open", "low", "high", "close", "volume")
    return replace(found, **{name: getattr(found, name)[kept] for name in columns})


def certify(found: Candles, hours: int, trades: list[CheckedTrade] | None = None) -> Any:
    period = Period(start=0, until=hours * HOUR, starting_balance=100, final_balance=100)
    market = Market(timeframe={"A/B": found}, detail={})
    return certificate(trades or [], market, period, HOUR)


def test_sound_candles_have_a_clean_certificate() -> None:
    (pair,) = certify(candles(24), 24)["pairs"]

    assert (pair["candles"], pair["expected"], pair["missing"]) == (24, 24, 0)
    assert (pair["gaps"], pair["jumps"], pair["zeroVolume"]) == ([], [], 0)


@pytest.mark.parametrize(("start", "until"), [(0, 6), (5, 11), (18, 24)])
def test_missing_candles_are_a_gap_also_at_the_ends(start: int, until: int) -> None:
    (pair,) = certify(without(candles(24), start * HOUR, until * HOUR), 24)["pairs"]

    assert pair["gaps"] == [{"start": start * HOUR, "until": until * HOUR, "candles": 6}]
    assert (pair["candles"], pair["missing"]) == (18, 6)


def test_a_pair_without_any_candle_in_the_time_is_one_gap() -> None:
    (pair,) = certify(without(candles(30), 0, 24 * HOUR), 24)["pairs"]

    assert (pair["first"], pair["candles"], pair["missing"], pair["gapCount"]) == (None, 0, 24, 1)


def test_jumps_and_candles_without_volume_are_counted() -> None:
    found = candles(24)
    found.open[8:] = 12.0
    found.volume[[3, 4]] = 0

    (pair,) = certify(found, 24)["pairs"]

    assert pair["zeroVolume"] == 2
    assert pair["jumps"][0] == {"at": 8 * HOUR, "ratio": pytest.approx(0.2)}
    assert pair["jumpCount"] == 16  # each of these candles opens above the close before it


def test_a_wick_far_off_its_neighbours_is_counted_and_a_jump_that_stays_is_none() -> None:
    found = candles(48)
    found.high[10] = 13.0
    for prices in (found.open, found.high, found.low, found.close):
        prices[30:] = 14.0

    (pair,) = certify(found, 48)["pairs"]

    assert (pair["spikeCount"], pair["spikes"]) == (1, [10 * HOUR])


def test_six_missing_hours_are_named_with_every_trade_that_spans_them(sample: Honest) -> None:
    claimed = statistics(sample.archive, sample.class_name)["trades"]
    victim = max(claimed, key=lambda trade: trade["trade_duration"])
    pair = victim["pair"]
    start = victim["open_timestamp"] + HOUR
    frame = sample.market.timeframe[pair]
    market = replace(
        sample.market,
        timeframe=dict(sample.market.timeframe) | {pair: without(frame, start, start + SIX_HOURS)},
    )
    clean = json.loads(sample.verify().files["certificate.json"])

    found = json.loads(replace(sample, market=market).verify().files["certificate.json"])

    (report,) = [item for item in found["pairs"] if item["pair"] == pair]
    # Real candles have gaps of their own beside the one that was cut.
    assert {"start": start, "until": start + SIX_HOURS, "candles": 72} in report["gaps"]
    expected = {
        trade["open_timestamp"]
        for trade in claimed
        if trade["pair"] == pair
        and trade["open_timestamp"] < start + SIX_HOURS
        and trade["close_timestamp"] >= start
    }
    before = {item["openedAt"] for item in clean["affectedTrades"]}
    gapped = {item["openedAt"] for item in found["affectedTrades"] if "gap" in item["reasons"]}
    assert expected <= gapped <= expected | before
    profit = found["profit"]
    affected = sum(item["profit"] or 0 for item in found["affectedTrades"])
    assert profit["all"] == pytest.approx(clean["profit"]["all"])
    assert profit["unaffected"] == pytest.approx(profit["all"] - affected, abs=1e-9)


def test_an_order_inside_a_gap_is_marked(sample: Honest) -> None:
    claim = sample.claims()[0]
    trade = recompute(claim)
    frame = sample.market.timeframe[claim.pair]
    opened = trade.opened
    holed = without(frame, opened, opened + frame.step)
    market = Market(timeframe={claim.pair: holed}, detail={})
    period = Period(
        start=int(frame.opened[0]), until=int(frame.opened[-1]), starting_balance=1, final_balance=1
    )

    found: Any = certificate([trade], market, period, frame.step)

    assert {"gap", "filled_in_gap"} <= set(found["affectedTrades"][0]["reasons"])


def test_an_order_in_a_spike_is_marked(sample: Honest) -> None:
    claim = sample.claims()[0]
    trade = recompute(claim)
    frame = sample.market.timeframe[claim.pair]
    high = frame.high.copy()
    high[int(np.searchsorted(frame.opened, trade.opened, side="right")) - 1] *= 1.5
    market = Market(timeframe={claim.pair: replace(frame, high=high)}, detail={})
    period = Period(
        start=int(frame.opened[0]), until=int(frame.opened[-1]), starting_balance=1, final_balance=1
    )

    found: Any = certificate([trade], market, period, frame.step)

    assert "filled_in_spike" in found["affectedTrades"][0]["reasons"]
