"""Starts in the sandbox: gives up every right, makes the bridge, and runs the bot."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from candlewick.isolation import lockdown
from live_bot.trader import bridge

_BOUNDS: Final = lockdown.Bounds(
    memory_mib=2_048, largest_file_mib=512, processes=16, open_files=1_024
)


def main(options_json: str) -> None:
    """Run a bot as the options say; does not return."""
    options = json.loads(options_json)
    lockdown.drop_privileges(options["uid"])
    os.environ.clear()
    tempfile.tempdir = options["scratch"]
    inputs, scratch = Path(options["input"]), Path(options["scratch"])
    port = bridge.start(inputs / "door")
    # Here, so that privileges are gone before a megabyte of other people's code runs.
    from live_bot.trader.run import run  # noqa: PLC0415

    lockdown.set_limits(_BOUNDS)
    if options["confined"]:
        lockdown.forbid_system_calls(loopback=True)
    code = run(inputs, scratch, port)
    sys.stdout.flush()
    # Not sys.exit: exit handlers and threads of the user's are not waited for.
    os._exit(code)
