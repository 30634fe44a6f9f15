"""Runs the Cloud KMS emulator."""

import argparse
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

from emulators.faults import Faults, parse_flag
from emulators.hosting import (
    CannotStart,
    Host,
    Places,
    add_place_arguments,
    run_emulator,
    side_app,
    sole_user_of,
)
from emulators.kms.service import KNOWN_FAULTS, KeyManagement
from emulators.kms.store import Store
from emulators.rpc import Refused

_EPILOG = """\
faults (--fault NAME:key=value,... or PUT /faults {"NAME": {"key": value}}; keys probability, next and those named):
  unavailable   Encrypt and Decrypt end with `status` (UNAVAILABLE)
  corrupt       one bit of the ciphertext or plaintext is changed on its way back, the checksum is not

HTTP: /healthz, /faults
"""


async def emulate(given: argparse.Namespace, faults: Faults) -> None:
    """Run until told to stop."""
    host = Host(Places.from_arguments(given))
    async with AsyncExitStack() as stack:
        if given.state is not None:
            stack.enter_context(sole_user_of(given.state))
        keys = KeyManagement(store=Store(given.state), faults=faults, now=time.time)
        for name in given.key:
            try:
                keys.ensure_key(name)
            except Refused as error:
                raise CannotStart(f"--key {name}: {error}") from error
        await host.serve([keys.handler()], side_app(faults))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m emulators.kms",
        description="Cloud KMS v1 on this machine, over gRPC without TLS: symmetric keys only.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_place_arguments(parser, port=8125, http_port=8126)
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="keys are kept here; without it nothing is kept"
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="NAME",
        help="a key that exists from the start: projects/…/locations/…/keyRings/…/cryptoKeys/…",
    )
    parser.add_argument("--fault", action="append", default=[], metavar="NAME:key=value,...")
    parser.add_argument("--fault-seed", type=int, default=0, metavar="N")
    return parser


def main() -> int:
    parser = _parser()
    given = parser.parse_args()
    faults = Faults(KNOWN_FAULTS, given.fault_seed)
    try:
        faults.replace(dict(map(parse_flag, given.fault)))
    except ValueError as error:
        parser.error(str(error))
    return run_emulator("kms", emulate(given, faults))


if __name__ == "__main__":
    sys.exit(main())
