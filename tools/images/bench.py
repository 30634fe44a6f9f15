"""How fast the image starts: `python -m tools.images.bench`, as a process of this machine, in crun and in gVisor."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from emulators.cloud_run import oci
from tools.images.build import BACKTEST, ROOT, Built, build, runsc
from tools.images.toolchain import find

_ROUNDS = 5
# The job's own first import, then what its child imports before a strategy may run.
_CODE = """
import time; began = time.time()
import backtest_job.run; supervisor = time.time()
import candlewick.engine.run, sys; engine = time.time()
import json; print(json.dumps([began, supervisor - began, engine - supervisor, len(sys.modules)]))
"""


def main() -> int:
    image = build(BACKTEST)
    with tempfile.TemporaryDirectory() as state:
        ways = {
            "process": ([sys.executable, "-c", _CODE], _environment_here()),
            "crun": (_command("crun", find("crun"), image, state), _environment(image)),
            "runsc": (_command("runsc", str(runsc()), image, state), _environment(image)),
        }
        for name, (command, environment) in ways.items():
            rounds = [_measure(command, environment) for _ in range(_ROUNDS)]
            _show(name, rounds)
    return 0


def _measure(command: Sequence[str], environment: dict[str, str]) -> tuple[float, ...]:
    started = time.time()
    done = subprocess.run(  # noqa: S603 - our own commands
        command, env=environment, capture_output=True, text=True, check=True
    )
    first_line, supervisor, engine, modules = json.loads(done.stdout.strip().splitlines()[-1])
    return first_line - started, supervisor, engine, modules


def _show(name: str, rounds: list[tuple[float, ...]]) -> None:
    columns = list(zip(*rounds, strict=True))
    labels = ("first line", "supervisor", "Freqtrade")
    texts = [
        f"{label} {statistics.median(column):.2f} s ({min(column):.2f} to {max(column):.2f})"
        for label, column in zip(labels, columns[:-1], strict=True)
    ]
    sys.stdout.write(f"{name:<8} {', '.join(texts)}, {columns[-1][0]} modules\n")
    sys.stdout.flush()


def _command(runtime: str, program: str | None, image: Built, state: str) -> list[str]:
    launcher = [sys.executable, "-I", "-S", oci.__file__, "--runtime", runtime]
    places = ["--program", program or runtime, "--image", str(image.folder), "--state", state]
    return [*launcher, *places, "--", "/usr/bin/python3.13", "-c", _CODE]


def _environment(image: Built) -> dict[str, str]:
    listed = image.config["Env"]
    return dict(line.split("=", 1) for line in listed) if isinstance(listed, list) else {}


def _environment_here() -> dict[str, str]:
    path = os.pathsep.join(str(Path(ROOT, part)) for part in ("src", "jobs/backtest"))
    return {"PATH": os.environ["PATH"], "PYTHONPATH": path}


if __name__ == "__main__":
    sys.exit(main())
