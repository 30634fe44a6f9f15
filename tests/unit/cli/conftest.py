"""The command line against the real API over fakes, served on loopback."""

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from candlewick.accounts.models import Scope
from candlewick.cli import main as cli
from tests.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PASSWORD = "correct horse"
Run = Callable[..., int]


def outside(world: World) -> Flask:
    """Return what is not the API: Firebase's sign-in and the bucket's signed URLs."""
    app = Flask("outside")

    @app.post("/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword")
    def sign_in() -> tuple[Response, int]:
        sent = request.get_json()
        if sent["password"] != PASSWORD:
            return jsonify(error={"message": "INVALID_LOGIN_CREDENTIALS : no"}), 400
        if sent["email"] != "alice@example.org":
            return jsonify(error={"message": "USER_DISABLED"}), 400
        return jsonify(idToken=world.alice), 200

    @app.get("/objects/<path:name>")
    def read(name: str) -> Response:
        stored = world.results.stored.get(name)
        return Response(status=403) if stored is None else Response(stored)

    return app


@pytest.fixture
def url(world: World) -> Iterator[str]:
    served = DispatcherMiddleware(outside(world), {"/api": _mounted(world.api_app)})
    server = make_server("127.0.0.1", 0, served, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    world.results.base_url = f"{address}/objects"
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def home(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("FIREBASE_AUTH_EMULATOR_HOST", url.removeprefix("http://"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("CANDLEWICK_API_URL", "CANDLEWICK_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def candlewick(home: Path) -> Run:
    """Run the command as a user types it; return its exit code."""
    return lambda *arguments: cli.main([str(argument) for argument in arguments])


@pytest.fixture
def signed_in(candlewick: Run, world: World, url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    assert candlewick("login", "--url", url, "--token", world.api_token(*Scope)) == 0
    capsys.readouterr()
    return candlewick


def _mounted(app: Flask) -> "WSGIApplication":
    """Serve an app below /api, whose routes say /api themselves."""

    def serve(environ: "WSGIEnvironment", start: "StartResponse") -> "Iterable[bytes]":
        whole = {**environ, "SCRIPT_NAME": "", "PATH_INFO": f"/api{environ['PATH_INFO']}"}
        return app.wsgi_app(whole, start)

    return serve
