"""A source for functions-framework: the assistant function over fakes, with an engine that waits for files."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import functions_framework
from flask import Request
from werkzeug.wrappers import Response

import wiring
from candlewick.accounts.models import UserId
from candlewick.assistant.parts import Delta, Reply
from candlewick.assistant.ports import Turn
from serving import hand_over
from tests.fakes import ScriptedEngine
from tests.world import World

_FOLDER = Path(os.environ["STREAMING_FOLDER"])
_PATIENCE_S = 60


class Waiting(ScriptedEngine):
    """Says a word, waits until it is asked for more or stopped, and says another."""

    def reply(self, turn: Turn) -> Iterator[Reply]:
        yield Delta(delta="first")
        until = time.monotonic() + _PATIENCE_S
        while not (_FOLDER / "more").exists():
            if turn.stopped.wait(0.01):
                (_FOLDER / "stopped").touch()
                return
            assert time.monotonic() < until
        yield Delta(delta="second")


_world = World()
_world.strategy_service().create(UserId("alice"), "Buyer")
_world.engine = Waiting()
wiring.api_services = _world.services


@functions_framework.http
def assistant(request: Request) -> Response:
    return hand_over("assistant", request)
