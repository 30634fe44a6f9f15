"""Fixtures: identity emulator, fake-gcs-server and storage gateway as the processes that they are."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from google.auth.credentials import Credentials
from google.cloud.storage import Client
from google.oauth2 import service_account

from candlewick.gcp.clients import storage_client
from emulators.storage_gateway import fake_gcs

PROJECT = "demo-candlewick"
BUCKETS = ("candlewick-candles", "candlewick-code", "candlewick-results")
ORIGIN = "http://127.0.0.1:5173"
POLICY = {
    "bindings": [
        {"role": "roles/storage.admin", "members": ["operator"], "bucket": "*"},
        {"role": "roles/storage.objectUser", "members": ["functions-*"], "bucket": "candlewick-*"},
        {
            "role": "roles/storage.objectViewer",
            "members": ["reader"],
            "bucket": "candlewick-candles",
            "prefix": "binance/",
        },
        {
            "role": "roles/storage.objectCreator",
            "members": ["creator"],
            "bucket": "candlewick-results",
        },
    ]
}
_SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
_DEADLINE_S = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageServers:
    """Three running servers on free ports over one folder."""

    folder: Path
    identity_url: str
    backend_url: str
    url: str

    def key_file(self, account: str) -> Path:
        return self.folder / "identities" / f"{account}.json"

    def credentials(self, account: str) -> Credentials:
        found: Credentials = service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
            str(self.key_file(account)), scopes=_SCOPES
        )
        return found

    def client(self, account: str) -> Client:
        return storage_client(PROJECT, self.url, self.credentials(account))


@contextmanager
def running(folder: Path) -> Iterator[StorageServers]:
    """Start the three servers over a folder and stop them again."""
    identity, backend, gateway = free_ports(3)
    servers = StorageServers(
        folder=folder,
        identity_url=f"http://127.0.0.1:{identity}",
        backend_url=f"http://127.0.0.1:{backend}",
        url=f"http://127.0.0.1:{gateway}",
    )
    (folder / "policy.json").write_text(json.dumps(POLICY))
    commands = (
        _identity(servers, identity),
        fake_gcs.command(backend, folder / "objects", f"127.0.0.1:{gateway}"),
        _gateway(servers, gateway),
    )
    processes = [subprocess.Popen(command) for command in commands]
    try:
        until_it_answers(f"{servers.identity_url}/healthz")
        until_it_answers(f"{servers.backend_url}/_internal/healthcheck")
        until_it_answers(f"{servers.url}/healthz")
        yield servers
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(_DEADLINE_S)


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on at this moment."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@contextmanager
def serving(module: str, *arguments: str) -> Iterator[str]:
    """Start `python -m MODULE --port … ARGUMENTS`, yield its address once it answers, and stop it."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-m", module, "--port", str(port), *arguments])
    try:
        until_it_answers(f"{url}/healthz")
        yield url
    finally:
        process.terminate()
        process.wait(_DEADLINE_S)


def until_it_answers(url: str) -> None:
    """Poll a URL until it answers with 200."""
    deadline = time.monotonic() + _DEADLINE_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _identity(servers: StorageServers, port: int) -> list[str]:
    accounts = ["operator", "functions-backtests", "backtest-job", "reader", "creator"]
    return [
        *(sys.executable, "-m", "emulators.identity", "--port", str(port)),
        *("--state", str(servers.folder / "identities"), "--project", PROJECT),
        *("--oidc-key", str(servers.folder / "oidc.pem"), "--oidc-issuer", servers.identity_url),
        *(text for account in accounts for text in ("--account", account)),
    ]


def _gateway(servers: StorageServers, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "emulators.storage_gateway", "--port", str(port)),
        *("--backend", servers.backend_url, "--identity", servers.identity_url),
        *("--policy", str(servers.folder / "policy.json"), "--cors-origin", ORIGIN),
    ]
