"""`candlewick backtesting`: Freqtrade's own options, run without a connection to an exchange."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from candlewick.engine.command_line import STOCK, read_arguments, read_configuration
from candlewick.engine.errors import EngineError, NoData, StrategyFailed
from candlewick.engine.failures import classify
from candlewick.engine.run import finish, prepare
from candlewick.engine.snapshot import Snapshot, read_snapshot
from candlewick.market_data import simulated as simulated_market
from candlewick.market_data.derived import derived_from_folder

_BAD_INPUT = 2


def run(arguments: Sequence[str]) -> int:
    """Backtest as `freqtrade backtesting` does; return the exit code."""
    args = read_arguments(arguments)
    strategies: Path | None = None
    try:
        config = read_configuration(args)
        strategies = Path(config.get("strategy_path") or config["user_data_dir"] / "strategies")
        snapshot = _snapshot(config, args["markets"], args["leverage_tiers"])
        _backtest(config, snapshot, skips=args["engine"] != STOCK)
    except Exception as error:  # noqa: BLE001 - classified, every one of them
        _explain(classify(error, strategies))
        return _BAD_INPUT
    return 0


def _backtest(config: dict[str, Any], snapshot: Snapshot, *, skips: bool) -> None:
    backtesting = prepare(config, snapshot, skips=skips)
    backtesting.start()
    for name, choice in backtesting.choices.items():
        print(f"{name}: {choice.sentence()}", file=sys.stderr)
    stored = config.get("export", "none") in {"trades", "signals"} and backtesting.all_bt_content
    if stored:
        print(f"Result stored in {finish(backtesting)}", file=sys.stderr)


def _snapshot(config: dict[str, Any], markets: Path | None, tiers: Path | None) -> Snapshot:
    if markets is not None:
        return read_snapshot(markets, tiers)
    exchange = config["exchange"]["name"]
    if exchange == simulated_market.EXCHANGE:
        return Snapshot(markets={k: dict(v) for k, v in simulated_market.markets().items()})
    print(
        "No --markets given: precision and limits are derived from the candles, fees are the "
        "highest tier.",
        file=sys.stderr,
    )
    found = derived_from_folder(config["datadir"], str(config["candle_type_def"]))
    if not found:
        raise NoData(f"There are no feather files of candles in {config['datadir']}.")
    return Snapshot(markets=found)


def _explain(error: EngineError) -> None:
    print(f"Error: {error}", file=sys.stderr)
    if isinstance(error, StrategyFailed):
        for frame in error.frames:
            print(f"  line {frame.line}, in {frame.function}: {frame.code}", file=sys.stderr)
