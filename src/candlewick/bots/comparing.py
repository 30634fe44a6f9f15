"""Lays a live bot's trades beside a verified backtest over the same time."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, TypeVar

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestRun, BacktestSpec, RunId, RunState
from candlewick.backtests.ports import Catalogue, RunStore
from candlewick.bots.circumstances import Known, circumstances
from candlewick.bots.differences import Comparison, compare, of_live, of_verified
from candlewick.bots.models import Bot, BotId
from candlewick.bots.ports import BotStore, HistoryStore, JournalStore
from candlewick.bots.venues import Venues
from candlewick.bots.wire import ClosedTrade, Event, EventKind, Mode
from candlewick.errors import Conflict, Invalid, NotFound
from candlewick.market_data.store import find_files
from candlewick.market_data.timeframes import floor, timeframe_minutes
from candlewick.objects import ObjectStore
from candlewick.pages import Page

_PAGE: Final = 100
_MOST_PAGES: Final = 50
_COMMANDS: Final = 1_000
# Freqtrade's backtest enters on the candle after a signal, and takes none from its first one.
_LEAD: Final = 2

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`comparison.total` is the bot's profit less the backtest's."""

    run: BacktestRun
    comparison: Comparison
    backtest: Decimal
    live: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BotComparer:
    bots: BotStore
    histories: HistoryStore
    journal: JournalStore
    venues: Venues
    catalogue: Catalogue
    runs: RunStore
    results: ObjectStore

    def same_time(self, owner: UserId, bot_id: BotId) -> tuple[Bot, BacktestSpec]:
        """Return the bot, and what to simulate so that it can be compared with its trades up to now."""
        bot = self._bot(owner, bot_id)
        entry, trading = self.venues.entry(bot.trading.venue), bot.trading
        if entry.candles is None:
            raise Conflict(
                f"There are no candles of {entry.title} here, so nothing to compare with."
            )
        candle = timedelta(minutes=timeframe_minutes(trading.timeframe))
        start, until = self._period(bot, candle, has_own_time=entry.speed is not None)
        manifest = self.catalogue.current(entry.candles).manifest
        files = find_files(manifest, trading.pairs, trading.timeframe)
        until = min(until, *(file.until for file in files))
        if until - start <= _LEAD * candle:
            raise Conflict("The candle store does not cover the bot's time yet; try again later.")
        is_paper = bot.mode in {Mode.PAPER, Mode.SIGNALS}
        balance = None if bot.figures is None else bot.figures.balance
        return bot, BacktestSpec(
            exchange=entry.candles,
            pairs=trading.pairs,
            timeframe=trading.timeframe,
            start=start,
            until=until,
            stake_amount=trading.stake,
            wallet=trading.wallet if is_paper else balance or trading.wallet,
            max_open_trades=trading.max_open_trades,
        )

    def compare(self, owner: UserId, bot_id: BotId, run_id: RunId) -> Compared:
        """Label each difference; `Invalid` when the run is none of the same strategy and market."""
        bot, run = self._bot(owner, bot_id), self._run(owner, run_id)
        self._require_same(bot, run)
        spec = run.spec
        live = [
            trade
            for trade in self._trades(bot, spec.start)
            if trade.opened_at >= spec.start and trade.closed_at < spec.until
        ]
        stored = json.loads(self.results.read(f"{run.files}/trades.json"))["trades"]
        planned = [trade for trade in map(of_verified, stored) if trade is not None]
        has_own_time = self.venues.entry(bot.trading.venue).speed is not None
        known = Known(
            pairs=spec.pairs,
            candle=timedelta(minutes=timeframe_minutes(spec.timeframe)),
            start=spec.start,
            until=spec.until,
            commands=self.bots.commands(owner, bot.id, size=_COMMANDS),
            events=list(self._events(bot)),
            orders=_all(lambda cursor: self.journal.list(owner, bot.id, cursor=cursor, size=_PAGE)),
            trades=live,
            has_own_time=has_own_time,
        )
        comparison = compare(planned, map(of_live, live), circumstances(known))
        return Compared(
            run=run,
            comparison=comparison,
            backtest=sum((trade.profit for trade in planned), Decimal(0)),
            live=sum((trade.profit for trade in live), Decimal(0)),
        )

    def _bot(self, owner: UserId, bot_id: BotId) -> Bot:
        found = self.bots.get(owner, bot_id)
        if found is None:
            raise NotFound("There is no such bot.")
        return found

    def _run(self, owner: UserId, run_id: RunId) -> BacktestRun:
        run = self.runs.get(owner, run_id)
        if run is None:
            raise NotFound("There is no such backtest.")
        if run.state is not RunState.SUCCEEDED:
            raise Conflict("This backtest has no verified result to compare with.")
        return run

    def _require_same(self, bot: Bot, run: BacktestRun) -> None:
        entry = self.venues.entry(bot.trading.venue)
        checks = (
            (run.strategy.code_hash == bot.strategy.code_hash, "another version of the strategy"),
            (run.strategy.parameters == bot.strategy.parameters, "other parameters"),
            (run.spec.exchange == entry.candles, "another exchange"),
            (run.spec.timeframe == bot.trading.timeframe, "other candles"),
            (set(run.spec.pairs) == set(bot.trading.pairs), "other pairs"),
        )
        other = next((what for is_same, what in checks if not is_same), None)
        if other is not None:
            raise Invalid(f"This backtest is of {other}, so it says nothing of this bot.")

    def _period(
        self, bot: Bot, candle: timedelta, *, has_own_time: bool
    ) -> tuple[datetime, datetime]:
        trades = list(self._trades(bot, None))
        decided = () if bot.figures is None else bot.figures.decisions
        ends = [
            *(decision.candle + candle for decision in decided),
            *(trade.closed_at for trade in trades),
        ]
        starts = [trade.opened_at for trade in trades]
        if not has_own_time:
            starts += [event.at for event in self._events(bot) if event.kind is EventKind.STARTED]
        if not ends or not starts:
            raise Conflict("The bot has closed no trade yet, so there is nothing to compare.")
        first = floor(min(starts), candle) - _LEAD * candle
        # The last trade's own candle belongs to the time.
        return first, floor(max(ends), candle) + candle

    def _trades(self, bot: Bot, since: datetime | None) -> Iterator[ClosedTrade]:
        pages = _all(
            lambda cursor: self.histories.trades(bot.owner, bot.id, cursor=cursor, size=_PAGE)
        )
        for trade in pages:  # the newest first
            if since is not None and trade.closed_at < since:
                return
            yield trade

    def _events(self, bot: Bot) -> Iterator[Event]:
        return _all(
            lambda cursor: self.histories.events(bot.owner, bot.id, cursor=cursor, size=_PAGE)
        )


def _all(page: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    cursor = None
    for _ in range(_MOST_PAGES):
        found = page(cursor)
        yield from found.items
        cursor = found.next_cursor
        if cursor is None:
            return
