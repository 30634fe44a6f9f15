"""One backtest of `make bench-engine`, in a process that imports nothing else: FOLDER ENGINE SCRATCH.

The last line printed is what was measured.
"""

import importlib
import json
import resource
import sys
import time
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path

from candlewick.engine import special, startup


def main(folder: Path, engine: str, scratch: Path) -> int:
    with startup.importing() if engine == "skipping" else nullcontext():
        from candlewick.engine.run import (  # noqa: PLC0415 - timed
            Inputs,
            configured,
            finish,
            prepare,
        )
        from candlewick.engine.snapshot import read_snapshot  # noqa: PLC0415

        # A job's process has imported them, too, before a run is asked for.
        for name in startup.LIKELY:
            importlib.import_module(name)
        if engine == "skipping":
            special.student_t()
        else:
            importlib.import_module("scipy.stats")

    began = time.monotonic()
    told: list[tuple[str, float]] = []
    inputs = Inputs.in_folder(folder, scratch=scratch)
    config = configured(json.loads((folder / "config.json").read_text()), inputs)
    backtesting = prepare(
        config,
        read_snapshot(inputs.markets, inputs.leverage_tiers),
        on_progress=lambda phase, _: told.append((phase.value, time.monotonic())),
        skips=engine == "skipping",
    )
    backtesting.start()
    archive = finish(backtesting)
    ended = time.monotonic()
    measured = {
        "backtest_s": ended - began,
        "cpu_s": time.process_time() + _others_s(),
        "phases": _phases([*told, ("", ended)]),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "path": next(iter(backtesting.choices.values())).path.value,
        "archive": str(archive),
    }
    sys.stdout.write(f"\n{json.dumps(measured)}\n")
    return 0


def _others_s() -> float:
    """What the processes took that analysed pairs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _phases(told: list[tuple[str, float]]) -> dict[str, float]:
    spent: dict[str, float] = {}
    for (phase, began), (_, ended) in pairwise(told):
        spent[phase] = spent.get(phase, 0.0) + ended - began
    return spent


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
