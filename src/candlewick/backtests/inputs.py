"""Which candle files a backtest may read, and whether the store has what the user asked for."""

from collections.abc import Sequence

from candlewick.backtests.models import BacktestSpec, StrategyRef, TradingMode
from candlewick.backtests.wire import Span
from candlewick.errors import Invalid
from candlewick.market_data.manifest import CandleFile, CandleType, Manifest
from candlewick.market_data.ranges import covering
from candlewick.market_data.timeframes import duration, timeframe_minutes

_MAX_CANDLES = 30_000_000
# More startup candles than Freqtrade allows on an exchange: five of its answers. They differ widely (bitfinex: 50,000), so
# of exchanges that are not named here whole files are fetched. `test_startup_candles.py` asks Freqtrade.
MOST_STARTUP_CANDLES = {"binance": 5_000, "simulated": 5_000}


def check_spec(spec: BacktestSpec, manifest: Manifest) -> None:
    """Raise `Invalid` with a sentence that says what to change, when the store cannot serve the request."""
    kind = _kind(spec)
    if spec.start >= spec.until:
        raise Invalid(
            f"The time range is reversed or empty: it starts at {spec.start:%Y-%m-%d %H:%M} and ends at "
            f"{spec.until:%Y-%m-%d %H:%M} UTC."
        )
    files = [file for file in manifest.files if file.candle_type is kind]
    _check_timeframes(spec, sorted({file.timeframe for file in files}, key=timeframe_minutes))
    if len({pair.partition("/")[2] for pair in spec.pairs}) > 1:
        raise Invalid("All pairs must be quoted in the same currency, the one that is staked.")
    total = 0
    for pair in spec.pairs:
        total += _check_pair(spec, [file for file in files if file.pair == pair], pair)
    if total > _MAX_CANDLES:
        raise Invalid(
            f"This backtest spans {total:,} candles; at most {_MAX_CANDLES:,} are allowed. "
            "Use fewer pairs, a shorter time range or a longer timeframe."
        )


def input_files(
    spec: BacktestSpec, strategy: StrategyRef, manifest: Manifest
) -> Sequence[CandleFile]:
    """Return the files that the child gets.

    They are those of the pairs, and of the pairs that the code names, at every timeframe from the run's own
    upwards (informative timeframes) and at the detail timeframe.
    """
    pairs = {*spec.pairs, *strategy.pairs_named}
    finest = timeframe_minutes(spec.timeframe)
    kinds = {_kind(spec)}
    if spec.trading_mode is TradingMode.FUTURES:
        kinds |= {CandleType.MARK, CandleType.FUNDING_RATE}
    return [
        file
        for file in manifest.files
        if file.pair in pairs
        and file.candle_type in kinds
        and (
            timeframe_minutes(file.timeframe) >= finest
            or file.timeframe == spec.timeframe_detail
            or file.candle_type is not _kind(spec)
        )
    ]


def spans_of(spec: BacktestSpec, file: CandleFile) -> list[Span]:
    """Return the parts of a file that the run needs; an empty list when the whole is better fetched at once.

    Before its start Freqtrade reads no more than the startup candles.
    """
    startup = MOST_STARTUP_CANDLES.get(spec.exchange)
    if file.parts is None or startup is None or file.candle_type is not _kind(spec):
        return []
    step, pieces = duration(file.timeframe), file.parts.slices
    start = spec.start - startup * step
    places = covering(pieces, start, spec.until + step)
    if not places or 4 * len(places) > 3 * len(pieces):
        return []
    wanted = [file.parts.head, *pieces[places.start : places.stop]]
    return [
        Span(offset=piece.offset, size_bytes=piece.size_bytes, sha256=piece.sha256)
        for piece in wanted
    ]


def _kind(spec: BacktestSpec) -> CandleType:
    return CandleType.FUTURES if spec.trading_mode is TradingMode.FUTURES else CandleType.SPOT


def _check_timeframes(spec: BacktestSpec, known: list[str]) -> None:
    wanted = [spec.timeframe, *([spec.timeframe_detail] if spec.timeframe_detail else [])]
    for timeframe in wanted:
        if timeframe not in known:
            available = ", ".join(known) or "nothing in this trading mode"
            raise Invalid(
                f"{spec.exchange} has no {timeframe} candles here; available: {available}."
            )
    if spec.timeframe_detail and timeframe_minutes(spec.timeframe_detail) >= timeframe_minutes(
        spec.timeframe
    ):
        raise Invalid("The detail timeframe must be shorter than the timeframe.")


def _check_pair(spec: BacktestSpec, files: list[CandleFile], pair: str) -> int:
    if not files:
        raise Invalid(
            f"{pair} is not available on {spec.exchange}; see the market-data pages for the pairs that are."
        )
    file = next((file for file in files if file.timeframe == spec.timeframe), None)
    if file is None:
        raise Invalid(f"{pair} has no {spec.timeframe} candles on {spec.exchange}.")
    overlap = min(spec.until, file.until) - max(spec.start, file.start)
    candles = int(overlap.total_seconds() // 60 // timeframe_minutes(spec.timeframe))
    if candles < 1:
        raise Invalid(
            f"{pair} has no candles in this time range: its {spec.timeframe} candles span "
            f"{file.start:%Y-%m-%d} to {file.until:%Y-%m-%d}. Change the range or leave the pair out."
        )
    return candles
