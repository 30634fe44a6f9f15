"""`candlewick data pull`: bring in what an exchange has and the store has not."""

import logging
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from candlewick.errors import Invalid
from candlewick.objects import ObjectStore
from candlewick.pulling.narrowing import add_options, narrowed
from candlewick.pulling.universe import Universe, universe_from, universe_in

_INCOMPLETE: Final = 1
_TIMEFRAMES: Final = ("5m", "1h")
_AS_LONG: Final = timedelta(days=365)
_MOST_SHOWN: Final = 20


def describe(parser: ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--universe", type=Path, metavar="FILE", help="what to pull, JSON or TOML")
    parser.add_argument("--exchange", help="ccxt id, in the place of a universe; with --pair")
    add_options(parser)
    parser.add_argument(
        "--url", help="of an exchange that speaks Binance's interface at another address"
    )
    parser.add_argument(
        "--store-as", metavar="NAME", help="the exchange's name in the store; needed with --url"
    )
    parser.add_argument(
        "--simulated", action="store_true", help="the prices are no real ones: say so to users"
    )
    parser.set_defaults(action=pull, prepare=prepare)


def prepare(args: Namespace) -> None:
    """Read what is wanted: whether it can be used is said before the store asks for credentials."""
    args.wanted = wanted(args, datetime.now(UTC))


def pull(store: ObjectStore, args: Namespace, console: Console) -> int:
    """Pull, and show what came and what did not."""
    # Freqtrade takes seconds to start, and no other command of this module needs it.
    from candlewick.pulling.running import Listener, Manner, pull_universe  # noqa: PLC0415

    # What is logged is said below, in words; without a handler Python would print warnings.
    logging.getLogger("candlewick.pulling").addHandler(logging.NullHandler())
    universe: Universe = args.wanted
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(f"Asking {universe.exchange}", total=None)
        listener = Listener(
            on_total=lambda count: progress.update(task, total=count),
            on_series=lambda series: progress.update(task, advance=1, description=series.title),
        )
        result = pull_universe(store, universe, Manner(url=args.url), listener)
    changed = f", {result.changed:,} have other values now" if result.changed else ""
    console.print(f"{result.candles:,} new candles in {result.series} series{changed}.")
    for words in result.unknown:
        console.print(f"[red]{words}[/red]")
    for each in result.missed[:_MOST_SHOWN]:
        console.print(f"[red]{each.series.title}:[/red] {each.reason}")
    if len(result.missed) > _MOST_SHOWN:
        console.print(f"… and {len(result.missed) - _MOST_SHOWN} more series are missing.")
    return 0 if result.is_whole else _INCOMPLETE


def wanted(args: Namespace, now: datetime) -> Universe:
    """Return the universe that the options describe; `Invalid` says which are missing."""
    if args.universe is not None:
        if args.exchange is not None:
            raise Invalid("A universe names its exchange: give --universe or --exchange.")
        return narrowed(_stored_elsewhere(universe_in(args.universe), args), args)
    if args.exchange is None or not args.pair:
        raise Invalid(
            "Give --universe FILE, or --exchange ID with --pair BASE/QUOTE (futures BASE/QUOTE:SETTLE)."
        )
    content: dict[str, Any] = {
        "exchange": args.exchange.lower(),
        "store_as": args.store_as,
        "simulated": args.simulated,
        "pairs": [pair.upper() for pair in args.pair],
        "timeframes": args.timeframe or _TIMEFRAMES,
        "start": args.since or (now - _AS_LONG).date(),
    }
    return universe_from(content)


def _stored_elsewhere(universe: Universe, args: Namespace) -> Universe:
    changes: dict[str, object] = {}
    if args.store_as is not None:
        changes["store_as"] = args.store_as
    if args.simulated:
        changes["simulated"] = True
    return universe_from({**universe.model_dump(), **changes}) if changes else universe
