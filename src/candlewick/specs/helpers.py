"""Functions that compiled code brings along where a rule needs them."""

HELPERS = {
    "rising": '''\
def rising(values: Series, candles: int) -> Series:
    """Whether each of the last candles is above the one before it."""
    return (values > values.shift(1)).rolling(candles).sum() == candles
''',
    "falling": '''\
def falling(values: Series, candles: int) -> Series:
    """Whether each of the last candles is below the one before it."""
    return (values < values.shift(1)).rolling(candles).sum() == candles
''',
    "within": '''\
def within(condition: Series, candles: int) -> Series:
    """Whether the condition held in one of the last candles, this one included."""
    return condition.rolling(candles, min_periods=1).max() > 0
''',
    "percent_from": '''\
def percent_from(values: Series, reference: Series | float) -> Series:
    """Return how far the values are above the reference, in percent."""
    return (values / reference - 1) * 100
''',
    "percent_apart": '''\
def percent_apart(values: Series, reference: Series | float) -> Series:
    """Return how far the values are from the reference on either side, in percent."""
    return ((values / reference - 1) * 100).abs()
''',
    "between": '''\
def between(values: Series, low: Series | float, high: Series | float) -> Series:
    """Whether the values lie between the bounds, which count as inside."""
    return (values >= low) & (values <= high)
''',
    "opened_between": '''\
def opened_between(dataframe: DataFrame, start: str, end: str) -> Series:
    """Whether each candle opened at or after `start` and before `end`, UTC."""
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (start, end))
    minute = dataframe["date"].dt.hour * 60 + dataframe["date"].dt.minute
    return (minute >= first) & (minute < last)
''',
    "opened_on": '''\
def opened_on(dataframe: DataFrame, *days: str) -> Series:
    """Whether each candle opened on one of the days, UTC."""
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return dataframe["date"].dt.day_of_week.isin([week.index(day) for day in days])
''',
    "switched_on": '''\
def switched_on(dataframe: DataFrame, is_on: bool) -> Series:
    """Return for every candle whether a switch among the parameters is on."""
    return Series(is_on, index=dataframe.index)
''',
}
