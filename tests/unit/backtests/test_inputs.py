"""Which candles a backtest gets, and what the user is told when there are none."""

from datetime import UTC, datetime
from typing import Any

import pytest

from candlewick.backtests.inputs import check_spec, input_files, spans_of
from candlewick.backtests.models import TradingMode
from candlewick.errors import Invalid
from candlewick.market_data.manifest import CandleFile, CandleType, Piece, Slice, Slices
from tests.factories import (
    CANDLES_END,
    CANDLES_START,
    a_candle_file,
    a_manifest,
    a_spec,
    a_strategy_ref,
)

PAIR = "BTC/USDT:USDT"


def day(number: int) -> datetime:
    return datetime(2025, 1, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"pairs": ("DOGE/USDT",)}, "DOGE/USDT is not available on simulated"),
        ({"start": day(3), "until": day(2)}, "starts at 2025-01-03 00:00 and ends at 2025-01-02"),
        ({"start": day(2), "until": day(2)}, "reversed or empty"),
        ({"timeframe": "15m"}, "no 15m candles here; available: 5m, 1h"),
        ({"timeframe_detail": "1m"}, "no 1m candles here; available: 5m, 1h"),
        ({"timeframe_detail": "5m"}, "detail timeframe must be shorter"),
        ({"timeframe": "5m", "timeframe_detail": "1h"}, "detail timeframe must be shorter"),
        ({"start": day(5), "until": day(9)}, "span 2025-01-01 to 2025-01-03. Change the range"),
        ({"pairs": ("BTC/USDT", "ETH/EUR")}, "same currency"),
        ({"trading_mode": TradingMode.FUTURES}, "nothing in this trading mode"),
    ],
)
def test_a_request_that_cannot_be_served_says_what_to_change(
    changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        check_spec(a_spec(**changes), a_manifest())


def test_one_pair_without_this_timeframe_is_named() -> None:
    manifest = a_manifest(a_candle_file("BTC/USDT", "5m"), a_candle_file("ETH/USDT", "1h"))

    with pytest.raises(Invalid, match="ETH/USDT has no 5m candles"):
        check_spec(a_spec(pairs=("BTC/USDT", "ETH/USDT")), manifest)


def test_one_pair_that_was_listed_later_is_named() -> None:
    late = a_candle_file("ETH/USDT", "5m", start=day(2))
    manifest = a_manifest(a_candle_file("BTC/USDT", "5m"), late)
    spec = a_spec(pairs=("BTC/USDT", "ETH/USDT"), until=day(2))

    with pytest.raises(Invalid, match=r"ETH/USDT has no candles.*leave the pair out"):
        check_spec(spec, manifest)


def test_too_many_candles_are_refused_with_a_way_out() -> None:
    huge = a_candle_file("BTC/USDT", "1m", until=datetime(2100, 1, 1, tzinfo=UTC))
    spec = a_spec(timeframe="1m", until=huge.until)

    with pytest.raises(Invalid, match=r"spans 39,\d+,\d+ candles.*longer timeframe"):
        check_spec(spec, a_manifest(huge))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"start": datetime(2020, 1, 1, tzinfo=UTC), "until": CANDLES_END},
        {"start": CANDLES_START, "until": datetime(2030, 1, 1, tzinfo=UTC)},
        {"timeframe": "1h", "timeframe_detail": "5m"},
    ],
)
def test_a_range_that_overlaps_the_candles_is_enough(changes: dict[str, Any]) -> None:
    check_spec(a_spec(**changes), a_manifest())


def test_the_child_gets_the_pairs_at_their_own_and_longer_timeframes() -> None:
    files = input_files(a_spec(timeframe="5m"), a_strategy_ref(), a_manifest())

    assert [(file.pair, file.timeframe) for file in files] == [
        ("BTC/USDT", "5m"),
        ("BTC/USDT", "1h"),
    ]


def test_shorter_candles_come_only_as_detail() -> None:
    without = input_files(a_spec(timeframe="1h"), a_strategy_ref(), a_manifest())
    detailed = a_spec(timeframe="1h", timeframe_detail="5m")

    assert [file.timeframe for file in without] == ["1h"]
    assert len(input_files(detailed, a_strategy_ref(), a_manifest())) == 2


def test_pairs_named_in_the_code_come_too_if_they_are_there() -> None:
    strategy = a_strategy_ref(pairs_named=("ETH/USDT", "NOT/THERE"))

    files = input_files(a_spec(), strategy, a_manifest())

    assert {file.pair for file in files} == {"BTC/USDT", "ETH/USDT"}


def test_futures_bring_marks_and_funding_and_no_spot_candles() -> None:
    manifest = a_manifest(
        a_candle_file(PAIR, "5m", candle_type=CandleType.FUTURES),
        a_candle_file(PAIR, "1h", candle_type=CandleType.MARK),
        a_candle_file(PAIR, "8h", candle_type=CandleType.FUNDING_RATE),
        a_candle_file("BTC/USDT", "5m"),
    )
    spec = a_spec(pairs=(PAIR,), trading_mode=TradingMode.FUTURES)

    files = input_files(spec, a_strategy_ref(), manifest)

    check_spec(spec, manifest)
    assert {file.candle_type for file in files} == {
        CandleType.FUTURES,
        CandleType.MARK,
        CandleType.FUNDING_RATE,
    }


def parts_of(file: CandleFile, *starts: int) -> CandleFile:
    """Give a file slices that begin at these days of January."""
    pieces = [
        Slice(start=day(start), offset=100 * (place + 1), size_bytes=100, sha256=f"{place}" * 64)
        for place, start in enumerate(starts)
    ]
    head = Piece(offset=8, size_bytes=92, sha256="f" * 64)
    return file.model_copy(update={"parts": Slices(head=head, slices=pieces)})


def test_of_a_long_file_what_comes_before_the_startup_candles_is_left_out() -> None:
    # 5,000 candles of 5m are 17.4 days.
    file = parts_of(a_candle_file("BTC/USDT", "5m"), 1, 4, 7, 10, 20, 25, 28)

    spans = spans_of(a_spec(start=day(25), until=day(26)), file)

    assert [span.offset for span in spans] == [8, 300, 400, 500, 600]


def test_a_longer_timeframe_needs_more_days_before() -> None:
    file = parts_of(a_candle_file("BTC/USDT", "1h"), 1, 4, 7, 10, 20, 25, 28)

    assert spans_of(a_spec(start=day(25), until=day(26)), file) == []


def test_of_an_exchange_that_may_allow_more_startup_candles_all_is_fetched() -> None:
    file = parts_of(a_candle_file("BTC/USDT", "5m"), 1, 4, 7, 10, 20, 25, 28)

    assert spans_of(a_spec(exchange="bitfinex", start=day(25), until=day(26)), file) == []


def test_what_no_slices_are_known_of_is_fetched_whole() -> None:
    assert spans_of(a_spec(), a_candle_file("BTC/USDT", "5m")) == []
