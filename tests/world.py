"""The whole product over fakes: what `wiring.py` does with Google's services."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from api.app import BLUEPRINTS, create_app
from api.services import Services, attach
from candlewick.accounts.google import GoogleSignIn, Pending, Sealer
from candlewick.accounts.models import Quotas, Scope, UserId
from candlewick.accounts.service import AccountService
from candlewick.accounts.standing import StandingCheck
from candlewick.assistant.models import DayLimits
from candlewick.assistant.results import RunResults
from candlewick.assistant.service import AssistantService
from candlewick.backtests.dispatch import Dispatcher
from candlewick.backtests.events import RunEvents
from candlewick.backtests.models import BacktestRun, RunId, TaskKind
from candlewick.backtests.plot_store import PlotStore
from candlewick.backtests.reconcile import Reconciler
from candlewick.backtests.service import BacktestService
from candlewick.backtests.tickets import TicketOffice
from candlewick.backtests.wire import Limits
from candlewick.errors import Unauthenticated
from candlewick.market_data.store import CandleStore
from candlewick.marketplace.running import ListedFindings, ListedVersions
from candlewick.objects import ObjectHolding
from candlewick.shares.service import ShareService
from candlewick.strategies.drafts import DraftService
from candlewick.strategies.firestore import StoredCode
from candlewick.strategies.models import code_object, hash_code
from candlewick.strategies.parameter_sets import ParameterSetService
from candlewick.strategies.service import StrategyService
from candlewick.trust.service import TrustService
from tasks import bot_events, reconcile, run_events, targets
from tests import factories
from tests.bot_world import BotWorld
from tests.fakes import (
    Clock,
    Counter,
    FakeGoogle,
    FakeLimiter,
    FakeSessions,
    InMemoryObjects,
    RecordingJobs,
    RecordingQueue,
    ScriptedEngine,
)
from tests.in_memory import InMemoryAccounts, InMemoryRuns, InMemoryStrategies, InMemoryTokens
from tests.in_memory_conversations import InMemoryConversations
from tests.in_memory_shares import InMemoryShares
from tests.marketplace_world import MarketplaceWorld

ORIGIN = "https://app.example.org"
RETURN_URI = f"{ORIGIN}/sign-in/google"
PENDING = Pending(
    state="a-state", nonce="a-nonce", verifier="a-verifier" * 5, redirect_uri=RETURN_URI
)
EVENTS_URL = "https://events.example.org"
PLATFORM = {"Authorization": "Bearer platform"}


@dataclass
class RecordingVerifier:
    verified: list[RunId] = field(default_factory=list)

    def verify(self, owner: UserId, run_id: RunId) -> bool:
        self.verified.append(run_id)
        return True


class PlatformOnly:
    """A stand-in for the OIDC check, which has tests of its own."""

    def verify(self, authorization: str | None) -> None:
        if authorization != PLATFORM["Authorization"]:
            raise Unauthenticated("This endpoint is called by the platform itself.")


class World:
    """One of everything. Alice and Bob are signed in; the simulated exchange has two days of candles."""

    def __init__(self, quotas: Quotas | None = None) -> None:
        self.clock, self.quotas = Clock(), quotas or Quotas()
        self.runs, self.strategies = InMemoryRuns(), InMemoryStrategies()
        self.accounts, self.tokens = InMemoryAccounts(), InMemoryTokens()
        self.candles, self.codes, self.results = (InMemoryObjects() for _ in range(3))
        self.queue, self.jobs, self.verifier = (
            RecordingQueue(),
            RecordingJobs(),
            RecordingVerifier(),
        )
        self.sessions, self.limiter, self.flood_gate = FakeSessions(), FakeLimiter(), FakeLimiter()
        self.sign_in_gate, self.visitor_gate = FakeLimiter(), FakeLimiter()
        self.google = FakeGoogle(self.clock, PENDING.nonce)
        self.has_google = True
        self.new_id, self.new_secret = Counter("id"), Counter("secret-of-32-letters-at-least-")
        self.revision = factories.store_candles(self.candles, factories.a_manifest())
        self.alice, self.bob = (self.sessions.sign_in(name) for name in ("alice", "bob"))
        self.catalogue = CandleStore(self.candles)
        self.shares, self.new_share = InMemoryShares(), Counter("share-")
        self.new_invitation = Counter("invitation-")
        self.bots = BotWorld(self)
        self.marketplace = MarketplaceWorld(self)
        self.conversations, self.engine = InMemoryConversations(), ScriptedEngine()

    def account_service(self) -> AccountService:
        return AccountService(
            accounts=self.accounts,
            tokens=self.tokens,
            holdings={
                "data": self.accounts,
                "code": ObjectHolding(self.codes),
                "results": ObjectHolding(self.results),
            },
            now=self.clock,
            new_id=self.new_id,
            new_secret=self.new_secret,
        )

    def strategy_service(self) -> StrategyService:
        return StrategyService(
            strategies=self.strategies,
            codes=StoredCode(self.codes),
            now=self.clock,
            new_id=self.new_id,
            max_strategies=self.quotas.strategies,
            max_versions=self.quotas.versions_per_strategy,
        )

    def backtest_service(self) -> BacktestService:
        return BacktestService(
            runs=self.runs,
            versions=self.strategy_service(),
            catalogue=self.catalogue,
            queue=self.queue,
            results=self.results,
            engine=factories.ENGINE,
            now=self.clock,
            new_id=self.new_id,
        )

    def assistant_service(self) -> AssistantService:
        return AssistantService(
            conversations=self.conversations,
            strategies=self.strategy_service(),
            engine=self.engine,
            results=RunResults(runs=self.backtest_service(), files=self.results),
            limits=DayLimits(tokens=1_000, runs=2),
            now=self.clock,
            new_id=self.new_id,
        )

    def google_sign_in(self) -> GoogleSignIn:
        return GoogleSignIn(
            client_id=self.google.client_id,
            authorize_url="https://google.example/authorize",
            sealer=_sealer(),
            codes=self.google,
            now=self.clock,
            new_secret=self.new_secret,
        )

    def sealed_sign_in(self) -> str:
        """Return the cookie of a browser that began `PENDING` now."""
        return _sealer().seal(PENDING, self.clock())

    def services(self) -> Services:
        return Services(
            accounts=self.account_service(),
            strategies=self.strategy_service(),
            drafts=DraftService(
                store=self.strategies, strategies=self.strategy_service(), now=self.clock
            ),
            parameter_sets=ParameterSetService(
                store=self.strategies,
                versions=self.strategy_service(),
                now=self.clock,
                new_id=self.new_id,
            ),
            backtests=self.backtest_service(),
            shares=ShareService(
                shares=self.shares,
                results=self.backtest_service(),
                standings=StandingCheck(accounts=self.accounts, now=self.clock),
                now=self.clock,
                new_token=self.new_share,
            ),
            trust=TrustService(
                runs=self.backtest_service(),
                versions=self.strategy_service(),
                listed=ListedFindings(self.marketplace.listings, self.strategy_service()),
                read=self.results.read,
            ),
            bots=self.bots.service(),
            comparer=self.bots.comparer(),
            signals=self.bots.signals(),
            exchange_keys=self.bots.exchange_keys(),
            assistant=self.assistant_service(),
            marketplace=self.marketplace.services(),
            candles=self.catalogue,
            results=self.results,
            plots=PlotStore(self.results),
            sessions=self.sessions,
            standings=StandingCheck(accounts=self.accounts, now=self.clock),
            google=self.google_sign_in() if self.has_google else None,
            limiter=self.limiter,
            flood_gate=self.flood_gate,
            sign_in_gate=self.sign_in_gate,
            visitor_gate=self.visitor_gate,
            allowed_origins=frozenset({ORIGIN}),
            now=self.clock,
        )

    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            runs=self.runs,
            jobs=self.jobs,
            events_url=EVENTS_URL,
            now=self.clock,
            new_secret=self.new_secret,
        )

    def events(self) -> RunEvents:
        tickets = TicketOffice(
            catalogue=self.catalogue,
            candles=self.candles,
            codes=self.codes,
            results=self.results,
            limits=Limits(),
            listed=ListedVersions(self.marketplace.listings),
        )
        return RunEvents(runs=self.runs, tickets=tickets, queue=self.queue, now=self.clock)

    def reconciler(self) -> Reconciler:
        return Reconciler(runs=self.runs, queue=self.queue, now=self.clock)

    def target_services(self) -> targets.TargetServices:
        return targets.TargetServices(
            dispatcher=self.dispatcher(),
            verifier=self.verifier,
            operator=self.bots.operator(),
            alerts=self.bots.alert_desk(),
            callers=PlatformOnly(),
        )

    def reconcile_services(self) -> reconcile.ReconcileServices:
        return reconcile.ReconcileServices(
            reconciler=self.reconciler(),
            bots=self.bots.reconciler(),
            erase_again=self.account_service().erase_again,
            examine=self.marketplace.exam_service().advance_all,
            follow=self.marketplace.out_of_sample().advance_all,
            callers=PlatformOnly(),
            backups=lambda: None,
        )

    @property
    def api_app(self) -> Flask:
        app = _shared_api_app()
        app.extensions |= attach(self.services())
        return app

    def api(self, credential: str | None = None) -> FlaskClient:
        return _client(self.api_app, {} if credential is None else bearer(credential))

    def tasks(self, headers: Mapping[str, str] = PLATFORM) -> FlaskClient:
        return _client(targets.create_app(self.target_services()), headers)

    def job(self, token: str | None = None) -> FlaskClient:
        """Return the run-events function as a job sees it."""
        app = run_events.create_app(self.events())
        return _client(app, {} if token is None else bearer(token))

    def supervisor(self, token: str | None = None) -> FlaskClient:
        """Return the bot-events function as a bot's supervisor sees it."""
        app = bot_events.create_app(self.bots.events())
        return _client(app, {} if token is None else bearer(token))

    def scheduler(self, headers: Mapping[str, str] = PLATFORM) -> FlaskClient:
        return _client(reconcile.create_app(self.reconcile_services()), headers)

    def api_token(self, *scopes: Scope, days: int = 1) -> str:
        caller = self.sessions.verify(self.alice, check_revoked=False)
        _, text = self.account_service().create_token(
            caller, name="test", scopes=frozenset(scopes), lifetime=timedelta(days=days)
        )
        return text

    def put_run(self, run: BacktestRun) -> BacktestRun:
        """Store a run as if it had come this far, with the code and the candles that it uses."""
        self.codes.stored[code_object(run.owner, hash_code(factories.CODE))] = (
            factories.CODE.encode()
        )
        return self.runs.put(replace(run, candle_revision=self.revision))


def bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}


def task_body(run: BacktestRun, kind: TaskKind, number: int = 1) -> dict[str, Any]:
    return {"owner": run.owner, "runId": run.id, "kind": kind, "number": number}


@functools.cache
def _sealer() -> Sealer:
    return Sealer("a secret of the tests")


@functools.cache
def _shared_api_app() -> Flask:
    # Compiling the routes takes longer than most tests; what differs between worlds are the services.
    app: Flask = create_app([*chain.from_iterable(BLUEPRINTS.values())], World().services())
    return app


def _client(app: Flask, headers: Mapping[str, str]) -> FlaskClient:
    client = app.test_client()
    for name, value in headers.items():
        client.environ_base[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return client
