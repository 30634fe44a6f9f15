"""Strategies for the stack's tests: honest, broken and hostile."""

HONEST = """
import talib.abstract as ta
from freqtrade.strategy import IStrategy
from pandas import DataFrame


class Momentum(IStrategy):
    timeframe = "5m"
    startup_candle_count = 30
    minimal_roi = {"0": 0.02}
    stoploss = -0.05

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["rsi"] = ta.RSI(dataframe)
        # INDICATORS
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["rsi"] < 35, "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["rsi"] > 65, "exit_long"] = 1
        return dataframe
"""


# Long and short, three times as much as is staked, for hours.
BOTH_WAYS = """
from freqtrade.strategy import IStrategy
from pandas import DataFrame


class BothWays(IStrategy):
    timeframe = "5m"
    can_short = True
    startup_candle_count = 30
    minimal_roi = {"0": 0.5}
    stoploss = -0.5

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["mean"] = dataframe["close"].rolling(30).mean()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["close"] < dataframe["mean"] * 0.99, "enter_long"] = 1
        dataframe.loc[dataframe["close"] > dataframe["mean"] * 1.01, "enter_short"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["close"] > dataframe["mean"] * 1.01, "exit_long"] = 1
        dataframe.loc[dataframe["close"] < dataframe["mean"] * 0.99, "exit_short"] = 1
        return dataframe

    def leverage(self, **_: object) -> float:
        return 3.0
"""


def with_indicators(*lines: str, head: str = "") -> str:
    """Return the honest strategy with more lines where indicators are computed."""
    body = "\n".join(f"        {line}" for line in lines)
    return head + HONEST.replace("        # INDICATORS", body)


# The static checks refuse `import os`; what they cannot see, the sandbox must stop.
HIDDEN_OS = "from logging import os, sys\n"

RAISES = with_indicators('raise ValueError("no such thing as a moon")')
LOOPS = with_indicators("while True:", "    pass")
ALLOCATES = with_indicators("hoard = []", "while True:", "    hoard.append(bytearray(64_000_000))")
FORKS = with_indicators(
    "children = 0",
    "while True:",
    "    if os.fork() == 0:",
    "        while True:",
    "            pass",
    head=HIDDEN_OS,
)
WRITES_OUTSIDE = with_indicators(
    "for folder in ('/', '/etc', '/tmp/..', '/input', '/usr', '/home', '/var'):",
    "    try:",
    "        os.close(os.open(folder + '/candlewick-was-here', os.O_CREAT | os.O_WRONLY))",
    "    except OSError:",
    "        continue",
    "    raise RuntimeError('ESCAPED: wrote to ' + folder)",
    head=HIDDEN_OS,
)
OPENS_A_SOCKET = with_indicators(
    "import socket",
    "for address in (('127.0.0.1', {port}), ('169.254.169.254', 80), ('8.8.8.8', 53)):",
    "    try:",
    "        socket.create_connection(address, timeout=1).close()",
    "    except OSError:",
    "        continue",
    "    raise RuntimeError('ESCAPED: connected to ' + repr(address))",
)
SNOOPS = with_indicators(
    "seen = dict(os.environ)",
    "loot = [name for name in seen if 'TOKEN' in name or 'CANDLEWICK' in name or 'GOOGLE' in name]",
    "for pid in [name for name in os.listdir('/proc') if name.isdigit()]:",
    "    for file in ('environ', 'cmdline'):",
    "        try:",
    "            text = os.read(os.open('/proc/' + pid + '/' + file, 0), 100_000)",
    "        except OSError:",
    "            continue",
    "        if b'CANDLEWICK_RUN_TOKEN' in text or b'gunicorn' in text or b'emulators' in text:",
    "            loot.append(pid)",
    "if loot:",
    "    raise RuntimeError('ESCAPED: saw ' + repr(loot))",
    head=HIDDEN_OS,
)
CANARY = "cw_0123456789abcdef_CANARYcanaryCANARYcanary"
PRINTS_SECRETS = with_indicators(
    f"print('{CANARY}')",
    "print('Bearer eyJhbGciOiJub25lIn0.eyJjYW5hcnkiOjF9.CANARYsignature')",
    "raise ValueError('the end')",
)
FORGES = with_indicators(
    head="""
import freqtrade.optimize.backtesting as engine

honest = engine.trade_list_to_dataframe


def flattered(trades):
    frame = honest(trades)
    frame["profit_abs"] = frame["profit_abs"].abs() * 10
    frame["profit_ratio"] = frame["profit_ratio"].abs() * 10
    return frame


engine.trade_list_to_dataframe = flattered
"""
)
LEAVES_EARLY = with_indicators("os._exit(0)", head=HIDDEN_OS)
