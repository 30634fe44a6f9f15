"""Why the trader did or did not trade on the last closed candle, pair by pair."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freqtrade.enums import State
from freqtrade.exchange import timeframe_to_minutes
from freqtrade.persistence import PairLocks, Trade

from candlewick.bots.wire import Decision, Mode
from live_bot.trader.freqtrader import Freqtrader

_MOST: Final = 200
_MOST_OF_A_REASON: Final = 500
# Freqtrade takes no signal of a candle that is older than two of its lengths and this.
_LATE_BY: Final = timedelta(minutes=5)


def decisions(bot: Freqtrader) -> Iterator[Decision]:
    """Yield for each of the bot's pairs why it was or was not traded on its last candle."""
    held = {trade.pair: trade for trade in Trade.get_open_trades()}
    for pair in bot.config["exchange"]["pair_whitelist"][:_MOST]:
        frame, _ = bot.dataprovider.get_analyzed_dataframe(pair, bot.strategy.timeframe)
        last = frame.iloc[-1] if len(frame) else None
        candle = datetime.now(UTC) if last is None else last["date"].to_pydatetime()
        case = _Case(bot=bot, pair=pair, candle=candle, last=last, trade=held.get(pair))
        outcome, reason = case.said()
        yield Decision(pair=pair, candle=candle, outcome=outcome, reason=reason[:_MOST_OF_A_REASON])


_Said = tuple[Any, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    bot: Freqtrader
    pair: str
    candle: datetime
    last: Mapping[str, Any] | None
    trade: Trade | None

    @property
    def _length(self) -> timedelta:
        return timedelta(minutes=timeframe_to_minutes(self.bot.strategy.timeframe))

    @property
    def _decided_from(self) -> datetime:
        """A candle is decided on when it has closed, never while it lasts."""
        return self.candle + self._length

    def said(self) -> _Said:
        # Candles of pairs that cannot be entered are not fetched any more, and say nothing new.
        checks = (self._open_trade, self._unseen, self._ended_trade)
        found = (said for check in checks if (said := check()) is not None)
        return next(found, None) or self._signal()

    def _open_trade(self) -> _Said | None:
        if self.trade is None:
            return None
        if self.last is not None and self.trade.open_date_utc >= self._decided_from:
            return "entered", f"Trade {self.trade.id} was opened."
        return "in_trade", f"Trade {self.trade.id} is open."

    def _ended_trade(self) -> _Said | None:
        ended = [
            trade
            for trade in Trade.get_trades([Trade.pair == self.pair, Trade.is_open.is_(False)]).all()
            if trade.close_date and trade.close_date_utc >= self._decided_from
        ]
        if not ended:
            return None
        newest = max(ended, key=lambda trade: trade.close_date_utc)
        why = (newest.exit_reason or "").replace("_", " ")
        return "exited", f"Trade {newest.id} was closed: {why or 'no reason was given'}."

    def _unseen(self) -> _Said | None:
        """Return why the pair is not looked at."""
        if self.pair in self.bot.pairlists.blacklist:
            return "held_back", "The pair is on the blacklist."
        if self.last is None:
            return "no_data", "No candles yet."
        if datetime.now(UTC) - self.candle > 2 * self._length + _LATE_BY:
            return "no_data", "No newer candle has come; signals of old ones do not count."
        return None

    def _signal(self) -> _Said:
        last = {} if self.last is None else self.last
        if last.get("enter_long", 0) != 1:
            return "no_signal", "The strategy gave no entry signal."
        if last.get("exit_long", 0) == 1:
            return "no_signal", "The strategy said enter and exit at once, which is neither."
        if self.bot.mode is Mode.SIGNALS:
            return "signalled", "You were told of the signal; this bot never orders."
        return "held_back", self._refusal()

    def _refusal(self) -> str:
        bot = self.bot
        refused = bot.refusals.get(self.pair)
        if refused:
            return refused
        if bot.state is not State.RUNNING:
            return "There was a signal, but entries are paused."
        if bot.get_free_open_trades() <= 0:
            return f"There was a signal, but all {bot.config['max_open_trades']} trades are open."
        lock = PairLocks.get_pair_longest_lock(self.pair, self.candle, "long")
        if lock is not None:
            until = f"{lock.lock_end_time:%H:%M} UTC"
            return f"There was a signal, but the pair is locked until {until}: {lock.reason}."
        return "There was a signal, but no stake was left or the strategy declined it itself."
