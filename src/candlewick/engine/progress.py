"""Turns Freqtrade's progress bars into a phase and a fraction of the whole run."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from candlewick.backtests.kinds import Phase

if TYPE_CHECKING:
    from rich.progress import Task

OnProgress = Callable[[Phase, float], None]

_INTERVAL_S = 1.0

# Freqtrade's BacktestState by name; where each begins and how long it takes, of the whole run.
_SHARES: dict[str, tuple[Phase, float, float]] = {
    "dataload": (Phase.LOADING_DATA, 0.0, 0.05),
    "analyze": (Phase.INDICATORS, 0.05, 0.10),
    "convert": (Phase.INDICATORS, 0.15, 0.10),
    "backtest": (Phase.SIMULATING, 0.25, 0.70),
}
_ANALYSING_AT = 0.95
_OVERALL_BAR = 0  # Freqtrade's first bar counts the steps, under the same names as the second


class ProgressReporter:
    """Freqtrade's `progress_callback`; calls on when the phase changes, else once a second."""

    def __init__(self, on_progress: OnProgress, strategies: int = 1) -> None:
        self._on_progress = on_progress
        self._strategies = strategies
        self._finished = 0
        self._last: tuple[Phase, float] = (Phase.PREPARING, -_INTERVAL_S)

    def __call__(self, task: "Task") -> None:
        share = _SHARES.get(task.description)
        if share is None or task.id == _OVERALL_BAR or not task.total:
            return
        phase, begin, length = share
        done = min(1.0, task.completed / task.total)
        if phase is Phase.SIMULATING and done >= 1.0:
            self._finished += 1
            if self._finished >= self._strategies:
                self._tell(Phase.ANALYSING, _ANALYSING_AT)
            return
        self._tell(phase, begin + length * done)

    def _tell(self, phase: Phase, fraction: float) -> None:
        told_phase, told_at = self._last
        now = monotonic()
        if phase is told_phase and now - told_at < _INTERVAL_S:
            return
        self._last = (phase, now)
        self._on_progress(phase, fraction)
