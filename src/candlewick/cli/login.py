"""`candlewick login`: sign in once; later commands use an API token that can be revoked."""

import getpass
import os
import platform
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from candlewick.cli.api import Api
from candlewick.cli.session import Session, save_session
from candlewick.cli.sign_in import sign_in
from candlewick.errors import Invalid


def run(arguments: Sequence[str]) -> int:
    """Run the command; return the exit code."""
    args = _parser().parse_args(arguments)
    url = (args.url or os.environ.get("CANDLEWICK_API_URL", "")).rstrip("/")
    if not url:
        raise Invalid("Name the address of your Candlewick with --url.")
    token = args.token or _new_token(url, args)
    who = Api.at(url, token).get("/me")
    path = save_session(Session(url=url, token=token), os.environ)
    print(f"Signed in at {url} as {who['email'] or who['id']}. The token is kept in {path}.")
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="candlewick login", description=__doc__)
    parser.add_argument("--url", help="address of the Candlewick to use")
    parser.add_argument("--email", help="sign in with this e-mail address")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    parser.add_argument("--token", help="use an API token that you created in the web app")
    return parser


def _new_token(url: str, args: Namespace) -> str:
    email = args.email or input("E-mail: ")
    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass()
    session = Api.at(url, sign_in(url, email, password, os.environ))
    created = session.post(
        "/me/tokens",
        {
            "name": f"CLI on {platform.node() or 'this machine'}"[:100],
            "scopes": ["read", "strategies", "backtests"],
        },
    )
    token: str = created["token"]
    return token
