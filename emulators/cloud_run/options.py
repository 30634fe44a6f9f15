"""The emulator's command line."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from google.cloud import run_v2

from emulators.cloud_run import oci
from emulators.cloud_run.images import Image, Runtime, read_images
from emulators.cloud_run.knative import BadDescription, read_job
from emulators.cloud_run.names import short
from emulators.faults import Fault, Faults, parse_flag
from emulators.hosting import Places, add_place_arguments

KNOWN_FAULTS = {
    "slow_start": Fault(seconds=5),
    "lost_run_reply": Fault(status="UNAVAILABLE"),
    "kill_task": Fault(),
    "refuse_run": Fault(status="RESOURCE_EXHAUSTED"),
    "slow_instance": Fault(seconds=5),
    "stop_instance": Fault(),
    "kill_instance": Fault(),
    "lost_service_reply": Fault(status="UNAVAILABLE"),
    "refuse_service": Fault(status="RESOURCE_EXHAUSTED"),
}
_EPILOG = """\
faults (--fault NAME:key=value,... or PUT /faults {"NAME": {"key": value}}; keys probability, next and those named):
  slow_start      an execution stays pending for `seconds` (5)
  lost_run_reply  RunJob starts the execution and ends with `status` (UNAVAILABLE)
  kill_task       the first `attempts` (1) of each task are killed after `seconds` (0)
  refuse_run      RunJob starts nothing and ends with `status` (RESOURCE_EXHAUSTED)
  slow_instance   an instance of a service starts `seconds` (5) late
  stop_instance   an instance that is ready is told to end after `seconds` (0); another one follows
  kill_instance   an instance that is ready is killed after `seconds` (0); another one follows
  lost_service_reply  CreateService or UpdateService is carried out and ends with `status` (UNAVAILABLE)
  refuse_service      they do nothing and end with `status` (RESOURCE_EXHAUSTED)

A container's environment is PATH, HOME (a fresh folder, also its working directory unless --image-cwd says otherwise),
LANG, the image's variables, the job's, the run's overrides, and Cloud Run's own; nothing else. An unpacked image is a
folder with rootfs/ and image.json (an OCI image's `config`); its containers share this machine's network.

HTTP: /healthz, /faults, /logs/EXECUTION (each task's attempts), /logs/EXECUTION/INDEX, /logs/SERVICE (each instance's);
/standby tells of the process that waits; /services/SERVICE/... is a service's address; /instances/SERVICE shows what runs, and POST .../stop, .../kill or
.../replace (new ones first) does to it what Cloud Run may do at any time.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says."""

    places: Places
    location: str
    jobs: list[run_v2.Job]
    images: dict[str, Image]
    state: Path | None
    grace: float
    overlap: float
    certs_url: str | None
    log_limit: int
    most_running: int
    standby: str | None
    standby_within: float
    faults: Faults


def read_options(arguments: list[str] | None = None) -> Options:
    """Read the command line; ends the process on a mistake, as argparse does."""
    parser = _parser()
    given = parser.parse_args(arguments)
    faults = Faults(KNOWN_FAULTS, given.fault_seed)
    location = f"projects/{given.project}/locations/{given.region}"
    try:
        faults.replace(dict(map(parse_flag, given.fault)))
        runtime = Runtime(name=given.runtime, program=given.runtime_program)
        images = read_images(given.image, given.image_env, given.image_cwd, runtime)
        jobs = [read_job(file, location) for file in given.job]
        standby = _standby(given.standby, jobs, images)
    except (ValueError, BadDescription) as error:
        parser.error(str(error))
    return Options(
        places=Places.from_arguments(given),
        location=location,
        jobs=jobs,
        images=images,
        state=given.state,
        grace=given.grace,
        overlap=given.overlap,
        certs_url=given.oidc_certs_url,
        log_limit=given.log_limit,
        most_running=given.max_running_executions,
        standby=standby,
        standby_within=given.standby_within,
        faults=faults,
    )


def _standby(job_id: str | None, jobs: list[run_v2.Job], images: dict[str, Image]) -> str | None:
    """Return the full name of the job of which a process is to wait."""
    if job_id is None:
        return None
    for job in jobs:
        if short(job.name) == job_id:
            image = images.get(job.template.template.containers[0].image)
            if image is not None and image.launcher:
                raise ValueError(f"--standby {job_id}: an unpacked image cannot wait.")
            return str(job.name)
    raise ValueError(f"--standby {job_id}: no --job describes it.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m emulators.cloud_run",
        description="Cloud Run Admin v2 on this machine, over gRPC without TLS; containers are processes.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_place_arguments(parser, port=8125, http_port=8126)
    parser.add_argument("--project", default="demo-candlewick", help="of the jobs that --job loads")
    parser.add_argument("--region", default="europe-west1", help="of the jobs that --job loads")
    _add_images(parser)
    parser.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        help="kept between runs, with logs; otherwise a temporary folder",
    )
    parser.add_argument(
        "--grace",
        type=float,
        default=10,
        metavar="SECONDS",
        help="from SIGTERM to SIGKILL (%(default)s)",
    )
    parser.add_argument(
        "--overlap",
        type=float,
        default=1,
        metavar="SECONDS",
        help="that two revisions of a service run beside each other at a deployment (%(default)s)",
    )
    parser.add_argument(
        "--oidc-certs-url",
        metavar="URL",
        help="by which the tokens of a service's callers are checked; without it nobody may call one",
    )
    parser.add_argument(
        "--log-limit",
        type=int,
        default=10 * 1024 * 1024,
        metavar="BYTES",
        help="per attempt (%(default)s)",
    )
    parser.add_argument(
        "--max-running-executions", type=int, default=1000, metavar="N", help="(%(default)s)"
    )
    _add_standby(parser)
    parser.add_argument("--fault", action="append", default=[], metavar="NAME:key=value,...")
    parser.add_argument("--fault-seed", type=int, default=0, metavar="N")
    return parser


def _add_standby(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--standby",
        metavar="JOB",
        help="have a process of this job wait for its next execution; the job must know how to",
    )
    parser.add_argument(
        "--standby-within",
        type=float,
        default=30,
        metavar="SECONDS",
        help="it is started as soon as a processor has been idle for a second, or after so many (%(default)s)",
    )


def _add_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--job",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="a job as `gcloud run jobs replace` takes it; created or replaced at start",
    )
    parser.add_argument(
        "--image",
        action="append",
        default=[],
        metavar="NAME=COMMAND LINE",
        help="what runs in the place of an image, as its entry point; oci:DIR is an unpacked image",
    )
    parser.add_argument(
        "--runtime", choices=oci.RUNTIMES, default="crun", help="of unpacked images (%(default)s)"
    )
    parser.add_argument("--runtime-program", metavar="FILE", help="unless it is on PATH")
    parser.add_argument("--image-env", action="append", default=[], metavar="NAME:KEY=VALUE")
    parser.add_argument("--image-cwd", action="append", default=[], metavar="NAME=DIR")
