"""Every service of the stack: how it is started, what it waits for, how it shows that it is up."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emulators.stack import environment, firestore, toolchain
from emulators.stack.options import PROJECT, REGION, ROOT, Options
from emulators.stack.ports import HOST
from emulators.stack.probes import Probe, answers
from emulators.storage_gateway import fake_gcs

_ANY_STATUS = range(100, 600)
_ACCOUNTS = ("operator", "tasks", "scheduler", "backtest-job", environment.PULL_IDENTITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One process of the stack.

    Attributes:
        needs: services that must be up first.
        probe: tells whether it is up; without one it is up when it runs.
        deadline_s: how long it may take to be up.
        http_port: where it takes faults, if it does.
        drains: stopped in the first wave, before the stores that it writes to.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    cwd: Path = ROOT
    needs: tuple[str, ...] = ()
    probe: Probe | None = None
    deadline_s: float = 60
    http_port: int | None = None
    drains: bool = False
    stops_in_s: float = 5


def names(options: Options) -> tuple[str, ...]:
    """Return the names under which ports are chosen."""
    emulators = ("hosting", "firestore", "firebase-auth", "storage", "fake-gcs", "identity")
    grpc = ("cloud-tasks", "cloud-tasks-http", "cloud-run", "cloud-run-http", "kms", "kms-http")
    ours = ("google-sign-in", "exchange", "mailbox", "mailbox-smtp", "vertex")
    return (*emulators, *grpc, *ours, *options.functions)


def wanted(options: Options) -> tuple[str, ...]:
    """Return the names of the services that are to run."""
    known = (*_MAKERS, *options.functions)
    return tuple(
        name
        for name in known
        if options.wants(name)
        and (name != "scheduler" or "reconcile" in options.functions)
        and (name != "vertex" or options.has_vertex)
    )


def make(name: str, options: Options, ports: Mapping[str, int]) -> Service:
    """Describe a service as it is to be started now."""
    if name in options.functions:
        return _function(options, ports, name)
    return _MAKERS[name](options, ports)


def _identity(options: Options, ports: Mapping[str, int]) -> Service:
    accounts = (*_ACCOUNTS, *map(environment.account_of, options.functions))
    return Service(
        name="identity",
        argv=[
            *_python("emulators.identity"),
            *("--port", str(ports["identity"]), "--project", PROJECT),
            *("--state", str(options.identities)),
            *("--oidc-key", str(_oidc_key(options))),
            *("--oidc-issuer", environment.url(ports, "identity")),
            *(text for account in accounts for text in ("--account", account)),
        ],
        env=_emulator_environment(),
        probe=answers(ports["identity"], "/healthz"),
    )


def _google_sign_in(options: Options, ports: Mapping[str, int]) -> Service:
    pages = environment.web_origins(ports)
    return Service(
        name="google-sign-in",
        argv=[
            *_python("emulators.google_sign_in"),
            *("--port", str(ports["google-sign-in"]), "--key", str(_oidc_key(options))),
            *("--client-id", environment.GOOGLE_CLIENT),
            *("--client-secret", environment.GOOGLE_CLIENT_SECRET),
            *(text for page in pages for text in ("--redirect-uri", f"{page}/sign-in/google")),
        ],
        env=_emulator_environment(),
        # Whoever comes first makes the key when it is missing; only one may.
        needs=("identity",),
        probe=answers(ports["google-sign-in"], "/healthz"),
    )


def _fake_gcs(options: Options, ports: Mapping[str, int]) -> Service:
    return Service(
        name="fake-gcs",
        argv=fake_gcs.command(
            ports["fake-gcs"], options.state_dir / "storage", f"{HOST}:{ports['storage']}"
        ),
        env=environment.minimal(),
        probe=answers(ports["fake-gcs"], "/_internal/healthcheck"),
    )


def _storage(_: Options, ports: Mapping[str, int]) -> Service:
    origins = environment.web_origins(ports)
    return Service(
        name="storage",
        argv=[
            *_python("emulators.storage_gateway"),
            *("--port", str(ports["storage"])),
            *("--backend", environment.url(ports, "fake-gcs")),
            *("--identity", environment.url(ports, "identity")),
            *(text for origin in origins for text in ("--cors-origin", origin)),
        ],
        env=_emulator_environment(),
        probe=answers(ports["storage"], "/healthz"),
    )


def _firestore(options: Options, ports: Mapping[str, int]) -> Service:
    state = options.state_dir / "firestore"
    firestore.recover(state)
    address = (HOST, ports["firestore"])
    return Service(
        name="firestore",
        argv=firestore.command(
            toolchain.java(),
            toolchain.firestore_jar(),
            address,
            ROOT / "firestore.rules",
            state,
        ),
        env=environment.inherited(),
        probe=answers(ports["firestore"], "/"),
    )


def _firebase_auth(options: Options, ports: Mapping[str, int]) -> Service:
    return Service(
        name="firebase-auth",
        argv=[
            str(toolchain.node()),
            str(Path(__file__).with_name("firebase_auth.cjs")),
            str(toolchain.firebase_tools()),
            *(HOST, str(ports["firebase-auth"]), PROJECT),
            str(options.state_dir / "firebase-auth.json"),
        ],
        env=environment.inherited(),
        probe=answers(ports["firebase-auth"], "/healthz"),
    )


def _cloud_tasks(options: Options, ports: Mapping[str, int]) -> Service:
    return Service(
        name="cloud-tasks",
        argv=[
            *_python("emulators.cloud_tasks"),
            *_grpc_ports(ports, "cloud-tasks"),
            *("--state", str(options.state_dir / "cloud-tasks.sqlite")),
            *("--oidc-key", str(_oidc_key(options))),
            *("--oidc-issuer", environment.url(ports, "identity")),
            *("--queue", f"{environment.QUEUE}:min_backoff=0.5,max_backoff=30"),
        ],
        env=_emulator_environment(),
        # Both make the OIDC key when it is missing; only one of them may.
        needs=("identity",),
        probe=answers(ports["cloud-tasks-http"], "/healthz"),
        http_port=ports["cloud-tasks-http"],
        drains=True,
    )


def _cloud_run(options: Options, ports: Mapping[str, int]) -> Service:
    return Service(
        name="cloud-run",
        argv=[
            *_python("emulators.cloud_run"),
            *_grpc_ports(ports, "cloud-run"),
            *("--state", str(options.state_dir / "cloud-run")),
            *("--project", PROJECT, "--region", REGION),
            *("--job", str(ROOT / "jobs" / "backtest" / "job.yaml")),
            *("--job", str(ROOT / "jobs" / "market-data" / "job.yaml")),
            *_job_image(options),
            *_pull_image(options, ports),
            *_bot_image(options),
            *_runtime(options),
            *("--oidc-certs-url", f"{environment.url(ports, 'identity')}/oidc/certs"),
        ],
        env=_emulator_environment(),
        probe=answers(ports["cloud-run-http"], "/healthz"),
        http_port=ports["cloud-run-http"],
        drains=True,
        # Cloud Run gives its containers 10 s between SIGTERM and SIGKILL.
        stops_in_s=12,
    )


def _job_image(options: Options) -> list[str]:
    job = environment.JOB
    if options.containers is not None:
        return ["--image", f"{job}=oci:{toolchain.built_image('backtest')}"]
    path = f"{ROOT / 'src'}:{ROOT / 'jobs' / 'backtest'}"
    return [
        *("--image", f"{job}={sys.executable} -m backtest_job"),
        *("--image-env", f"{job}:PYTHONPATH={path}", "--image-cwd", f"{job}={ROOT}"),
        *(("--standby", job) if options.has_standby else ()),
    ]


def _pull_image(options: Options, ports: Mapping[str, int]) -> list[str]:
    # A process also where jobs are containers: it runs nobody's code but ours.
    job = environment.PULL_JOB
    given = environment.pull_job(options, ports).items()
    return [
        *("--image", f"{job}={sys.executable} -m market_data_job"),
        *("--image-cwd", f"{job}={ROOT}"),
        *(text for name, value in given for text in ("--image-env", f"{job}:{name}={value}")),
    ]


def _bot_image(options: Options) -> list[str]:
    bot = environment.BOT_IMAGE
    if options.containers is not None:
        return ["--image", f"{bot}=oci:{toolchain.built_image('live-bot')}"]
    path = f"{ROOT / 'src'}:{ROOT / 'services' / 'live-bot'}"
    return [
        *("--image", f"{bot}={sys.executable} -m live_bot"),
        *("--image-env", f"{bot}:PYTHONPATH={path}", "--image-cwd", f"{bot}={ROOT}"),
    ]


def _runtime(options: Options) -> list[str]:
    if options.containers is None:
        return []
    program = toolchain.container_runtime(options.containers)
    return ["--runtime", options.containers, "--runtime-program", program]


def _exchange(_: Options, ports: Mapping[str, int]) -> Service:
    pairs = ("BTC/USDT", "ETH/USDT", "ADA/USDT")
    return Service(
        name="exchange",
        argv=[
            *_python("emulators.exchange"),
            *("--port", str(ports["exchange"]), "--simulated", "--start", "2025-03-01"),
            *("--speed", str(environment.EXCHANGE_SPEED), "--account", "demo:USDT=10000"),
            *(text for pair in pairs for text in ("--pair", pair)),
        ],
        env=environment.minimal() | {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        probe=answers(ports["exchange"], "/healthz"),
        http_port=ports["exchange"],
        deadline_s=120,
    )


def _mailbox(_: Options, ports: Mapping[str, int]) -> Service:
    return Service(
        name="mailbox",
        argv=[
            *_python("emulators.mailbox"),
            *("--port", str(ports["mailbox"]), "--smtp-port", str(ports["mailbox-smtp"])),
        ],
        env=_emulator_environment(),
        probe=answers(ports["mailbox"], "/healthz"),
    )


def _vertex(_: Options, ports: Mapping[str, int]) -> Service:
    return Service(
        name="vertex",
        argv=[*_python("emulators.vertex"), "--port", str(ports["vertex"])],
        env=_emulator_environment(),
        probe=answers(ports["vertex"], "/healthz"),
    )


def _kms(options: Options, ports: Mapping[str, int]) -> Service:
    return Service(
        name="kms",
        argv=[
            *_python("emulators.kms"),
            *_grpc_ports(ports, "kms"),
            *("--state", str(options.state_dir / "kms.json")),
            *("--key", f"{environment.KMS_KEY_RING}/cryptoKeys/exchange-keys"),
        ],
        env=_emulator_environment(),
        probe=answers(ports["kms-http"], "/healthz"),
        http_port=ports["kms-http"],
    )


def _function(options: Options, ports: Mapping[str, int], name: str) -> Service:
    source = str(options.functions_source)
    return Service(
        name=name,
        argv=[
            *_python("gunicorn"),
            *("--bind", f"{HOST}:{ports[name]}", "--workers", "1", "--threads", "8"),
            *("--graceful-timeout", "3", "--no-control-socket", "--log-level", "warning"),
            f"functions_framework:create_app({name!r}, {source!r}, 'http')",
        ],
        env=environment.function(options, ports, name),
        needs=("identity",),
        # Every function has this path, and none of our code runs for it.
        probe=answers(ports[name], "/robots.txt", statuses=_ANY_STATUS),
        deadline_s=120,
        drains=True,
    )


def _scheduler(options: Options, ports: Mapping[str, int]) -> Service:
    return Service(
        name="scheduler",
        argv=[
            *_python("emulators.stack.scheduler"),
            *("--url", environment.url(ports, "reconcile")),
            *("--every", str(options.scheduler_interval_s)),
            *("--identity", str(options.key_file("scheduler"))),
        ],
        env=_emulator_environment(),
        needs=("identity", "reconcile"),
        drains=True,
    )


def _hosting(options: Options, ports: Mapping[str, int]) -> Service:
    functions = [f"{name}={environment.url(ports, name)}" for name in options.functions]
    pages_call = [
        environment.url(ports, name) for name in ("firebase-auth", "firestore", "storage")
    ]
    # A web API key names a project and is no secret; the Auth emulator takes any.
    firebase = {"apiKey": "local", "projectId": PROJECT, "authDomain": f"{PROJECT}.example"}
    emulators = {"auth": "firebase-auth", "firestore": "firestore"}
    return Service(
        name="hosting",
        argv=[
            *_python("emulators.firebase_hosting"),
            *("--port", str(ports["hosting"]), "--config", str(ROOT / "firebase.json")),
            *(text for function in functions for text in ("--function", function)),
            *(text for origin in pages_call for text in ("--connect-to", origin)),
            *(text for item in firebase.items() for text in ("--firebase", "=".join(item))),
            *(
                text
                for product, name in emulators.items()
                for text in ("--emulator", f"{product}={HOST}:{ports[name]}")
            ),
        ],
        env=_emulator_environment(),
        probe=answers(ports["hosting"], "/healthz"),
        drains=True,
    )


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _grpc_ports(ports: Mapping[str, int], name: str) -> list[str]:
    return ["--host", HOST, "--port", str(ports[name]), "--http-port", str(ports[f"{name}-http"])]


def _oidc_key(options: Options) -> Path:
    return options.state_dir / "oidc.pem"


def _emulator_environment() -> dict[str, str]:
    return environment.minimal() | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


_MAKERS: Mapping[str, Callable[[Options, Mapping[str, int]], Service]] = {
    "identity": _identity,
    "google-sign-in": _google_sign_in,
    "fake-gcs": _fake_gcs,
    "storage": _storage,
    "firestore": _firestore,
    "firebase-auth": _firebase_auth,
    "cloud-tasks": _cloud_tasks,
    "exchange": _exchange,
    "mailbox": _mailbox,
    "vertex": _vertex,
    "kms": _kms,
    "cloud-run": _cloud_run,
    "hosting": _hosting,
    "scheduler": _scheduler,
}
