"""Starts the emulator with extensions that came with its packages: it would fetch them from the internet.

Run by the interpreter of its own environment, with two ports: HTTP and gRPC.
"""

import os
import sys

from duckdb_extensions import (  # type: ignore[import-not-found]  # of another environment
    import_extension,
)

for name in ("avro", "spatial"):
    import_extension(name)
port, grpc_port = sys.argv[1:]
os.execv(  # noqa: S606 - no shell
    sys.executable,
    [
        *(sys.executable, "-m", "bqemulator", "start", "--ephemeral"),
        *("--rest-host", "127.0.0.1", "--rest-port", port),
        *("--grpc-host", "127.0.0.1", "--grpc-port", grpc_port),
        *("--log-level", "warning", "--log-format", "json"),
    ],
)
