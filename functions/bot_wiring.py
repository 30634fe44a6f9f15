"""The part of the composition root that live bots and exchange keys need."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING, Protocol

from google.cloud import firestore

from candlewick.alerts.models import Channel, Sender
from candlewick.alerts.public_hosts import PublicHosts
from candlewick.backtests.firestore import FirestoreRunStore
from candlewick.backtests.ports import VersionSource
from candlewick.bots.comparing import BotComparer
from candlewick.bots.events import BotEvents
from candlewick.bots.firestore import FirestoreBotStore
from candlewick.bots.history_store import FirestoreHistoryStore
from candlewick.bots.journal_store import FirestoreJournalStore
from candlewick.bots.key_use import BotsWithKey
from candlewick.bots.lease_store import FirestoreLeaseStore
from candlewick.bots.models import BotId, Cell
from candlewick.bots.operations import BotOperator
from candlewick.bots.plans import PlanOffice
from candlewick.bots.ports import ActualService, BotServices, ServiceSpec
from candlewick.bots.reconcile import BotReconciler
from candlewick.bots.requests import CommandSender
from candlewick.bots.service import BotService
from candlewick.bots.settings_changes import SettingsDesk
from candlewick.bots.signals import SignalDesk
from candlewick.bots.state_store import BucketStateStore
from candlewick.bots.telling import AlertDesk, AlertTeller
from candlewick.bots.venues import Venues, read_cells, read_venues
from candlewick.bots.verified import StrategyDesk
from candlewick.errors import Unavailable
from candlewick.exchange_keys.binance import BinanceKeyChecker
from candlewick.exchange_keys.envelope import Envelope
from candlewick.exchange_keys.firestore import FirestoreKeyStore
from candlewick.exchange_keys.service import ExchangeKeyService, KeyDesk
from candlewick.gcp import clients
from candlewick.gcp.storage import BucketStore
from candlewick.gcp.tasks import CloudTaskQueue
from candlewick.market_data.store import CandleStore
from candlewick.settings import BotSettings, CommonSettings

if TYPE_CHECKING:
    from candlewick.gcp.kms import KmsKeyWrapper


class Clients(Protocol):
    """What `wiring.Platform` has."""

    @property
    def settings(self) -> CommonSettings: ...
    @property
    def firestore(self) -> firestore.Client: ...
    @property
    def codes(self) -> BucketStore: ...
    @property
    def results(self) -> BucketStore: ...
    @property
    def candle_objects(self) -> BucketStore: ...
    @property
    def candles(self) -> CandleStore: ...
    @property
    def runs(self) -> FirestoreRunStore: ...
    @property
    def queue(self) -> CloudTaskQueue: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is neither a client nor a setting."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_secret: Callable[[], str]


@dataclass(frozen=True, kw_only=True)
class BotPlatform:
    platform: Clients
    settings: BotSettings
    parts: Parts

    @functools.cached_property
    def venues(self) -> Venues:
        return read_venues(self.settings.venues)

    @functools.cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Where bots may be placed: nowhere as long as there is no image to run."""
        common = self.platform.settings
        if self.settings.image is None:
            return ()
        return read_cells(self.settings.cells, common.project, common.region)

    @property
    def bots(self) -> FirestoreBotStore:
        return FirestoreBotStore(self.platform.firestore)

    @property
    def journal(self) -> FirestoreJournalStore:
        return FirestoreJournalStore(self.platform.firestore)

    @property
    def keys(self) -> FirestoreKeyStore:
        return FirestoreKeyStore(self.platform.firestore)

    @property
    def states(self) -> BucketStateStore:
        return BucketStateStore(self.platform.results)

    @property
    def services(self) -> BotServices:
        if not self.cells:
            return NoServices()
        # The API's functions do not need it.
        from candlewick.gcp.run_services import CloudRunServices, Shape  # noqa: PLC0415

        settings = self.settings
        shape = Shape(
            identity=settings.identity,
            cpu="1",
            memory="1Gi",
            subnet=settings.subnet,
            network_tag="live-bot",
        )
        endpoint = settings.run_endpoint
        return CloudRunServices(
            client=lambda: clients.services_client(endpoint), cells=self.cells, shape=shape
        )

    @property
    def teller(self) -> AlertTeller:
        return AlertTeller(bots=self.bots, queue=self.platform.queue)

    def envelope(self) -> Envelope:
        return Envelope(LazyWrapper(settings=self.settings))


class NoServices:
    """`BotServices` of a platform that has no image for bots."""

    def start(self, spec: ServiceSpec) -> None:
        raise Unavailable(f"The bot {spec.bot_id} cannot start: live bots are not set up here.")

    def delete(self, bot_id: BotId, cell: Cell) -> None:
        """There is none."""

    def actual(self) -> Sequence[ActualService]:
        return ()


@dataclass(frozen=True, kw_only=True)
class LazyWrapper:
    """`KeyWrapper` whose client is made when it is first used: importing it is slow."""

    settings: BotSettings

    def wrap(self, data: bytes, *, bound_to: bytes) -> bytes:
        return self._wrapper.wrap(data, bound_to=bound_to)

    def unwrap(self, data: bytes, *, bound_to: bytes) -> bytes:
        return self._wrapper.unwrap(data, bound_to=bound_to)

    @functools.cached_property
    def _wrapper(self) -> "KmsKeyWrapper":
        from candlewick.gcp.kms import KmsKeyWrapper  # noqa: PLC0415 (slow, and seldom needed)

        if self.settings.kms_key is None:
            raise Unavailable("Exchange keys cannot be stored here: no KMS key is set up.")
        return KmsKeyWrapper(clients.kms_client(self.settings.kms_endpoint), self.settings.kms_key)


def exchange_keys(bots: BotPlatform) -> ExchangeKeyService:
    return ExchangeKeyService(
        keys=bots.keys,
        envelope=bots.envelope(),
        checker=BinanceKeyChecker(),
        venues=bots.venues,
        use=BotsWithKey(bots.bots),
        addresses=bots.settings.addresses,
        now=bots.parts.now,
        new_id=bots.parts.new_id,
    )


def bot_service(bots: BotPlatform, versions: VersionSource) -> BotService:
    commands = CommandSender(bots=bots.bots, now=bots.parts.now)
    return BotService(
        bots=bots.bots,
        journal=bots.journal,
        histories=FirestoreHistoryStore(bots.platform.firestore),
        states=bots.states,
        keys=bots.keys,
        desk=StrategyDesk(versions=versions, runs=bots.platform.runs),
        commands=commands,
        settings=SettingsDesk(bots=bots.bots, commands=commands, now=bots.parts.now),
        queue=bots.platform.queue,
        venues=bots.venues,
        cells=bots.cells,
        check_address=_hosts(bots).place,
        now=bots.parts.now,
        new_id=bots.parts.new_id,
    )


def comparer(bots: BotPlatform) -> BotComparer:
    platform = bots.platform
    return BotComparer(
        bots=bots.bots,
        histories=FirestoreHistoryStore(platform.firestore),
        journal=bots.journal,
        venues=bots.venues,
        catalogue=platform.candles,
        runs=platform.runs,
        results=platform.results,
    )


def signals(bots: BotPlatform) -> SignalDesk:
    return SignalDesk(
        bots=bots.bots,
        commands=CommandSender(bots=bots.bots, now=bots.parts.now),
        now=bots.parts.now,
        new_id=bots.parts.new_id,
        new_secret=bots.parts.new_secret,
    )


def events(bots: BotPlatform) -> BotEvents:
    platform = bots.platform
    desk = KeyDesk(
        keys=bots.keys,
        envelope=bots.envelope(),
        checker=BinanceKeyChecker(),
        venues=bots.venues,
        now=bots.parts.now,
    )
    plans = PlanOffice(
        venues=bots.venues,
        catalogue=platform.candles,
        candles=platform.candle_objects,
        codes=platform.codes,
    )
    return BotEvents(
        bots=bots.bots,
        leases=FirestoreLeaseStore(platform.firestore, bots.parts.new_id),
        journal_store=bots.journal,
        states=bots.states,
        vault=desk,
        plans=plans,
        queue=platform.queue,
        teller=bots.teller,
        now=bots.parts.now,
        keys_per_minute=bots.settings.key_releases_per_minute,
    )


def alert_desk(bots: BotPlatform) -> AlertDesk:
    # The API's functions send none.
    from candlewick.alerts.email import EmailSender, SmtpServer  # noqa: PLC0415
    from candlewick.alerts.telegram import API, TelegramSender  # noqa: PLC0415
    from candlewick.alerts.webhook import WebhookSender  # noqa: PLC0415

    settings = bots.settings
    senders: dict[Channel, Sender] = {
        Channel.WEBHOOK: WebhookSender(hosts=_hosts(bots), now=bots.parts.now)
    }
    if settings.smtp_url is not None and settings.smtp_sender is not None:
        server = SmtpServer.from_url(settings.smtp_url)
        senders[Channel.EMAIL] = EmailSender(server=server, sender=settings.smtp_sender)
    if settings.telegram_token is not None:
        senders[Channel.TELEGRAM] = TelegramSender(
            token=settings.telegram_token, api=settings.telegram_url or API
        )
    return AlertDesk(bots=bots.bots, senders=senders, site=settings.site_url)


def _hosts(bots: BotPlatform) -> PublicHosts:
    return PublicHosts(also=tuple(map(ip_network, bots.settings.webhook_networks)))


def operator(bots: BotPlatform) -> BotOperator:
    return BotOperator(
        bots=bots.bots,
        services=bots.services,
        cells={cell.name: cell for cell in bots.cells},
        image=bots.settings.image or "",
        events_url=bots.settings.events_url or "",
        now=bots.parts.now,
        new_secret=bots.parts.new_secret,
    )


def reconciler(bots: BotPlatform) -> BotReconciler:
    return BotReconciler(
        bots=bots.bots,
        services=bots.services,
        queue=bots.platform.queue,
        teller=bots.teller,
        cells={cell.name: cell for cell in bots.cells},
        now=bots.parts.now,
    )
