"""`candlewick data list`: what the store holds, file by file."""

from argparse import ArgumentParser, Namespace
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from candlewick.market_data.manifest import TRADED, CandleFile, Current, TickSize
from candlewick.market_data.store import CandleStore
from candlewick.objects import ObjectStore

_STEPS_SHOWN = 3


def describe(parser: ArgumentParser) -> None:
    parser.set_defaults(action=run)


def run(store: ObjectStore, _args: Namespace, console: Console) -> None:
    candles = CandleStore(store)
    exchanges = candles.exchanges()
    if not exchanges:
        console.print("The store is empty: `candlewick data simulate` fills it.")
    for exchange in exchanges:
        console.print(_table(candles.current(exchange)))


def _table(current: Current) -> Table:
    # Two lines for each file, so that it fits into eighty columns.
    table = Table(
        title=f"{current.manifest.title} · revision {current.revision[:12]}",
        caption="Step: in which prices move, and since when it does where that has changed",
        box=None,
        pad_edge=False,
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("Pair", overflow="fold")
    table.add_column("Series", max_width=10)
    table.add_column("From\nuntil", no_wrap=True)
    table.add_column("Candles\nmissing", no_wrap=True, justify="right")
    table.add_column("Step", no_wrap=True)
    for file in current.manifest.files:
        table.add_row(
            file.pair,
            f"{file.timeframe} {file.candle_type.replace('_', ' ')}",
            f"{file.start:%Y-%m-%d %H:%M}\n{file.until:%Y-%m-%d %H:%M}",
            f"{file.candles:,}\n{file.missing_candles:,}",
            _steps(file),
        )
    return table


def _steps(file: CandleFile) -> str:
    """Return the newest step first."""
    if file.candle_type not in TRADED:
        return ""
    if not file.tick_sizes:
        return "unknown"
    if len(file.tick_sizes) == 1:
        return _decimal(file.tick_sizes[0])
    newest = file.tick_sizes[::-1]
    lines = [f"{_decimal(size)} {size.since:%Y-%m}" for size in newest[:_STEPS_SHOWN]]
    left = len(newest) - _STEPS_SHOWN
    return "\n".join([*lines, *([f"{left:,} before"] if left > 0 else [])])


def _decimal(size: TickSize) -> str:
    return f"{Decimal(repr(size.tick_size)):f}"
