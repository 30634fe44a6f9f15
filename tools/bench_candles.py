"""`make bench-candles`: how long candles take to be there, for a chart's window of any width and for a job.

Through the whole stack. The long file is five years of one pair's 1m candles, made for this and named so.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from backtest_job.transfers import fetch_all, open_client
from candlewick.backtests.inputs import spans_of
from candlewick.backtests.models import BacktestSpec
from candlewick.backtests.wire import InputFile
from candlewick.cli import data
from candlewick.cli.api import Api
from candlewick.cli.sign_in import sign_up
from candlewick.gcp.storage import BucketStore
from candlewick.market_data import feather
from candlewick.market_data.importer import Source, import_candles
from candlewick.market_data.manifest import CandleFile
from candlewick.market_data.store import CandleStore
from tests.factories import a_spec

_PASSWORD = "bench-bench"  # noqa: S105 (of the Auth emulator)
_PAUSE_S = 0.35  # the rate limit allows it
_LONG = "benchcandles"
_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
_MINUTES = 5 * 365 * 1_440
_WIDTHS = {"a day": 1, "a week": 7, "a month": 30, "a year": 365, "all five years": 5 * 365 - 1}
_YEAR = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
_MONTH = (datetime(2025, 11, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    data.run(["simulate"])
    store = data.open_bucket(os.environ)
    _bring_long(store)
    lines = [
        f"{rounds} rounds, {_MINUTES:,} candles of 1m, at most 5,000 points, {os.cpu_count()} cores.",
        "",
        "| a chart's window | points | first | median | 95th percentile | max |",
        "| --- | --- | --- | --- | --- | --- |",
        *_windows(rounds),
        "",
        "| a job's candles, 10 pairs of 5m | bytes | fetched | and read | both |",
        "| --- | --- | --- | --- | --- |",
        _job(store, "a year", _YEAR, rounds),
        _job(store, "a month of the year", _MONTH, rounds),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _bring_long(store: BucketStore) -> None:
    steps = np.random.default_rng(3).integers(-5, 6, _MINUTES)
    opened = 30_000 + np.cumsum(steps) / 10
    closed = opened + steps / 20
    frame = pd.DataFrame(
        {
            "date": pd.date_range(_BEGIN, periods=_MINUTES, freq="min").as_unit("ms"),
            "open": opened,
            "high": np.maximum(opened, closed) + 0.5,
            "low": np.minimum(opened, closed) - 0.5,
            "close": closed,
            "volume": 1.0 + (steps + 5) / 100,
        }
    )
    source = Source(exchange=_LONG, title="Bench", note="Made for a benchmark.", simulated=True)
    content = feather.write(frame)
    files = {"BTC_USDT-1m.feather": lambda: content}
    import_candles(store, source, files, now=datetime.now(UTC))


def _windows(rounds: int) -> Iterator[str]:
    url = os.environ["CANDLEWICK_API_URL"]
    email = f"bench-{os.getpid()}-{int(time.time())}@candlewick.example"
    api = Api.at(url, sign_up(url, email, _PASSWORD, os.environ))
    chance = random.Random(1)  # noqa: S311 - where windows begin
    for title, days in _WIDTHS.items():
        took, points = [], 0
        for _ in range(rounds + 1):
            start = _BEGIN + timedelta(days=chance.randrange(5 * 365 - days))
            query = {
                "pair": "BTC/USDT",
                "timeframe": "1m",
                "start": start.isoformat(),
                "end": (start + timedelta(days=days)).isoformat(),
                "maxCandles": "5000",
            }
            time.sleep(_PAUSE_S)
            began = time.perf_counter()
            answer = api.get(f"/market-data/exchanges/{_LONG}/candles", **query)
            took.append(1_000 * (time.perf_counter() - began))
            points = max(points, len(answer["date"]))
        first, *warm = took
        late = statistics.quantiles(warm, n=20)[-1]
        yield (
            f"| {title} | {points:,} | {first:.0f} ms | **{statistics.median(warm):.0f} ms** | {late:.0f} ms "
            f"| {max(warm):.0f} ms |"
        )


def _job(store: BucketStore, title: str, span: tuple[datetime, datetime], rounds: int) -> str:
    manifest = CandleStore(store).current("simulated").manifest
    files = [file for file in manifest.files if file.timeframe == "5m"]
    spec = a_spec(start=span[0], until=span[1])
    inputs = [_input(store, file, spec) for file in files]
    fetching: list[float] = []
    reading: list[float] = []
    both: list[float] = []
    for _ in range(max(3, rounds // 4)):
        fetched, read = _round(inputs)
        fetching.append(fetched)
        reading.append(read)
        both.append(fetched + read)
    size = sum(
        sum(span.size_bytes for span in each.spans) if each.spans else each.size_bytes
        for each in inputs
    )
    middle = [statistics.median(each) for each in (fetching, reading, both)]
    return f"| {title} | {size / 1e6:.1f} MB | {middle[0]:.2f} s | {middle[1]:.2f} s | **{middle[2]:.2f} s** |"


def _round(inputs: list[InputFile]) -> tuple[float, float]:
    """Return how many seconds fetching and reading took."""
    with tempfile.TemporaryDirectory() as name, open_client() as http:
        folder = Path(name)
        began = time.perf_counter()
        fetch_all(http, inputs, folder)
        fetched = time.perf_counter()
        for file in folder.rglob("*.feather"):
            pd.read_feather(file)
        return fetched - began, time.perf_counter() - fetched


def _input(store: BucketStore, file: CandleFile, spec: BacktestSpec) -> InputFile:
    return InputFile(
        path=f"data/{file.file_name}",
        url=store.sign_get(file.object_name, valid_for=timedelta(minutes=30)),
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        spans=spans_of(spec, file),
    )


if __name__ == "__main__":
    sys.exit(main())
