"""Command line of the identity emulator."""

import argparse
import secrets
from pathlib import Path

from aiohttp import web

from emulators import aio
from emulators.identity.keys import issue_all, private_key, write_private
from emulators.identity.server import create_app
from emulators.identity.tokens import Issuer


def _app(options: argparse.Namespace) -> web.Application:
    token_uri = f"http://{options.host}:{options.port}/token"
    accounts = issue_all(
        options.state, options.account, project=options.project, token_uri=token_uri
    )
    secret = options.state / "access-token.secret"
    if not secret.exists():
        write_private(secret, secrets.token_hex(32))
    return create_app(
        Issuer(
            accounts={account.email: account for account in accounts},
            token_uri=token_uri,
            secret=secret.read_text(),
            oidc_key=private_key(options.oidc_key),
            oidc_issuer=options.oidc_issuer,
        )
    )


def main() -> None:
    options = aio.parser("emulators.identity", "Service accounts for one machine.")
    options.add_argument("--state", type=Path, required=True, help="folder of the key files")
    options.add_argument("--project", default="demo-candlewick")
    options.add_argument("--account", action="append", default=[], help="repeatable, e.g. operator")
    options.add_argument("--oidc-key", type=Path, required=True, help="PEM, made when missing")
    options.add_argument("--oidc-issuer", required=True)
    parsed = options.parse_args()
    aio.serve(lambda: _app(parsed), parsed)


if __name__ == "__main__":
    main()
