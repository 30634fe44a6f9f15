"""What the child printed, bounded and without secrets: its end while it runs, the whole when it ended."""

import re
from typing import Final

from backtest_job.redaction import redacted
from candlewick.backtests.wire import MAX_LOG_TAIL_CHARS

# More than is sent, so that a secret is never cut before it is recognised.
_TAIL_BYTES: Final = 8 * MAX_LOG_TAIL_CHARS
# A child that prints more than its limit is ended; what it printed until that was seen is less than this.
_KEPT_BYTES: Final = 1_500_000
_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-9;?]{0,32}[ -/]{0,4}[@-~]|[@-Z\\-_])")
# Control characters, and those that turn the direction of writing: a log must show what is in it.
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Log:
    """Counts everything, keeps the end."""

    def __init__(self) -> None:
        self.total_bytes = 0
        self._kept = bytearray()

    def feed(self, data: bytes) -> None:
        self.total_bytes += len(data)
        self._kept += data
        if len(self._kept) > 2 * _KEPT_BYTES:
            del self._kept[:-_KEPT_BYTES]

    def tail(self) -> str:
        """Return the end of the log as it may leave the job while it runs."""
        return self._end(_TAIL_BYTES)[-MAX_LOG_TAIL_CHARS:]

    def whole(self, max_bytes: int) -> bytes:
        """Return the log as it is stored: UTF-8, its end where it is longer than `max_bytes`."""
        return self._end(_KEPT_BYTES).encode()[-max_bytes:].decode(errors="ignore").encode()

    def _end(self, size: int) -> str:
        text = bytes(self._kept[-size:]).decode(errors="replace")
        if self.total_bytes > size:
            text = text.partition("\n")[2]
        return redacted(_readable(text))


def _readable(text: str) -> str:
    return _UNSEEN.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
