"""The bot's state as one object: Freqtrade's database compressed, and before it what the supervisor keeps.

    skippable frame of Zstandard: the supervisor's checkpoint as JSON
    frame of Zstandard: the SQLite database

Every Zstandard tool reads the object as the database alone.
"""

import asyncio
import logging
import struct
from typing import Final

import zstandard

from candlewick.bots.wire import MAX_STATE_BYTES
from live_bot.errors import EventsUnavailable
from live_bot.events import Events
from live_bot.ledger import Checkpoint
from live_bot.points import reach

log = logging.getLogger(__name__)

_SKIPPABLE: Final = 0x184D2A50
_HEADER: Final = struct.Struct("<II")
MAX_DATABASE_BYTES: Final = 256 * 1024 * 1024
_TRIES: Final = 5
_PAUSE_S: Final = 1.0


class StateDamaged(Exception):
    """What was stored is no state of a bot."""


def packed(database: bytes, checkpoint: Checkpoint) -> bytes:
    """Return the object; `ValueError` when it would be larger than may be stored."""
    kept = checkpoint.model_dump_json(by_alias=True).encode()
    content = _HEADER.pack(_SKIPPABLE, len(kept)) + kept + zstandard.compress(database)
    if len(content) > MAX_STATE_BYTES:
        raise ValueError("The bot's database is too large to be stored.")
    return content


def unpacked(content: bytes) -> tuple[bytes, Checkpoint]:
    """Return database and checkpoint."""
    try:
        magic, size = _HEADER.unpack_from(content)
        start = _HEADER.size + size
        if magic != _SKIPPABLE:
            start, checkpoint = 0, Checkpoint()
        else:
            checkpoint = Checkpoint.model_validate_json(content[_HEADER.size : start])
        decompressor = zstandard.ZstdDecompressor()
        database = decompressor.decompress(
            content[start:], max_output_size=MAX_DATABASE_BYTES, allow_extra_data=False
        )
    except (struct.error, ValueError, zstandard.ZstdError) as error:
        raise StateDamaged(str(error)) from error
    return database, checkpoint


class StateStore:
    """Stores each new database in place of the one before; another holder's is never overwritten."""

    def __init__(self, events: Events, generation: int) -> None:
        self._events = events
        self._generation = generation
        self._lock = asyncio.Lock()
        self._unsaved: tuple[bytes, Checkpoint] | None = None
        self._unclear: bytes | None = None  # sent, and perhaps stored

    @property
    def is_saved(self) -> bool:
        return self._unsaved is None

    async def load(self) -> tuple[bytes, Checkpoint] | None:
        """Fetch the newest state; `None` when there is none."""
        kept = await self._events.state()
        return None if kept is None else unpacked(kept.content)

    async def save(self, database: bytes, checkpoint: Checkpoint) -> bool:
        """Store a state; whether it is stored. If not, it is tried again by `flush`."""
        self._unsaved = (database, checkpoint)
        return await self.flush(tries=_TRIES)

    async def flush(self, *, tries: int = 1) -> bool:
        """Store what is not stored yet."""
        async with self._lock:
            for left in reversed(range(tries)):
                if self._unsaved is None:
                    return True
                if await self._store(self._unsaved):
                    return True
                if left:
                    await asyncio.sleep(_PAUSE_S)
        return False

    async def _store(self, unsaved: tuple[bytes, Checkpoint]) -> bool:
        content = await asyncio.to_thread(packed, *unsaved)
        reach("state.before")
        try:
            await self._find_out()
            self._unclear = content
            self._generation = await self._events.store_state(content, replaces=self._generation)
            self._unclear = None
        except EventsUnavailable as error:
            log.warning("state not stored", extra={"reason": str(error)})
            return False
        reach("state.stored")
        if self._unsaved is unsaved:
            self._unsaved = None
        return True

    async def _find_out(self) -> None:
        """Learn whether a state is stored whose answer was lost: it is not another holder's then."""
        if self._unclear is None:
            return
        kept = await self._events.state()
        if kept is not None and kept.content == self._unclear:
            self._generation = kept.generation
        self._unclear = None
