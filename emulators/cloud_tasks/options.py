"""The emulator's command line."""

import argparse
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from google.cloud import tasks_v2

from emulators.cloud_tasks.courier import KNOWN_FAULTS
from emulators.faults import Faults, parse_flag
from emulators.hosting import Places, add_place_arguments

_LIMITS = {
    "max_dispatches_per_second": float,
    "max_burst_size": int,
    "max_concurrent_dispatches": int,
}
_RETRIES = {
    "max_attempts": int,
    "max_retry_duration": float,
    "min_backoff": float,
    "max_backoff": float,
    "max_doublings": int,
}
_EPILOG = """\
faults (--fault NAME:key=value,... or PUT /faults {"NAME": {"key": value}}; keys probability, next and those named):
  duplicate          deliver twice; the second after `seconds` (0)
  delay              deliver `seconds` (1) late
  drop_create_reply  CreateTask stores the task and ends with `status` (UNAVAILABLE)
  drop_response      the handler ran, but its response is lost: the task is tried again

HTTP: /healthz, /faults, /oidc/certs (PEM by key id), /oidc/jwks, /.well-known/openid-configuration
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says."""

    places: Places
    queues: list[tasks_v2.Queue]
    state: Path | None
    oidc_key: Path | None
    oidc_issuer: str | None
    dedup_period: timedelta
    faults: Faults


def read_options(arguments: list[str] | None = None) -> Options:
    """Read the command line; ends the process on a mistake, as argparse does."""
    parser = _parser()
    given = parser.parse_args(arguments)
    faults = Faults(KNOWN_FAULTS, given.fault_seed)
    location = f"projects/{given.project}/locations/{given.region}"
    try:
        faults.replace(dict(map(parse_flag, given.fault)))
        queues = [_read_queue(text, location) for text in given.queue]
    except ValueError as error:
        parser.error(str(error))
    return Options(
        places=Places.from_arguments(given),
        queues=queues,
        state=given.state,
        oidc_key=given.oidc_key,
        oidc_issuer=given.oidc_issuer,
        dedup_period=timedelta(seconds=given.dedup_period),
        faults=faults,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m emulators.cloud_tasks",
        description="Cloud Tasks v2 on this machine, over gRPC without TLS.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_place_arguments(parser, port=8123, http_port=8124)
    parser.add_argument(
        "--project", default="demo-candlewick", help="of queues given by short name"
    )
    parser.add_argument("--region", default="europe-west1", help="of queues given by short name")
    parser.add_argument(
        "--queue",
        action="append",
        default=[],
        metavar="NAME[:key=value,...]",
        help=f"a queue that exists from the start; keys: {', '.join(_LIMITS | _RETRIES)} (durations in seconds)",
    )
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="sqlite file; without it nothing is kept"
    )
    parser.add_argument(
        "--oidc-key", type=Path, metavar="FILE.pem", help="signing key; made when missing"
    )
    parser.add_argument(
        "--oidc-issuer", metavar="URL", help="the tokens' issuer (the HTTP side's own URL)"
    )
    parser.add_argument(
        "--dedup-period",
        type=float,
        default=3600,
        metavar="SECONDS",
        help="how long the name of a finished or deleted task stays taken (%(default)s)",
    )
    parser.add_argument("--fault", action="append", default=[], metavar="NAME:key=value,...")
    parser.add_argument("--fault-seed", type=int, default=0, metavar="N")
    return parser


def _read_queue(text: str, location: str) -> tasks_v2.Queue:
    name, _, settings = text.partition(":")
    limits: dict[str, Any] = {}
    retries: dict[str, Any] = {}
    for pair in filter(None, settings.split(",")):
        key, _, value = pair.partition("=")
        kind = (_LIMITS | _RETRIES).get(key)
        if kind is None:
            raise ValueError(f"--queue {name}: there is no setting {key!r}.")
        try:
            number = kind(value)
        except ValueError as error:
            raise ValueError(f"--queue {name}: {key} cannot be {value!r}.") from error
        if key in _LIMITS:
            limits[key] = number
        else:
            retries[key] = timedelta(seconds=number) if kind is float else number
    return tasks_v2.Queue(
        name=f"{location}/queues/{name}", rate_limits=limits, retry_config=retries
    )
