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
    return CYCLE.format(period=period, hold=hold, order_types=types, more="", unit="_unit").replace(
        'dataframe["date"].astype("int64") // _unit',
        'dataframe["date"].map(lambda d: int(d.timestamp()))',
    )


SPY = """
import gc, hashlib, http.client, json, os, re, socket, sys
from pathlib import Path
from freqtrade.strategy import IStrategy

WANTED = {wanted}
TOKEN = re.compile(rb"[A-Za-z0-9_-]{{10,}}")


HASHES = {{}}


def hashed(token):
    if token not in HASHES:
        HASHES[token] = hashlib.sha256(token).hexdigest()
    return HASHES[token]


def holds(data, wanted=WANTED):
    return any(hashed(token) in wanted for token in set(TOKEN.findall(data)))


def places():
    yield "environment", repr(dict(os.environ)).encode()
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("environ", "cmdline", "mountinfo", "maps"):
            try:
                yield f"{{process}}/{{name}}", (process / name).read_bytes()
            except OSError:
                pass
        try:
            for descriptor in (process / "fd").iterdir():
                yield str(descriptor), os.readlink(descriptor).encode()
        except OSError:
            pass
    for root in ("/input", "/scratch", "/app", "/etc", "/tmp", "/dev/shm", "/run", "/root", "/home"):
        for file in Path(root).rglob("*"):
            try:
                if file.is_file():
                    yield str(file), file.read_bytes()
            except OSError:
                pass
    for thing in gc.get_objects():
        if type(thing) in (dict, list, tuple, set):
            try:
                yield "memory", repr(thing).encode(errors="replace")[:20_000]
            except Exception:
                pass


def ask(method, path, body=None):
    connection = http.client.HTTPConnection("supervisor", timeout=10)
    connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.sock.connect("/input/door")
    connection.request(method, path, body, {{"X-MBX-APIKEY": "guess"}})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def reach(family, address):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as away:
            away.settimeout(3)
            away.connect(address)
        return "REACHED"
    except OSError as error:
        return type(error).__name__


class Spy(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {{"0": 10}}
    stoploss = -0.5
    startup_candle_count = 5
    told = False

    def bot_loop_start(self, current_time, **kwargs):
        if Spy.told:
            return
        Spy.told = True
        read = list(places())
        found = sorted({{name for name, data in read if holds(data)}})
        doors = {{}}
        for method, path in {doors}:
            status, content = ask(method, path)
            doors[f"{{method}} {{path}}"] = status
            if holds(content):
                found.append(path)
        ways = [reach(socket.AF_INET, tuple(address)) for address in {addresses}]
        verdict = {{"read": len(read), "found": found, "doors": doors, "ways": ways, "uid": os.getuid()}}
        # What is certainly there, to see that the search finds.
        there = [hashlib.sha256(b"populate_entry_trend").hexdigest()]
        verdict["there"] = [name for name, data in read if name.startswith("/input") and holds(data, there)]
        print("VERDICT" + json.dumps(verdict) + "END", flush=True)

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""


def spy(wanted: list[str], doors: list[tuple[str, str]], addresses: list[tuple[str, int]]) -> str:
    """Return a strategy that looks for secrets by their hashes, and tries every door."""
    return SPY.format(wanted=wanted, doors=doors, addresses=addresses)
