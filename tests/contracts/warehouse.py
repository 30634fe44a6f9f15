"""BigQuery's emulator beside storage: loads read the objects that the store has written."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import requests
from google.cloud.bigquery import Client

from emulators.bigquery import environment
from emulators.bigquery.tables import client, lay_out
from tests.emulators.storage.servers import PROJECT, free_ports

DATASET: Final = "candlewick_market_data"
_UP_BY_S: Final = 90


@contextmanager
def emulated_bigquery(folder: Path, objects: Path) -> Iterator[Client]:
    """Start the emulator with the product's tables and views, and stop it again."""
    environment.install()
    port, grpc_port = free_ports(2)
    url = f"http://127.0.0.1:{port}"
    with (folder / "bigquery.log").open("wb") as log:
        process = subprocess.Popen(
            environment.command(port, grpc_port),
            env={**os.environ, **environment.variables(folder, objects)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(url, process)
            with client(PROJECT, url) as found:
                lay_out(found, DATASET)
                yield found
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _UP_BY_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(f"{url}/bigquery/v2/projects/{PROJECT}/datasets", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("The BigQuery emulator did not start; see bigquery.log.")
