"""One task of a pull: its part of the universe, pair by pair, published in batches.

What is stored but not published yet is invisible; whoever is killed leaves nothing behind that a reader could find, and
the next pull goes on from the newest revision.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from candlewick.errors import AppError, Invalid, Unavailable
from candlewick.log import logger
from candlewick.market_data import feather
from candlewick.market_data.manifest import TRADED, CandleFile, CandleType, files_by_name
from candlewick.market_data.publishing import Published, current_manifest
from candlewick.market_data.ticks import tick_sizes
from candlewick.market_data.timeframes import Series
from candlewick.objects import ObjectStore, sha256_hex
from candlewick.pulling.revising import Batch, publish_batch
from candlewick.pulling.series import Candles, NothingYet, Place, Pulled, pull_series
from candlewick.pulling.universe import (
    MarketType,
    Universe,
    chosen_pairs,
    market_type,
    unlisted,
)

log = logger(__name__)

# So many series in a row that get no answer mean that the exchange is away.
_PATIENCE: Final = 3
_FIRST_DAY_S: Final = 86_400

OnPublished = Callable[[Published, Sequence[CandleFile]], None]


class Exchange(Candles, Protocol):
    """An exchange with one kind of market, as `Downloader` gives it."""

    @property
    def title(self) -> str: ...
    @property
    def timeframes(self) -> list[str]: ...
    @property
    def markets(self) -> Mapping[str, Any]: ...
    @property
    def companions(self) -> list[tuple[str, CandleType]]: ...
    def leverage_tiers(self) -> Mapping[str, Any]: ...
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Which of several tasks this is; each takes the pairs that fall to it."""

    index: int = 0
    count: int = 1

    def has(self, pair: str) -> bool:
        # By its name, so that a pair that is listed meanwhile moves no other.
        return int(sha256_hex(pair.encode())[:8], 16) % self.count == self.index


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A series that was not pulled, and why."""

    series: Series
    reason: str


@dataclass(slots=True, kw_only=True)
class Result:
    """What a task did.

    Attributes:
        series, candles, changed: how many were pulled, were new, and have other values now.
        unknown: a sentence for each pair that the exchange does not list.
    """

    revision: str | None = None
    series: int = 0
    candles: int = 0
    changed: int = 0
    missed: list[Missed] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.missed and not self.unknown


def _nobody(_published: Published, _files: Sequence[CandleFile]) -> None:
    return


@dataclass(slots=True, kw_only=True)
class Pull:
    """Pulls a universe's share, one market type after the other.

    Attributes:
        source: how candles are downloaded, for the manifest's note.
        clock: when a revision is made.
        batch: how many series are published at once.
        on_total: told how many series there are, as far as is known.
        on_series: told of each series that is done, pulled or not.
        on_published: told of each new revision with the files that changed, after readers can see it.
    """

    store: ObjectStore
    universe: Universe
    source: str
    share: Share = field(default_factory=Share)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    batch: int = 20
    on_total: Callable[[int], None] = lambda _count: None
    on_series: Callable[[Series], None] = lambda _series: None
    on_published: OnPublished = _nobody
    result: Result = field(default_factory=Result)
    _in_vain: int = 0
    _total: int = 0
    _batch: Batch = field(init=False)

    def run(self, exchange: Exchange, kind: MarketType = MarketType.SPOT) -> Result:
        """Pull, and say in the result what is missing."""
        now = exchange.now()
        manifest = current_manifest(self.store, self.universe.stored_as)
        known = files_by_name(manifest)
        stored = [file.pair for file in known.values()]
        pairs = [
            pair
            for pair in chosen_pairs(self.universe, exchange.markets, stored)
            if market_type(pair) is kind and self.share.has(pair)
        ]
        self._check(exchange, pairs, stored)
        listed = [pair for pair in pairs if pair in exchange.markets]
        self._total += len(listed) * (len(self.universe.timeframes) + len(exchange.companions))
        self.on_total(self._total)
        tiers = self._tiers(exchange, listed)
        self._batch = Batch(
            universe=self.universe,
            title=self.universe.title or exchange.title,
            note=f"Downloaded from {exchange.title} {self.source}.",
            markets={pair: exchange.markets[pair] for pair in listed},
            leverage_tiers=tiers,
            pairs=tuple(pairs),
            today=now.date(),
        )
        try:
            for pair in listed:
                self._pull_pair(exchange, pair, known, now)
            gone = set(pairs) - set(listed)
            self._tell_tick_sizes(file for file in known.values() if file.pair in gone)
        finally:
            # Also of a task that is told to stop: what it has is whole.
            self._publish()
        return self.result

    def _tiers(self, exchange: Exchange, listed: Sequence[str]) -> dict[str, Any]:
        """Return the leverage tiers of futures; without them a pair cannot be backtested."""
        told = exchange.leverage_tiers()
        for pair in listed:
            if market_type(pair) is MarketType.FUTURES and pair not in told:
                log.warning(
                    "leverage tiers unknown", extra={"exchange": exchange.title, "pair": pair}
                )
        return {pair: told[pair] for pair in listed if pair in told}

    def _check(self, exchange: Exchange, pairs: Sequence[str], stored: Sequence[str]) -> None:
        """Refuse what the exchange never gives, before anything is downloaded."""
        offered = exchange.timeframes
        wrong = [each for each in self.universe.timeframes if each not in offered]
        if wrong:
            raise Invalid(
                f"{exchange.title} has no {', '.join(wrong)} candles; it has {', '.join(offered)}."
            )
        for pair in pairs:
            if pair not in exchange.markets and pair not in stored:
                words = unlisted(pair, exchange.title, exchange.markets)
                self.result.unknown.append(words)
                log.warning("pair not listed", extra={"exchange": exchange.title, "pair": pair})

    def _pull_pair(
        self, exchange: Exchange, pair: str, known: Mapping[str, CandleFile], now: datetime
    ) -> None:
        """Pull a pair's timeframes, the shortest first, each compared with the one before it, and what goes with them."""
        kind = CandleType(market_type(pair))
        shorter: Pulled | None = None
        for timeframe, candle_type in [
            *((timeframe, kind) for timeframe in self.universe.timeframes),
            *exchange.companions,
        ]:
            series = Series(pair=pair, timeframe=timeframe, candle_type=candle_type)
            pulled = self._pull(exchange, series, known.get(series.file_name), now)
            if pulled is not None:
                pulled.compare_with(shorter if candle_type is kind else None)
                pulled.onto(known.get(series.file_name))
                self._tell(pulled)
                shorter = pulled
            self.on_series(series)
        for each in self._batch.pending:
            each.forget()
        self._publish_full()

    def _tell_tick_sizes(self, files: Iterable[CandleFile]) -> None:
        """Find the tick sizes of files that nobody writes anew, from before manifests held them."""
        for file in files:
            if file.candle_type in TRADED and file.tick_sizes is None:
                frame = feather.read(self.store.read(file.object_name))
                self._batch.tick_sizes[file.object_name] = tick_sizes(frame)
                self._publish_full()

    def _publish_full(self) -> None:
        if self._batch.size >= self.batch:
            self._publish()

    def _pull(
        self, exchange: Exchange, series: Series, known: CandleFile | None, now: datetime
    ) -> Pulled | None:
        if self._in_vain >= _PATIENCE:
            self._miss(series, f"{exchange.title} gives no answers any more.")
            return None
        place = Place(store=self.store, exchange=self.universe.stored_as, series=series)
        try:
            pulled = pull_series(place, known, exchange, since=self.universe.since, now=now)
        except Unavailable as error:
            self._in_vain += 1
            self._miss(series, str(error))
            return None
        except AppError as error:
            if not self._may_come(series, error, now):
                self._miss(series, str(error))
            return None
        self._in_vain = 0
        self._batch.pending.append(pulled)
        return pulled

    def _may_come(self, series: Series, error: AppError, now: datetime) -> bool:
        """Whether nothing is missing but time: a pair that was listed just now, or is going to be."""
        if not isinstance(error, NothingYet):
            return False
        market = self._batch.markets[series.pair]
        is_open = market.get("active") is not False
        # Funding is not paid for hours.
        listed = market.get("created")
        is_new = listed is not None and now.timestamp() - listed / 1_000 < _FIRST_DAY_S
        if error.is_young or is_new or not is_open:
            log.info("no candles yet", extra=_facts(series))
            return True
        return False

    def _miss(self, series: Series, reason: str) -> None:
        self.result.missed.append(Missed(series=series, reason=reason))
        log.warning("candles not pulled", extra={**_facts(series), "reason": reason})

    def _tell(self, pulled: Pulled) -> None:
        self.result.series += 1
        self.result.candles += pulled.added
        self.result.changed += pulled.changed
        facts = {"candles": pulled.added, "changed": pulled.changed}
        log.info("candles pulled", extra={**_facts(pulled.place.series), **facts})

    def _publish(self) -> None:
        done = publish_batch(self.store, self._batch, self.clock())
        if done is None:
            return
        published, files = done
        self.result.revision = published.revision
        if published.changed:
            log.info(
                "revision published",
                extra={"exchange": self.universe.stored_as, "files": len(files)},
            )
            self.on_published(published, files)


def _facts(series: Series) -> dict[str, str]:
    return {
        "pair": series.pair,
        "timeframe": series.timeframe,
        "candle_type": str(series.candle_type),
    }
