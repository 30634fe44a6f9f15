"""`make bench-engine`: the engine that skips against Freqtrade's own loop, in turn, on the same candles.

    W1  10 pairs, one year of 5m, Freqtrade's sample strategy, 5 open trades
    W2  ten pairs of real candles, 20 days of 5m, the same strategy
    W3  real futures, 5m, both ways with leverage and funding
    W4  4 pairs, 3 months of 5m, a strategy with custom_stoploss and adjust_trade_position
    W5  100 pairs, 3 months of 1h, the sample strategy
    W6  3 pairs, 6 weeks of 5m with detail candles of 1m, the sample strategy
    W7  4 pairs, 3 months of 5m, the sample strategy with stacked positions

Every backtest is a process of its own (`tools/engine_process.py`), from a start with compiled bytecode. Both engines' results are compared; one that
differs ends the benchmark. W2 and W3 need the real candles (CANDLEWICK_REAL_CANDLES or ../shared/market-data).
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from candlewick.market_data import feather
from tools.demo import sample_strategy

ROOT = Path(__file__).resolve().parents[1]
_ENGINES = ("stock", "skipping")
_RATIOS = (
    ("imports done", "backtest_s"),
    ("whole process", "whole_s"),
    ("its processor time", "cpu_s"),
)
_CUSTOM = """
from datetime import timedelta
from freqtrade.strategy import stoploss_from_open

{sample}

class Custom(SampleStrategy):
    use_custom_stoploss = True
    position_adjustment_enable = True

    def custom_stoploss(self, pair, trade, current_time, current_rate, current_profit, after_fill, **kwargs):
        return stoploss_from_open(-0.02, current_profit) if current_profit > 0.01 else None

    def adjust_trade_position(self, trade, current_time, current_rate, current_profit, min_stake, max_stake, **kwargs):
        return trade.stake_amount if current_profit < -0.02 and trade.nr_of_successful_entries < 2 else None
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Which backtest; `folder` has data/, markets.json and strategies/."""

    name: str
    folder: Path
    config: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One process: seconds (of processors in `cpu_s`), MiB, and a hash of everything in Freqtrade's own result."""

    whole_s: float
    backtest_s: float
    cpu_s: float
    phases: dict[str, float]
    peak_mib: float
    trades: int
    path: str
    digest: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench_engine", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", metavar="W", help="these workloads")
    given = parser.parse_args()
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder:
        for workload in _workloads(Path(folder), given.only):
            sys.stdout.write(_report(workload.name, _rounds(workload, given.rounds, console)))
            sys.stdout.flush()
    return 0


def _rounds(workload: Workload, count: int, console: Console) -> dict[str, list[Measured]]:
    found = {engine: list[Measured]() for engine in _ENGINES}
    for number in range(count):
        for engine in _ENGINES:
            found[engine].append(_measured(workload, engine))
        console.print(f"{workload.name}: round {number + 1} of {count}")
    return found


def _workloads(folder: Path, only: list[str] | None) -> Iterator[Workload]:
    makers = {"W1": _w1, "W2": _w2, "W3": _w3, "W4": _w4, "W5": _w5, "W6": _w6, "W7": _w7}
    for name, make in makers.items():
        if only and name not in only:
            continue
        workload = make(folder / name)
        if workload is None:
            sys.stdout.write(f"{name}: no real candles here\n")
            continue
        (workload.folder / "config.json").write_text(json.dumps(workload.config))
        yield workload


def _w1(folder: Path) -> Workload:
    pairs = _random_pairs(folder, count=10, candles=365 * 288 + 200, timeframe="5m")
    config = _config("SampleStrategy", pairs) | {"timerange": "20240101-20241230"}
    return Workload(name="W1", folder=_with_strategy(folder, sample_strategy()), config=config)


def _w4(folder: Path) -> Workload:
    pairs = _random_pairs(folder, count=4, candles=91 * 288, timeframe="5m")
    source = _CUSTOM.format(sample=sample_strategy())
    folder = _with_strategy(folder, source, "Custom")
    return Workload(name="W4", folder=folder, config=_config("Custom", pairs))


def _w5(folder: Path) -> Workload:
    pairs = _random_pairs(folder, count=100, candles=91 * 24 + 200, timeframe="1h")
    config = _config("SampleStrategy", pairs) | {"timeframe": "1h"}
    return Workload(name="W5", folder=_with_strategy(folder, sample_strategy()), config=config)


def _w6(folder: Path) -> Workload:
    pairs = _random_pairs(folder, count=3, candles=42 * 1_440 + 1_000, timeframe="1m")
    for file in (folder / "data").glob("*-1m.feather"):
        _write_coarser(file, "5m")
    config = _config("SampleStrategy", pairs) | {"timeframe_detail": "1m"}
    return Workload(name="W6", folder=_with_strategy(folder, sample_strategy()), config=config)


def _w7(folder: Path) -> Workload:
    pairs = _random_pairs(folder, count=4, candles=91 * 288, timeframe="5m")
    config = _config("SampleStrategy", pairs) | {"position_stacking": True, "max_open_trades": 20}
    return Workload(name="W7", folder=_with_strategy(folder, sample_strategy()), config=config)


def _w2(folder: Path) -> Workload | None:
    from tests.unit.engine.conftest import make_sample_case  # noqa: PLC0415 - only with real candles

    real = _real_candles()
    if real is None:
        return None
    case = make_sample_case(folder, real)
    return Workload(name="W2", folder=case.folder, config=case.config)


def _w3(folder: Path) -> Workload | None:
    from tests.unit.engine.conftest import make_futures_case  # noqa: PLC0415 - only with real candles

    real = _real_candles()
    if real is None:
        return None
    case = make_futures_case(folder, real)
    return Workload(name="W3", folder=case.folder, config=case.config)


def _real_candles() -> Path | None:
    configured = os.environ.get("CANDLEWICK_REAL_CANDLES")
    folder = Path(configured or ROOT.parent / "shared" / "market-data") / "binance"
    return folder if folder.is_dir() else None


def _measured(workload: Workload, engine: str) -> Measured:
    with tempfile.TemporaryDirectory() as scratch:
        began = time.monotonic()
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "tools.engine_process", str(workload.folder), engine, scratch],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        whole_s = time.monotonic() - began
        if done.returncode != 0:
            raise SystemExit(f"{workload.name}, {engine}: {done.stderr[-2_000:]}")
        told = json.loads(done.stdout.splitlines()[-1])
        digest, trades = _result(Path(told.pop("archive")), workload.config["strategy"])
        return Measured(whole_s=whole_s, digest=digest, trades=trades, **told)


def _result(archive: Path, strategy: str) -> tuple[str, int]:
    from tests.unit.engine import archives  # noqa: PLC0415 - reads as the tests do

    found = archives.statistics(archive, strategy)
    wallet = archives.table(archive, "_wallet.feather")
    hashed = hashlib.sha256(json.dumps(found, sort_keys=True).encode())
    hashed.update(pd.util.hash_pandas_object(wallet).to_numpy().tobytes())
    return hashed.hexdigest(), int(found["total_trades"])


def _report(name: str, found: dict[str, list[Measured]]) -> str:
    digests = {measured.digest for each in found.values() for measured in each}
    if len(digests) != 1:
        raise SystemExit(f"{name}: the results differ")
    stock, ours = found["stock"], found["skipping"]
    lines = [f"\n{name}: {ours[0].trades:,} trades, the same from both; path {ours[0].path}"]
    for title, field in _RATIOS:
        pairs = list(zip(stock, ours, strict=True))
        ratios = [getattr(theirs, field) / getattr(mine, field) for theirs, mine in pairs]
        medians = [
            statistics.median(getattr(measured, field) for measured in side)
            for side in (stock, ours)
        ]
        lines.append(
            f"  {title}: stock {medians[0]:.2f} s, ours {medians[1]:.2f} s; "
            f"{statistics.median(ratios):.1f} times ({min(ratios):.1f} to {max(ratios):.1f})"
        )
    peaks = [statistics.median(measured.peak_mib for measured in side) for side in (stock, ours)]
    lines.append(f"  peak memory: stock {peaks[0]:.0f} MiB, ours {peaks[1]:.0f} MiB")
    for phase in ours[0].phases:
        spent = statistics.median(measured.phases.get(phase, 0.0) for measured in ours)
        lines.append(f"  of ours, {phase}: {spent:.2f} s")
    return "\n".join(lines) + "\n"


def _random_pairs(folder: Path, *, count: int, candles: int, timeframe: str) -> list[str]:
    from candlewick.market_data.derived import derived_from_folder  # noqa: PLC0415

    random = np.random.default_rng(7)
    (folder / "data").mkdir(parents=True)
    step = pd.Timedelta(timeframe.replace("m", "min"))
    dates = pd.date_range("2023-12-31 08:00", periods=candles, freq=step, tz="UTC").as_unit("ms")
    for number in range(count):
        close = 10 ** random.uniform(-1, 3) * np.exp(
            np.cumsum(random.standard_t(4, candles) * 0.0012)
        )
        open_ = np.concatenate([close[:1], close[:-1]])
        reach = 1 + np.abs(random.normal(0, 0.0008, (2, candles)))
        prices = {
            "open": open_,
            "high": np.maximum(open_, close) * reach[0],
            "low": np.minimum(open_, close) / reach[1],
            "close": close,
        }
        rounded = {name: values.round(4) for name, values in prices.items()}
        volume = random.uniform(10, 1_000, candles)
        frame = pd.DataFrame({"date": dates, **rounded, "volume": volume})
        name = f"C{number}_USDT-{timeframe}.feather"
        (folder / "data" / name).write_bytes(feather.write(frame))
    markets = derived_from_folder(folder / "data", "spot")
    (folder / "markets.json").write_text(json.dumps(markets))
    return sorted(markets)


def _write_coarser(file: Path, timeframe: str) -> None:
    """Write the candles of a longer timeframe that these make up."""
    candles = pd.read_feather(file)
    whole = candles.resample(timeframe.replace("m", "min"), on="date").agg(
        {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    )
    pair = file.stem.rpartition("-")[0]
    target = file.with_name(f"{pair}-{timeframe}.feather")
    target.write_bytes(feather.write(whole.reset_index()))


def _with_strategy(folder: Path, source: str, name: str = "SampleStrategy") -> Path:
    (folder / "strategies").mkdir()
    (folder / "strategies" / f"{name}.py").write_text(source)
    return folder


def _config(strategy: str, pairs: list[str]) -> dict[str, Any]:
    return {
        "strategy": strategy,
        "exchange": {"name": "simulated", "pair_whitelist": pairs},
        "pairlists": [{"method": "StaticPairList"}],
        "stake_currency": "USDT",
        "stake_amount": 100,
        "dry_run_wallet": 1_000,
        "max_open_trades": 5,
        "timeframe": "5m",
    }


if __name__ == "__main__":
    sys.exit(main())
