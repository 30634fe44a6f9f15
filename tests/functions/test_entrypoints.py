"""functions/main.py: what Cloud Functions loads."""

import ast
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import functions_framework
import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from tests.world import World

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "functions" / "main.py"
TARGETS = {
    "auth",
    "strategies",
    "backtests",
    "market_data",
    "bots",
    "credentials",
    "assistant",
    "marketplace",
    "tasks",
    "run_events",
    "bot_events",
    "reconcile",
}


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = handlers, level


def function(target: str) -> FlaskClient:
    """Return a function as Cloud Functions would serve it."""
    app: Flask = functions_framework.create_app(target, str(SOURCE))  # type: ignore[no-untyped-call]
    return app.test_client()


def test_there_is_one_entry_point_per_function() -> None:
    tree = ast.parse(SOURCE.read_text())
    decorated = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and "functions_framework.http" in {ast.unparse(item) for item in node.decorator_list}
    }

    assert decorated == TARGETS


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_an_entry_point_hands_over_method_path_headers_and_body(
    monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    echo = Flask("echo")

    @echo.route("/<path:path>", methods=["PATCH"])
    def show(path: str) -> Response:
        told = (
            f"{request.method} {path}?{request.query_string.decode()} {request.headers['X-Mine']}"
        )
        return Response(told.encode() + b" " + request.get_data())

    client = function(target)
    monkeypatch.setattr("serving._make", {target: echo}.__getitem__)

    response = client.patch("/a/b?c=d", data=b'{"body": 1}', headers={"X-Mine": "mine"})

    assert response.data == b'PATCH a/b?c=d mine {"body": 1}'


@pytest.mark.parametrize(
    "blueprint",
    [
        "auth",
        "strategies",
        "backtests",
        "market_data",
        "bots",
        "credentials",
        "assistant",
        "marketplace",
    ],
)
def test_an_api_function_serves_its_own_part_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, blueprint: str
) -> None:
    monkeypatch.setattr("wiring.api_services", world.services)
    client = function(blueprint)
    mine = {
        "auth": "/api/v1/me",
        "strategies": "/api/v1/strategies",
        "backtests": "/api/v1/backtests",
        "market_data": "/api/v1/market-data/exchanges",
        "bots": "/api/v1/bots",
        "credentials": "/api/v1/exchange-keys",
        "assistant": "/api/v1/assistant",
        "marketplace": "/api/v1/marketplace/my/listings",
    }

    answers = {
        name: client.get(path, headers={"Authorization": f"Bearer {world.alice}"}).status_code
        for name, path in mine.items()
    }

    assert answers == {name: 200 if name == blueprint else 404 for name in mine}


def test_the_internal_functions_serve_their_own_apps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiring.target_services", world.target_services)
    monkeypatch.setattr("wiring.run_events", world.events)
    monkeypatch.setattr("wiring.bot_events", world.bots.events)
    monkeypatch.setattr("wiring.reconcile_services", world.reconcile_services)
    paths = {
        "tasks": "/tasks/dispatch",
        "run_events": "/started",
        "bot_events": "/acquire",
        "reconcile": "/",
    }

    answers = {name: function(name).post(path).status_code for name, path in paths.items()}

    assert answers == dict.fromkeys(paths, 401)


def test_importing_the_entry_points_reads_no_settings_and_starts_nothing() -> None:
    code = (
        "import threading, main, serving\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "assert serving._make.cache_info().currsize == 0\n"
        "import sys\n"
        "assert 'freqtrade' not in sys.modules and 'pandas' not in sys.modules and 'talib' not in sys.modules\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in ("src", "functions")),
    }

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
