"""`make bench-preview`: how long the server takes to preview a spec of ten indicators on 400 candles.

Through the whole stack, warm: every request is another spec, as when somebody moves a slider.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from candlewick.cli import data
from candlewick.cli.api import Api, JsonObject
from candlewick.cli.sign_in import sign_up

_PASSWORD = "bench-bench"  # noqa: S105 (of the Auth emulator)
_PAUSE_S = 0.4  # a slider is let go of so often, and the rate limit allows it
_INDICATORS = {
    "fast": ("ema", {"length": 12}),
    "slow": ("ema", {"length": 26}),
    "mean": ("sma", {"length": 50}),
    "rsi": ("rsi", {"length": 14}),
    "macd": ("macd", {}),
    "bands": ("bollinger", {"length": 20}),
    "range": ("atr", {"length": 14}),
    "adx": ("adx", {"length": 14}),
    "trend": ("supertrend", {"length": 10}),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    data.run(["simulate"])
    url = os.environ["CANDLEWICK_API_URL"]
    email = f"bench-{os.getpid()}-{int(time.time())}@candlewick.example"
    api = Api.at(url, sign_up(url, email, _PASSWORD, os.environ))
    last = api.post("/specs/preview", _body(0))["candles"]["date"][-1]
    lines = [
        f"{rounds} rounds, 10 indicators (one of them on 1h), 400 candles of 5m, {os.cpu_count()} cores.",
        "",
        "| | median | 95th percentile | max |",
        "| --- | --- | --- | --- |",
        _row("preview", rounds, lambda n: api.post("/specs/preview", _body(n))),
        _row("explain", rounds, lambda n: api.post("/specs/explain", _body(n) | {"at": last})),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _row(what: str, rounds: int, ask: Callable[[int], JsonObject]) -> str:
    took = []
    for number in range(rounds + 1):
        time.sleep(_PAUSE_S)
        began = time.perf_counter()
        ask(number)
        took.append(1_000 * (time.perf_counter() - began))
    warm = took[1:]
    late = statistics.quantiles(warm, n=20)[-1]
    return f"| {what} | {statistics.median(warm):.0f} ms | {late:.0f} ms | {max(warm):.0f} ms |"


def _body(number: int) -> JsonObject:
    rsi: JsonObject = {"kind": "indicator", "name": "rsi"}
    crossing = {
        "kind": "crosses",
        "left": {"kind": "indicator", "name": "fast"},
        "direction": "above",
        "right": {"kind": "indicator", "name": "slow"},
    }
    hourly = {"kind": "indicator", "name": "rsi", "frame": "1h"}
    entry = [crossing, _compare(rsi, "<", 60 + number / 10), _compare(hourly, ">", 40)]
    spec = {
        "name": "Bench",
        "timeframe": "5m",
        "informatives": [
            {"name": "1h", "timeframe": "1h", "indicators": _uses({"rsi": ("rsi", {"length": 14})})}
        ],
        "indicators": _uses(_INDICATORS),
        "entries": [{"kind": "rule", "tag": "up", "when": {"kind": "all", "conditions": entry}}],
        "exits": [{"kind": "rule", "tag": "hot", "when": _compare(rsi, ">", 70)}],
    }
    return {"spec": spec, "exchange": "simulated", "pair": "BTC/USDT", "candles": 400}


def _compare(left: JsonObject, sign: str, right: float) -> JsonObject:
    return {"kind": "compare", "left": left, "sign": sign, "right": right}


def _uses(named: dict[str, tuple[str, dict[str, int]]]) -> Sequence[JsonObject]:
    return [
        {"kind": "indicator", "name": name, "indicator": indicator, "settings": settings}
        for name, (indicator, settings) in named.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
