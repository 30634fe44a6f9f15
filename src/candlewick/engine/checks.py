"""What is checked before Freqtrade starts, because it would only log it or leave it out."""

import re
from pathlib import Path
from typing import Any

from candlewick.engine.errors import NoData, StrategyFailed
from candlewick.engine.snapshot import Snapshot

_PLAIN_PAIR = re.compile(r"^[A-Za-z0-9]+/[A-Za-z0-9]+(:[A-Za-z0-9]+)?$")


def check_syntax(file: Path) -> None:
    """Raise what is wrong with the strategy's source; Freqtrade would say that there is no such class."""
    try:
        source = file.read_bytes()
    except OSError as error:
        raise StrategyFailed(f"The strategy's file {file.name} is missing.") from error
    try:
        compile(source, str(file.resolve()), "exec", dont_inherit=True)
    except ValueError as error:  # null bytes, on Python 3.11
        raise StrategyFailed(f"{file.name} is not Python source: {error}.") from error


def check_candles(config: dict[str, Any], snapshot: Snapshot) -> None:
    """Refuse pairs without a market or candles, which Freqtrade would silently leave out."""
    mode = str(config["candle_type_def"])
    suffix = "" if mode == "spot" else f"-{mode}"
    folder: Path = config["datadir"] if mode == "spot" else config["datadir"] / "futures"
    for pair in config["exchange"]["pair_whitelist"]:
        if not _PLAIN_PAIR.match(pair):
            continue
        if pair not in snapshot.markets:
            raise NoData(f"The exchange has no market {pair}.")
        for timeframe in _timeframes(config):
            name = f"{pair.replace('/', '_').replace(':', '_')}-{timeframe}{suffix}.feather"
            if not (folder / name).exists():
                raise NoData(f"There are no {timeframe} candles for {pair}.")


def _timeframes(config: dict[str, Any]) -> list[str]:
    return [str(config[key]) for key in ("timeframe", "timeframe_detail") if config.get(key)]
