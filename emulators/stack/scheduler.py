"""Cloud Scheduler's part: calls one function again and again, with its own identity's ID token."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import IDTokenCredentials
from requests import RequestException

_PATIENCE_S = 60


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m emulators.stack.scheduler")
    parser.add_argument("--url", required=True, help="called with POST; also the token's audience")
    parser.add_argument("--every", type=float, default=10, metavar="SECONDS")
    parser.add_argument("--identity", type=Path, required=True, help="service-account key file")
    options = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    credentials = IDTokenCredentials.from_service_account_file(  # type: ignore[no-untyped-call]
        str(options.identity), target_audience=options.url
    )
    session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
    session.trust_env = False
    while not stopped.wait(options.every):
        _call(session, options.url)


def _call(session: AuthorizedSession, url: str) -> None:
    try:
        reply = session.post(url, timeout=_PATIENCE_S)
    except (RequestException, GoogleAuthError) as error:
        sys.stderr.write(f"{url} cannot be called: {error}\n")
        return
    if not reply.ok:
        sys.stderr.write(f"{url} answered {reply.status_code}: {reply.text[:500]}\n")


if __name__ == "__main__":
    main()
