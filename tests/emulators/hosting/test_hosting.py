"""One address for pages and functions: rewrites, headers, limits."""

import base64
import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from emulators.firebase_hosting.config import ConfigError, load
from tests.emulators.storage.servers import free_ports, serving

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("hosting")]

REPOSITORY = Path(__file__).parents[3]
CONFIG = {
    "hosting": {
        "public": "public",
        "ignore": ["**/.*", "secret/**"],
        "headers": [
            {"source": "**", "headers": [{"key": "X-Frame-Options", "value": "DENY"}]},
            {"source": "/assets/**", "headers": [{"key": "Cache-Control", "value": "immutable"}]},
            {
                "source": "/index.html",
                "headers": [
                    {"key": "Content-Security-Policy", "value": "connect-src 'self'"},
                    {"key": "X-Frame-Options", "value": "SAMEORIGIN"},
                ],
            },
        ],
        "rewrites": [
            {"source": "/api/v1/me{,/**}", "function": {"functionId": "echo"}},
            {"source": "/api/down", "function": {"functionId": "down", "region": "r"}},
            {"source": "!/api/**", "destination": "/index.html"},
        ],
    }
}


class Echo(BaseHTTPRequestHandler):
    """A function that says what reached it."""

    protocol_version = "HTTP/1.1"
    released = threading.Event()

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if self.path.endswith("/slow"):
            self.released.wait(10)
        told = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "size": len(self.rfile.read(length)),
        }
        body = json.dumps(told).encode()
        self.send_response(418)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Frame-Options", "FROM-FUNCTION")
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Keep-Alive", "timeout=5")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = handle_any  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def function() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Echo.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hosting")
    files = {
        "index.html": "app",
        "assets/a.js": "js",
        "secret/x": "ignored",
        ".env": "hidden",
        "docs/index.html": "docs",
    }
    for name, text in files.items():
        file = folder / "public" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (folder / "outside").write_text("outside")
    (folder / "firebase.json").write_text(json.dumps(CONFIG))
    return folder


@pytest.fixture(scope="module")
def url(site: Path, function: str) -> Iterator[str]:
    (nobody,) = free_ports(1)
    with serving(
        "emulators.firebase_hosting",
        *("--config", str(site / "firebase.json"), "--timeout", "0.5"),
        *("--function", f"echo={function}", "--function", f"down=http://127.0.0.1:{nobody}"),
        *("--connect-to", "http://127.0.0.1:9"),
        *("--firebase", "projectId=p", "--firebase", "apiKey=k"),
        *("--emulator", "auth=127.0.0.1:9", "--emulator", "firestore=127.0.0.1:8"),
    ) as address:
        yield address


def test_a_rewrite_hands_over_the_request_as_it_is(url: str) -> None:
    reply = requests.post(f"{url}/api/v1/me/x%2Fy?a=b%20c&a=d", b"12345", timeout=5)
    told = reply.json()

    assert (reply.status_code, told["method"], told["size"]) == (418, "POST", 5)
    assert told["path"] == "/api/v1/me/x%2Fy?a=b%20c&a=d"


def test_the_function_learns_who_called_where(url: str) -> None:
    headers = {
        "Cookie": "other=1; __session=mine",
        "Connection": "keep-alive, X-Private",
        "X-Private": "1",
        "X-Forwarded-For": "1.2.3.4",
        "Authorization": "Bearer t",
    }

    told = requests.get(f"{url}/api/v1/me", headers=headers, timeout=5).json()["headers"]

    assert told["x-forwarded-for"] == "1.2.3.4, 127.0.0.1"
    assert (told["x-forwarded-host"], told["x-forwarded-proto"]) == (url[7:], "http")
    assert (told["cookie"], told["authorization"]) == ("__session=mine", "Bearer t")
    assert "x-private" not in told


def test_a_functions_own_headers_win_and_private_is_the_default(url: str) -> None:
    reply = requests.get(f"{url}/api/v1/me", timeout=5)

    assert reply.headers["X-Frame-Options"] == "FROM-FUNCTION"
    assert reply.headers["Cache-Control"] == "private"
    assert "Keep-Alive" not in reply.headers
    assert reply.raw.headers.getlist("Set-Cookie") == ["a=1", "b=2"]


def test_a_large_body_is_streamed_and_one_beyond_the_limit_refused(url: str) -> None:
    most = requests.post(f"{url}/api/v1/me", b"x" * 2**25, timeout=20)
    more = requests.post(f"{url}/api/v1/me", b"x" * (2**25 + 1), timeout=20)

    assert (most.status_code, most.json()["size"]) == (418, 2**25)
    assert more.status_code == 413


def test_a_slow_function_is_a_504_and_a_missing_one_a_502(url: str) -> None:
    slow = requests.get(f"{url}/api/v1/me/slow", timeout=5)
    down = requests.get(f"{url}/api/down", timeout=5)

    assert (slow.status_code, down.status_code) == (504, 502)
    assert down.text == "The function down does not answer.\n"


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/", 200, "app"),
        ("/runs/r1", 200, "app"),
        ("/docs", 200, "docs"),
        ("/assets/a.js", 200, "js"),
        ("/secret/x", 200, "app"),
        ("/.env", 200, "app"),
        ("/%2e%2e/outside", 200, "app"),
        ("/api/v2/none", 404, "Page not found.\n"),
    ],
)
def test_a_path_is_a_file_or_the_app(url: str, path: str, status: int, text: str) -> None:
    reply = requests.get(url + path, timeout=5)

    assert (reply.status_code, reply.text) == (status, text)


def test_later_header_rules_win_and_emulators_may_be_called(url: str) -> None:
    page = requests.get(f"{url}/index.html", timeout=5).headers
    asset = requests.get(f"{url}/assets/a.js", timeout=5).headers

    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert page["Content-Security-Policy"] == "connect-src http://127.0.0.1:9 'self'"
    assert (asset["Cache-Control"], asset["X-Frame-Options"]) == ("immutable", "DENY")


def test_pages_learn_the_project_and_its_emulators_as_firebases_sdk_expects(url: str) -> None:
    settings = requests.get(f"{url}/__/firebase/init.json", timeout=5).json()
    page = requests.get(f"{url}/", timeout=5)
    cookie = page.cookies["__FIREBASE_DEFAULTS__"]
    defaults = json.loads(base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)))

    assert settings == {"projectId": "p", "apiKey": "k"}
    assert defaults == {"emulatorHosts": {"auth": "127.0.0.1:9", "firestore": "127.0.0.1:8"}}
    assert not requests.get(f"{url}/assets/a.js", timeout=5).cookies


@pytest.mark.parametrize("path", ["/assets/a.js", "/api/v1/me/json"])
def test_text_is_compressed_for_who_takes_it(url: str, path: str) -> None:
    packed = requests.get(url + path, headers={"Accept-Encoding": "gzip"}, timeout=5)
    plain = requests.get(url + path, headers={"Accept-Encoding": "identity"}, timeout=5)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_without_a_body_leaves_the_connection_clean(url: str, method: str) -> None:
    etag = requests.get(f"{url}/assets/a.js", timeout=5).headers["ETag"]
    connection = HTTPConnection(url.removeprefix("http://"), timeout=5)
    headers = {"Accept-Encoding": "gzip"}
    if method == "GET":
        headers["If-None-Match"] = etag
    for _ in range(2):
        connection.request(method, "/assets/a.js", headers=headers)
        reply = connection.getresponse()
        assert reply.status == (304 if method == "GET" else 200)
        assert reply.read() == b""
    connection.close()


@pytest.mark.parametrize(
    ("path", "function"),
    [
        ("/api/openapi.json", "auth"),
        ("/api/v1/me", "auth"),
        ("/api/v1/me/tokens/t1", "auth"),
        ("/api/v1/sign-in", "auth"),
        ("/api/v1/sign-in/google/exchange", "auth"),
        ("/api/v1/strategies", "strategies"),
        ("/api/v1/strategies/s1/versions/2", "strategies"),
        ("/api/v1/strategy-checks", "strategies"),
        ("/api/v1/backtests/b1/trades", "backtests"),
        ("/api/v1/market-data/exchanges", "market_data"),
        ("/api/v1/assistant", "assistant"),
        ("/api/v1/assistant/conversations/c1/messages", "assistant"),
        ("/api/v1/marketplace/search", "marketplace"),
        # Unknown paths get the API's own 404 from auth; the internal functions get nothing.
        ("/api/v1/tasks", "auth"),
        ("/api/v1/run_events", "auth"),
        ("/api/v1/mean", "auth"),
    ],
)
def test_the_projects_rewrites_lead_to_public_functions_only(path: str, function: str) -> None:
    config = load(REPOSITORY / "firebase.json")

    rewrite = config.rewrite_of(path)

    assert rewrite is not None
    assert rewrite.function == function
    assert not config.functions() & {"tasks", "run_events", "reconcile"}


def test_every_page_of_the_project_is_closed_to_foreign_scripts_and_frames() -> None:
    config = load(REPOSITORY / "firebase.json")

    for path in ("/", "/runs/1", "/assets/a.js", "/api/v1/me"):
        headers = config.headers_of(path)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_googles_one_time_code_gets_into_no_referer() -> None:
    headers = load(REPOSITORY / "firebase.json").headers_of("/sign-in/google")

    assert headers["Referrer-Policy"] == "strict-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "hosting",
    [
        {"public": "x", "redirects": []},
        {"public": "x", "rewrites": [{"source": "/a", "run": {"serviceId": "x"}}]},
        {"public": "x", "headers": [{"regex": "a", "headers": []}]},
    ],
)
def test_what_is_not_emulated_is_an_error(tmp_path: Path, hosting: dict[str, object]) -> None:
    file = tmp_path / "firebase.json"
    file.write_text(json.dumps({"hosting": hosting}))

    with pytest.raises(ConfigError):
        load(file)
