"""Offers of short backtests: over candles that are there, and nothing that runs by itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from candlewick.assistant.parts import Backtest
from candlewick.errors import Invalid
from candlewick.market_data.manifest import CandleFile, CandleType, Current

DEFAULT_DAYS = 30
MAX_DAYS = 365
_MAX_PAIRS = 5


class Catalogue(Protocol):
    def exchanges(self) -> list[str]: ...
    def current(self, exchange: str) -> Current: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is wanted; what is left out gets a default that can run."""

    exchange: str | None = None
    pairs: tuple[str, ...] = ()
    days: int | None = None
    timeframe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestOffers:
    catalogue: Catalogue

    def make(self, wanted: Offer) -> Backtest:
        """Return the backtest over the newest days that all its pairs have; `Invalid` says what is not there."""
        exchange = self._exchange(wanted.exchange)
        manifest = self.catalogue.current(exchange).manifest
        there = _files(manifest.files, wanted.timeframe)
        pairs = tuple(dict.fromkeys(wanted.pairs)) or tuple(sorted(there, key=_by_fame)[:1])
        missing = [pair for pair in pairs if pair not in there]
        if missing or not pairs:
            known = ", ".join(sorted(there)[:10]) or "none"
            raise Invalid(
                f"{exchange} has no {wanted.timeframe or ''} candles of {', '.join(missing) or 'any pair'}; "
                f"there are: {known}."
            )
        if len(pairs) > _MAX_PAIRS:
            raise Invalid(f"A short backtest has at most {_MAX_PAIRS} pairs.")
        days = DEFAULT_DAYS if wanted.days is None else wanted.days
        if not 1 <= days <= MAX_DAYS:
            raise Invalid(f"A short backtest spans 1 to {MAX_DAYS} days.")
        end = min(there[pair].until for pair in pairs)
        start = max(end - timedelta(days=days), *(there[pair].start for pair in pairs))
        return Backtest(
            exchange=exchange,
            pairs=pairs,
            start=start.isoformat(),
            end=end.isoformat(),
            is_simulated=manifest.simulated,
        )

    def _exchange(self, wanted: str | None) -> str:
        known = self.catalogue.exchanges()
        if not known:
            raise Invalid("There are no candles yet: import some first.")
        if wanted is None:
            # Some may have futures alone.
            return next((name for name in known if self._has_spot(name)), known[0])
        if wanted not in known:
            raise Invalid(f"There are no candles of {wanted[:40]}; there are: {', '.join(known)}.")
        return wanted

    def _has_spot(self, exchange: str) -> bool:
        files = self.catalogue.current(exchange).manifest.files
        return any(file.candle_type is CandleType.SPOT for file in files)


def _by_fame(pair: str) -> tuple[bool, str]:
    return not pair.startswith("BTC/"), pair


def _files(files: list[CandleFile], timeframe: str | None) -> dict[str, CandleFile]:
    """Return each pair's file of the timeframe, of the shortest one where none is named."""
    spot = [file for file in files if file.candle_type is CandleType.SPOT]
    return {
        file.pair: file
        for file in reversed(spot)
        if timeframe is None or file.timeframe == timeframe
    }
