"""The environment variables of every part; docs/architecture.md says what each one is."""

import json
import os
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from emulators.stack.options import PROJECT, REGION, ROOT, Options
from emulators.stack.ports import HOST

BUCKETS = {
    "CANDLEWICK_CANDLES_BUCKET": "candlewick-candles",
    "CANDLEWICK_CODE_BUCKET": "candlewick-code",
    "CANDLEWICK_RESULTS_BUCKET": "candlewick-results",
}
QUEUE = "backtests"
JOB = "backtest"
PULL_JOB = "market-data"
PULL_IDENTITY = "market-data-job"
BOT_IMAGE = "live-bot"
KMS_KEY_RING = f"projects/{PROJECT}/locations/{REGION}/keyRings/candlewick"
# An hour of the simulated exchange is a minute here.
EXCHANGE_SPEED = 60
GOOGLE_CLIENT = "local.apps.googleusercontent.com"
# Both are known to everybody and worth nothing outside a local stack.
GOOGLE_CLIENT_SECRET = "local-client-secret"  # noqa: S105
_SIGN_IN_SECRET = "local-sign-in-secret"  # noqa: S105
# Vite's address, from which the web app is served during development.
_WEB_DEVELOPMENT = "http://127.0.0.1:5173"
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
# Nothing in the stack has business outside this machine. Google's libraries try all the same (they look
# up a service account's allowed locations); with the discard port as proxy such calls fail at once.
_OFFLINE = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost,::1"}
# Credentials of the machine's owner least of all.
_DROPPED = (
    "PYTHONDONTWRITEBYTECODE",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_PROJECT",
    "GCLOUD_PROJECT",
    "STORAGE_EMULATOR_HOST",
)


def url(ports: Mapping[str, int], name: str) -> str:
    return f"http://{HOST}:{ports[name]}"


def inherited() -> dict[str, str]:
    """Return the caller's environment for tools that need it (Java, Node, a shell command)."""
    env = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    loopback = f"{HOST},localhost,::1"
    for name in ("NO_PROXY", "no_proxy"):
        env[name] = ",".join(filter(None, (os.environ.get(name), loopback)))
    return env


def minimal() -> dict[str, str]:
    """Return what a process on Cloud Run would find, and nothing of the caller's."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | _OFFLINE


def web_origins(ports: Mapping[str, int]) -> list[str]:
    hosting = ports["hosting"]
    return [f"http://{HOST}:{hosting}", f"http://localhost:{hosting}", _WEB_DEVELOPMENT]


def clients(options: Options, ports: Mapping[str, int]) -> dict[str, str]:
    """Return what a program outside needs: the demo, the CLI, tests."""
    return {
        "CANDLEWICK_API_URL": url(ports, "hosting"),
        "CANDLEWICK_AUTH_URL": url(ports, "firebase-auth"),
        "CANDLEWICK_EXCHANGE_URL": url(ports, "exchange"),
        "CANDLEWICK_MAILBOX_URL": url(ports, "mailbox"),
        "GOOGLE_APPLICATION_CREDENTIALS": str(options.key_file("operator")),
        **_places(options, ports),
    }


def function(options: Options, ports: Mapping[str, int], name: str) -> dict[str, str]:
    """Return a function's environment, its own identity among it."""
    return {
        **minimal(),
        "PYTHONPATH": os.pathsep.join(map(str, options.functions_path)),
        "PYTHONUNBUFFERED": "1",
        "FUNCTION_TARGET": name,
        "K_SERVICE": name,
        "PORT": str(ports[name]),
        "GOOGLE_APPLICATION_CREDENTIALS": str(options.key_file(account_of(name))),
        **_places(options, ports),
        **(_google_client(ports) if name == "auth" else {}),
        **(_model(ports) if name == "assistant" and options.has_vertex else {}),
        **options.functions_environment,
    }


def pull_job(options: Options, ports: Mapping[str, int]) -> dict[str, str]:
    """Return the market-data job's environment: it pulls from the simulated exchange, under another name than Binance's."""
    universe = {
        "exchange": "binance",
        "store_as": "replay",
        "title": "Simulated exchange",
        "simulated": True,
        "quote": "USDT",
        "timeframes": ["5m", "1h"],
        "start": "2025-02-15",
    }
    return {
        **_OFFLINE,
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'jobs' / 'market-data'}",
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "GOOGLE_APPLICATION_CREDENTIALS": str(options.key_file(PULL_IDENTITY)),
        "CANDLEWICK_CANDLES_BUCKET": BUCKETS["CANDLEWICK_CANDLES_BUCKET"],
        "CANDLEWICK_STORAGE_ENDPOINT": url(ports, "storage"),
        "CANDLEWICK_EXCHANGE_URL": url(ports, "exchange"),
        "CANDLEWICK_UNIVERSE": json.dumps(universe),
    }


def _model(ports: Mapping[str, int]) -> dict[str, str]:
    return {
        "CANDLEWICK_CHAT_MODEL": "gemini-3.5-flash",
        "CANDLEWICK_CHAT_REGION": REGION,
        "CANDLEWICK_VERTEX_URL": url(ports, "vertex"),
    }


def _google_client(ports: Mapping[str, int]) -> dict[str, str]:
    emulator = url(ports, "google-sign-in")
    return {
        "CANDLEWICK_GOOGLE_CLIENT_ID": GOOGLE_CLIENT,
        "CANDLEWICK_GOOGLE_CLIENT_SECRET": GOOGLE_CLIENT_SECRET,
        "CANDLEWICK_GOOGLE_AUTHORIZE_URL": f"{emulator}/o/oauth2/v2/auth",
        "CANDLEWICK_GOOGLE_TOKEN_URL": f"{emulator}/token",
        "CANDLEWICK_SIGN_IN_SECRET": _SIGN_IN_SECRET,
    }


def account_of(function_name: str) -> str:
    """Name a function's identity; `tasks` and `scheduler` are those of Google's services."""
    return f"functions-{function_name.replace('_', '-')}"


def email(account: str) -> str:
    return f"{account}@{PROJECT}.iam.gserviceaccount.com"


def _places(options: Options, ports: Mapping[str, int]) -> dict[str, str]:
    places = {
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "CANDLEWICK_REGION": REGION,
        "FIRESTORE_EMULATOR_HOST": f"{HOST}:{ports['firestore']}",
        "FIREBASE_AUTH_EMULATOR_HOST": f"{HOST}:{ports['firebase-auth']}",
        "CANDLEWICK_STORAGE_ENDPOINT": url(ports, "storage"),
        "CANDLEWICK_TASKS_ENDPOINT": url(ports, "cloud-tasks"),
        "CANDLEWICK_RUN_ENDPOINT": url(ports, "cloud-run"),
        "CANDLEWICK_QUEUE": QUEUE,
        "CANDLEWICK_JOB": JOB,
        "CANDLEWICK_ENGINE": engine(),
        "CANDLEWICK_TASKS_IDENTITY": email("tasks"),
        "CANDLEWICK_SCHEDULER_IDENTITY": email("scheduler"),
        "CANDLEWICK_OIDC_ISSUER": url(ports, "identity"),
        "CANDLEWICK_OIDC_CERTS_URL": f"{url(ports, 'identity')}/oidc/certs",
        "CANDLEWICK_ALLOWED_ORIGINS": ",".join(web_origins(ports)),
        "CANDLEWICK_BOT_IMAGE": BOT_IMAGE,
        "CANDLEWICK_SITE_URL": url(ports, "hosting"),
        "CANDLEWICK_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "CANDLEWICK_SMTP_URL": f"smtp://{HOST}:{ports['mailbox-smtp']}",
        "CANDLEWICK_SMTP_SENDER": "bots@candlewick.example",
        "CANDLEWICK_KMS_ENDPOINT": url(ports, "kms"),
        "CANDLEWICK_KMS_KEY": f"{KMS_KEY_RING}/cryptoKeys/exchange-keys",
        "CANDLEWICK_VENUES": json.dumps({"simulated": _venue(ports)}),
    }
    targets = {
        "CANDLEWICK_TASKS_URL": "tasks",
        "CANDLEWICK_EVENTS_URL": "run_events",
        "CANDLEWICK_BOT_EVENTS_URL": "bot_events",
        "CANDLEWICK_RECONCILE_URL": "reconcile",
    }
    known = {
        variable: url(ports, name)
        for variable, name in targets.items()
        if name in options.functions
    }
    return places | known | BUCKETS


def _venue(ports: Mapping[str, int]) -> dict[str, object]:
    return {
        "title": "Simulated exchange",
        "url": url(ports, "exchange"),
        "candles": "simulated",
        "speed": EXCHANGE_SPEED,
        "modes": ["paper", "live", "signals", "replay"],
        "is_simulated": True,
    }


def engine() -> str:
    """Name the backtesting engine, which is part of every run's identity."""
    try:
        return f"freqtrade-{version('freqtrade')}"
    except PackageNotFoundError:
        return "freqtrade-unknown"
