"""The demo's backtest in a container without any network: the trades and figures that the host computes."""

import base64
import io
import json
import math
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from candlewick.market_data import feather, simulated
from tests.images.containers import Runtime, run_in
from tools.demo import sample_strategy
from tools.images.build import ROOT, Built

pytestmark = [pytest.mark.images, pytest.mark.timeout(300, func_only=True)]

_ALONE = Path(__file__).with_name("alone.py")
_PAIRS = 8
_START = datetime(2025, 2, 1, tzinfo=UTC)
# Pairs and days: the demo's own, and in gVisor, which needs minutes for them, fewer.
_SCOPE = {"crun": (_PAIRS, 59), "runsc": (2, 14)}
# When it ran, for how long, and where its files lay.
_OF_THE_RUN = {"backtest_run_start_ts", "backtest_run_end_ts", "run_id"}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's inputs, laid out as the supervisor does: eight simulated pairs, Freqtrade's sample strategy."""
    folder = tmp_path_factory.mktemp("demo")
    for name in ("data", "strategies"):
        (folder / name).mkdir()
    made = 0
    for series, frame in simulated.candles():
        if series.timeframe == "5m" and made < _PAIRS:
            made += 1
            (folder / "data" / series.file_name).write_bytes(feather.write(frame))
    (folder / "markets.json").write_text(json.dumps(simulated.markets()))
    (folder / "strategies" / "SampleStrategy.py").write_text(sample_strategy())
    for place in (folder.parent, folder, *folder.rglob("*")):
        place.chmod(0o755)
    return folder


def configuration(inputs: Path, pairs_wanted: int, days: int) -> str:
    names = sorted(file.name for file in (inputs / "data").iterdir())
    pairs = [name.partition("-")[0].replace("_", "/") for name in names][:pairs_wanted]
    config = {
        "strategy": "SampleStrategy",
        "dry_run": True,
        "trading_mode": "spot",
        "margin_mode": "",
        "exchange": {"name": simulated.EXCHANGE, "pair_whitelist": pairs, "pair_blacklist": []},
        "pairlists": [{"method": "StaticPairList"}],
        "stake_currency": "USDT",
        "stake_amount": 200.0,
        "dry_run_wallet": 1000.0,
        "max_open_trades": 5,
        "timeframe": "5m",
        "timerange": f"{int(_START.timestamp())}-{int((_START + timedelta(days)).timestamp()) - 1}",
        "export": "trades",
    }
    return json.dumps(config)


def on_the_host(inputs: Path, config: str) -> dict[str, Any]:
    path = os.pathsep.join(str(ROOT / part) for part in ("src", "jobs/backtest"))
    done = subprocess.run(
        [sys.executable, _ALONE, inputs, config],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    return _result(done)


def test_the_demos_trades_and_figures_are_those_of_the_host(
    runtime: Runtime,
    image: Built,
    inputs: Path,
    tmp_path: Path,
) -> None:
    config = configuration(inputs, *_SCOPE[runtime.name])
    expected = on_the_host(inputs, config)
    command = ("/usr/bin/python3.13", "-c", _ALONE.read_text(), "/inputs", config)

    done = run_in(runtime, image, tmp_path / "state", ("--bind", f"{inputs}:/inputs"), command)

    found = _result(done)
    assert len(found["trades"]) > 10
    assert found["trades"] == expected["trades"]
    differing = {key for key in found if not _same(found[key], expected.get(key))}
    assert differing <= _OF_THE_RUN


def _same(one: Any, other: Any) -> bool:
    """Compare figures to twelve digits: the image's C library rounds the last one its own way."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _result(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    archive = base64.b64decode(done.stdout.strip().splitlines()[-1])
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        name = next(
            name
            for name in members.namelist()
            if name.startswith("backtest-result-")
            and name.endswith(".json")
            and "_config" not in name
        )
        content = json.loads(members.read(name))
    result: dict[str, Any] = content["strategy"]["SampleStrategy"]
    return result
