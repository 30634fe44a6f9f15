"""Command line of the payment provider."""

import argparse

from aiohttp import web

from emulators import aio
from emulators.payments.desk import Desk
from emulators.payments.server import Provider, create_app


def _app(options: argparse.Namespace) -> web.Application:
    desk = Desk(url=f"http://{options.host}:{options.port}")
    return create_app(Provider(desk, options.key, options.secret, options.hook))


def main() -> None:
    options = aio.parser("emulators.payments", "A payment provider of Stripe's API shape.")
    options.add_argument("--key", required=True, help="what callers must show")
    options.add_argument("--secret", required=True, help="with which events are signed")
    options.add_argument("--hook", required=True, help="where events are sent")
    parsed = options.parse_args()
    aio.serve(lambda: _app(parsed), parsed)


if __name__ == "__main__":
    main()
