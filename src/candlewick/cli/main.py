"""The candlewick command: `candlewick COMMAND …`, one module for each command."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module

from candlewick.engine import startup
from candlewick.errors import AppError

BAD_INPUT = 2
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Command:
    """A module with `run(arguments) -> exit code`, loaded only when it is asked for."""

    module: str
    summary: str
    is_lean: bool = False  # it imports Freqtrade, for a backtest


COMMANDS = {
    "backtesting": Command(
        "candlewick.cli.backtesting",
        "Backtest offline with Freqtrade, on this machine.",
        is_lean=True,
    ),
    "data": Command("candlewick.cli.data", "Import, pull, make and list candles in the store."),
    "login": Command("candlewick.cli.login", "Sign in; the other commands below need it."),
    "strategies": Command("candlewick.cli.strategies", "List, save and show strategies."),
    "run": Command("candlewick.cli.run", "Start a backtest on the platform and watch it."),
    "admin": Command(
        "candlewick.cli.admin", "For operators: runs, users, quotas, audit, restore drill."
    ),
    "results": Command("candlewick.cli.results", "List runs, print and download results."),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if not given or given[0] in {"-h", "--help", "help"}:
        print(_menu())
        return 0
    command = COMMANDS.get(given[0])
    if command is None:
        print(f"candlewick has no command {given[0]}.\n\n{_menu()}", file=sys.stderr)
        return BAD_INPUT
    try:
        with startup.importing() if command.is_lean else nullcontext():
            module = import_module(command.module)
        code: int = module.run(given[1:])
    except AppError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _menu() -> str:
    rows = [f"  {name:<14}{command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(("Usage: candlewick COMMAND [options]", "", *rows, ""))


if __name__ == "__main__":
    sys.exit(main())
