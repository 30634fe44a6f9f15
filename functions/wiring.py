"""The composition root: environment → settings → clients → services. Nothing else reads the environment."""

import functools
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import firebase_admin
from google.auth.credentials import Credentials
from google.cloud import firestore
from google.cloud.storage import Client as StorageClient

import allowances
import assistant_wiring
import bot_wiring
import marketplace_feedback_wiring
import marketplace_wiring
from api.services import Services
from candlewick import log
from candlewick.accounts.firestore import (
    FirestoreAccountStore,
    FirestoreHolding,
    FirestoreTokenStore,
)
from candlewick.accounts.google import GoogleSignIn, Sealer
from candlewick.accounts.models import Quotas
from candlewick.accounts.service import AccountService, Holding
from candlewick.accounts.standing import StandingCheck
from candlewick.admin.backups import BackupWatch
from candlewick.assistant.service import AssistantService
from candlewick.backtests.dispatch import Dispatcher
from candlewick.backtests.events import RunEvents
from candlewick.backtests.firestore import FirestoreRunStore
from candlewick.backtests.plot_store import PlotStore
from candlewick.backtests.reconcile import Reconciler
from candlewick.backtests.service import BacktestService
from candlewick.backtests.tickets import TicketOffice
from candlewick.backtests.wire import Limits
from candlewick.bots.events import BotEvents
from candlewick.exchange_keys.firestore import BotHolding
from candlewick.gcp import clients
from candlewick.gcp.firebase import FirebaseSessions
from candlewick.gcp.google_codes import GoogleCodes
from candlewick.gcp.identity import OidcVerifier
from candlewick.gcp.rate_limits import FirestoreLimiter, LocalLimiter
from candlewick.gcp.storage import BucketStore
from candlewick.gcp.tasks import CloudTaskQueue
from candlewick.market_data.store import CandleStore
from candlewick.marketplace.firestore import FirestoreListingStore
from candlewick.marketplace.running import ListedFindings, ListedVersions
from candlewick.objects import ObjectHolding
from candlewick.settings import (
    ApiSettings,
    CommonSettings,
    GoogleSettings,
    TaskSettings,
)
from candlewick.shares.firestore import FirestoreShareStore, ShareHolding
from candlewick.shares.service import ShareService
from candlewick.strategies.drafts import DraftService
from candlewick.strategies.firestore import FirestoreStrategyStore, StoredCode
from candlewick.strategies.parameter_sets import ParameterSetService
from candlewick.strategies.service import StrategyService
from candlewick.trust.service import TrustService
from tasks.reconcile import ReconcileServices
from tasks.targets import TargetServices


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Clients, each made when it is first used: a function's cold start pays for its own only."""

    settings: CommonSettings

    @functools.cached_property
    def identity(self) -> Credentials:
        return clients.credentials()

    @functools.cached_property
    def firestore(self) -> firestore.Client:
        return clients.firestore_client(self.settings.project)

    @functools.cached_property
    def storage(self) -> StorageClient:
        settings = self.settings
        return clients.storage_client(settings.project, settings.storage_endpoint, self.identity)

    @functools.cached_property
    def firebase(self) -> firebase_admin.App:
        return firebase_admin.initialize_app(options={"projectId": self.settings.project})

    @functools.cached_property
    def codes(self) -> BucketStore:
        return self._bucket(self.settings.code_bucket)

    @functools.cached_property
    def results(self) -> BucketStore:
        return self._bucket(self.settings.results_bucket)

    @functools.cached_property
    def candle_objects(self) -> BucketStore:
        return self._bucket(self.settings.candles_bucket)

    @functools.cached_property
    def candles(self) -> CandleStore:
        return CandleStore(self.candle_objects)

    @functools.cached_property
    def runs(self) -> FirestoreRunStore:
        return FirestoreRunStore(self.firestore)

    @functools.cached_property
    def queue(self) -> CloudTaskQueue:
        settings = self.settings
        return CloudTaskQueue(
            client=clients.tasks_client(settings.tasks_endpoint),
            queue=settings.queue_path,
            url=settings.tasks_url,
            identity=settings.tasks_identity,
            audience=settings.tasks_url,
        )

    def accounts(self) -> AccountService:
        holdings: dict[str, Holding] = {
            "signIn": FirebaseSessions(self.firebase),
            "data": FirestoreHolding(self.firestore),
            "code": ObjectHolding(self.codes),
            "results": ObjectHolding(self.results),
            "bots": BotHolding(self.firestore),
            "shares": ShareHolding(self.firestore),
            "marketplace": marketplace_feedback_wiring.holding(self.firestore, _now),
        }
        return AccountService(
            accounts=FirestoreAccountStore(self.firestore),
            tokens=FirestoreTokenStore(self.firestore),
            holdings=holdings,
            now=_now,
            new_id=_new_id,
            new_secret=_new_secret,
        )

    def strategies(self) -> StrategyService:
        quotas = Quotas()
        return StrategyService(
            strategies=FirestoreStrategyStore(self.firestore),
            codes=StoredCode(self.codes),
            now=_now,
            new_id=_new_id,
            max_strategies=quotas.strategies,
            max_versions=quotas.versions_per_strategy,
        )

    def backtests(self, strategies: StrategyService, engine: str) -> BacktestService:
        return BacktestService(
            runs=self.runs,
            versions=strategies,
            catalogue=self.candles,
            queue=self.queue,
            results=self.results,
            engine=engine,
            now=_now,
            new_id=_new_id,
        )

    def _bucket(self, name: str) -> BucketStore:
        return BucketStore(self.storage, name, self.identity)


def configure_log() -> None:
    log.configure(project=os.environ.get("GOOGLE_CLOUD_PROJECT") or None)


def api_services() -> Services:
    settings = ApiSettings.from_env(os.environ)
    platform = Platform(settings=settings.common)
    strategies, strategy_store = platform.strategies(), FirestoreStrategyStore(platform.firestore)
    bots = bot_wiring.BotPlatform(platform=platform, settings=settings.bots, parts=_PARTS)
    backtests = platform.backtests(strategies, settings.engine)
    standings = StandingCheck(accounts=FirestoreAccountStore(platform.firestore), now=_now)
    trading = bot_wiring.bot_service(bots, strategies)
    return Services(
        accounts=platform.accounts(),
        strategies=strategies,
        bots=trading,
        comparer=bot_wiring.comparer(bots),
        signals=bot_wiring.signals(bots),
        exchange_keys=bot_wiring.exchange_keys(bots),
        assistant=_assistant(platform, settings, strategies, backtests),
        drafts=DraftService(store=strategy_store, strategies=strategies, now=_now),
        parameter_sets=ParameterSetService(
            store=strategy_store, versions=strategies, now=_now, new_id=_new_id
        ),
        backtests=backtests,
        shares=_shares(platform, backtests, standings),
        trust=_trust(platform, strategies, backtests),
        marketplace=marketplace_wiring.marketplace(
            platform,
            _MARKETPLACE(
                strategies=strategies,
                backtests=backtests,
                bots=trading,
                standings=standings,
                payments=settings.payments,
            ),
        ),
        candles=platform.candles,
        results=platform.results,
        plots=PlotStore(platform.results),
        sessions=FirebaseSessions(platform.firebase),
        standings=standings,
        google=None if settings.google is None else _google(settings.google),
        limiter=FirestoreLimiter(
            client=platform.firestore, allowances=allowances.ALLOWANCES, now=_now
        ),
        flood_gate=LocalLimiter(allowance=allowances.FLOOD, now=_now),
        sign_in_gate=LocalLimiter(allowance=allowances.SIGN_INS, now=_now),
        visitor_gate=LocalLimiter(allowance=allowances.VISITORS, now=_now),
        allowed_origins=settings.allowed_origins,
        now=_now,
    )


def target_services() -> TargetServices:
    # The API's functions need neither of the two, and both are slow to import.
    from candlewick.gcp.run_jobs import CloudRunJob  # noqa: PLC0415
    from candlewick.verification.service import VerificationService  # noqa: PLC0415

    settings = TaskSettings.from_env(os.environ)
    platform = Platform(settings=settings.common)
    jobs = CloudRunJob(
        jobs=clients.jobs_client(settings.run_endpoint),
        executions=clients.executions_client(settings.run_endpoint),
        job=settings.job_path,
    )
    bots = bot_wiring.BotPlatform(platform=platform, settings=settings.bots, parts=_PARTS)
    return TargetServices(
        operator=bot_wiring.operator(bots),
        alerts=bot_wiring.alert_desk(bots),
        dispatcher=Dispatcher(
            runs=platform.runs,
            jobs=jobs,
            events_url=settings.events_url,
            now=_now,
            new_secret=_new_secret,
        ),
        verifier=VerificationService(
            runs=platform.runs, results=platform.results, candles=platform.candles, now=_now
        ),
        callers=_oidc(
            settings, audience=settings.common.tasks_url, identity=settings.common.tasks_identity
        ),
    )


def run_events() -> RunEvents:
    settings = TaskSettings.from_env(os.environ)
    platform = Platform(settings=settings.common)
    tickets = TicketOffice(
        catalogue=platform.candles,
        candles=platform.candle_objects,
        codes=platform.codes,
        results=platform.results,
        limits=Limits(),
        listed=ListedVersions(FirestoreListingStore(platform.firestore)),
    )
    return RunEvents(runs=platform.runs, tickets=tickets, queue=platform.queue, now=_now)


def bot_events() -> BotEvents:
    settings = TaskSettings.from_env(os.environ)
    platform = Platform(settings=settings.common)
    return bot_wiring.events(
        bot_wiring.BotPlatform(platform=platform, settings=settings.bots, parts=_PARTS)
    )


def reconcile_services() -> ReconcileServices:
    settings = TaskSettings.from_env(os.environ)
    platform = Platform(settings=settings.common)
    strategies = platform.strategies()
    house = marketplace_wiring.HouseParts(
        strategies=strategies,
        backtests=platform.backtests(strategies, settings.engine),
        now=_now,
        new_id=_new_id,
    )
    listings = marketplace_wiring.listing_store(platform)
    return ReconcileServices(
        examine=marketplace_wiring.exam_service(platform, house, listings).advance_all,
        follow=marketplace_wiring.out_of_sample(platform, house, listings).advance_all,
        reconciler=Reconciler(runs=platform.runs, queue=platform.queue, now=_now),
        bots=bot_wiring.reconciler(
            bot_wiring.BotPlatform(platform=platform, settings=settings.bots, parts=_PARTS)
        ),
        erase_again=platform.accounts().erase_again,
        callers=_oidc(
            settings, audience=settings.reconcile_url, identity=settings.scheduler_identity
        ),
        backups=_backup_watch(settings).check,
    )


def _shares(
    platform: Platform, backtests: BacktestService, standings: StandingCheck
) -> ShareService:
    return ShareService(
        shares=FirestoreShareStore(platform.firestore),
        results=backtests,
        standings=standings,
        now=_now,
        new_token=_new_token,
    )


def _assistant(
    platform: Platform,
    settings: ApiSettings,
    strategies: StrategyService,
    backtests: BacktestService,
) -> AssistantService:
    parts = assistant_wiring.Parts(
        strategies=strategies, backtests=backtests, now=_now, new_id=_new_id
    )
    return assistant_wiring.service(platform, settings, parts)


def _trust(
    platform: Platform, strategies: StrategyService, backtests: BacktestService
) -> TrustService:
    return TrustService(
        runs=backtests,
        versions=strategies,
        listed=ListedFindings(FirestoreListingStore(platform.firestore), strategies),
        read=platform.results.read,
    )


def _backup_watch(settings: TaskSettings) -> BackupWatch:
    location, project = settings.backup_location, settings.common.project
    if location is None:
        return BackupWatch(snapshots=None, now=_now)

    def snapshots() -> Sequence[datetime]:
        # Slow to import, and needed once an hour.
        from candlewick.gcp.backups import ready_backups  # noqa: PLC0415

        return ready_backups(clients.firestore_admin_client(), project, location)

    return BackupWatch(snapshots=snapshots, now=_now)


def _google(settings: GoogleSettings) -> GoogleSignIn:
    return GoogleSignIn(
        client_id=settings.client_id,
        authorize_url=settings.authorize_url,
        sealer=Sealer(settings.cookie_secret),
        codes=GoogleCodes(
            token_url=settings.token_url,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
        ),
        now=_now,
        new_secret=_new_secret,
    )


def _oidc(settings: TaskSettings, *, audience: str, identity: str) -> OidcVerifier:
    return OidcVerifier(
        issuer=settings.oidc_issuer,
        certs_url=settings.oidc_certs_url,
        is_behind_cloud_run=settings.is_behind_cloud_run,
        audience=audience,
        identity=identity,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return secrets.token_hex(10)


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _new_token() -> str:
    return secrets.token_hex(16)


_PARTS = bot_wiring.Parts(now=_now, new_id=_new_id, new_secret=_new_secret)
_MARKETPLACE = functools.partial(
    marketplace_wiring.Parts, now=_now, new_id=_new_id, new_token=_new_token
)
