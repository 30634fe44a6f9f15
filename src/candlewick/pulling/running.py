"""A universe's pull from end to end: the exchange opened, asked, and closed again."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from candlewick.errors import Invalid
from candlewick.log import logger
from candlewick.market_data.manifest import CandleFile
from candlewick.market_data.publishing import Published
from candlewick.market_data.timeframes import Series
from candlewick.objects import ObjectStore
from candlewick.pulling.downloading import SOURCE, Access, Downloader
from candlewick.pulling.pull import Pull, Result, Share
from candlewick.pulling.universe import MarketType, Universe

log = logger(__name__)

# One pair's candles each: what a task that is killed has to ask for again.
BATCH: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Whoever wants to know how far a pull has come."""

    on_total: Callable[[int], None] = lambda _count: None
    on_series: Callable[[Series], None] = lambda _series: None
    on_published: Callable[[Published, Sequence[CandleFile]], None] = lambda _published, _files: (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a pull goes about it.

    Attributes:
        url: of an exchange that speaks Binance's interface at another address.
        share: which part of the universe this task takes.
        batch: how many series are published at once.
        pace: settings of `Pace`, for tests.
    """

    url: str | None = None
    share: Share = field(default_factory=Share)
    batch: int = BATCH
    pace: Mapping[str, Any] | None = None


def pull_universe(
    store: ObjectStore, universe: Universe, manner: Manner, listener: Listener | None = None
) -> Result:
    """Pull this task's share; the result says what is missing.

    Raises:
        Invalid: the universe asks for what the exchange does not have.
        Unavailable: the exchange, or the store, cannot be reached at all.
    """
    if manner.url is not None and universe.store_as is None:
        raise Invalid(
            f"Say with store_as under which name candles go that do not come from {universe.exchange}'s own address."
        )
    began = time.monotonic()
    heard = listener or Listener()
    pull = Pull(
        store=store,
        universe=universe,
        source=SOURCE,
        share=manner.share,
        batch=manner.batch,
        on_total=heard.on_total,
        on_series=heard.on_series,
        on_published=heard.on_published,
    )
    # To Freqtrade, as to Binance, spot and futures are two exchanges.
    requests = sum(_run(pull, kind, manner) for kind in universe.kinds)
    result = pull.result
    facts = {
        "exchange": universe.stored_as,
        "task": manner.share.index,
        "series": result.series,
        "missed": len(result.missed) + len(result.unknown),
        "candles": result.candles,
        "changed": result.changed,
        "requests": requests,
        "pull_s": round(time.monotonic() - began, 1),
    }
    if result.is_whole:
        log.info("pull finished", extra=facts)
    else:
        log.error("pull incomplete", extra=facts)
    return result


def _run(pull: Pull, kind: MarketType, manner: Manner) -> int:
    """Pull one market type; return how many requests it took."""
    access = Access(
        exchange=pull.universe.exchange,
        market_type=kind,
        url=manner.url,
        share=manner.share.count,
    )
    with Downloader(access, pace=manner.pace) as downloader:
        downloader.load_markets()
        pull.run(downloader, kind)
        return downloader.pace.requests
