"""Who loads an exchange's candles: one at a time, since rows that two of them add at the same time come twice.

    <exchange>/warehouse.json       {"revision", "loading"}: what was loaded, and who is at it

Whoever was killed leaves its turn behind. It ends by itself, and the next one loads the same step first, by the same
names, so that BigQuery knows what it has already.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict

from candlewick.errors import Conflict, NotFound
from candlewick.market_data.publishing import JSON
from candlewick.objects import ObjectStore

# What a store has loaded that has loaded nothing.
NOTHING: Final = "0" * 64
# Longer than any load takes; after it somebody who was killed is no longer waited for.
_LENGTH: Final = timedelta(hours=1)


class _Loading(BaseModel):
    model_config = ConfigDict(frozen=True)

    revision: str
    until: datetime


class _Pointer(BaseModel):
    model_config = ConfigDict(frozen=True)

    revision: str = NOTHING
    loading: _Loading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The right to load what leads from one revision to another."""

    exchange: str
    before: str
    revision: str
    generation: int


def take(store: ObjectStore, exchange: str, newest: str, now: datetime) -> Turn | None:
    """Return the next step to load, `None` when the newest is; `Conflict` while somebody else loads."""
    pointer, generation = _read(store, exchange)
    if pointer.revision == newest and pointer.loading is None:
        return None
    if pointer.loading is not None and pointer.loading.until > now:
        raise _busy(exchange, pointer.loading.until)
    revision = newest if pointer.loading is None else pointer.loading.revision
    claimed = _Pointer(
        revision=pointer.revision, loading=_Loading(revision=revision, until=now + _LENGTH)
    )
    try:
        generation = _write(store, exchange, claimed, generation)
    except Conflict as error:
        raise _busy(exchange, now + _LENGTH) from error
    return Turn(
        exchange=exchange, before=pointer.revision, revision=revision, generation=generation
    )


def finish(store: ObjectStore, turn: Turn) -> None:
    """Say what was loaded. Whoever took over has loaded the same, and says so too."""
    with suppress(Conflict):
        _write(store, turn.exchange, _Pointer(revision=turn.revision), turn.generation)


def give_back(store: ObjectStore, turn: Turn, now: datetime) -> None:
    """Let the next one load the same step at once."""
    left = _Pointer(revision=turn.before, loading=_Loading(revision=turn.revision, until=now))
    with suppress(Conflict):
        _write(store, turn.exchange, left, turn.generation)


def _busy(exchange: str, until: datetime) -> Conflict:
    return Conflict(
        f"Somebody else is loading candles of {exchange}, what is new included. "
        f"Try again after {until:%H:%M} UTC if it has not come."
    )


def _read(store: ObjectStore, exchange: str) -> tuple[_Pointer, int]:
    try:
        data, generation = store.read_generation(_name(exchange))
    except NotFound:
        return _Pointer(), 0
    return _Pointer.model_validate_json(data), generation


def _write(store: ObjectStore, exchange: str, pointer: _Pointer, generation: int) -> int:
    data = pointer.model_dump_json(exclude_none=True).encode()
    return store.replace_generation(_name(exchange), data, content_type=JSON, generation=generation)


def _name(exchange: str) -> str:
    return f"{exchange}/warehouse.json"
