"""Freqtrade's own command line for `backtesting`, with the exchange's snapshot added to its options."""

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
from candlewick.errors import Invalid

_COMMAND = "backtesting"
STOCK = "stock"


def read_arguments(arguments: Sequence[str]) -> dict[str, Any]:
    """Parse the options; `Invalid` says what is wrong with them."""
    parsed: dict[str, Any] = _OfflineArguments([_COMMAND, *arguments]).get_parsed_arg()
    return parsed


def read_configuration(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return Freqtrade's complete configuration, from files, environment and options."""
    setup_logging_pre()
    set_mp_start_method()
    simulated.register()
    config: dict[str, Any] = setup_optimize_configuration(arguments, RunMode.BACKTEST)
    return config


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
        offline.add_argument(
            "--engine",
            choices=("skipping", STOCK),
            default="skipping",
            help="skipping: only the candles in which something can happen; stock: all of them. The results are the same.",
        )
