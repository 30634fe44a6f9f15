"""The end of what the child printed, bounded and without secrets."""

from typing import Final

from backtest_job.redaction import redacted
from candlewick.backtests.wire import MAX_LOG_TAIL_CHARS

# More than is sent, so that a secret is never cut before it is recognised.
_KEPT_BYTES: Final = 8 * MAX_LOG_TAIL_CHARS


class LogTail:
    """Counts everything, keeps the end."""

    def __init__(self) -> None:
        self.total_bytes = 0
        self._kept = b""

    def feed(self, data: bytes) -> None:
        self.total_bytes += len(data)
        self._kept = (self._kept + data)[-_KEPT_BYTES:]

    def text(self) -> str:
        """Return the end of the log as it may leave the job."""
        text = self._kept.decode(errors="replace").replace("\x00", "")
        if self.total_bytes > len(self._kept):
            text = text.partition("\n")[2]
        return redacted(text)[-MAX_LOG_TAIL_CHARS:]
