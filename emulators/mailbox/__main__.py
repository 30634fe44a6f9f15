"""Command line of the mailbox."""

import argparse

from aiohttp import web

from emulators import aio
from emulators.mailbox.letters import Letters
from emulators.mailbox.server import create_app


def _app(options: argparse.Namespace) -> web.Application:
    return create_app(Letters(), (options.host, options.smtp_port))


def main() -> None:
    options = aio.parser("emulators.mailbox", "Mails and webhooks of one machine.")
    options.add_argument("--smtp-port", type=int, required=True, help="where mails are taken")
    parsed = options.parse_args()
    aio.serve(lambda: _app(parsed), parsed)


if __name__ == "__main__":
    main()
