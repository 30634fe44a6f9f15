"""Brings what a revision changed into BigQuery: rows are added, none is ever changed.

    <exchange>/warehouse.json                               {"revision"}: what was loaded last
    <exchange>/warehouse/<revision>/<load>/<n>.parquet      rows, in loads of at most 3,650 days
    <exchange>/warehouse/<revision>/series.jsonl            the revision's files
    <exchange>/warehouse/<revision>/findings.jsonl          what cleaning found in them

Killed at any place it is run again: objects are created once, a load has its name once, and the pointer moves when all
loads are through. Rows that come twice all the same are one in the view `current_candles`.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

import pandas as pd

from candlewick.errors import Conflict, NotFound
from candlewick.market_data import feather
from candlewick.market_data.manifest import CandleFile, CandleType, Manifest, files_by_name
from candlewick.market_data.publishing import (
    JSON,
    create,
    pointer_to,
    read_manifest,
    read_pointer,
)
from candlewick.market_data.warehouse.rows import changes, finding_lines, parquet, series_lines
from candlewick.objects import ObjectStore

_PARQUET: Final = "application/vnd.apache.parquet"
_LINES: Final = "application/x-ndjson"
_NOTHING: Final = "0" * 64


class Tables(Protocol):
    """Where rows are added."""

    def load(self, table: str, objects: list[str], *, name: str) -> None:
        """Add the rows of Parquet or JSON objects of the candles' bucket to a table; once for each `name`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load did; `revision` is what the tables now hold."""

    revision: str
    rows: int
    files: int


def load(store: ObjectStore, tables: Tables, exchange: str) -> Loaded:
    """Load what changed since the last load; `NotFound` when the exchange has no candles."""
    revision, manifest = _current(store, exchange)
    before, generation = _loaded(store, exchange)
    if before == revision:
        return Loaded(revision=revision, rows=0, files=0)
    old = files_by_name(None if before == _NOTHING else read_manifest(store, exchange, before))
    changed = [file for file in _with_prices(manifest) if not _same(old.get(file.file_name), file)]
    folder = f"{exchange}/warehouse/{revision}"
    objects: dict[int, list[str]] = defaultdict(list)
    rows = 0
    for number, file in enumerate(changed):
        found = changes(_frame(store, old.get(file.file_name)), _frame_of(store, file))
        rows += len(found)
        for part, data in parquet(found, file, revision, manifest):
            name = f"{folder}/{part}/{number}.parquet"
            create(store, name, data, _PARQUET)
            objects[part].append(name)
    _load_all(store, tables, _Step(exchange, before, revision), objects, manifest)
    _move(store, exchange, revision, generation)
    return Loaded(revision=revision, rows=rows, files=len(changed))


@dataclass(frozen=True, slots=True)
class _Step:
    exchange: str
    before: str
    revision: str

    def name(self, what: str) -> str:
        return f"{what}-{self.exchange}-{self.before[:16]}-{self.revision[:16]}"


def _load_all(
    store: ObjectStore,
    tables: Tables,
    step: _Step,
    objects: dict[int, list[str]],
    manifest: Manifest,
) -> None:
    for part, names in sorted(objects.items()):
        tables.load("candles", names, name=step.name(f"candles-{part}"))
    folder = f"{step.exchange}/warehouse/{step.revision}"
    lines = {
        "series": series_lines(step.revision, manifest),
        "findings": finding_lines(step.revision, manifest),
    }
    for table, data in lines.items():
        if data:  # an empty file has nothing to load
            create(store, f"{folder}/{table}.jsonl", data, _LINES)
            tables.load(table, [f"{folder}/{table}.jsonl"], name=step.name(table))


def _move(store: ObjectStore, exchange: str, revision: str, generation: int) -> None:
    """Say what was loaded. Whoever was quicker has loaded the same or more; the next load goes on from there."""
    pointer, name = pointer_to(revision), _pointer(exchange)
    with suppress(Conflict):
        store.replace_generation(name, pointer, content_type=JSON, generation=generation)


def _current(store: ObjectStore, exchange: str) -> tuple[str, Manifest]:
    try:
        revision, _ = read_pointer(store, f"{exchange}/current.json")
    except NotFound as error:
        raise NotFound(f"There are no candles of an exchange {exchange}.") from error
    return revision, read_manifest(store, exchange, revision)


def _loaded(store: ObjectStore, exchange: str) -> tuple[str, int]:
    try:
        return read_pointer(store, _pointer(exchange))
    except NotFound:
        return _NOTHING, 0


def _pointer(exchange: str) -> str:
    return f"{exchange}/warehouse.json"


def _with_prices(manifest: Manifest) -> Iterator[CandleFile]:
    # Funding rates have other columns; they stay in their files.
    yield from (file for file in manifest.files if file.candle_type is not CandleType.FUNDING_RATE)


def _same(old: CandleFile | None, new: CandleFile) -> bool:
    return old is not None and old.sha256 == new.sha256


def _frame(store: ObjectStore, file: CandleFile | None) -> pd.DataFrame | None:
    return None if file is None else _frame_of(store, file)


def _frame_of(store: ObjectStore, file: CandleFile) -> pd.DataFrame:
    return feather.read(store.read(file.object_name), feather.OHLCV)
