"""Every port of the stack, in one place; on loopback only."""

import socket

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
} | {name: _FIRST_FUNCTION + index for index, name in enumerate(FUNCTIONS)}


def choose(names: tuple[str, ...], *, free: bool) -> dict[str, int]:
    """Return a port for each name: the usual ones, which must be unused, or any free ones."""
    listeners: dict[str, socket.socket] = {}
    try:
        for index, name in enumerate(names):
            usual = DEFAULTS.get(name, _FIRST_FUNCTION + 50 + index)
            listeners[name] = _listen(name, 0 if free else usual)
        return {name: listener.getsockname()[1] for name, listener in listeners.items()}
    finally:
        for listener in listeners.values():
            listener.close()


def _listen(name: str, port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise Problem(
            f"Port {port}, which {name} listens on, is in use. Stop the program that uses it"
            f" (`ss -ltnp 'sport = :{port}'` names it), or start with --free-ports."
        ) from error
