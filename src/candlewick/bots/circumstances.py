"""What is known of a bot's time, out of its commands, events and orders, for `differences`.

Commands and events carry the platform's time. Where an exchange replays history its candles carry another one, and
only what the exchange itself dated can be laid beside them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from candlewick.bots.differences import Circumstances
from candlewick.bots.models import BotCommand, CommandState
from candlewick.bots.wire import (
    ClosedTrade,
    Event,
    EventKind,
    JournalEntry,
    JournalState,
    Purpose,
    Verb,
)

FORCED_TAG: Final = "force_entry"  # Freqtrade's own
_Span = tuple[str, datetime, datetime]
_ENDS: Final = {
    Verb.PAUSE: frozenset({Verb.RESUME, Verb.STOP, Verb.STOP_AND_CLOSE}),
    Verb.BLACKLIST: frozenset({Verb.ALLOW}),
}
_STOPS: Final = frozenset({Verb.STOP, Verb.STOP_AND_CLOSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a bot left behind. `has_own_time`: its exchange replays history."""

    pairs: tuple[str, ...]
    candle: timedelta
    start: datetime
    until: datetime
    commands: Sequence[BotCommand]
    events: Sequence[Event]
    orders: Iterable[JournalEntry]
    trades: Iterable[ClosedTrade]
    has_own_time: bool


def circumstances(known: Known) -> Circumstances:
    overridden = [
        (trade.pair, trade.opened_at, trade.opened_at + known.candle)
        for trade in known.trades
        if trade.tag == FORCED_TAG
    ]
    held_back = defaultdict[str, set[datetime]](set)
    for entry in known.orders:
        if _was_refused(entry) and entry.answer is not None:
            opened = _opened(entry.answer.updated_at, known.candle)
            held_back[entry.intent.pair].add(opened)
    missed: dict[str, frozenset[datetime]] = {}
    if not known.has_own_time:
        overridden.extend(_decided(known))
        for _, start, until in _limited(known):
            for pair in known.pairs:
                held_back[pair] |= set(_candles(start, until, known.candle))
        gone = {
            candle
            for start, until in _absent(known)
            for candle in _candles(start, until, known.candle)
        }
        missed = dict.fromkeys(known.pairs, frozenset(gone))
    return Circumstances(
        candle=known.candle,
        missed=missed,
        held_back={pair: frozenset(candles) for pair, candles in held_back.items()},
        overridden=tuple(overridden),
    )


def _was_refused(entry: JournalEntry) -> bool:
    answer = entry.answer
    return (
        entry.intent.purpose is Purpose.ENTRY
        and answer is not None
        and answer.state is JournalState.REJECTED
    )


def _decided(known: Known) -> Iterator[_Span]:
    """Yield the times in which a person kept the bot from entering: paused, a pair taken away, stopped."""
    told = sorted(known.commands, key=lambda command: command.at)
    told = [command for command in told if command.state is not CommandState.REFUSED]
    for place, command in enumerate(told):
        if command.verb in _ENDS:
            ends = [
                later.at
                for later in told[place + 1 :]
                if later.verb in _ENDS[command.verb] and later.pair in {"", command.pair}
            ]
            yield command.pair, command.at, min(ends, default=known.until)
        if command.verb in _STOPS:
            yield "", command.at, _next_start(known, command.at)


def _limited(known: Known) -> Iterator[_Span]:
    """Yield the times in which a limit held entries back: the guard looks anew at midnight, UTC."""
    for event in known.events:
        if event.kind is EventKind.LIMIT_REACHED:
            midnight = event.at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            yield "", event.at, midnight + timedelta(days=1)


def _absent(known: Known) -> Iterator[tuple[datetime, datetime]]:
    """Yield the times without a running bot."""
    yield known.start, _next_start(known, known.start)
    for event in known.events:
        if event.kind is EventKind.STOPPED:
            yield event.at, _next_start(known, event.at)


def _next_start(known: Known, after: datetime) -> datetime:
    starts = (event.at for event in known.events if event.kind is EventKind.STARTED)
    return min((at for at in starts if at >= after), default=known.until)


def _candles(start: datetime, until: datetime, length: timedelta) -> Iterator[datetime]:
    """Yield the open times of the candles that closed within a time, and so were to be decided on."""
    opened = _opened(start, length)
    while opened + length < until:
        if opened + length >= start:
            yield opened
        opened += length


def _opened(at: datetime, length: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (at - epoch) // length * length
