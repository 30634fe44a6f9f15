"""What Freqtrade's analyses found, as the untrusted child writes it into the archive: one JSON member."""

from typing import Annotated

from pydantic import Field

from candlewick.backtests.wire import Wire

PROBE_MEMBER = "candlewick_probe.json"
PROBE_FILE = "probe.json"

Name = Annotated[str, Field(max_length=64)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class LookaheadFacts(Wire):
    """Of how many trades the entry or the exit changes when later candles are left out, and which columns do."""

    trades: Count
    is_decided: bool  # false where there were too few trades
    false_entries: Count = 0
    false_exits: Count = 0
    columns: list[Name] = Field(default_factory=list, max_length=100)


class RecursiveFacts(Wire):
    """How far each indicator's last value drifts with the strategy's own number of startup candles, as a ratio."""

    startup: Count
    drifts: dict[Name, float] = Field(default_factory=dict, max_length=100)
