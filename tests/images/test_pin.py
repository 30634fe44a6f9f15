"""The base image's pin is renewed from a registry; needs no image."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tools.images.pin import DOCKERFILES, NoPin, renew

_DIGEST = "sha256:" + "ab" * 32


class _Registry(BaseHTTPRequestHandler):
    digest = _DIGEST

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        body = json.dumps({"token": "pull " + self.path.partition("scope=")[2]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        wanted = (
            "/v2/library/debian/manifests/trixie-slim",
            "Bearer pull repository:library/debian:pull",
        )
        asked = (self.path, self.headers.get("Authorization"))
        is_index = "image.index" in self.headers.get("Accept", "")
        self.send_response(200 if asked == wanted and is_index else 404)
        self.send_header("Docker-Content-Digest", self.digest)
        self.end_headers()


@pytest.fixture
def registry() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Registry) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda file: file.parent.name)
def test_the_digest_of_the_index_is_written_and_nothing_else(
    dockerfile: Path, registry: str, tmp_path: Path
) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(dockerfile.read_text())

    before, after = renew(file, registry=registry, token_url=f"{registry}/token?service=x")

    assert before != after == _DIGEST
    assert file.read_text() == dockerfile.read_text().replace(before, _DIGEST)


def test_a_file_without_a_pin_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("ARG BASE=debian\nFROM $BASE\n")

    with pytest.raises(NoPin, match="no line"):
        renew(file)
