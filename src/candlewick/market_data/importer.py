"""Brings candle files into the store: checked, content-addressed, under a new revision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from candlewick.errors import Invalid
from candlewick.market_data import feather
from candlewick.market_data.cleaning.models import Found
from candlewick.market_data.cleaning.pipeline import clean
from candlewick.market_data.derived import derived_from_frames
from candlewick.market_data.describing import candle_file
from candlewick.market_data.manifest import (
    TRADED,
    CandleFile,
    CandleType,
    Manifest,
    QualityNote,
)
from candlewick.market_data.publishing import (
    FEATHER,
    create,
    known_markets,
    publish,
    raw_object,
    store_json,
    with_files,
)
from candlewick.market_data.timeframes import Series, duration, series_of
from candlewick.market_data.validation import problems
from candlewick.objects import ObjectStore, sha256_hex

_MAX_PROBLEMS_SHOWN: Final = 20

OnFile = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What an import says about an exchange's candles.

    Attributes:
        markets: ccxt market structures by symbol; pairs without one get a derived one.
        leverage_tiers: ccxt leverage tiers by symbol, for futures.
    """

    exchange: str
    title: str
    note: str
    simulated: bool = False
    markets: Mapping[str, Any] = field(default_factory=dict)
    leverage_tiers: Mapping[str, Any] | None = None
    cleans: bool = False  # candles are cleaned first, and kept as they came besides


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did."""

    manifest: Manifest
    revision: str
    changed: bool
    files_stored: int
    derived_markets: tuple[str, ...]


def files_in(folder: Path) -> dict[str, Path]:
    """Return a Freqtrade data folder's candle files by their name in it; trades are left alone."""
    if not folder.is_dir():
        raise Invalid(f"{folder} is no folder.")
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.glob("*.feather"))}
    for path in sorted(folder.glob("futures/*.feather")):
        found[path.relative_to(folder).as_posix()] = path
    candles = {name: path for name, path in found.items() if not name.endswith("-trades.feather")}
    if not candles:
        raise Invalid(f"{folder} holds no feather files of candles.")
    return candles


def import_candles(
    store: ObjectStore,
    source: Source,
    files: Mapping[str, Callable[[], bytes]],
    *,
    now: datetime,
    on_file: OnFile = lambda _name: None,
) -> Imported:
    """Store the files beside what the exchange has; the same file name replaces.

    Nothing is stored unless every file is sound. A second import of the same changes nothing.
    """
    taken = _checked(source, files, now)
    entries = {name: found.entry(source.exchange) for name, found in taken.items()}
    stored = _store_candles(store, source.exchange, entries, taken, on_file)
    frames = _frames(taken)
    tiers = source.leverage_tiers
    place = f"{source.exchange}/leverage_tiers"
    new_tiers = None if tiers is None else store_json(store, place, dict(tiers))
    derived: tuple[str, ...] = ()

    def change(previous: Manifest | None) -> Manifest:
        nonlocal derived
        markets, derived = _markets(store, source, previous, frames)
        return Manifest(
            exchange=source.exchange,
            rules_of=previous.rules_of if previous else None,
            title=source.title,
            simulated=source.simulated,
            note=source.note,
            created_at=now,
            files=with_files(previous, entries),
            markets=store_json(store, f"{source.exchange}/markets", markets),
            leverage_tiers=new_tiers or (previous.leverage_tiers if previous else None),
            listings=previous.listings if previous else [],
        )

    published = publish(store, source.exchange, change)
    return Imported(
        manifest=published.manifest,
        revision=published.revision,
        changed=published.changed,
        files_stored=stored,
        derived_markets=derived,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A file as the store takes it; `raw` is what it was cleaned from."""

    series: Series
    data: bytes
    frame: pd.DataFrame
    raw: bytes | None = None
    notes: tuple[Found, ...] = ()

    def entry(self, exchange: str) -> CandleFile:
        raw = None if self.raw is None else sha256_hex(self.raw)
        noted = {"raw": raw, "quality": [note(each) for each in self.notes]}
        return candle_file(exchange, self.series, self.frame, self.data).model_copy(update=noted)


def _checked(
    source: Source, files: Mapping[str, Callable[[], bytes]], now: datetime
) -> dict[str, _Taken]:
    """Return every file, cleaned where that is asked for; `Invalid` names what is wrong with all of them."""
    taken: dict[str, _Taken] = {}
    wrong: list[str] = []
    for name, load in files.items():
        try:
            found = _take(source, name, load(), now)
        except Invalid as error:
            wrong.append(f"{name}: {error}")
            continue
        step = duration(found.series.timeframe)
        bad = problems(found.frame, found.series.candle_type, step, now)
        wrong += [f"{name} {problem}." for problem in bad]
        taken[name] = found
    if wrong:
        more = len(wrong) - _MAX_PROBLEMS_SHOWN
        shown = wrong[:_MAX_PROBLEMS_SHOWN] + ([f"… and {more} more."] if more > 0 else [])
        raise Invalid("Nothing was imported:\n" + "\n".join(shown))
    return taken


def _take(source: Source, name: str, data: bytes, now: datetime) -> _Taken:
    series, frame = series_of(name), feather.read(data)
    # Rates of Freqtrade's older layout lie in the columns of candles; it renames them itself when it reads them.
    is_older = series.candle_type is CandleType.FUNDING_RATE and "funding_rate" not in frame.columns
    if not source.cleans or is_older:
        return _Taken(series=series, data=data, frame=frame)
    done = clean(frame, duration(series.timeframe), now, series.candle_type)
    if done.frame.empty and done.found:
        why = ", ".join(f"{each.count:,} {each.rule.replace('_', ' ')}" for each in done.found)
        raise Invalid(f"None of its candles could be kept: {why}.")
    return _Taken(
        series=series, data=feather.write(done.frame), frame=done.frame, raw=data, notes=done.found
    )


def _frames(taken: Mapping[str, _Taken]) -> dict[str, list[pd.DataFrame]]:
    """Return the candles of each pair that is traded."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for found in taken.values():
        if found.series.candle_type in TRADED:
            frames.setdefault(found.series.pair, []).append(found.frame)
    return frames


def note(found: Found) -> QualityNote:
    """Return what a manifest says of something that cleaning found."""
    return QualityNote(rule=found.rule, action=found.action, count=found.count, at=list(found.at))


def _markets(
    store: ObjectStore,
    source: Source,
    previous: Manifest | None,
    frames: Mapping[str, list[pd.DataFrame]],
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Keep what is known, put the source's own over it, derive the rest from the candles."""
    known = known_markets(store, previous)
    known |= {symbol: dict(market) for symbol, market in source.markets.items()}
    derived = tuple(sorted(pair for pair in frames if pair not in known))
    for pair in derived:
        known[pair] = derived_from_frames(pair, frames[pair])
    return known, derived


def _store_candles(
    store: ObjectStore,
    exchange: str,
    entries: Mapping[str, CandleFile],
    taken: Mapping[str, _Taken],
    on_file: OnFile,
) -> int:
    there = set(store.names(f"{exchange}/candles/"))
    stored = 0
    for name, entry in entries.items():
        found = taken[name]
        if found.raw is not None:
            name_of_raw = raw_object(exchange, sha256_hex(found.raw), name)
            create(store, name_of_raw, found.raw, FEATHER)
        if entry.object_name not in there:
            stored += create(store, entry.object_name, found.data, FEATHER)
        on_file(name)
    return stored
