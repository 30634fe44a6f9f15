"""A Vertex AI whose words are written by the test, driven by the real client."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from google.oauth2.credentials import Credentials

from candlewick.accounts.models import UserId
from candlewick.assistant.backtests import BacktestOffers
from candlewick.assistant.gemini import GeminiEngine
from candlewick.assistant.models import Message
from candlewick.assistant.parts import Delta, Part, Reply, Trouble
from candlewick.assistant.ports import Turn
from candlewick.assistant.results import RunResults
from candlewick.assistant.tools import Toolbox
from candlewick.errors import AppError
from candlewick.gcp.clients import gemini_client
from candlewick.strategies.models import StrategyId
from tests.factories import ALICE
from tests.world import World

STRATEGY = StrategyId("s1")
MODEL = "gemini-3.5-flash"
Step = Mapping[str, Any]


def text(words: str) -> Step:
    return {"text": words}


def call(name: str, /, **arguments: Any) -> Step:
    return {"call": {"name": name, "args": arguments}}


def answer(*steps: Step, **more: Any) -> dict[str, Any]:
    return {"steps": list(steps), **more}


@dataclass
class Scripted:
    """An engine over the endpoint at `url`."""

    url: str
    world: World
    seconds: float = 30
    owner: UserId = ALICE
    strategy_id: StrategyId = STRATEGY
    history: Sequence[Message] = ()
    tokens_left: int = 1_000_000
    stopped: threading.Event = field(default_factory=threading.Event)

    def says(self, *answers: Mapping[str, Any]) -> None:
        reply = requests.put(f"{self.url}/script", json={"answers": answers}, timeout=5)
        assert reply.status_code == 204, reply.text

    def heard(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.url}/script", timeout=5).json()
        return found

    def asked(self) -> list[dict[str, Any]]:
        return [item["body"] for item in self.heard()["asked"]]

    def engine(self) -> GeminiEngine:
        identity = Credentials(token="a-token")  # type: ignore[no-untyped-call]
        client = gemini_client("demo-candlewick", "europe-west1", self.url, identity)
        return GeminiEngine(
            connect=lambda: client.models, model=MODEL, toolbox=self.toolbox, seconds=self.seconds
        )

    def toolbox(self, turn: Turn, spec: Any, check: Any) -> Toolbox:
        results = RunResults(runs=self.world.backtest_service(), files=self.world.results)
        return Toolbox(
            owner=turn.owner,
            strategy_id=turn.strategy_id,
            code=turn.code,
            spec=spec,
            results=results,
            offers=BacktestOffers(catalogue=self.world.catalogue),
            check=check,
        )

    def turn(self, said: str, code: str = "") -> Turn:
        return Turn(
            owner=self.owner,
            strategy_id=self.strategy_id,
            text=said,
            code=code,
            history=self.history,
            tokens_left=self.tokens_left,
            stopped=self.stopped,
        )

    def overheard(self, said: str, heard: list[Reply]) -> None:
        """Collect a reply's pieces as they come, also those before it fails."""
        heard.extend(self.engine().reply(self.turn(said)))

    def replies(self, said: str, code: str = "") -> "Heard":
        turn = self.turn(said, code)
        pieces = list(self.engine().reply(turn))
        return Heard(pieces, turn.meter.tokens)


@dataclass
class Heard:
    pieces: list[Reply]
    tokens: int = 0

    @property
    def text(self) -> str:
        return "".join(piece.delta for piece in self.pieces if isinstance(piece, Delta))

    def parts(self, kind: type[Any]) -> list[Any]:
        return [piece for piece in self.pieces if isinstance(piece, kind)]

    @property
    def troubles(self) -> list[str]:
        return [part.code for part in self.parts(Trouble)]

    def shown(self) -> list[Part]:
        return [piece for piece in self.pieces if not isinstance(piece, Delta)]


def failure(gemini: Scripted, said: str = "Buy the dip") -> AppError:
    """Return what ends a reply that fails."""
    with pytest.raises(AppError) as raised:
        gemini.replies(said)
    return raised.value
