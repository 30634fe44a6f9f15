"""A part of a universe, as options of a command line: `--pair BTC/USDT --timeframe 5m --since 2024-01-01`."""

from argparse import ArgumentParser, Namespace

from candlewick.pulling.universe import Universe, universe_from


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--pair",
        action="append",
        metavar="BASE/QUOTE",
        help="this pair and no other; may be given several times",
    )
    parser.add_argument(
        "--timeframe",
        action="append",
        metavar="5m",
        help="these candles and no others; may be given several times",
    )
    parser.add_argument(
        "--since", metavar="YYYY-MM-DD", help="from when on, for what the store does not have yet"
    )


def narrowed(universe: Universe, given: Namespace) -> Universe:
    """Return a universe with the options in the place of what it says; `Invalid` where they make no sense."""
    changes: dict[str, object] = {}
    if given.pair:
        changes |= {"pairs": [pair.upper() for pair in given.pair], "quote": None}
    if given.timeframe:
        changes["timeframes"] = given.timeframe
    if given.since:
        changes["start"] = given.since
    return universe_from({**universe.model_dump(), **changes}) if changes else universe
