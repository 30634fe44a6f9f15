"""How a task of the job ends early, sorted by what happens next."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # the entry point knows these errors before anything large is imported
    from candlewick.backtests.wire import Failure

# Exit codes: by the second one Cloud Run starts the task once more.
SETTLED: Final = 0
TRY_AGAIN: Final = 1


class FencedOff(Exception):
    """A newer claim has the run, or the run has ended: nothing is left to do."""


class CancelRequested(Exception):
    """The user asked to stop."""


class PlatformFailure(Exception):
    """Ours: another try may work."""


class RunFailed(Exception):
    """The user's input cannot give a result; another try of it would end the same."""

    def __init__(self, failure: "Failure") -> None:
        super().__init__(failure.message)
        self.failure = failure


class Terminated(BaseException):
    """SIGTERM came. A BaseException, so that nothing on the way takes it for an error to handle."""
