"""The words of the wire that the engine knows too: which failures, probes, loops and phases there are."""

from enum import StrEnum


class FailureKind(StrEnum):
    """Whose mistake ended a run, and which."""

    STRATEGY_ERROR = "strategy_error"  # the user's code raised, or is no strategy
    INVALID_CONFIGURATION = "invalid_configuration"  # Freqtrade refuses the request
    NO_DATA = "no_data"  # no candles for the pairs and time range
    OUT_OF_MEMORY = "out_of_memory"
    TIME_LIMIT = "time_limit"
    PROCESS_LIMIT = "process_limit"
    OUTPUT_LIMIT = "output_limit"
    SANDBOX_VIOLATION = (
        "sandbox_violation"  # the code tried what the sandbox forbids, and died of it
    )
    RESULT_REFUSED = "result_refused"  # the verifier found that the result is not true
    PLATFORM_ERROR = "platform_error"  # ours: retried, then reported


class ProbeKind(StrEnum):
    """How a run examines a strategy."""

    TRUNCATED = "truncated"  # a backtest on candles that end early: it must trade as before
    LOOKAHEAD = "lookahead"  # Freqtrade's lookahead-analysis
    RECURSIVE = "recursive"  # Freqtrade's recursive-analysis


class Loop(StrEnum):
    """Which candles a backtest goes through; the trades are the same."""

    SKIPPING = "skipping"  # those in which something can happen
    STOCK = "stock"  # all of them, in Freqtrade's own loop


class Phase(StrEnum):
    """What the job is doing, in order."""

    PREPARING = "preparing"
    LOADING_DATA = "loading_data"
    INDICATORS = "indicators"
    SIMULATING = "simulating"
    ANALYSING = "analysing"
    UPLOADING = "uploading"
