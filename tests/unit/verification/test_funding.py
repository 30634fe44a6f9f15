"""The certificate finds where funding was due and Freqtrade counted none, and the trades for which it matters."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.data.converter import ohlcv_fill_up_missing_data
from freqtrade.exchange import Exchange
from freqtrade.resolvers import ExchangeResolver
from hypothesis import given
from hypothesis import strategies as st

from candlewick.market_data import feather
from candlewick.market_data.manifest import CandleType
from candlewick.market_data.validation import value_columns
from candlewick.verification.candles import Market
from candlewick.verification.certificate import certificate
from candlewick.verification.claims import ClaimedTrade
from candlewick.verification.funding import (
    FUNDING_TIMEFRAME,
    Funding,
    Known,
    look,
    mark_type,
)
from candlewick.verification.metrics import Period
from candlewick.verification.trades import CheckedTrade, recompute
from tests.unit.verification.conftest import Honest
from tests.unit.verification.test_certificate import HOUR, candles, certify, without

pytestmark = pytest.mark.filterwarnings("default")  # Freqtrade's own are its own to mend

PAIR = "A/B:B"
DAYS = 4 * 24
EIGHT = range(0, DAYS, 8)


def known(
    hours: "list[int] | range", late: int = 0, *, at: float = 0.001, close: float | None = None
) -> Known:
    """Return rates, or with their close mark prices."""
    return Known(
        file=None,
        times=np.array(hours, dtype=np.int64) * HOUR + late,
        values=np.full(len(hours), at),
        closes=np.full(len(hours), at if close is None else close),
    )


def at_ten(hours: "list[int] | range") -> Known:
    return known(hours, at=10, close=10)


WITHOUT_TWO = known([hour for hour in EIGHT if hour not in {16, 24}])


def certified(
    rates: Known, marks: Known | None = None, trades: list[CheckedTrade] | None = None
) -> Any:
    """Certify a pair of four days without a flaw but those of its funding."""
    period = Period(start=0, until=DAYS * HOUR - HOUR, starting_balance=100, final_balance=100)
    funding = Funding(rates=rates, marks=marks or at_ten(range(DAYS)))
    market = Market(timeframe={PAIR: candles(DAYS)}, detail={}, funding={PAIR: funding})
    return certificate(trades or [], market, period, HOUR)


def of_the_pair(found: Any) -> Any:
    return found["pairs"][0]["funding"]


@pytest.mark.parametrize("late", [0, 7, 999])
def test_funding_that_is_all_there_is_sound_also_some_milliseconds_late(late: int) -> None:
    found = of_the_pair(certified(known(EIGHT, late)))

    assert (found["due"], found["uncounted"], found["atOlderPrice"]) == (12, 0, 0)
    assert (found["rates"]["gaps"], found["markPrices"]["gaps"]) == ([], [])


def test_spot_pairs_have_no_funding() -> None:
    assert of_the_pair(certify(candles(24), 24)) is None


@pytest.mark.parametrize(("first", "until"), [(0, 24), (24, 56), (72, 96)])
def test_missing_rates_are_a_gap_also_at_the_ends(first: int, until: int) -> None:
    rates = known([hour for hour in EIGHT if not first <= hour < until])

    found = of_the_pair(certified(rates))

    missing = (until - first) // 8
    assert found["rates"]["gaps"] == [
        {"start": first * HOUR, "until": until * HOUR, "missing": missing}
    ]
    assert (found["due"], found["uncounted"], found["rates"]["missing"]) == (12, missing, missing)


def test_without_any_rate_funding_was_due_every_eight_hours() -> None:
    found = of_the_pair(certified(known([])))

    assert (found["due"], found["uncounted"]) == (12, 12)
    assert found["rates"] == {
        "file": None,
        "first": None,
        "last": None,
        "expected": 12,
        "missing": 12,
        "gapCount": 1,
        "gaps": [{"start": 0, "until": DAYS * HOUR, "missing": 12}],
    }


@pytest.mark.parametrize("changes", [(8, 4), (8, 4, 1), (1, 4, 8), (4, 8)])
def test_a_change_of_how_often_funding_is_paid_is_no_gap(changes: tuple[int, ...]) -> None:
    length = DAYS // len(changes) // 8 * 8
    paid = [
        place * length + hour
        for place, every in enumerate(changes)
        for hour in range(0, length if place + 1 < len(changes) else DAYS - place * length, every)
    ]

    found = of_the_pair(certified(known(paid)))

    assert (found["due"], found["rates"]["gaps"], found["uncounted"]) == (len(paid), [], 0)


def test_before_a_pair_is_traded_no_funding_is_due() -> None:
    period = Period(start=0, until=(DAYS - 1) * HOUR, starting_balance=100, final_balance=100)
    funding = Funding(rates=known(range(56, DAYS, 8)), marks=known(range(50, DAYS)))
    listed = without(candles(DAYS), 0, 50 * HOUR)
    market = Market(timeframe={PAIR: listed}, detail={}, funding={PAIR: funding})

    found = of_the_pair(certificate([], market, period, HOUR))

    assert (found["due"], found["uncounted"], found["markPrices"]["missing"]) == (5, 0, 0)


def test_mark_prices_missing_at_the_ends_leave_funding_uncounted_and_between_them_make_it_old() -> (
    None
):
    marks = known([hour for hour in range(10, 80) if not 30 <= hour < 45])

    found = of_the_pair(certified(known(EIGHT), marks))

    assert found["rates"]["missing"] == 0
    assert [
        (gap["start"] // HOUR, gap["until"] // HOUR) for gap in found["markPrices"]["gaps"]
    ] == [
        (0, 10),
        (30, 45),
        (80, 96),
    ]
    assert found["uncounted"] == len([0, 8, 80, 88])
    assert found["atOlderPrice"] == len([32, 40])


def test_without_mark_prices_no_funding_is_counted() -> None:
    found = of_the_pair(certified(known(EIGHT), known([])))

    assert (found["uncounted"], found["markPrices"]["missing"]) == (12, DAYS)


def test_rates_that_are_minutes_late_are_not_counted() -> None:
    found = of_the_pair(certified(known(EIGHT, late=60_000)))

    assert (found["rates"]["missing"], found["uncounted"]) == (0, 12)


def a_trade(opened: int, closed: int | None, *, short: bool = False) -> CheckedTrade:
    """A position from one hour to another, or for ever; a long one lost a tenth."""
    orders = [
        {
            "amount": 1.0,
            "safe_price": price,
            "ft_is_entry": is_entry,
            "order_filled_timestamp": at * HOUR,
        }
        for at, price, is_entry in ((opened, 10.0, True), (closed, 9.0, False))
        if at is not None
    ]
    claim = {
        "pair": PAIR, "is_short": short, "leverage": 1, "amount": 1, "stake_amount": 10, "max_stake_amount": 10,
        "open_rate": 10, "close_rate": None if closed is None else 9, "open_timestamp": opened * HOUR,
        "close_timestamp": None if closed is None else closed * HOUR, "fee_open": 0, "fee_close": 0,
        "profit_abs": None, "profit_ratio": None, "orders": orders,
    }  # fmt: skip
    return recompute(ClaimedTrade.model_validate(claim))


@pytest.mark.parametrize(
    ("opened", "closed"), [(16, 17), (15, 16), (20, 30), (10, 90), (16, None), (0, None)]
)
def test_trades_that_were_open_when_missing_funding_was_due_are_named(
    opened: int, closed: int | None
) -> None:
    found = certified(WITHOUT_TWO, trades=[a_trade(opened, closed)])

    (affected,) = found["affectedTrades"]
    profit = None if closed is None else -1
    assert (affected["reasons"], affected["profit"]) == (["funding_missing"], profit)
    assert (found["profit"]["all"], found["profit"]["unaffected"]) == (profit or 0, 0)
    assert found["byReason"] == {"funding_missing": {"trades": 1, "profit": profit or 0}}


@pytest.mark.parametrize(("opened", "closed"), [(17, 23), (0, 15), (25, 90), (25, None)])
def test_trades_that_missing_funding_does_not_touch_are_not_named(
    opened: int, closed: int | None
) -> None:
    found = certified(WITHOUT_TWO, trades=[a_trade(opened, closed)])

    assert (found["affectedTrades"], found["byReason"]) == ([], {})
    assert found["profit"]["unaffected"] == found["profit"]["all"]


def test_a_trade_whose_funding_was_counted_at_an_older_mark_price_says_so() -> None:
    marks = known([hour for hour in range(DAYS) if hour not in {23, 24, 25}])

    found = certified(known(EIGHT), marks, [a_trade(20, 30), a_trade(25, 30)])

    assert [(item["number"], item["reasons"]) for item in found["affectedTrades"]] == [
        (1, ["mark_price_missing"])
    ]


@given(
    rates=st.sets(st.integers(0, 95), max_size=30),
    marks=st.sets(st.integers(0, 95)),
)
def test_what_is_counted_is_what_freqtrade_counts(rates: set[int], marks: set[int]) -> None:
    funding = Funding(rates=known(sorted(rates), late=5), marks=known(sorted(marks)))
    spans = (0, 95 * HOUR)

    found = look(funding, spans, spans)

    counted = set(counted_by_freqtrade(funding))
    due = found.rates.expected * HOUR
    assert set(due.tolist()) - counted == set(found.uncounted.tolist())
    # What Freqtrade counts was due.
    assert counted <= set(due.tolist())
    older = {hour * HOUR for hour in rates - marks} & counted
    assert older == set(found.at_older_price.tolist())


def counted_by_freqtrade(funding: Funding) -> list[int]:
    """Return when Freqtrade counts funding, by its own functions."""
    dates = pd.to_datetime(funding.rates.times, unit="ms", utc=True).floor("s")
    rates = pd.DataFrame({"date": dates, "funding_rate": 0.001})
    columns = dict.fromkeys(("open", "high", "low", "close", "volume"), 1.0)
    marks = pd.DataFrame({"date": pd.to_datetime(funding.marks.times, unit="ms", utc=True)})
    marks = marks.assign(**columns)
    if len(marks):
        marks = ohlcv_fill_up_missing_data(marks, FUNDING_TIMEFRAME, PAIR)
    both = Exchange.combine_funding_and_mark(rates, marks)
    found: list[int] = (both["date"].dt.as_unit("ms").astype("int64")).tolist()
    return found


def test_a_trades_funding_is_that_of_what_was_due_while_it_was_open(futures: Honest) -> None:
    def read(kind: str) -> pd.DataFrame:
        name = f"XRP_USDT_USDT-1h-{kind}.feather"
        frame = feather.read((futures.candles / "futures" / name).read_bytes())
        return frame.set_index(frame["date"].dt.floor("s").dt.as_unit("ms").astype("int64"))

    rates = read("funding_rate")
    (column,) = value_columns(rates, CandleType.FUNDING_RATE)
    fees = (rates[column] * read("mark")["open"]).dropna()
    paid = fees.index.to_numpy()
    certified = json.loads(futures.verify().files["certificate.json"])

    claims = [claim for claim in futures.claims() if claim.funding_fees]

    for claim in claims:
        was_open = (paid >= claim.open_timestamp) & (paid <= (claim.close_timestamp or 0))
        due = fees.to_numpy()[was_open].sum() * claim.amount
        expected = due if claim.is_short else -due
        assert claim.funding_fees == pytest.approx(expected, rel=1e-6), claim.name
    assert len(claims) > 3
    # These files begin later than the candles, and their mark prices end earlier.
    found = of_the_pair(certified)
    assert (found["due"], found["due"] - found["uncounted"]) == (20, 5)
    assert certified["byReason"]["funding_missing"]["trades"] > len(claims)


def test_freqtrade_reads_rates_and_mark_prices_where_we_look_for_them() -> None:
    asked = {"": Exchange, **exchanges()}

    assert {"binance", "bybit", "hyperliquid", "okx"} <= asked.keys()
    for name, kind in asked.items():
        options = {
            **Exchange._ft_has_default,
            **kind._ft_has,
            **getattr(kind, "_ft_has_futures", {}),
        }
        assert options["funding_fee_timeframe"] == FUNDING_TIMEFRAME, name
        assert options["mark_ohlcv_timeframe"] == FUNDING_TIMEFRAME, name
        assert options["mark_ohlcv_price"] == mark_type(name), name


def exchanges() -> dict[str, type[Exchange]]:
    found = ExchangeResolver.search_all_objects({}, enum_failed=False)
    return {each["name"].lower(): each["class"] for each in found if each["class"] is not None}
