"""Timeframes as ccxt spells them, and Freqtrade's file names."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from candlewick.errors import Invalid
from candlewick.market_data.manifest import CandleType

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK = timedelta(weeks=1)
_FIRST_MONDAY = timedelta(days=4)
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_TIMEFRAME = re.compile(r"^([1-9]\d{0,2})([mhdw])$")
_FILE_NAME = re.compile(
    r"^(?P<folder>futures/)?(?P<pair>[A-Z0-9]+_[A-Z0-9]+(?:_[A-Z0-9]+)?)"
    r"-(?P<timeframe>\d+[a-zA-Z]+)(?:-(?P<type>futures|mark|funding_rate))?\.feather$"
)


def duration(timeframe: str) -> timedelta:
    """Return how long a candle lasts: `5m`, `1h`, `1d`, `1w`."""
    match = _TIMEFRAME.match(timeframe)
    if match is None:
        raise Invalid(f"{timeframe} is no timeframe; write it as 5m, 1h, 1d or 1w.")
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def origin(step: timedelta) -> timedelta:
    """Return since when after 1970 began candles follow each other: weeks begin on Mondays, and 1970 on a Thursday."""
    return _FIRST_MONDAY if step % _WEEK == timedelta(0) else timedelta(0)


def floor(moment: datetime, step: timedelta) -> datetime:
    """Return when the candle begins in which a moment lies."""
    first = _EPOCH + origin(step)
    return first + (moment - first) // step * step


def timeframe_minutes(timeframe: str) -> int:
    return int(duration(timeframe).total_seconds()) // 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What a candle file is about."""

    pair: str
    timeframe: str
    candle_type: CandleType

    @property
    def title(self) -> str:
        """As users read it; of what is traded the pair's name says which it is."""
        words = {CandleType.MARK: " mark prices", CandleType.FUNDING_RATE: " funding rates"}
        return f"{self.pair} {self.timeframe}{words.get(self.candle_type, '')}"

    @property
    def file_name(self) -> str:
        stem = f"{self.pair.replace('/', '_').replace(':', '_')}-{self.timeframe}"
        if self.candle_type is CandleType.SPOT:
            return f"{stem}.feather"
        return f"futures/{stem}-{self.candle_type}.feather"


def series_of(file_name: str) -> Series:
    """Read a file's name as Freqtrade gives it, with `futures/` before all but spot."""
    match = _FILE_NAME.match(file_name)
    if match is None or (match["folder"] is None) != (match["type"] is None):
        raise Invalid(
            f"{file_name} is not named as Freqtrade names candles: BTC_USDT-5m.feather, or "
            "futures/BTC_USDT_USDT-5m-futures.feather."
        )
    duration(match["timeframe"])
    return Series(
        pair=match["pair"].replace("_", "/", 1).replace("_", ":", 1),
        timeframe=match["timeframe"],
        candle_type=CandleType(match["type"] or "spot"),
    )
