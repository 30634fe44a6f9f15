"""The untrusted side: has Freqtrade, waits for the word, runs the user's strategy.

Until the word comes nothing of the user's is loaded; from then on nothing that this process says is believed.
"""

import errno
import importlib
import json
import os
import select
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from candlewick.backtests.wire import FailureKind, Limits, Loop, Phase, ProbeKind
from candlewick.engine import run, special, startup
from candlewick.engine.errors import EngineError
from candlewick.isolation import lockdown

_LIKELY: Final = (*startup.LIKELY, "candlewick.engine.indicators")


def serve(options: dict[str, Any], *, began: float) -> None:
    """Run one backtest as the options say; does not return."""
    messages = _Messages(options["message_fd"])
    messages.send(type="ready", importS=time.monotonic() - began)
    _import_until_asked()
    word = json.loads(sys.stdin.readline())
    lockdown.set_limits(_bounds(Limits.model_validate(word["limits"])))
    if options["confined"]:
        lockdown.forbid_system_calls()
    inputs = run.Inputs.in_folder(Path(options["input"]), scratch=Path(options["scratch"]))
    try:
        archive = _run(word, inputs, messages)
        with archive.open("rb") as source, open(options["result_fd"], "wb") as result:  # noqa: PTH123 - an inherited descriptor
            shutil.copyfileobj(source, result)
        messages.send(type="done")
    except EngineError as error:
        messages.failed(error)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EFBIG}:
            raise
        text = "The result is larger than the scratch folder."
        messages.send(type="failed", kind=FailureKind.OUTPUT_LIMIT, message=text)
    sys.stdout.flush()
    # Not sys.exit: exit handlers and threads of the user's are not waited for.
    os._exit(0)


def _import_until_asked() -> None:
    """Import what a run will need for as long as its inputs are being fetched."""
    with startup.importing():
        for name in _LIKELY:
            if select.select([sys.stdin], [], [], 0)[0]:
                return
            importlib.import_module(name)
        special.student_t()


def _run(word: dict[str, Any], inputs: run.Inputs, messages: "_Messages") -> Path:
    kind = word["probe"]
    if kind is None or kind == ProbeKind.TRUNCATED:
        return run.run_backtest(
            word["config"],
            inputs=inputs,
            on_progress=messages.progress,
            skips=word["loop"] != Loop.STOCK,
        )
    return run.run_probe(
        ProbeKind(kind), word["config"], inputs=inputs, on_progress=messages.progress
    )


def _bounds(limits: Limits) -> lockdown.Bounds:
    return lockdown.Bounds(
        memory_mib=limits.memory_mib,
        largest_file_mib=limits.scratch_mib,
        processes=limits.processes,
        open_files=limits.open_files,
        cpu_s=limits.cpu_s,
    )


class _Messages:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def send(self, **message: Any) -> None:
        data = json.dumps(message).encode() + b"\n"
        while data:
            data = data[os.write(self._descriptor, data) :]

    def progress(self, phase: Phase, fraction: float) -> None:
        self.send(type="progress", phase=phase, fraction=fraction)

    def failed(self, error: EngineError) -> None:
        frames = [asdict(frame) for frame in getattr(error, "frames", ())]
        for frame in frames:
            frame["function"] = frame["function"][:200]
        self.send(type="failed", kind=error.kind, message=str(error)[:4_000], traceback=frames)
