"""What the owner of a run learns of closed code: nothing that the code says by itself."""

from collections.abc import Mapping

from candlewick.backtests.wire import Failure, FailureKind

NOT_KEPT = (
    "The author does not show this code, so a run of it keeps no log, no archive and no indicators."
)

# Exceptions, logs and contradictions in a result may quote the code; these are the same for all code.
_TOLD: Mapping[FailureKind, str] = {
    FailureKind.STRATEGY_ERROR: "The strategy failed. Its code is not shown, so neither is where; its author may know.",
    FailureKind.INVALID_CONFIGURATION: "The strategy cannot run with these settings. Try other pairs or dates.",
    FailureKind.NO_DATA: "There are no candles for these pairs and dates, or not all that the strategy needs.",
    FailureKind.OUT_OF_MEMORY: "The strategy needed more memory than a run has. Try fewer pairs or a shorter time.",
    FailureKind.TIME_LIMIT: "The strategy took longer than a run may. Try fewer pairs or a shorter time.",
    FailureKind.PROCESS_LIMIT: "The strategy started more processes than a run may.",
    FailureKind.OUTPUT_LIMIT: "The strategy made more output than a run may.",
    FailureKind.SANDBOX_VIOLATION: "The strategy tried what the sandbox forbids.",
    FailureKind.RESULT_REFUSED: "The result was refused: it contradicts the candles or itself.",
    FailureKind.PLATFORM_ERROR: "We could not finish this run. It is our fault; nothing was charged. Please start it again.",
}
# What whoever runs a strategy chose, and so knows.
_CHOSEN = frozenset({
    "timeframe", "timeframe_detail", "timerange", "enable_protections", "trading_mode", "margin_mode", "stake_currency",
    "stake_amount", "max_open_trades", "pairlist",
})  # fmt: skip


def closed_failure(failure: Failure) -> Failure:
    """Return a failure of closed code: its kind in fixed words, without lines."""
    return Failure(kind=failure.kind, message=_TOLD[failure.kind])


def chosen_settings(settings: Mapping[str, object]) -> dict[str, object]:
    """Return a result's settings without those that the code decides; their names stay."""
    return {name: value if name in _CHOSEN else None for name, value in settings.items()}
