"""Strategies that trade by the clock, so that every test knows when."""

CYCLE = '''
from freqtrade.strategy import IStrategy

class Cycle(IStrategy):
    """Buys on every {period}th candle, sells {hold} candles later."""
    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {{"0": 10}}
    stoploss = -0.5
    startup_candle_count = 5
    process_only_new_candles = False
    use_exit_signal = True
    order_types = {order_types}
    {more}

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def _step(self, dataframe):
        return (dataframe["date"].astype("int64") // {unit} // 300) % {period}

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[self._step(dataframe) == 0, ["enter_long", "enter_tag"]] = (1, "cycle")
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[self._step(dataframe) == {hold}, ["exit_long", "exit_tag"]] = (1, "held")
        return dataframe
'''


def cycle(
    *, kind: str = "limit", period: int = 6, hold: int = 3, stop_on_exchange: bool = False
) -> str:
    """Return the source of a strategy that buys every `period` candles and holds for `hold`."""
    types = {
        "entry": kind,
        "exit": kind,
        "stoploss": "limit",
        "stoploss_on_exchange": stop_on_exchange,
        "emergency_exit": "market",
        "force_exit": "market",
    }
    # Newer pandas keeps microseconds or milliseconds: the strategy must not care.
    return CYCLE.format(
        period=period, hold=hold, order_types=types, more="", unit="_unit"
    ).replace('dataframe["date"].astype("int64") // _unit', 'dataframe["date"].map(lambda d: int(d.timestamp()))')
