"""Keeps the positions that Freqtrade's result leaves out.

At the end of a backtest Freqtrade sells what is still open at the last candle. When that order does not
fill (its rounded price lies outside the candle), the trade is in no list, while its stake has left the
wallet. Such trades are in `LocalTrade.bt_trades_open` until the next strategy starts.
"""

import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freqtrade.data.btanalysis import trade_list_to_dataframe
from freqtrade.misc import dump_json_to_file
from freqtrade.persistence import LocalTrade

from candlewick.engine.skipping.backtesting import SkippingBacktesting

if TYPE_CHECKING:
    import pandas as pd

    from candlewick.engine.indicators import Captured, Pieces

MEMBER = "candlewick_open_trades.json"
ENGINE_MEMBER = "candlewick_engine.json"


class ObservedBacktesting(SkippingBacktesting):
    """Freqtrade's Backtesting, watched: `left_open` holds each strategy's trades that never closed.

    With `keeps_indicators`, `captured` holds the columns that a chart of the last strategy shows.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left_open: dict[str, list[dict[str, Any]]] = {}
        self.keeps_indicators = False
        self.captured: Captured | None = None
        self.deflated: Pieces = {}

    def backtest(self, *args: Any, **kwargs: Any) -> Any:
        content = super().backtest(*args, **kwargs)
        if self.keeps_indicators:
            from candlewick.engine.indicators import capture  # noqa: PLC0415 - most runs show no chart

            # Freqtrade has put the analysed frames, without their startup candles, in `processed`.
            self.captured = capture(self.strategy, kwargs["processed"], self._step_ms())
        frame = trade_list_to_dataframe(list(LocalTrade.bt_trades_open))
        self.left_open[self.strategy.get_strategy_name()] = frame.to_dict(orient="records")
        return content

    def _get_ohlcv_as_lists(self, processed: "dict[str, pd.DataFrame]") -> Any:
        rows = super()._get_ohlcv_as_lists(processed)
        if self.keeps_indicators:
            from candlewick.engine.indicators import begin  # noqa: PLC0415 - as above

            self.deflated = begin(self.strategy, processed, self._step_ms())
        return rows

    def _step_ms(self) -> int:
        return int(self.timeframe_min) * 60_000


def add_members(archive: Path, backtesting: ObservedBacktesting) -> None:
    """Add by strategy, beside Freqtrade's own: what stayed open, as its trade export has it; how the loop went."""
    text = io.StringIO()
    dump_json_to_file(text, backtesting.left_open)
    choices = {name: asdict(choice) for name, choice in backtesting.choices.items()}
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as members:
        members.writestr(MEMBER, text.getvalue())
        members.writestr(ENGINE_MEMBER, json.dumps(choices))
