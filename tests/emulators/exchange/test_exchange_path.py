"""The price's way through a candle is made of the candle, and shows no more of it than has passed."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emulators.exchange import candlesticks, path
from emulators.exchange.candlesticks import Wanted
from emulators.exchange.path import Candle
from emulators.exchange.tape import Tape

STEP = 300_000
Direction = bool


@st.composite
def candles(draw: st.DrawFn, at: int = 0) -> Candle:
    opened, close = draw(st.integers(10, 1_000)), draw(st.integers(10, 1_000))
    high = max(opened, close) + draw(st.integers(0, 500))
    low = min(opened, close) - draw(st.integers(0, 9))
    lots = draw(st.integers(1, 10_000))
    return Candle(at=at, step=STEP, open=opened, high=high, low=low, close=close, lots=lots)


@st.composite
def tapes(draw: st.DrawFn) -> Tape:
    places = sorted(draw(st.sets(st.integers(0, 12), min_size=1, max_size=8)))
    made = [draw(candles(at=place * STEP)) for place in places]
    return Tape(
        at=np.array([candle.at for candle in made], dtype=np.int64),
        ticks=np.array([(c.open, c.high, c.low, c.close) for c in made], dtype=np.int64),
        lots=np.array([candle.lots for candle in made], dtype=np.int64),
        step=STEP,
    )


@given(candles())
def test_the_path_begins_at_the_open_touches_both_extremes_and_ends_at_the_close(
    candle: Candle,
) -> None:
    corners = {leg.start for leg in path.legs(candle)} | {leg.end for leg in path.legs(candle)}
    prices = [path.price(candle, at) for at in sorted(corners)]

    assert prices[0] == candle.open
    assert prices[-1] == path.price(candle, candle.until - 1) == candle.close
    assert (min(prices), max(prices)) == (candle.low, candle.high)


@given(candles(), st.integers(0, STEP - 1))
def test_both_sides_of_the_book_are_within_the_candle(candle: Candle, offset: int) -> None:
    tape = _tape(candle)

    quote = tape.quote(offset)

    assert quote.ask == quote.bid + 1
    assert quote.last in {quote.bid, quote.ask}
    if candle.high > candle.low:
        assert candle.low <= quote.bid < quote.ask <= candle.high


@given(candles(), st.integers(1, 1_500), st.booleans(), st.integers(-1, STEP - 1))
def test_a_level_is_reached_at_the_first_instant_at_which_the_price_is_there(
    candle: Candle, level: int, falling: Direction, after: int
) -> None:
    found = path.reached(candle, level, falling=falling, after=after)

    def is_there(at: int) -> bool:
        price = path.price(candle, at)
        return price <= level if falling else price >= level

    if found is None:
        assert not any(map(is_there, range(after + 1, STEP, 997)))
        assert not is_there(STEP - 1) or after == STEP - 1
        return
    assert found > after
    assert is_there(found)
    assert found == after + 1 or not is_there(found - 1)
    assert not any(map(is_there, range(after + 1, found, 997)))


@given(tapes(), st.integers(1, 1_500), st.booleans(), st.integers(0, 13 * STEP))
def test_over_candles_and_gaps_nothing_is_reached_twice_or_missed(
    tape: Tape, level: int, falling: Direction, after: int
) -> None:
    after = max(after, tape.start)
    until = tape.until - 1

    found = tape.reach(level, falling=falling, after=after, until=until)

    def is_there(at: int) -> bool:
        last = tape.quote(at).last
        return last <= level if falling else last >= level

    instants = range(after + 1, found.at if found else until + 1, 4_999)
    assert not any(map(is_there, instants))
    if found is not None:
        assert is_there(found.at)
        candle = tape.current(found.at)
        if candle is not None and found.at > after + 1:
            assert candle.low <= found.price <= candle.high


@given(tapes(), st.integers(0, 13 * STEP), st.sampled_from(["5m", "15m", "1h"]))
def test_klines_tell_nothing_of_what_is_to_come(tape: Tape, now: int, interval: str) -> None:
    now = max(now, tape.start)
    index = tape.index(now)
    length = candlesticks.interval_ms(tape, interval)
    wanted = Wanted(start=None, end=None, limit=500)

    shown = candlesticks.klines(tape, length, wanted, now)

    known = Tape(at=tape.at[: index + 1], ticks=tape.ticks[: index + 1],
                 lots=tape.lots[: index + 1], step=STEP)  # fmt: skip
    assert shown == candlesticks.klines(known, length, wanted, now)
    assert all(row.at <= now for row in shown)
    assert shown[-1].close == tape.quote(now).last
    running = tape.current(now)
    if running is not None:
        passed = [path.price(running, at) for at in range(running.at, now + 1, 9_973)]
        seen = path.so_far(running, now)
        assert seen.low <= min(passed) <= max(passed) <= seen.high
        corners = {leg.last for leg in path.legs(running) if leg.end <= now}
        assert {seen.low, seen.high} <= {running.open, seen.close, *corners}


@given(tapes(), st.sampled_from(["5m", "15m", "1h"]), st.integers(1, 20))
def test_pages_of_klines_are_the_whole_series(tape: Tape, interval: str, limit: int) -> None:
    now = tape.until
    length = candlesticks.interval_ms(tape, interval)
    whole = candlesticks.klines(tape, length, Wanted(None, None, 500), now)

    pages, start = [], 0
    while page := candlesticks.klines(tape, length, Wanted(start, None, limit), now):
        assert len(page) <= limit
        pages += page
        start = page[-1].at + length

    assert pages == whole
    assert sum(row.lots for row in whole) == int(tape.lots.sum())
    assert candlesticks.klines(tape, length, Wanted(None, None, limit), now) == whole[-limit:]


@given(tapes(), st.sampled_from(["5m", "15m", "1h"]), *[st.integers(0, 13 * STEP)] * 2)
def test_a_window_of_klines_is_cut_out_of_the_series(
    tape: Tape, interval: str, start: int, end: int
) -> None:
    length = candlesticks.interval_ms(tape, interval)
    whole = candlesticks.klines(tape, length, Wanted(None, None, 500), tape.until)

    window = candlesticks.klines(tape, length, Wanted(start, end, 500), tape.until)

    assert window == [row for row in whole if start <= row.at <= end]


def test_prices_of_the_files_are_exact() -> None:
    candle = Candle(at=0, step=STEP, open=12_345_678, high=12_345_679, low=1, close=2, lots=3)

    assert Decimal("0.01") * _tape(candle).quote(0).last == Decimal("123456.78")


def _tape(candle: Candle) -> Tape:
    ticks = [(candle.open, candle.high, candle.low, candle.close)]
    return Tape(
        at=np.array([candle.at], dtype=np.int64),
        ticks=np.array(ticks, dtype=np.int64),
        lots=np.array([candle.lots], dtype=np.int64),
        step=candle.step,
    )
