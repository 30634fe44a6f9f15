"""Markets derived from a folder of Freqtrade's candle files."""

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candlewick.errors import Invalid
from candlewick.market_data import feather
from candlewick.market_data.markets import derived_market
from candlewick.market_data.timeframes import series_of

if TYPE_CHECKING:
    import pandas as pd

_PRICES = ("open", "high", "low", "close")


def derived_from_folder(folder: Path, candle_type: str) -> dict[str, dict[str, Any]]:
    """Return a conservative market for every pair that has candles of the type (spot, futures)."""
    pattern = "*.feather" if candle_type == "spot" else f"futures/*-{candle_type}.feather"
    frames: dict[str, list[pd.DataFrame]] = defaultdict(list)
    for path in sorted(folder.glob(pattern)):
        try:
            series = series_of(path.relative_to(folder).as_posix())
        except Invalid:
            continue  # other files of Freqtrade's lie there too
        frames[series.pair].append(feather.read(path.read_bytes(), feather.OHLCV))
    return {pair: dict(derived_from_frames(pair, found)) for pair, found in frames.items()}


def derived_from_frames(pair: str, frames: "list[pd.DataFrame]") -> dict[str, Any]:
    """Return a conservative market from a pair's candles."""
    prices = [frame[name].to_numpy() for frame in frames for name in _PRICES]
    volumes = [frame["volume"].to_numpy() for frame in frames]
    return dict(derived_market(pair, prices, volumes))
