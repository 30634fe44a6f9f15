"""Runs one backtest without any service: the sandbox, the child and the watch of the job, files in and out.

`python alone.py INPUTS CONFIG`; the archive is the last line on standard output, as base64.
"""

import base64
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from backtest_job.child import Child
from backtest_job.sandbox import start
from backtest_job.watch import Watch
from candlewick.backtests.wire import Limits
from candlewick.isolation.driver import Isolation


def main(inputs: Path, config: dict[str, object]) -> None:
    limits = Limits()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        child = Child(start(Isolation.AUTO, Path(folder)))
        try:
            shutil.copytree(inputs, child.inputs, dirs_exist_ok=True)
            child.wait_until_ready()
            child.go(config, limits)
            watch = Watch(child, limits, on_progress=lambda *_: None, check=lambda: None)
            watch.until_done()
            archive = child.result.read()
        finally:
            child.close()
    # Buffered: where standard output is not, a pipe may take less than all of it at once.
    with os.fdopen(1, "wb", closefd=False) as output:
        output.write(base64.b64encode(archive) + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
