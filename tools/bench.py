"""`make bench`: submit to verified result through the whole stack, against Freqtrade as a plain process.

Both do the same backtests on the same candles, in turn (A B A B …), in one run on one machine. With `--standby` the other
side is the same backtest through the stack, by a job that did not wait for it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console

from api.backtest_bodies import BacktestBody
from candlewick.backtests.config import freqtrade_config
from candlewick.cli import data
from candlewick.cli.api import Api, JsonObject
from candlewick.cli.run import parse_timerange
from candlewick.cli.sign_in import sign_up
from candlewick.cli.strategies import push_version
from candlewick.market_data import feather, simulated
from tools.demo import sample_strategy

_PASSWORD = "bench-bench"  # noqa: S105 (of the Auth emulator)
_PAIRS = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "ADA/USDT", "DOGE/USDT", "LINK/USDT"]
_IMPORTS_S = 5.0
_STEPS = ("claim_s", "fetch_s", "import_s", "backtest_s", "upload_s", "verify_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Seconds of one pair of runs: through the stack, and the other way."""

    stack: float
    other: float
    steps: dict[str, float]


def main() -> int:
    given = _parser().parse_args()
    console = Console(stderr=True)
    data.run(["simulate"])
    with tempfile.TemporaryDirectory() as folder:
        bench = _Bench(_sign_in(), Path(folder), given.timerange)
        one_round = bench.round_of_standby if given.standby else bench.round
        rounds = []
        for number in range(given.rounds + 1):
            found = one_round(number)
            console.print(
                f"{'warm-up' if number == 0 else f'round {number}'}: "
                f"stack {found.stack:.2f} s, other {found.other:.2f} s"
            )
            rounds.append(found)
    other = "by a job that did not wait" if given.standby else "Freqtrade as a plain process"
    sys.stdout.write(f"{report(rounds[1:], given.timerange, other)}\n")
    return 0


class _Bench:
    def __init__(self, api: Api, folder: Path, timerange: str) -> None:
        self._api = api
        self._folder = folder
        self._timerange = timerange
        self._version = push_version(api, "SampleStrategy", sample_strategy(), "")
        (folder / "strategies").mkdir()
        (folder / "strategies" / "SampleStrategy.py").write_text(sample_strategy())
        (folder / "candles").mkdir()
        for series, frame in simulated.candles():
            (folder / "candles" / series.file_name).write_bytes(feather.write(frame))
        (folder / "markets.json").write_text(json.dumps(simulated.markets()))

    def round(self, number: int) -> Round:
        # Another wallet is another identity, so that nothing is answered from a known result.
        body = self._body(wallet=1_000 + number)
        stack, steps = self._through_the_stack(body)
        return Round(stack=stack, other=self._as_plain_process(body), steps=steps)

    def round_of_standby(self, number: int) -> Round:
        _waiting_job()
        stack, steps = self._through_the_stack(self._body(wallet=1_000 + number))
        _waiting_job().terminate()
        other, _ = self._through_the_stack(self._body(wallet=100_000 + number))
        # It had imported everything by then.
        return Round(stack=stack, other=other, steps=steps | {"import_s": 0.0})

    def _body(self, wallet: int) -> JsonObject:
        start, end = parse_timerange(self._timerange)
        return {
            "strategyId": self._version["strategyId"],
            "version": self._version["number"],
            "exchange": "simulated",
            "pairs": _PAIRS,
            "start": start.isoformat(),
            "end": end.isoformat(),
            "stakeAmount": "100",
            "wallet": str(wallet),
            "maxOpenTrades": 5,
        }

    def _through_the_stack(self, body: JsonObject) -> tuple[float, dict[str, float]]:
        began = time.perf_counter()
        started = self._api.submit(body)
        run = list(self._api.watch(started["id"], every_s=0.1))[-1]
        took = time.perf_counter() - began
        if run["state"] != "succeeded":
            raise SystemExit(f"The run ended as {run['state']}: {run['failure']}")
        return took, {name: run["timings"][name] for name in _STEPS}

    def _as_plain_process(self, body: JsonObject) -> float:
        spec = BacktestBody.model_validate(body).to_spec("5m")
        config = self._folder / "config.json"
        config.write_text(json.dumps(freqtrade_config(spec, "SampleStrategy")))
        results = self._folder / "results"
        results.mkdir(exist_ok=True)
        command = [
            *(sys.executable, "-m", "candlewick.cli.main", "backtesting"),
            *("--config", str(config), "--strategy", "SampleStrategy"),
            *("--strategy-path", str(self._folder / "strategies")),
            *("--datadir", str(self._folder / "candles")),
            *("--markets", str(self._folder / "markets.json")),
            *("--user-data-dir", str(self._folder)),
            *("--backtest-directory", str(results), "--cache", "none"),
        ]
        began = time.perf_counter()
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
        took = time.perf_counter() - began
        if done.returncode != 0:
            raise SystemExit(f"Plain Freqtrade failed:\n{done.stderr[-2_000:]}")
        return took


def _waiting_job() -> psutil.Process:
    """Return the job that waits for its run in the stack which runs this, when it has nothing more to import."""
    stack = psutil.Process(os.getppid())
    while not (waiting := list(filter(_waits, stack.children(recursive=True)))):
        time.sleep(0.1)
    time.sleep(_IMPORTS_S)
    return waiting[0]


def _waits(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return "CANDLEWICK_STANDBY" in process.environ()
    return False


def report(rounds: Sequence[Round], timerange: str, other: str) -> str:
    """Return the figures as Markdown: medians, the ratio pair by pair, each step's share."""
    ratios = [item.stack / item.other for item in rounds]
    stack = statistics.median(item.stack for item in rounds)
    lines = [
        (
            f"{len(rounds)} rounds, {len(_PAIRS)} pairs, 5m candles, {timerange}, "
            f"SampleStrategy, {os.cpu_count()} cores."
        ),
        "",
        "| | median | min | max |",
        "| --- | --- | --- | --- |",
        _row("submit → verified result", [item.stack for item in rounds], "s"),
        _row(other, [item.other for item in rounds], "s"),
        _row("ratio, pair by pair", ratios, "×"),  # noqa: RUF001 (times)
        "",
        "| step of the stack's run | median | share |",
        "| --- | --- | --- |",
    ]
    known = 0.0
    for name in _STEPS:
        seconds = statistics.median(item.steps[name] for item in rounds)
        known += seconds
        lines.append(f"| {name.removesuffix('_s')} | {seconds:.2f} s | {seconds / stack:.0%} |")
    rest = stack - known
    lines.append(
        f"| the rest: tasks, container start, transactions | {rest:.2f} s | {rest / stack:.0%} |"
    )
    return "\n".join(lines)


def _row(label: str, values: Sequence[float], unit: str) -> str:
    shown = (statistics.median(values), min(values), max(values))
    return f"| {label} | " + " | ".join(f"{value:.2f} {unit}" for value in shown) + " |"


def _sign_in() -> Api:
    url = os.environ["CANDLEWICK_API_URL"]
    email = f"bench-{os.getpid()}-{int(time.time())}@candlewick.example"
    return Api.at(url, sign_up(url, email, _PASSWORD, os.environ))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--timerange", default="20250201-20250315")
    parser.add_argument("--standby", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
