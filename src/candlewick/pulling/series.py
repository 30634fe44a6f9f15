"""One series: what is missing is downloaded, cleaned, checked, put onto what is known, and stored."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import pandas as pd

from candlewick.errors import Invalid
from candlewick.market_data import feather
from candlewick.market_data.cleaning.models import Action, Found, Rule, found
from candlewick.market_data.cleaning.pipeline import clean, disagreements, resampled
from candlewick.market_data.describing import candle_file
from candlewick.market_data.importer import note
from candlewick.market_data.manifest import (
    TRADED,
    CandleFile,
    CandleType,
    Gap,
    QualityNote,
    TickSize,
)
from candlewick.market_data.publishing import FEATHER, create, raw_object
from candlewick.market_data.ticks import tick_sizes
from candlewick.market_data.timeframes import Series, duration, floor
from candlewick.market_data.validation import coverage, problems
from candlewick.objects import ObjectStore, sha256_hex
from candlewick.pulling.merging import Merged, merge, quality

# Candles that are asked for again each time: exchanges correct their newest ones.
_ASKED_AGAIN: Final = 100
# A gap as young as this may still be filled by its exchange.
_YOUNG: Final = timedelta(days=7)
_MOST_GAPS: Final = 50
_BEFORE: Final = 500
# The downloader drops the last candle that it finds and goes on from the one before.
_ANCHOR: Final = 2


class NothingYet(Invalid):
    """There are no candles; `is_young`: because the first one is not over."""

    def __init__(self, message: str, *, is_young: bool) -> None:
        super().__init__(message)
        self.is_young = is_young


class Candles(Protocol):
    """An exchange, as `Downloader` gives it."""

    def download(
        self, series: Series, since: datetime, until: datetime, known: pd.DataFrame | None = None
    ) -> pd.DataFrame: ...
    def ask_again(self, series: Series, gap: Gap) -> pd.DataFrame: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a series goes."""

    store: ObjectStore
    exchange: str
    series: Series

    def frame(self, file: CandleFile) -> pd.DataFrame:
        return feather.read(self.store.read(file.object_name))


@dataclass(slots=True, kw_only=True)
class Pulled:
    """What a pull brought for a series, ready to be put onto whatever the newest revision has.

    Attributes:
        fresh: the clean candles that were downloaded.
        found: what cleaning did.
        raw: the hash of the download as it came.
        asked_since: from when on.
        shorter: shorter candles of the pair, if there are any, to compare with.
        frame: all candles, after `onto`.
    """

    place: Place
    fresh: pd.DataFrame
    found: tuple[Found, ...]
    raw: str
    asked_since: datetime
    shorter: pd.DataFrame | None = field(default=None, repr=False)
    shorter_step: timedelta | None = None
    frame: pd.DataFrame | None = field(default=None, repr=False)
    added: int = 0
    changed: int = 0
    _onto: str | None = None
    _made: CandleFile | None = None

    def onto(self, known: CandleFile | None) -> CandleFile:
        """Store the candles put onto a file, and return what the manifest says of it."""
        base = None if known is None else known.sha256
        if self._made is None or base != self._onto:
            self._made, self._onto = self._put(known), base
        return self._made

    def compare_with(self, shorter: "Pulled | None") -> None:
        """Have these candles compared with those that the pair's shorter ones make."""
        if shorter is None or shorter.frame is None:
            return
        step = duration(shorter.place.series.timeframe)
        if duration(self.place.series.timeframe) % step == timedelta(0):
            self.shorter, self.shorter_step = shorter.frame, step

    def forget(self) -> None:
        """Let the many candles go that nobody compares with any more."""
        self.frame = self.shorter = None

    def _put(self, known: CandleFile | None) -> CandleFile:
        before = None if known is None else self.place.frame(known)
        merged = merge(before, self.fresh, self.place.series.candle_type)
        self.frame, self.added = merged.frame, merged.added
        self.changed = 0 if merged.changed is None else merged.changed.count
        if known is not None and not merged.is_news:
            return known.model_copy(update={**self._asked(known), **_steps(known, merged.frame)})
        series = self.place.series
        data = feather.write(merged.frame)
        file = candle_file(self.place.exchange, series, merged.frame, data)
        create(self.place.store, file.object_name, data, FEATHER)
        return file.model_copy(
            update={
                "raw": self.raw,
                "quality": self._quality(known, merged),
                **self._asked(known),
            }
        )

    def _asked(self, known: CandleFile | None) -> dict[str, datetime]:
        earlier = None if known is None else known.asked_since
        return {
            "asked_since": self.asked_since if earlier is None else min(earlier, self.asked_since)
        }

    def _quality(self, known: CandleFile | None, merged: Merged) -> list[QualityNote]:
        before = [] if known is None else known.quality
        found = (*self.found, merged.changed)
        notes = quality(merged.frame, before, found, self.place.series.candle_type)
        if self.shorter is None:
            return [*notes, *(each for each in before if each.rule == Rule.RESAMPLED)]
        differing = self._differing(merged.frame)
        return [*notes, *([] if differing is None else [note(differing)])]

    def _differing(self, frame: pd.DataFrame) -> Found | None:
        if self.shorter is None or self.shorter_step is None:
            return None
        longer = duration(self.place.series.timeframe)
        made = resampled(self.shorter, self.shorter_step, longer)
        return found(Rule.RESAMPLED, Action.FLAGGED, disagreements(frame, made))


def _steps(known: CandleFile, frame: pd.DataFrame) -> dict[str, list[TickSize]]:
    """Return the tick sizes of a file from before manifests held them."""
    is_told = known.candle_type not in TRADED or known.tick_sizes is not None
    return {} if is_told else {"tick_sizes": tick_sizes(frame)}


def pull_series(
    place: Place, known: CandleFile | None, exchange: Candles, *, since: datetime, now: datetime
) -> Pulled:
    """Download what is missing of a series, and keep it under `raw/` as it came.

    Raises:
        Unavailable: the exchange did not give all that it was asked for.
        NothingYet: it has no candles that are over.
        Invalid: what it gave are no candles.
    """
    series = place.series
    came = _together(
        part
        for span in _spans(place, known, since, now)
        for part in _downloaded(series, span, exchange)
    )
    cleaned = clean(came, duration(series.timeframe), now, series.candle_type)
    if not cleaned.frame.empty:
        _check(series, cleaned.frame, now)
    elif known is None:
        words = f"The exchange has no finished candles since {since:%Y-%m-%d}."
        raise NothingYet(words, is_young=not came.empty)
    raw = feather.write(came)
    digest = sha256_hex(raw)
    create(place.store, raw_object(place.exchange, digest, series.file_name), raw, FEATHER)
    return Pulled(
        place=place, fresh=cleaned.frame, found=cleaned.found, raw=digest, asked_since=since
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A stretch of candles to be downloaded; `anchor`: those that the downloader goes on from."""

    since: datetime
    until: datetime
    anchor: pd.DataFrame | None = field(default=None, repr=False)


def _spans(place: Place, known: CandleFile | None, since: datetime, now: datetime) -> list[_Span]:
    if known is None:
        return [_Span(since=since, until=now)]
    # What lies before may not have been asked for yet.
    is_asked = known.asked_since is not None and known.asked_since <= since
    before = [] if is_asked or known.start <= since else [_Span(since=since, until=known.start)]
    frame = place.frame(known)
    anchor = frame[frame["date"] < _cut(known, now)].tail(_ANCHOR).reset_index(drop=True)
    if len(anchor) < _ANCHOR:
        return [*before, _Span(since=known.start, until=now)]
    return [*before, _Span(since=since, until=now, anchor=anchor)]


def _cut(known: CandleFile, now: datetime) -> datetime:
    """Return from where on candles are asked for again."""
    step = duration(known.timeframe)
    young = [gap.start for gap in known.gaps if gap.start > now - _YOUNG]
    return min([known.until - _ASKED_AGAIN * step, *young])


def _downloaded(series: Series, span: _Span, exchange: Candles) -> list[pd.DataFrame]:
    """Download a span; what is missing in it is asked for once more, for answers may be cut short."""
    frame = exchange.download(series, span.since, span.until, span.anchor)
    frame = frame[frame["date"] < span.until]
    if frame.empty:
        return [frame]
    step = duration(series.timeframe)
    reach = coverage(frame["date"].drop_duplicates().sort_values(), step, series.candle_type)
    # Funding rates are due every few hours, and there when they are due.
    is_rate = series.candle_type is CandleType.FUNDING_RATE
    due = reach.until - step + reach.interval
    end = floor(span.until, step) + (step if is_rate else timedelta(0))
    gaps = [*reach.gaps[-_MOST_GAPS:], _gap(due, end, step)]
    if span.anchor is None:
        # There may be years without a market before: one call's worth shows whether there are.
        gaps.append(_gap(max(span.since, reach.start - _BEFORE * step), reach.start, step))
    return [frame, *(exchange.ask_again(series, gap) for gap in gaps if gap.candles > 0)]


def _together(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Put downloads together in time's order; of one time the later download comes later."""
    given = list(parts)
    whole = pd.concat([part for part in given if not part.empty] or given[:1])
    return whole.sort_values("date", kind="stable").drop_duplicates().reset_index(drop=True)


def _gap(start: datetime, until: datetime, step: timedelta) -> Gap:
    return Gap(start=start, until=until, candles=(until - start) // step)


def _check(series: Series, frame: pd.DataFrame, now: datetime) -> None:
    wrong = problems(frame, series.candle_type, duration(series.timeframe), now)
    if wrong:
        raise Invalid(f"{series.file_name} {'; '.join(wrong)}.")
