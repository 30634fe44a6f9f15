"""The part of the composition root that the chat needs."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from google.auth.credentials import Credentials
from google.cloud import firestore

from candlewick.assistant.backtests import BacktestOffers
from candlewick.assistant.firestore import FirestoreConversationStore
from candlewick.assistant.models import DayLimits, EngineKind
from candlewick.assistant.parts import Reply
from candlewick.assistant.ports import Engine, Turn
from candlewick.assistant.results import RunResults
from candlewick.assistant.service import AssistantService
from candlewick.assistant.tools import MakeToolbox, Toolbox
from candlewick.backtests.service import BacktestService
from candlewick.gcp import clients
from candlewick.gcp.storage import BucketStore
from candlewick.market_data.store import CandleStore
from candlewick.settings import ApiSettings
from candlewick.strategies.service import StrategyService


class Platform(Protocol):
    """The clients of `wiring`."""

    @property
    def firestore(self) -> firestore.Client: ...
    @property
    def identity(self) -> Credentials: ...
    @property
    def results(self) -> BucketStore: ...
    @property
    def candles(self) -> CandleStore: ...


@dataclass(frozen=True, kw_only=True)
class LateEngine:
    """An engine that is made at its first reply: a function's cold start pays for its own only."""

    kind: EngineKind
    make: Callable[[], Engine]

    def reply(self, turn: Turn) -> Iterator[Reply]:
        return self._made.reply(turn)

    @functools.cached_property
    def _made(self) -> Engine:
        return self.make()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the chat is made of besides clients."""

    strategies: StrategyService
    backtests: BacktestService
    now: Callable[[], datetime]
    new_id: Callable[[], str]


def service(platform: Platform, settings: ApiSettings, parts: Parts) -> AssistantService:
    results = RunResults(runs=parts.backtests, files=platform.results)
    toolbox = toolboxes(results, BacktestOffers(catalogue=platform.candles))
    chat = settings.assistant
    return AssistantService(
        conversations=FirestoreConversationStore(platform.firestore),
        strategies=parts.strategies,
        engine=_engine(platform, settings, toolbox),
        results=results,
        limits=DayLimits(tokens=chat.tokens_per_day, runs=chat.runs_per_day),
        now=parts.now,
        new_id=parts.new_id,
    )


def toolboxes(results: RunResults, offers: BacktestOffers) -> MakeToolbox:
    """Return what gives each reply its own tools."""
    return lambda turn, spec, check: Toolbox(
        owner=turn.owner,
        strategy_id=turn.strategy_id,
        code=turn.code,
        spec=spec,
        results=results,
        offers=offers,
        check=check,
    )


def _engine(platform: Platform, settings: ApiSettings, toolbox: MakeToolbox) -> Engine:
    chat = settings.assistant
    model = chat.model
    if model is None:
        return LateEngine(kind=EngineKind.OFFLINE, make=lambda: _offline(toolbox))

    def gemini() -> Engine:
        from candlewick.assistant.gemini import GeminiEngine  # noqa: PLC0415

        project = settings.common.project
        client = clients.gemini_client(project, chat.region, chat.vertex_url, platform.identity)
        return GeminiEngine(
            connect=lambda: client.models, model=model, toolbox=toolbox, seconds=chat.reply_s
        )

    return LateEngine(kind=EngineKind.GEMINI, make=gemini)


def _offline(toolbox: MakeToolbox) -> Engine:
    from candlewick.assistant.offline import OfflineEngine  # noqa: PLC0415

    return OfflineEngine(toolbox=toolbox)
