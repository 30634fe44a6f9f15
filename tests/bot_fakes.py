"""Stand-ins for the key service, exchanges, Cloud Run's services, their queue and whoever tells owners."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from candlewick.alerts.models import Alert
from candlewick.bots.models import AlertSettings, Bot, BotId, Cell, ServiceTask
from candlewick.bots.ports import ActualService, ServiceSpec
from candlewick.bots.telling import AlertTask
from candlewick.bots.venues import VenueEntry
from candlewick.bots.wire import Event
from candlewick.errors import Unavailable
from candlewick.exchange_keys.envelope import NotOurs
from candlewick.exchange_keys.models import Credentials, KeyRights
from candlewick.exchange_keys.service import KeyRefused


class XorWrapper:
    """A `KeyWrapper` that hides nothing, but knows what it was bound to."""

    def __init__(self) -> None:
        self.is_down = False

    def wrap(self, data: bytes, *, bound_to: bytes) -> bytes:
        if self.is_down:
            raise Unavailable("The key service does not answer; please try again.")
        return bytes([len(bound_to)]) + bound_to + bytes(byte ^ 0x5A for byte in data)

    def unwrap(self, data: bytes, *, bound_to: bytes) -> bytes:
        size = data[0]
        if data[1 : size + 1] != bound_to:
            raise NotOurs("This exchange key cannot be read; add it again.")
        return bytes(byte ^ 0x5A for byte in data[size + 1 :])


@dataclass
class FakeChecker:
    """An exchange that says what `stated` says, or does not take the key."""

    stated: KeyRights = field(
        default_factory=lambda: KeyRights(
            can_read=True,
            can_trade=True,
            can_withdraw=False,
            can_transfer=False,
            is_bound_to_addresses=False,
        )
    )
    refused: str = ""
    is_down: bool = False
    asked: list[Credentials] = field(default_factory=list)

    def rights(self, venue: VenueEntry, credentials: Credentials) -> KeyRights:
        self.asked.append(credentials)
        if self.is_down:
            raise Unavailable(f"{venue.title} does not answer; please try again.")
        if self.refused:
            raise KeyRefused(self.refused)
        return self.stated


@dataclass
class RecordingServices:
    """Cloud Run's services; `loses_replies` does what it is asked and says that it failed."""

    running: dict[BotId, ServiceSpec] = field(default_factory=dict)
    started: list[ServiceSpec] = field(default_factory=list)
    deleted: list[tuple[BotId, str]] = field(default_factory=list)
    is_down: bool = False
    loses_replies: bool = False

    def start(self, spec: ServiceSpec) -> None:
        self._require_up()
        self.started.append(spec)
        self.running[spec.bot_id] = spec
        self._lose_reply()

    def delete(self, bot_id: BotId, cell: Cell) -> None:
        self._require_up()
        self.deleted.append((bot_id, cell.name))
        self.running.pop(bot_id, None)
        self._lose_reply()

    def actual(self) -> Sequence[ActualService]:
        self._require_up()
        return [
            ActualService(
                bot_id=spec.bot_id, revision=spec.revision, cell=spec.cell.name, is_ready=True
            )
            for spec in self.running.values()
        ]

    def _require_up(self) -> None:
        if self.is_down:
            raise Unavailable("Cloud Run does not answer.")

    def _lose_reply(self) -> None:
        if self.loses_replies:
            raise Unavailable("Cloud Run did not answer in time.")


@dataclass
class RecordingServiceQueue:
    sent: list[ServiceTask] = field(default_factory=list)
    is_down: bool = False

    def send_service_task(self, task: ServiceTask) -> None:
        if self.is_down:
            raise Unavailable("The task queue does not answer.")
        if task not in self.sent:
            self.sent.append(task)


@dataclass
class RecordingTeller:
    told: list[tuple[BotId, Event]] = field(default_factory=list)

    def tell(self, bot: Bot, events: Sequence[Event]) -> None:
        self.told.extend((bot.id, event) for event in events)


@dataclass
class RecordingSender:
    """A channel of alerts; `failure` is raised instead of sending."""

    sent: list[Alert] = field(default_factory=list)
    settings: AlertSettings | None = None
    failure: Exception | None = None

    def send(self, alert: Alert, settings: AlertSettings) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append(alert)
        self.settings = settings


@dataclass
class RecordingAlertQueue:
    sent: list[AlertTask] = field(default_factory=list)
    is_down: bool = False

    def send_alert_task(self, task: AlertTask) -> None:
        if self.is_down:
            raise Unavailable("The task queue does not answer.")
        self.sent.append(task)
