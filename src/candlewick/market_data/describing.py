"""What a manifest says of a candle file: all of it follows from the candles."""

import pandas as pd

from candlewick.market_data import slices
from candlewick.market_data.manifest import TRADED, CandleFile
from candlewick.market_data.publishing import candle_object
from candlewick.market_data.ticks import tick_sizes
from candlewick.market_data.timeframes import Series, duration
from candlewick.market_data.validation import coverage
from candlewick.objects import sha256_hex


def candle_file(exchange: str, series: Series, frame: pd.DataFrame, data: bytes) -> CandleFile:
    """Describe a file.

    Args:
        exchange: whose candles they are.
        series: what they are about.
        frame: the candles, sound as `validation` wants them.
        data: the same as the file's bytes.
    """
    reach = coverage(frame["date"], duration(series.timeframe), series.candle_type)
    digest = sha256_hex(data)
    return CandleFile(
        pair=series.pair,
        timeframe=series.timeframe,
        candle_type=series.candle_type,
        file_name=series.file_name,
        object_name=candle_object(exchange, digest, series.file_name),
        sha256=digest,
        size_bytes=len(data),
        candles=len(frame),
        start=reach.start,
        until=reach.until,
        gaps=reach.gaps,
        missing_candles=reach.missing_candles,
        parts=slices.find(data),
        tick_sizes=tick_sizes(frame) if series.candle_type in TRADED else None,
    )
