"""How fast the image starts: `python -m tools.images.bench`, as a process of this machine, in crun and in gVisor.

First what is imported, then a whole job of a small run, from its start to the report of its outcome. Images of two
states of the code (`--image DIR --image DIR`, unpacked by `make images`) take turns in each round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product
from pathlib import Path

from pydantic import JsonValue

from candlewick.market_data import feather, simulated
from emulators.cloud_run import oci
from emulators.cloud_run.keeper import become_subreaper
from tests.images.containers import ContainerJob, Network, Runtime
from tests.jobs.backtest.conftest import CONFIG, Job, strategy
from tests.jobs.backtest.platform import Platform, Run
from tools.images.build import BACKTEST, ROOT, Built, build, runsc
from tools.images.toolchain import find

_CANDLES = 24 * 21
_TIMEOUT_S = 280
# The job's own first import, then what its child imports before a strategy may run.
_CODE = """
import time; began = time.time()
import backtest_job.run; supervisor = time.time()
from candlewick.engine import startup
with startup.importing(): import candlewick.engine.run, sys
engine = time.time()
import json; print(json.dumps([began, supervisor - began, engine - supervisor, len(sys.modules)]))
"""
_IMPORTED = ("first line", "supervisor", "Freqtrade", "modules")
_DONE = ("claimed after", "imports", "all but the backtest", "reported after")

Row = tuple[float, ...]


def main() -> int:
    given = _parser().parse_args()
    images = [Built(folder=folder.resolve(), digest="") for folder in given.image]
    images = images or [build(BACKTEST)]
    runtimes = [
        Runtime(name="crun", program=find("crun") or "crun"),
        Runtime(name="runsc", program=str(runsc())),
    ]
    become_subreaper()
    imports: dict[str, Callable[[], Row]] = {"process": _process}
    jobs: dict[str, Callable[[], Row]] = {"process": lambda: _job(None)}
    for runtime, image in product(runtimes, images):
        name = f"{runtime.name} {image.folder.name}"
        imports[name] = lambda runtime=runtime, image=image: _container(runtime, image)  # type: ignore[misc]
        jobs[name] = lambda runtime=runtime, image=image: _job((runtime, image))  # type: ignore[misc]
    if given.only != "jobs":
        _show(imports, _IMPORTED, given.rounds)
    if given.only != "imports":
        _show(jobs, _DONE, given.rounds)
    return 0


def _show(ways: dict[str, Callable[[], Row]], labels: Sequence[str], rounds: int) -> None:
    taken: dict[str, list[Row]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
    for name, rows in taken.items():
        texts = [
            f"{label} {statistics.median(column):.2f} ({min(column):.2f} to {max(column):.2f})"
            for label, column in zip(labels, zip(*rows, strict=True), strict=True)
        ]
        sys.stdout.write(f"{name}: {', '.join(texts)}\n")
    for first, second in pairwise(taken):
        if first.split()[0] == second.split()[0]:
            sys.stdout.write(
                f"{second} to the one before: {_ratios(taken, (first, second), labels)}\n"
            )
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f}\n")
    sys.stdout.flush()


def _ratios(taken: dict[str, list[Row]], names: tuple[str, str], labels: Sequence[str]) -> str:
    """Compare round by round: what else the machine does changes more between rounds than within one."""
    rounds = zip(*(taken[name] for name in names), strict=True)
    ratios = [[late / early for early, late in zip(*rows, strict=True)] for rows in rounds]
    return ", ".join(
        f"{label} {statistics.median(column):.2f}"
        for label, column in zip(labels, zip(*ratios, strict=True), strict=True)
    )


def _process() -> Row:
    path = os.pathsep.join(str(Path(ROOT, part)) for part in ("src", "jobs/backtest"))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path}
    return _imported([sys.executable, "-c", _CODE], environment)


def _container(runtime: Runtime, image: Built) -> Row:
    launcher = [sys.executable, "-I", "-S", oci.__file__, "--runtime", runtime.name]
    with tempfile.TemporaryDirectory() as state:
        places = ["--program", runtime.program, "--image", str(image.folder), "--state", state]
        command = [*launcher, *places, "--", "/usr/bin/python3.13", "-c", _CODE]
        listed = image.config["Env"]
        environment = (
            dict(line.split("=", 1) for line in listed) if isinstance(listed, list) else {}
        )
        return _imported(command, environment)


def _imported(command: Sequence[str], environment: dict[str, str]) -> Row:
    started = time.time()
    done = subprocess.run(  # noqa: S603 - our own commands
        command, env=environment, capture_output=True, text=True, check=True
    )
    first_line, supervisor, engine, modules = json.loads(done.stdout.strip().splitlines()[-1])
    return first_line - started, supervisor, engine, modules


def _job(container: tuple[Runtime, Built] | None) -> Row:
    """Do a run in the image, or by this tree's job as a process; return what `_DONE` says, in seconds."""
    heard: dict[str, float] = {}
    run = Run(config=dict(CONFIG), inputs=dict(_inputs()))
    run.fault = lambda _method, path: heard.setdefault(path, time.monotonic()) and None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        began = time.monotonic()
        _to_its_end(container, run, folder)
    timings = run.last.timings
    reported = heard["/events/finished"] - began
    claimed = heard["/events/started"] - began
    return claimed, timings.import_s, reported - timings.backtest_s, reported


def _to_its_end(container: tuple[Runtime, Built] | None, run: Run, folder: Path) -> None:
    if container is None:
        with Platform(run) as platform:
            ended = Job(platform, folder, "auto").wait(_TIMEOUT_S)
    else:
        network = Network(run)
        with network.platform:
            ended = ContainerJob(*container, network, folder).wait(_TIMEOUT_S)
        network.close()
    if not run.finished or run.last.outcome.outcome != "succeeded":
        raise SystemExit(f"The job failed:\n{ended.log[-2_000:]}")


def _inputs() -> Iterator[tuple[str, bytes]]:
    """Yield a ticket's files: three weeks of one pair, and a strategy without indicators."""
    yield "strategies/Strategy.py", strategy()
    yield "markets.json", json.dumps(_markets()).encode()
    for series, frame in simulated.candles():
        if series.file_name == "BTC_USDT-1h.feather":
            yield f"data/{series.file_name}", feather.write(frame.head(_CANDLES))
            return


def _markets() -> JsonValue:
    found: JsonValue = simulated.markets()  # type: ignore[assignment]
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("imports", "jobs"))
    parser.add_argument("--image", type=Path, action="append", default=[])
    return parser


if __name__ == "__main__":
    sys.exit(main())
