"""Brings what a revision changed into BigQuery: rows are added, none is ever changed.

    <exchange>/warehouse/<revision>/<load>/<n>.parquet      rows, in loads of at most 3,650 days
    <exchange>/warehouse/<revision>/series.jsonl            the revision's files
    <exchange>/warehouse/<revision>/findings.jsonl          what cleaning found in them

Killed at any place it is run again: objects are created once, a load has its name once, and `warehouse.json` moves when
all loads are through (`turn.py`). Rows that come twice all the same are one in the view `current_candles`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

import pandas as pd

from candlewick.errors import Conflict
from candlewick.market_data import feather
from candlewick.market_data.manifest import CandleFile, CandleType, Manifest, files_by_name
from candlewick.market_data.publishing import create, newest_revision, read_manifest
from candlewick.market_data.warehouse.rows import changes, finding_lines, parquet, series_lines
from candlewick.market_data.warehouse.turn import NOTHING, Turn, finish, give_back, take
from candlewick.objects import ObjectStore

_PARQUET: Final = "application/vnd.apache.parquet"
_LINES: Final = "application/x-ndjson"


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


def _now() -> datetime:
    return datetime.now(UTC)


def load(
    store: ObjectStore,
    tables: Tables,
    exchange: str,
    *,
    clock: Callable[[], datetime] = _now,
) -> Loaded:
    """Load what changed since the last load; `NotFound` when the exchange has no candles, `Conflict` while another loads.

    What is published meanwhile, by whoever found this one loading, is loaded too.
    """
    rows = files = 0
    done: Turn | None = None
    while True:
        newest = newest_revision(store, exchange)
        try:
            turn = take(store, exchange, newest, clock())
        except Conflict:
            if done is None:
                raise
            turn = None
        if turn is None:
            revision = newest if done is None else done.revision
            return Loaded(revision=revision, rows=rows, files=files)
        try:
            found = _load_step(store, tables, turn)
        except BaseException:
            give_back(store, turn, clock())
            raise
        finish(store, turn)
        done, rows, files = turn, rows + found.rows, files + found.files


def _load_step(store: ObjectStore, tables: Tables, turn: Turn) -> Loaded:
    exchange, revision = turn.exchange, turn.revision
    manifest = read_manifest(store, exchange, revision)
    old = files_by_name(
        None if turn.before == NOTHING else read_manifest(store, exchange, turn.before)
    )
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
    _load_all(store, tables, turn, objects, manifest)
    return Loaded(revision=revision, rows=rows, files=len(changed))


def _load_all(
    store: ObjectStore,
    tables: Tables,
    turn: Turn,
    objects: dict[int, list[str]],
    manifest: Manifest,
) -> None:
    for part, names in sorted(objects.items()):
        tables.load("candles", names, name=_job(turn, f"candles-{part}"))
    folder = f"{turn.exchange}/warehouse/{turn.revision}"
    lines = {
        "series": series_lines(turn.revision, manifest),
        "findings": finding_lines(turn.revision, manifest),
    }
    for table, data in lines.items():
        if data:  # an empty file has nothing to load
            create(store, f"{folder}/{table}.jsonl", data, _LINES)
            tables.load(table, [f"{folder}/{table}.jsonl"], name=_job(turn, table))


def _job(turn: Turn, what: str) -> str:
    return f"{what}-{turn.exchange}-{turn.before[:16]}-{turn.revision[:16]}"


def _with_prices(manifest: Manifest) -> Iterator[CandleFile]:
    # Funding rates have other columns; they stay in their files.
    yield from (file for file in manifest.files if file.candle_type is not CandleType.FUNDING_RATE)


def _same(old: CandleFile | None, new: CandleFile) -> bool:
    return old is not None and old.sha256 == new.sha256


def _frame(store: ObjectStore, file: CandleFile | None) -> pd.DataFrame | None:
    return None if file is None else _frame_of(store, file)


def _frame_of(store: ObjectStore, file: CandleFile) -> pd.DataFrame:
    return feather.read(store.read(file.object_name), feather.OHLCV)
