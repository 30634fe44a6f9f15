"""From the files to the signals of all pairs, as Freqtrade does it; where nothing can tell, on every processor."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.data.history import history_utils
from freqtrade.enums import CandleType
from freqtrade.optimize import backtesting as module
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.strategy.interface import IStrategy
from freqtrade.strategy.strategy_validation import StrategyResultValidator

from candlewick.engine import ticks
from candlewick.engine.ahead import proof
from candlewick.engine.ahead.each import Each
from candlewick.engine.ahead.stages import Afterwards, Stage, in_one_piece
from candlewick.engine.swaps import swapped

_GROWS = 8  # a frame that was loaded, until it has signals
_PACKED_SIZE = 30  # bytes, a candle in a file
_INDICATORS, _SIGNALS = range(2)

_load = history_utils.load_pair_history


class Analysis:
    """A backtesting's frames: loaded, with indicators, with signals."""

    def __init__(self, backtesting: Backtesting) -> None:
        self._backtesting = backtesting
        self._each: Each | None = None
        self._is_within = False
        self._next: tuple[IStrategy, int] | None = None
        self._afterwards: Callable[..., object] | None = None

    @contextmanager
    def quicker(self) -> Iterator[None]:
        """Let Freqtrade go from files to signals in one go, within this."""

        def advise_all(
            strategy: IStrategy, data: dict[str, pd.DataFrame]
        ) -> dict[str, pd.DataFrame]:
            return self.indicators(strategy, data)

        self._is_within = True
        try:
            with swapped(IStrategy, "advise_all_indicators", advise_all):
                yield
        finally:
            self._is_within = False
            self.end()

    @contextmanager
    def loading(self, afterwards: Callable[..., object] | None = None) -> Iterator[None]:
        """Let `load_bt_data` load with what is here; `afterwards` is what may be asked for of the loaded frames."""
        self._afterwards = afterwards
        try:
            with (
                swapped(history_utils, "load_pair_history", self._loaded),
                swapped(module, "get_tick_size_over_time", ticks.tick_sizes),
            ):
                yield
        finally:
            if self._next is None:
                self.end()

    def indicators(
        self, strategy: IStrategy, data: dict[str, pd.DataFrame]
    ) -> dict[str, pd.DataFrame]:
        """Do what `IStrategy.advise_all_indicators` does, but for copies of what nobody changes."""
        each = self._going_on(strategy, data, _INDICATORS)
        found = {}
        for pair, candles in data.items():
            validator = StrategyResultValidator(
                candles, warn_only=strategy.disable_dataframe_checks
            )
            found[pair] = in_one_piece(each.of(pair))
            validator.assert_df(found[pair])
        return found

    @contextmanager
    def signals(
        self, strategy: IStrategy, analysed: dict[str, pd.DataFrame]
    ) -> Iterator[Callable[[str], pd.DataFrame]]:
        """Yield what gives, pair by pair in their order, the frame with the strategy's signals."""
        try:
            yield self._going_on(strategy, analysed, _SIGNALS).of
        finally:
            if self._afterwards is None:
                self.end()

    def ask(self, pairs: Iterable[str], *question: object) -> None:
        """Let another process, if there is one, do afterwards what it can do of these pairs' loaded frames."""
        if self._each is not None:
            self._each.ask(pairs, *question)

    def answer(self) -> Any:
        """Return what it has made, or None, and end the other processes."""
        found = None if self._each is None else self._each.answer()
        self.end()
        return found

    def end(self) -> None:
        """End the other processes."""
        if self._each is not None:
            self._each.end()
        self._each = self._next = None

    def _loaded(self, **options: Any) -> pd.DataFrame:
        pairs = self._backtesting.pairlists.whitelist
        kind = self._backtesting.config.get("candle_type_def", CandleType.SPOT)
        asked = (options["timeframe"], options["candle_type"])
        if asked != (self._backtesting.timeframe, kind) or options["pair"] not in pairs:
            candles: pd.DataFrame = _load(**options)
            return candles
        if self._each is None:
            packed = sum(file.stat().st_size for file in _files(options, pairs))
            loading = _loading(options, packed // _PACKED_SIZE)
            self._each = Each(pairs, loading, *self._following(), afterwards=self._at_last(stage=1))
            self._each.go_on({})
        return self._each.of(options["pair"])

    def _following(self) -> tuple[Stage, ...]:
        """Return the stages that may follow in a process that was begun before Freqtrade began with the strategy."""
        strategies = self._backtesting.strategylist
        if not self._is_within or len(strategies) != 1 or proof.why_not_yet(strategies[0]):
            return ()
        self._next = (strategies[0], _INDICATORS)
        return self._analysing(strategies[0])

    def _going_on(self, strategy: IStrategy, given: dict[str, pd.DataFrame], at: int) -> Each:
        follows = self._next is not None and self._next[0] is strategy and self._next[1] == at
        each = self._each
        if each is None or not follows or not each.knows(given):
            self.end()
            at_last = self._at_last(stage=0) if at == _INDICATORS else None
            each = Each(given, *self._analysing(strategy)[at:], afterwards=at_last)
        self._each, self._next = each, (strategy, at + 1)
        each.go_on(given)
        return each

    def _at_last(self, *, stage: int) -> Afterwards | None:
        """Return what is done of the frames that the stage begins with, which are the loaded ones."""
        return Afterwards(work=self._afterwards, stage=stage) if self._afterwards else None

    def _analysing(self, strategy: IStrategy) -> tuple[Stage, Stage]:
        def indicators(candles: pd.DataFrame, pair: str) -> pd.DataFrame:
            advised: pd.DataFrame = strategy.advise_indicators(
                candles.copy(deep=False), {"pair": pair}
            )
            return advised

        def signals(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
            advised: pd.DataFrame = strategy.ft_advise_signals(frame, {"pair": pair})
            return advised

        set_strategy = self._backtesting._set_strategy  # noqa: SLF001 - what Freqtrade does in between
        return (
            Stage(
                work=indicators,
                why_not=partial(proof.why_not, strategy, proof.INDICATORS),
                before=partial(set_strategy, strategy),
            ),
            Stage(work=signals, why_not=partial(proof.why_not, strategy, proof.SIGNALS)),
        )


def _loading(options: dict[str, Any], candles: int) -> Stage:
    def loaded(_: pd.DataFrame, pair: str) -> pd.DataFrame:
        candles: pd.DataFrame = _load(**{**options, "pair": pair})
        if len(candles) and module.get_tick_size_over_time is ticks.tick_sizes:
            ticks.add_counts(candles)
        return candles

    return Stage(work=loaded, why_not=str, candles=candles, grows=_GROWS, is_short=True)


def _files(options: dict[str, Any], pairs: Sequence[str]) -> Iterator[Path]:
    handler = options["data_handler"]
    for pair in pairs:
        file: Path = handler._pair_data_filename(  # noqa: SLF001 - as Freqtrade names it
            options["datadir"], pair, options["timeframe"], candle_type=options["candle_type"]
        )
        if file.exists():
            yield file
