"""What Google's token endpoint is sent, and what its answers mean."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest

from candlewick.accounts.google import GoogleRefused
from candlewick.errors import Unavailable
from candlewick.gcp.google_codes import GoogleCodes


class Endpoint(BaseHTTPRequestHandler):
    """Answers as it is told to."""

    status, body = 200, b"{}"
    asked: str = ""

    def do_POST(self) -> None:
        kind = type(self)
        kind.asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(kind.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(kind.body)))
        self.end_headers()
        self.wfile.write(kind.body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def codes() -> Iterator[GoogleCodes]:
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/token"
    yield GoogleCodes(token_url=url, client_id="c", client_secret="s3cret")
    server.shutdown()
    server.server_close()


def exchange(codes: GoogleCodes, status: int, body: object) -> str:
    Endpoint.status = status
    Endpoint.body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return codes.exchange(code="4/0A", verifier="v", redirect_uri="https://a/sign-in/google")


def test_a_code_is_exchanged_with_everything_that_proves_us(codes: GoogleCodes) -> None:
    assert exchange(codes, 200, {"id_token": "a.b.c", "access_token": "unused"}) == "a.b.c"
    assert parse_qs(Endpoint.asked) == {
        "grant_type": ["authorization_code"],
        "code": ["4/0A"],
        "code_verifier": ["v"],
        "redirect_uri": ["https://a/sign-in/google"],
        "client_id": ["c"],
        "client_secret": ["s3cret"],
    }


def test_a_code_that_is_not_good_is_the_users_matter(codes: GoogleCodes) -> None:
    with pytest.raises(GoogleRefused, match="Begin again"):
        exchange(codes, 400, {"error": "invalid_grant", "error_description": "Bad Request"})


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"error": "invalid_client"}),
        (400, {"error": "redirect_uri_mismatch"}),
        (400, ["a list"]),
        (302, {}),
        (429, {}),
        (500, b"<html>"),
        (200, {"access_token": "a"}),
        (200, b"no json"),
    ],
)
def test_everything_else_is_ours_or_googles_matter(
    codes: GoogleCodes, status: int, body: object
) -> None:
    with pytest.raises(Unavailable, match="does not work at the moment"):
        exchange(codes, status, body)


def test_nobody_listens() -> None:
    codes = GoogleCodes(token_url="http://127.0.0.1:1/token", client_id="c", client_secret="s")

    with pytest.raises(Unavailable):
        codes.exchange(code="c", verifier="v", redirect_uri="r")


def test_the_secret_is_not_in_what_is_printed(codes: GoogleCodes) -> None:
    assert "s3cret" not in repr(codes)
