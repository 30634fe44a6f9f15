"""The real job as a process that is killed at its n-th write: `python -m tests.jobs.market_data.trials`.

Each line of standard input is a trial, each line of standard output its end. A trial's process is forked from one that has
imported what the job imports, which takes seconds, and is the job from there on: its environment, its arguments, its exit.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

from candlewick.objects import ObjectStore
from market_data_job.__main__ import _bucket, main
from market_data_job.settings import Settings

_WRITES = frozenset({"create", "replace", "replace_generation"})


class Killed:
    """A bucket whose user dies, by SIGKILL, right before or right after its n-th write; 0: never."""

    def __init__(self, store: ObjectStore, at: int, when: str) -> None:
        self._store, self._at, self._when = store, at, when
        self.writes = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return self._dying(found) if name in _WRITES else found

    def _dying(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def written(*given: Any, **named: Any) -> Any:
            self.writes += 1
            if self.writes == self._at and self._when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return write(*given, **named)
            finally:
                if self.writes == self._at:
                    os.kill(os.getpid(), signal.SIGKILL)

        return written


def run(trial: Mapping[str, Any]) -> dict[str, int]:
    """Run one trial in a process of its own; return its exit code (negative: the signal) and its writes."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reader)
        os.environ.update(trial["env"])
        stores: list[Killed] = []

        def open_store(settings: Settings) -> ObjectStore:
            stores.append(Killed(_bucket(settings), trial.get("at", 0), trial.get("when", "")))
            return stores[0]

        code = main(os.environ, trial.get("arguments", []), open_store=open_store)
        os.write(writer, str(stores[0].writes if stores else 0).encode())
        os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as told:
        writes = told.read()
    _, status = os.waitpid(process, 0)
    return {"code": os.waitstatus_to_exitcode(status), "writes": int(writes or 0)}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()
