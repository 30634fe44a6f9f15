"""The first that runs in the sandbox: gives up privileges, says so, and only then imports other people's code."""

import json
import os
import tempfile
import time

from candlewick.engine import startup
from candlewick.isolation import lockdown


def main(options_json: str) -> None:
    """Become the untrusted side; does not return."""
    options = json.loads(options_json)
    lockdown.drop_privileges(options["uid"])
    os.environ.clear()
    tempfile.tempdir = options["scratch"]
    # An empty line is no message: it only tells the supervisor that this sandbox works.
    os.write(options["message_fd"], b"\n")
    began = time.monotonic()
    with startup.importing():
        from backtest_job.inside import guest  # noqa: PLC0415 - a megabyte of other people's code
    guest.serve(options, began=began)
