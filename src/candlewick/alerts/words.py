"""An alert in words: one line for a subject, a few for a message."""

from collections.abc import Mapping
from typing import Final

from candlewick.alerts.models import Alert
from candlewick.bots.wire import EventKind

_HEADS: Final[Mapping[EventKind, str]] = {
    EventKind.STARTED: "started",
    EventKind.STOPPED: "stopped",
    EventKind.ENTRY: "entered a trade",
    EventKind.EXIT: "closed a trade",
    EventKind.SIGNAL: "sees a signal",
    EventKind.ERROR: "has a problem",
    EventKind.LIMIT_REACHED: "reached a limit",
    EventKind.KEY_TROUBLE: "has trouble with its exchange key",
    EventKind.SILENT: "is silent",
}


def subject(alert: Alert) -> str:
    """Return a line without line breaks, as a mail's subject must be."""
    where = f" ({alert.pair})" if alert.pair else ""
    return " ".join(f"{alert.bot} {_HEADS[alert.kind]}{where}".split())


def message(alert: Alert) -> str:
    lines = [alert.text, f"{alert.at:%Y-%m-%d %H:%M:%S} UTC"]
    if alert.link:
        lines.append(alert.link)
    return "\n".join(lines)
