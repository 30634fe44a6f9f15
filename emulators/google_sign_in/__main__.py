"""Command line of the sign-in emulator."""

import argparse
from pathlib import Path

from aiohttp import web

from emulators import aio
from emulators.google_sign_in.grants import Client
from emulators.google_sign_in.server import create_app
from emulators.identity.keys import private_key


def _app(options: argparse.Namespace) -> web.Application:
    return create_app(
        Client(
            client_id=options.client_id,
            client_secret=options.client_secret,
            redirect_uris=frozenset(options.redirect_uri),
            key=private_key(options.key),
        )
    )


def main() -> None:
    options = aio.parser("emulators.google_sign_in", "Google's sign-in for one machine.")
    options.add_argument("--client-id", required=True)
    options.add_argument("--client-secret", required=True)
    options.add_argument("--redirect-uri", action="append", default=[], help="repeatable")
    options.add_argument("--key", type=Path, required=True, help="PEM of the ID tokens' key")
    parsed = options.parse_args()
    aio.serve(lambda: _app(parsed), parsed)


if __name__ == "__main__":
    main()
