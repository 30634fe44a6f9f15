"""One frozen settings object per deployable, read once from a mapping."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from candlewick.errors import AppError

_GOOGLE_AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
_KEY_RELEASES_PER_MINUTE = 20
_CHAT_TOKENS_PER_DAY = 400_000
_CHAT_RUNS_PER_DAY = 30
_CHAT_REPLY_S = 50.0
_GOOGLE_TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


class BadSettings(AppError):
    """The environment lacks what this deployable needs."""

    code = "bad_settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonSettings:
    """What every function needs."""

    project: str
    region: str
    storage_endpoint: str | None
    tasks_endpoint: str | None
    queue: str
    tasks_url: str
    tasks_identity: str
    candles_bucket: str
    code_bucket: str
    results_bucket: str

    @property
    def queue_path(self) -> str:
        return f"projects/{self.project}/locations/{self.region}/queues/{self.queue}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleSettings:
    """Candlewick as Google's OAuth client; `cookie_secret` seals what a sign-in keeps in a cookie."""

    client_id: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    authorize_url: str
    token_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSettings:
    """Live bots. Without `image` none can be started, without `kms_key` no exchange key is stored.

    `venues` and `cells` are JSON, see `candlewick.bots.venues`; None stands for Binance, and for the
    functions' own project and region.
    """

    venues: str | None
    cells: str | None
    addresses: tuple[str, ...]
    kms_key: str | None
    kms_endpoint: str | None
    image: str | None
    events_url: str | None
    key_releases_per_minute: int
    run_endpoint: str | None
    identity: str  # the service account's id, which has no role
    subnet: str  # the one behind the static address; empty where there is none
    smtp_url: str | None = field(repr=False)
    smtp_sender: str | None
    telegram_token: str | None = field(repr=False)
    telegram_url: str | None
    webhook_networks: tuple[str, ...]  # allowed though they are not public: this machine's
    site_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantSettings:
    """The chat. Without `model` the offline parser answers."""

    model: str | None
    region: str
    vertex_url: str | None
    tokens_per_day: int
    runs_per_day: int
    reply_s: float  # less than the 60 s that Firebase Hosting waits


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSettings:
    """The payment provider. Without `key` nothing can be bought; `url` None: Stripe's own."""

    key: str | None = field(repr=False)
    secret: str | None = field(repr=False)  # with which the provider signs its events
    url: str | None
    site_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """What the public functions need. Without `google` nobody signs in with Google."""

    common: CommonSettings
    engine: str
    allowed_origins: frozenset[str]
    google: GoogleSettings | None
    bots: BotSettings
    assistant: AssistantSettings
    payments: PaymentSettings

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "ApiSettings":
        """Read the settings of the public functions; `BadSettings` names everything that is missing."""
        read = Reader(env)
        settings = cls(
            common=_common(read),
            engine=read.required("CANDLEWICK_ENGINE"),
            allowed_origins=frozenset(read.required("CANDLEWICK_ALLOWED_ORIGINS").split(",")),
            google=_google(read),
            bots=_bots(read),
            assistant=_assistant(read),
            payments=_payments(read),
        )
        read.check()
        return settings


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSettings:
    common: CommonSettings
    run_endpoint: str | None
    job: str
    engine: str
    events_url: str
    reconcile_url: str
    scheduler_identity: str
    backup_location: str | None  # where the database's backups lie; None: nobody makes any
    oidc_issuer: str
    oidc_certs_url: str
    is_behind_cloud_run: bool
    bots: BotSettings

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "TaskSettings":
        """Read the settings of the internal functions; `BadSettings` names everything that is missing."""
        read = Reader(env)
        settings = cls(
            common=_common(read),
            run_endpoint=read.optional("CANDLEWICK_RUN_ENDPOINT"),
            job=read.required("CANDLEWICK_JOB"),
            engine=read.required("CANDLEWICK_ENGINE"),
            events_url=read.required("CANDLEWICK_EVENTS_URL"),
            reconcile_url=read.required("CANDLEWICK_RECONCILE_URL"),
            scheduler_identity=read.required("CANDLEWICK_SCHEDULER_IDENTITY"),
            backup_location=read.optional("CANDLEWICK_BACKUP_LOCATION"),
            oidc_issuer=read.required("CANDLEWICK_OIDC_ISSUER"),
            oidc_certs_url=read.required("CANDLEWICK_OIDC_CERTS_URL"),
            is_behind_cloud_run=read.optional("CANDLEWICK_CALLERS_CHECKED_BY") == "cloud-run",
            bots=_bots(read),
        )
        read.check()
        return settings

    @property
    def job_path(self) -> str:
        common = self.common
        return f"projects/{common.project}/locations/{common.region}/jobs/{self.job}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    """Where tasks are sent."""

    path: str
    tasks_url: str
    tasks_identity: str
    endpoint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminSettings:
    """What `candlewick admin` needs. Without `queue` the reconciler sends the tasks, a minute later."""

    project: str
    queue: QueueSettings | None
    region: str | None  # these three are for links
    job: str
    results_bucket: str | None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "AdminSettings":
        """Read the settings of an operator; `BadSettings` names everything that is missing."""
        read = Reader(env)
        settings = cls(
            project=read.required("GOOGLE_CLOUD_PROJECT"),
            queue=_queue(read) if read.optional("CANDLEWICK_QUEUE") else None,
            region=read.optional("CANDLEWICK_REGION"),
            job=read.optional("CANDLEWICK_JOB") or "backtest",
            results_bucket=read.optional("CANDLEWICK_RESULTS_BUCKET"),
        )
        read.check()
        return settings


class Reader:
    """Reads variables and remembers which are missing, so that all can be reported at once."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._missing: list[str] = []

    def required(self, name: str) -> str:
        value = self._env.get(name, "")
        if not value:
            self._missing.append(name)
        return value

    def optional(self, name: str) -> str | None:
        return self._env.get(name) or None

    def check(self) -> None:
        if self._missing:
            raise BadSettings(
                f"Set {', '.join(dict.fromkeys(self._missing))}; docs/architecture.md says what each one is."
            )


def _queue(read: Reader) -> QueueSettings:
    project, region = read.required("GOOGLE_CLOUD_PROJECT"), read.required("CANDLEWICK_REGION")
    queue = read.required("CANDLEWICK_QUEUE")
    return QueueSettings(
        path=f"projects/{project}/locations/{region}/queues/{queue}",
        tasks_url=read.required("CANDLEWICK_TASKS_URL"),
        tasks_identity=read.required("CANDLEWICK_TASKS_IDENTITY"),
        endpoint=read.optional("CANDLEWICK_TASKS_ENDPOINT"),
    )


def _google(read: Reader) -> GoogleSettings | None:
    client_id = read.optional("CANDLEWICK_GOOGLE_CLIENT_ID")
    if client_id is None:
        return None
    return GoogleSettings(
        client_id=client_id,
        client_secret=read.required("CANDLEWICK_GOOGLE_CLIENT_SECRET"),
        cookie_secret=read.required("CANDLEWICK_SIGN_IN_SECRET"),
        authorize_url=read.optional("CANDLEWICK_GOOGLE_AUTHORIZE_URL") or _GOOGLE_AUTHORIZE,
        token_url=read.optional("CANDLEWICK_GOOGLE_TOKEN_URL") or _GOOGLE_TOKEN,
    )


def _bots(read: Reader) -> BotSettings:
    addresses = read.optional("CANDLEWICK_BOTS_ADDRESSES") or ""
    per_minute = read.optional("CANDLEWICK_KEY_RELEASES_PER_MINUTE")
    return BotSettings(
        venues=read.optional("CANDLEWICK_VENUES"),
        cells=read.optional("CANDLEWICK_BOT_CELLS"),
        addresses=tuple(filter(None, addresses.split(","))),
        kms_key=read.optional("CANDLEWICK_KMS_KEY"),
        kms_endpoint=read.optional("CANDLEWICK_KMS_ENDPOINT"),
        image=read.optional("CANDLEWICK_BOT_IMAGE"),
        events_url=read.optional("CANDLEWICK_BOT_EVENTS_URL"),
        key_releases_per_minute=int(per_minute or _KEY_RELEASES_PER_MINUTE),
        run_endpoint=read.optional("CANDLEWICK_RUN_ENDPOINT"),
        identity=read.optional("CANDLEWICK_BOT_IDENTITY") or "live-bot",
        subnet=read.optional("CANDLEWICK_BOT_SUBNET") or "",
        smtp_url=read.optional("CANDLEWICK_SMTP_URL"),
        smtp_sender=read.optional("CANDLEWICK_SMTP_SENDER"),
        telegram_token=read.optional("CANDLEWICK_TELEGRAM_TOKEN"),
        telegram_url=read.optional("CANDLEWICK_TELEGRAM_URL"),
        webhook_networks=tuple(
            filter(None, (read.optional("CANDLEWICK_WEBHOOK_NETWORKS") or "").split(","))
        ),
        site_url=read.optional("CANDLEWICK_SITE_URL") or "",
    )


def _assistant(read: Reader) -> AssistantSettings:
    return AssistantSettings(
        model=read.optional("CANDLEWICK_CHAT_MODEL"),
        region=read.optional("CANDLEWICK_CHAT_REGION") or "global",
        vertex_url=read.optional("CANDLEWICK_VERTEX_URL"),
        tokens_per_day=int(read.optional("CANDLEWICK_CHAT_TOKENS_PER_DAY") or _CHAT_TOKENS_PER_DAY),
        runs_per_day=int(read.optional("CANDLEWICK_CHAT_RUNS_PER_DAY") or _CHAT_RUNS_PER_DAY),
        reply_s=float(read.optional("CANDLEWICK_CHAT_REPLY_SECONDS") or _CHAT_REPLY_S),
    )


def _payments(read: Reader) -> PaymentSettings:
    key = read.optional("CANDLEWICK_PAYMENTS_KEY")
    return PaymentSettings(
        key=key,
        secret=None if key is None else read.required("CANDLEWICK_PAYMENTS_SECRET"),
        url=read.optional("CANDLEWICK_PAYMENTS_URL"),
        site_url=read.optional("CANDLEWICK_SITE_URL") or "",
    )


def _common(read: Reader) -> CommonSettings:
    return CommonSettings(
        project=read.required("GOOGLE_CLOUD_PROJECT"),
        region=read.required("CANDLEWICK_REGION"),
        storage_endpoint=read.optional("CANDLEWICK_STORAGE_ENDPOINT"),
        tasks_endpoint=read.optional("CANDLEWICK_TASKS_ENDPOINT"),
        queue=read.required("CANDLEWICK_QUEUE"),
        tasks_url=read.required("CANDLEWICK_TASKS_URL"),
        tasks_identity=read.required("CANDLEWICK_TASKS_IDENTITY"),
        candles_bucket=read.required("CANDLEWICK_CANDLES_BUCKET"),
        code_bucket=read.required("CANDLEWICK_CODE_BUCKET"),
        results_bucket=read.required("CANDLEWICK_RESULTS_BUCKET"),
    )
