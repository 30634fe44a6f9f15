"""URLs are signed in the cloud, where an identity has no key: by the metadata server and IAM's signBlob."""

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from google.oauth2 import service_account

from tests.emulators.storage.servers import PROJECT, StorageServers

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("storage")]

EMAIL = f"functions-backtests@{PROJECT}.iam.gserviceaccount.com"
# The client cannot be told another address of IAM; everything else is as it runs in the cloud.
PROGRAM = """
import json, sys
from datetime import timedelta
from google.auth import iam
iam._IAM_SIGN_ENDPOINT = sys.argv[1] + "/v1/projects/-/serviceAccounts/{}:signBlob"
from candlewick.gcp.clients import credentials, storage_client
from candlewick.gcp.storage import BucketStore
identity = credentials()
store = BucketStore(storage_client("demo-candlewick", sys.argv[2], identity), "candlewick-code", identity)
put = store.sign_create("by-blob.txt", valid_for=timedelta(minutes=5), max_bytes=10, content_type="text/plain")
get = store.sign_get("by-blob.txt", valid_for=timedelta(minutes=5))
print(json.dumps({"put": put.url, "headers": put.headers, "get": get, "kind": type(identity).__module__}))
"""


class Cloud(BaseHTTPRequestHandler):
    """The metadata server and IAM, for one identity."""

    servers: StorageServers
    signed: int

    def do_GET(self) -> None:
        # An identity that knows its e-mail asks by it.
        path = self.path.partition("?")[0].replace(EMAIL, "default")
        answers: dict[str, str | dict[str, object]] = {
            "/": "",
            "/computeMetadata/v1/project/project-id": PROJECT,
            "/computeMetadata/v1/universe/universe-domain": "googleapis.com",
            "/computeMetadata/v1/instance/service-accounts/default/": {
                "email": EMAIL,
                "scopes": [],
            },
            "/computeMetadata/v1/instance/service-accounts/default/token": {
                "access_token": "of-the-metadata-server",
                "expires_in": 3600,
                "token_type": "Bearer",
            },
        }
        self._answer(200 if path in answers else 404, answers.get(path, ""))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("Authorization") != "Bearer of-the-metadata-server":
            self._answer(401, {"error": "no token"})
            return
        key = service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
            str(self.servers.key_file("functions-backtests"))
        )
        type(self).signed += 1
        blob = key.sign_bytes(base64.b64decode(body["payload"]))
        self._answer(200, {"signedBlob": base64.b64encode(blob).decode()})

    def _answer(self, status: int, content: str | dict[str, object]) -> None:
        is_text = isinstance(content, str)
        body = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        self.send_header("Metadata-Flavor", "Google")
        self.send_header("Content-Type", "application/text" if is_text else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def in_the_cloud(servers: StorageServers) -> Iterator[tuple[str, type[Cloud]]]:
    handler = type("OneCloud", (Cloud,), {"servers": servers, "signed": 0})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def cloud(servers: StorageServers) -> Iterator[tuple[str, type[Cloud]]]:
    with in_the_cloud(servers) as found:
        yield found


def test_an_identity_without_a_key_signs_through_iam(
    servers: StorageServers, cloud: tuple[str, type[Cloud]]
) -> None:
    host, handler = cloud
    env = {name: text for name, text in os.environ.items() if not name.startswith("GOOGLE_")}
    metadata = {"GCE_METADATA_HOST": host, "GCE_METADATA_IP": host, "HOME": "/nonexistent"}

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, f"http://{host}", servers.url],
        env={
            **env,
            **metadata,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "CLOUDSDK_CONFIG": "/nonexistent",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    put = requests.put(made["put"], b"text", headers=made["headers"], timeout=10)
    assert made["kind"] == "google.auth.compute_engine.credentials"
    assert (put.status_code, requests.get(made["get"], timeout=10).content) == (200, b"text")
    assert handler.signed == 2
