"""Finds the candles of a preview in the store: the window, its warm-up, and those of informatives."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from candlewick.backtests.models import TradingMode
from candlewick.errors import Invalid, NotFound
from candlewick.market_data.manifest import CandleFile, CandleType, Current, Manifest
from candlewick.market_data.store import CandleStore, find_files
from candlewick.market_data.timeframes import duration
from candlewick.previews.models import Wanted
from candlewick.specs.models import Informative

_CANDLE_TYPES = {TradingMode.SPOT: CandleType.SPOT, TradingMode.FUTURES: CandleType.FUTURES}
_PRICES = ["open", "high", "low", "close"]


@dataclass(frozen=True, slots=True)
class Candles:
    """The candles that one preview may read; `warm_up` of each timeframe come before the window."""

    store: CandleStore
    wanted: Wanted
    current: Current
    warm_up: int

    @property
    def revision(self) -> str:
        return self.current.revision

    @property
    def manifest(self) -> Manifest:
        return self.current.manifest

    def own(self) -> pd.DataFrame:
        """Return the window of the pair, with as much warm-up before it as there is."""
        return self._frame(self._own_file())

    def of(self, informative: Informative, path: str) -> pd.DataFrame:
        """Return an informative's candles; `Invalid` at its path when there are none."""
        timeframe, pair = informative.timeframe, self._pair(informative)
        file = self._file(pair, timeframe, path)
        found = self._frame(file)
        if found.empty:
            message = f"{self.manifest.title} has no {timeframe} candles for {pair} by then."
            raise Invalid(message, fields=((f"{path}.timeframe", message),))
        return found

    def window(self) -> tuple[datetime, datetime]:
        """Return when the window's first candle opens, and when its last one closes."""
        file, step = self._own_file(), duration(self.wanted.spec.timeframe)
        until = file.until if self.wanted.until is None else self.wanted.until
        dates = self.store.frame(file)["date"]
        before = int(dates.searchsorted(until))
        if before == 0:
            message = f"There are no candles before {until:%Y-%m-%d %H:%M}. Choose a later time."
            raise Invalid(message, fields=(("end", message),))
        last = dates.iloc[before - 1].to_pydatetime()
        return last - step * (self.wanted.candles - 1), last + step

    def tick_size(self) -> float | None:
        """Return the step in which the pair's prices moved at the window's end, where it is known."""
        return self._own_file().tick_size_before(self.window()[1])

    @property
    def _candle_type(self) -> CandleType:
        return _CANDLE_TYPES[self.wanted.trading_mode]

    def _own_file(self) -> CandleFile:
        wanted = self.wanted
        return self._file(wanted.pair, wanted.spec.timeframe, "")

    def _file(self, pair: str, timeframe: str, path: str) -> CandleFile:
        """Return a file; `Invalid` at the block that names a pair or a timeframe without candles."""
        try:
            (file,) = find_files(self.manifest, [pair], timeframe, self._candle_type)
        except NotFound as error:
            files = [file for file in self.manifest.files if file.candle_type is self._candle_type]
            others = sorted({file.timeframe for file in files if file.pair == pair}, key=duration)
            if not path and not others:
                raise
            advice = f"Choose one of {', '.join(others)}." if others else "Choose another pair."
            field = ".".join(filter(None, [path, "timeframe" if others else "pair"]))
            message = f"{error} {advice}"
            raise Invalid(message, fields=((field, message),)) from error
        return file

    def _pair(self, informative: Informative) -> str:
        if informative.pair is None:
            return self.wanted.pair
        stake = self.wanted.pair.partition("/")[2].partition(":")[0]
        return informative.pair.format(stake=stake)

    def _frame(self, file: CandleFile) -> pd.DataFrame:
        start, until = self.window()
        frame = self.store.frame(file)
        begin = start - duration(file.timeframe) * self.warm_up
        first, last = (int(frame["date"].searchsorted(moment)) for moment in (begin, until))
        return _filled(frame.iloc[first:last], duration(file.timeframe))


def find_candles(store: CandleStore, wanted: Wanted, warm_up: int) -> Candles:
    if wanted.revision is None:
        current = store.current(wanted.exchange)
    else:
        manifest = store.revision(wanted.exchange, wanted.revision)
        current = Current(revision=wanted.revision, manifest=manifest)
    return Candles(store, wanted, current, warm_up)


def _filled(frame: pd.DataFrame, step: timedelta) -> pd.DataFrame:
    """Return the candles without gaps, filled as Freqtrade does: at the price before, without volume."""
    if len(frame) < 2 or not (frame["date"].diff().iloc[1:] > step).any():  # noqa: PLR2004 - a gap lies between two
        return frame.reset_index(drop=True)
    dates = pd.date_range(frame["date"].iloc[0], frame["date"].iloc[-1], freq=step, name="date")
    whole = frame.set_index("date").reindex(dates)
    whole["close"] = whole["close"].ffill()
    for name in _PRICES:
        whole[name] = whole[name].fillna(whole["close"])
    whole["volume"] = whole["volume"].fillna(0.0)
    return whole.reset_index()
