"""What a block of code may change is read from it, and in doubt it may change everything."""

import pytest

from candlewick.previews.code_writes import changed_columns

COLUMNS = ("close", "ema", "ema_fast", "rsi_1h", "enter_long")


def changed(code: str) -> set[str]:
    patterns = changed_columns(code)
    return {name for name in COLUMNS if any(pattern.fullmatch(name) for pattern in patterns)}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("# a comment", set()),
        ("x = dataframe['ema'].mean()", set()),
        ("dataframe['other'] = dataframe['ema'] * 2", set()),
        ("dataframe['ema'] = 1", {"ema"}),
        ("dataframe['ema'] += 1", {"ema"}),
        ("dataframe.ema = 1", {"ema"}),
        ("dataframe[['ema', 'close']] = 1", {"ema", "close"}),
        ("dataframe.loc[dataframe['ema'] > 1, 'enter_long'] = 1", {"enter_long"}),
        ("dataframe.loc[:, ['ema', 'enter_tag']] = (1, 'x')", {"ema"}),
        ("x, dataframe['ema'] = 1, 2", {"ema"}),
        ("for n in (1, 2):\n    dataframe[f'ema_{n}'] = n", {"ema_fast"}),
        ("for n in (1, 2):\n    dataframe[f'rsi_{n}'] = n", {"rsi_1h"}),
        ("if x:\n    del dataframe['close']", {"close"}),
        ("dataframe = merge_informative_pair(dataframe, hourly, '5m', '1h')", set()),
    ],
)
def test_named_columns_are_changed_and_others_are_not(code: str, expected: set[str]) -> None:
    assert changed(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "dataframe = self.smoothed(dataframe)",
        "dataframe = dataframe.shift(1)",
        "dataframe[name] = 1",
        "dataframe.loc[0] = 1",
        "dataframe.iloc[0, 1] = 1",
        "dataframe.at[0, name] = 1",
        "dataframe.columns = names",
        "dataframe['ema'].values[0] = 1",
        "dataframe.dropna(inplace=True)",
        "dataframe['ema'].fillna(0, inplace=True)",
        "dataframe.insert(0, 'ema', 1)",
        "smooth(dataframe)",
        "self.add(frame=dataframe)",
        "df = dataframe\ndf['ema'] = 1",
        "if (frame := dataframe) is not None:\n    frame['ema'] = 1",
        "for dataframe in frames:\n    pass",
        "with frames() as dataframe:\n    pass",
    ],
)
def test_what_the_code_leaves_open_may_be_everything(code: str) -> None:
    assert changed(code) == set(COLUMNS)
