"""Strategies whose hooks are asked at every candle of an open trade: what they answer, remember, change and look at."""

from tests.unit.engine.differential.strategies import LEVERAGE, SHORT, Probe

_STOP = "def custom_stoploss(self, pair, trade, current_time, current_rate, current_profit, after_fill, **kwargs):\n"
_EXIT = (
    "def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **kwargs):\n"
)
_ROI = (
    "def custom_roi(self, pair, trade, current_time, trade_duration, entry_tag, side, **kwargs):\n"
)
_ADJUST = "def adjust_trade_position(self, trade, current_time, current_rate, current_profit, min_stake, max_stake, **kwargs):\n"
_START = "def bot_loop_start(self, current_time, **kwargs):\n"


def _hook(head: str, *lines: str) -> str:
    flags = {
        _STOP: "use_custom_stoploss = True\n",
        _ROI: "use_custom_roi = True\n",
        _ADJUST: "position_adjustment_enable = True\n",
    }
    return "\n" + flags.get(head, "") + head + "".join(f"    {line}\n" for line in lines)


def _hooked(body: str) -> Probe:
    return Probe(body=body, path="hooks")


_EVERY_STOP = _hook(_STOP, "return -0.008 - (current_time.minute % 3) / 500")
_EVERY_EXIT = _hook(_EXIT, "self.calls += 1", "return 'fiftieth' if self.calls % 50 == 0 else None")
_EVERY_ROI = _hook(
    _ROI, "return 0.012 - trade_duration / 60_000 if current_time.hour % 2 else None"
)
_EVERY_ADJUST = _hook(
    _ADJUST,
    "if current_profit < -0.005 and trade.nr_of_successful_entries < 3:",
    "    return min_stake * 2 if min_stake else trade.stake_amount / 3",
    "if current_profit > 0.007 and trade.nr_of_successful_exits < 1:",
    "    return -trade.stake_amount / 4, 'some'",
)
_FAR_ROI = "minimal_roi = {}\nuse_exit_signal = False\n"

HOOKED: dict[str, Probe] = {
    "a stop that follows": _hooked(_EVERY_STOP),
    "a stop that follows, returns far off": _hooked(_FAR_ROI + _EVERY_STOP),
    "a stop at Freqtrade's own distance": _hooked("use_custom_stoploss = True\nstoploss = -0.009\n"),
    "a stop from the entry": _hooked(
        _FAR_ROI + _hook(_STOP, "return stoploss_from_open(-0.006 + current_profit / 3, current_profit)")
    ),
    "a stop that is told after each fill": _hooked(
        _EVERY_ADJUST + _hook(_STOP, "return -0.02 if after_fill else None")
    ),
    "stops that are no numbers": _hooked(
        _hook(_STOP, "return [None, 0, 0.0, float('nan'), float('inf'), -0.004][current_time.minute // 5 % 6]")
    ),
    "a stop beside a trailing one": _hooked(
        "trailing_stop = True\ntrailing_stop_positive = 0.004\ntrailing_stop_positive_offset = 0.006\n" + _EVERY_STOP
    ),
    "a stop of none": _hooked("stoploss = -1\n" + _hook(_STOP, "return -0.01 if current_profit > 0.01 else None")),
    "exits by count": _hooked(_EVERY_EXIT),
    "exits by count, by the hook's old name": _hooked(_EVERY_EXIT.replace("custom_exit", "custom_sell")),
    "an exit by its old name that raises": _hooked(
        _hook(_EXIT.replace("custom_exit", "custom_sell"), "self.calls += 1", "return 'even' if 1 / (self.calls % 40) > 1 / 3 else None")
    ),
    "exits that are refused": _hooked(
        _EVERY_EXIT
        + "\ndef confirm_trade_exit(self, pair, trade, current_time, **kwargs):\n"
        "    return current_time.minute % 2 == 0 and self.calls % 3 > 0\n"
    ),
    "exits of other kinds": _hooked(
        _hook(_EXIT, "return [None, '', False, 0, True, 'x' * 300][int(current_time.timestamp()) // 300 % 97 % 6]")
    ),
    "returns by the hour": _hooked(_EVERY_ROI),
    "returns that are no numbers": _hooked(
        _hook(_ROI, "return [None, float('nan'), float('inf'), 0.001, -0.3][trade_duration // 5 % 41 % 5]")
    ),
    "returns but with an entry signal": _hooked(
        "ignore_roi_if_entry_signal = True\n"
        "def populate_entry_trend(self, dataframe, metadata):\n"
        "    dataframe['enter_long'] = (dataframe['fast'] > dataframe['slow']).astype(int)\n"
        "    return dataframe\n" + _EVERY_ROI
    ),
    "a position that changes": _hooked(_EVERY_ADJUST),
    "a position that changes by nothing": _hooked(
        _hook(_ADJUST, "return [None, 0, 0.0, (None, 'x'), (0, ''), float('nan'), 1e-9, -1e-9][current_time.minute // 5 % 8]")
    ),
    "adds without an end": _hooked(
        "max_entry_position_adjustment = 1\n" + _hook(_ADJUST, "return 40 if current_time.minute % 25 == 0 else None")
    ),
    "all four": _hooked(_EVERY_STOP + _EVERY_ROI + _EVERY_EXIT + _EVERY_ADJUST),
    "all four and each time": _hooked(
        _EVERY_STOP + _EVERY_ROI + _EVERY_EXIT + _EVERY_ADJUST + _hook(_START, "self.calls += 1")
    ),
    "raises now and then": _hooked(
        "".join(
            _hook(head, "self.calls += 1", "if self.calls % 40 == 7:", f"    raise {error}('again')", "return None")
            for head, error in ((_STOP, "ValueError"), (_ROI, "KeyError"), (_EXIT, "RuntimeError"), (_ADJUST, "ValueError"))
        )
        + _hook(_START, "if current_time.minute == 35:", "    raise KeyError('at the start')")
    ),
    "writes on its copy": _hooked(
        "wrong = False\n"
        + _hook(_ADJUST, "trade.stop_loss = 1e9", "trade.amount = 0", "trade.note = 'mine'", "trade.orders.clear()")
        + _hook(
            _STOP,
            "self.wrong |= hasattr(trade, 'note') or not trade.orders",
            "trade.orders[0].filled = 0",
            "trade.orders[0].note = 1",
        )
        + _hook(
            _EXIT,
            "self.wrong |= hasattr(trade.orders[0], 'note') or trade.nr_of_successful_entries != 1",
            "trade.open_rate *= 2",
            "return 'wrong' if self.wrong else None",
        )
    ),
    "keeps its copies": _hooked(
        "kept, wrong = [], False\n"
        + _hook(
            _ADJUST,
            "self.kept = [*self.kept[-9:], (trade, trade.orders, trade.orders[0], trade.max_rate)]",
            "own = [each for each in self.kept if each[0].id == trade.id]",
            "self.wrong |= any(each[0].max_rate != each[3] or each[2]._trade_bt is not each[0] for each in own)",
            "self.wrong |= len({id(each[2]) for each in own}) < len(own)",
        )
        + _hook(
            _EXIT,
            "self.order = getattr(self, 'order', trade.orders[0])",
            "self.wrong |= self.order is trade.orders[0] and len(self.kept) > 1",
            "self.order = trade.orders[0]",
            "return 'wrong' if self.wrong else None",
        )
    ),
    "remembers by trade": _hooked(
        _hook(
            _EXIT,
            "seen = (trade.get_custom_data('seen') or 0) + 1",
            "trade.set_custom_data('seen', seen)",
            "return f'seen {seen}' if seen > 40 else None",
        )
    ),
    "looks at others": _hooked(
        _hook(
            _EXIT,
            "seen = self.wallets.get_free('USDT') + sum(t.stop_loss + t.max_rate + t.min_rate for t in Trade.get_trades_proxy(is_open=True))",
            "for other in self.dp.current_whitelist() if current_time.minute == 0 else []:",
            "    frame, _ = self.dp.get_analyzed_dataframe(other, self.timeframe)",
            "    seen += len(frame) + (frame['close'].iloc[-1] if len(frame) else 0)",
            "    seen += len(self.dp.get_pair_dataframe(other, '1h'))",
            "return 'so' if int(seen * 1000) % 61 == 0 else None",
        )
    ),
    "looks around each time": _hooked(
        _hook(
            _START,
            "seen = sum(t.max_rate + t.min_rate for t in Trade.get_trades_proxy(is_open=True))",
            "if current_time.minute == 0:",
            "    seen += len(self.dp.get_analyzed_dataframe('ETH/USDT', self.timeframe)[0]) + len(self.dp.get_pair_dataframe('BTC/USDT', '1h'))",
            "self.seen = int(seen * 1000)",
        )
        + "\ndef confirm_trade_entry(self, pair, **kwargs):\n    return self.seen % 3 > 0\n"
    ),
    "changes its rules each time": _hooked(
        _hook(
            _START,
            "self.minimal_roi = {0: 0.01} if current_time.hour % 3 else {0: 0.03}",
            "self.trailing_stop = current_time.hour % 4 == 0",
            "self.use_exit_signal = current_time.hour % 5 > 0",
        )
    ),
    "changes its table of returns": _hooked(_hook(_EXIT, "self.minimal_roi[0] = 0.004 + current_time.hour / 2_000")),
    "changes its rules while asked": _hooked(
        _hook(_ADJUST, "self.calls += 1", "self.minimal_roi = {0: 0.006} if self.calls % 90 > 60 else {0: 0.02}")
        + _hook(_STOP, "self.use_custom_roi = self.calls % 50 > 25", "self.use_exit_signal = self.calls % 70 > 5")
        + _hook(_ROI, "self.trailing_stop = self.calls % 40 > 20")
        + _hook(_EXIT, "self.position_adjustment_enable = current_time.minute % 20 < 15", "self.stoploss = -0.02")
    ),
    "asks no more for stops": _hooked(
        _hook(_STOP, "self.calls += 1", "self.use_custom_stoploss = self.calls < 400", "return -0.01")
        + _hook(_START, "self.use_custom_stoploss = self.use_custom_stoploss or current_time.hour % 6 == 0")
    ),
    "changes the trades themselves": _hooked(
        _hook(
            _EXIT,
            "self.calls += 1",
            "for other in Trade.get_trades_proxy(is_open=True) if self.calls % 30 == 0 else []:",
            "    other.stop_loss = max(other.stop_loss, other.open_rate * 0.997)",
        )
    ),
    "changes the trades before": _hooked(
        _hook(
            _ADJUST,
            "for other in Trade.get_trades_proxy(is_open=True) if current_time.minute == 0 else []:",
            "    other.stop_loss = max(other.stop_loss, current_rate * 0.98 if other.id == trade.id else 0)",
        )
        + _EVERY_STOP
    ),
    "changes the trades each time": _hooked(
        _hook(
            _START,
            "for other in Trade.get_trades_proxy(is_open=True) if current_time.minute == 30 else []:",
            "    other.stop_loss = max(other.stop_loss, other.open_rate * 0.996)",
        )
    ),
    "exchanges a hook": _hooked(
        _EVERY_EXIT
        + _hook(
            _START,
            "if current_time.hour == 12:",
            "    self.custom_exit = lambda pair, trade, current_profit, **kwargs: 'noon' if current_profit > 0.002 else None",
        )
    ),
    "its own should_exit": Probe(
        body="def should_exit(self, trade, rate, current_time, **kwargs):\n"
        "    return super().should_exit(trade, rate, current_time, **kwargs)\n" + _EVERY_EXIT,
        path="trades",
    ),
}  # fmt: skip

HOOKED_FUTURES: dict[str, Probe] = {
    "all four both ways": _hooked(SHORT + LEVERAGE + _EVERY_STOP + _EVERY_ROI + _EVERY_EXIT + _EVERY_ADJUST),
    "a stop that follows both ways": _hooked(SHORT + _FAR_ROI + _EVERY_STOP),
    "a position that changes both ways": _hooked(SHORT + LEVERAGE + _EVERY_ADJUST + "minimal_roi = {}\n"),
    "returns by the hour both ways": _hooked(SHORT + _EVERY_ROI),
    "each time both ways": _hooked(SHORT + _hook(_START, "self.calls += 1")),
}  # fmt: skip

_DETAIL: dict[str, object] = {"timeframe": "1h", "timeframe_detail": "5m"}
_STACKED: dict[str, object] = {"position_stacking": True, "max_open_trades": 4}


def _whole(config: dict[str, object], body: str = "", path: str = "times") -> Probe:
    return Probe(
        body='timeframe = "1h"\n' + body if config is _DETAIL else body, config=config, path=path
    )


_TRAILS = (
    "trailing_stop = True\ntrailing_stop_positive = 0.004\ntrailing_stop_positive_offset = 0.006\n"
)
_BELOW = (
    "def custom_entry_price(self, proposed_rate, side, **kwargs):\n"
    "    return proposed_rate * (0.999 if side == 'long' else 1.001)\n"
)
_LOOKS = (
    "def confirm_trade_exit(self, pair, **kwargs):\n"
    "    seen = sum(t.max_rate + t.min_rate for t in Trade.get_trades_proxy(is_open=True))\n"
    "    seen += sum(len(self.dp.get_analyzed_dataframe(each, self.timeframe)[0]) for each in self.dp.current_whitelist())\n"
    "    return int(seen * 100) % 5 > 0\n"
)

WHOLE: dict[str, Probe] = {
    "detail candles": _whole(_DETAIL),
    "detail candles, returns within the hour": _whole(_DETAIL, "minimal_roi = {'0': 0.01, '37': 0.004, '95': 0.0, '200': -1}\n"),
    "detail candles, a close stop": _whole(_DETAIL, "stoploss = -0.004\nminimal_roi = {}\n"),
    "detail candles, trailing": _whole(_DETAIL, _TRAILS),
    "detail candles, entries aside": _whole(_DETAIL, _BELOW),
    "detail candles, looks around": _whole(_DETAIL, _LOOKS),
    "detail candles, late entries ignored": _whole(_DETAIL, "ignore_buying_expired_candle_after = 600\n"),
    "detail candles, one trade at a time": _whole({**_DETAIL, "max_open_trades": 1}, 'timeframe = "1h"\n'),
    "detail candles, hooks": _whole(_DETAIL, _EVERY_STOP + _EVERY_EXIT + _EVERY_ADJUST),
    "detail candles, each time": _whole(_DETAIL, _hook(_START, "self.calls += 1"), path="stock"),
    "stacks positions": _whole(_STACKED),
    "stacks positions, trailing": _whole(_STACKED, _TRAILS),
    "stacks positions, entries aside": _whole(_STACKED, _BELOW),
    "stacks positions, looks around": _whole(_STACKED, _LOOKS),
    "stacks positions, hooks": _whole(_STACKED, _EVERY_STOP + _EVERY_ADJUST),
    "stacks positions, each time": _whole(_STACKED, _hook(_START, "self.calls += 1"), path="stock"),
    "stacks positions in detail": _whole({**_DETAIL, **_STACKED}, 'timeframe = "1h"\n'),
}  # fmt: skip
