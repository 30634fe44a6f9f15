"""Every port of the stack, in one place; on loopback only."""

import contextlib
import socket
from collections.abc import Collection, Sequence

from emulators.stack.problems import Problem

HOST = "127.0.0.1"
FUNCTIONS = (
    "auth",
    "strategies",
    "backtests",
    "market_data",
    "tasks",
    "run_events",
    "reconcile",
    "bots",
    "credentials",
    "bot_events",
    "assistant",
    "marketplace",
)
_FIRST_FUNCTION = 8720
DEFAULTS = {
    "hosting": 8700,
    "firestore": 8701,
    "firebase-auth": 8702,
    "storage": 8703,
    "fake-gcs": 8704,
    "identity": 8705,
    "cloud-tasks": 8706,
    "cloud-tasks-http": 8707,
    "cloud-run": 8708,
    "cloud-run-http": 8709,
    "google-sign-in": 8710,
    "exchange": 8711,
    "kms": 8712,
    "kms-http": 8713,
    "mailbox": 8714,
    "mailbox-smtp": 8715,
    "vertex": 8716,
} | {name: _FIRST_FUNCTION + index for index, name in enumerate(FUNCTIONS)}


def choose(names: Sequence[str], *, used: Collection[str], free: bool) -> dict[str, int]:
    """Return a port for each name.

    Args:
        names: of all ports.
        used: those that will be listened on, so they must be unused now.
        free: take any free port instead of the usual one.
    """
    chosen: dict[str, int] = {}
    with contextlib.ExitStack() as listening:
        for index, name in enumerate(names):
            chosen[name] = DEFAULTS.get(name, _FIRST_FUNCTION + 50 + index)
            if free or name in used:
                listener = listening.enter_context(_listen(name, 0 if free else chosen[name]))
                chosen[name] = listener.getsockname()[1]
    return chosen


def _listen(name: str, port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise Problem(
            f"Port {port}, which {name} listens on, is in use. Stop the program that uses it"
            f" (`ss -ltnp 'sport = :{port}'` names it), or start with --free-ports."
        ) from error
