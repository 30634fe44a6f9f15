"""`candlewick backtesting`: Freqtrade's own options, run without a connection to an exchange."""

import sys
from argparse import ArgumentParser, Namespace, _ArgumentGroup
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from freqtrade.commands.arguments import ARGS_BACKTEST, Arguments
from freqtrade.commands.optimize_commands import setup_optimize_configuration
from freqtrade.enums import RunMode
from freqtrade.loggers import setup_logging_pre
from freqtrade.system import set_mp_start_method

from candlewick.engine import simulated
from candlewick.engine.errors import EngineError, NoData, StrategyFailed
from candlewick.engine.failures import classify
from candlewick.engine.run import finish, prepare
from candlewick.engine.snapshot import Snapshot, read_snapshot
from candlewick.errors import Invalid
from candlewick.market_data import simulated as simulated_market
from candlewick.market_data.derived import derived_from_folder

_COMMAND = "backtesting"
_BAD_INPUT = 2


def run(arguments: Sequence[str]) -> int:
    """Backtest as `freqtrade backtesting` does; return the exit code."""
    args = _OfflineArguments([_COMMAND, *arguments]).get_parsed_arg()
    setup_logging_pre()
    set_mp_start_method()
    strategies: Path | None = None
    try:
        config = _configuration(args)
        strategies = Path(config.get("strategy_path") or config["user_data_dir"] / "strategies")
        _backtest(config, _snapshot(config, args["markets"], args["leverage_tiers"]))
    except Exception as error:  # noqa: BLE001 - classified, every one of them
        _explain(classify(error, strategies))
        return _BAD_INPUT
    return 0


def _configuration(args: dict[str, Any]) -> dict[str, Any]:
    simulated.register()
    config: dict[str, Any] = setup_optimize_configuration(args, RunMode.BACKTEST)
    return config


def _backtest(config: dict[str, Any], snapshot: Snapshot) -> None:
    backtesting = prepare(config, snapshot)
    backtesting.start()
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


def _refuse(message: str) -> NoReturn:
    raise Invalid(f"{message[:1].upper()}{message[1:]}. See candlewick {_COMMAND} --help.")


class _OfflineArguments(Arguments):  # type: ignore[misc]  # Freqtrade's types are not followed
    """Freqtrade's own parser, with the exchange's snapshot added to `backtesting`."""

    def _parse_args(self) -> Namespace:
        self.parser.error = _refuse
        parsed: Namespace = super()._parse_args()
        return parsed

    def _build_args(self, optionlist: list[str], parser: ArgumentParser | _ArgumentGroup) -> None:
        super()._build_args(optionlist, parser)
        if optionlist is not ARGS_BACKTEST or not isinstance(parser, ArgumentParser):
            return
        parser.prog = f"candlewick {_COMMAND}"
        parser.error = _refuse  # type: ignore[method-assign]  # its own prints the usage of all commands
        offline = parser.add_argument_group("Offline arguments")
        offline.add_argument(
            "--markets",
            type=Path,
            metavar="FILE",
            help="ccxt market structures by symbol, as JSON (default: derived from the candles).",
        )
        offline.add_argument(
            "--leverage-tiers",
            type=Path,
            metavar="FILE",
            help="ccxt leverage tiers by symbol, as JSON, for futures (default: Freqtrade's for Binance).",
        )
