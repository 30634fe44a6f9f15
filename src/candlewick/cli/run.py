"""`candlewick run`: start a backtest of a saved strategy, watch it, print its result."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console

from candlewick.cli.api import JsonObject
from candlewick.cli.report import follow, print_result
from candlewick.cli.session import open_api
from candlewick.cli.strategies import require_strategy
from candlewick.errors import Invalid


def run(arguments: Sequence[str]) -> int:
    """Run the command; return 0 when the run succeeded."""
    args = _parser().parse_args(arguments)
    console, api = Console(), open_api(os.environ)
    strategy = require_strategy(api, args.strategy)
    version = args.version or strategy["latestVersion"]
    started = api.submit(request_body(args, strategy["id"], version))
    console.print(f"Backtest {started['id']} of {strategy['name']} version {version}")
    if args.no_wait:
        return 0
    finished = follow(api, started, console)
    print_result(api, finished, console)
    return 0 if finished["state"] == "succeeded" else 1


def request_body(args: Namespace, strategy_id: str, version: int) -> JsonObject:
    """Return the request of `POST /backtests` for parsed arguments."""
    start, end = parse_timerange(args.timerange)
    body: JsonObject = {
        "strategyId": strategy_id,
        "version": version,
        "exchange": args.exchange,
        "pairs": args.pairs,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "stakeAmount": args.stake_amount,
        "wallet": args.dry_run_wallet,
        "maxOpenTrades": args.max_open_trades,
        "enableProtections": args.enable_protections,
        "tradingMode": args.trading_mode,
        "loop": args.engine,
    }
    optional = {
        "timeframe": args.timeframe,
        "timeframeDetail": args.timeframe_detail,
        "fee": args.fee,
    }
    return body | {name: value for name, value in optional.items() if value is not None}


def parse_timerange(text: str) -> tuple[datetime, datetime]:
    """Read `YYYYMMDD-YYYYMMDD`, the end exclusive."""
    try:
        start, end = (datetime.strptime(part, "%Y%m%d") for part in text.split("-"))  # noqa: DTZ007
    except ValueError as error:
        raise Invalid(
            f"{text!r} is no time range; write it like 20250101-20250401 (end exclusive)."
        ) from error
    return start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="candlewick run", description=__doc__)
    parser.add_argument("strategy", help="name or id of a saved strategy")
    parser.add_argument("--version", type=int, help="the newest unless given")
    parser.add_argument("--exchange", required=True)
    parser.add_argument("-p", "--pairs", nargs="+", required=True, metavar="PAIR")
    parser.add_argument("--timerange", required=True, metavar="YYYYMMDD-YYYYMMDD")
    parser.add_argument("-i", "--timeframe", help="the strategy's own unless given")
    parser.add_argument("--timeframe-detail")
    parser.add_argument("--stake-amount", default="unlimited")
    parser.add_argument("--dry-run-wallet", default="1000")
    parser.add_argument("--max-open-trades", type=int, default=3)
    parser.add_argument("--fee", help="ratio for each side, 0.001 is 0.1 %%")
    parser.add_argument("--enable-protections", action="store_true")
    parser.add_argument("--trading-mode", choices=("spot", "futures"), default="spot")
    parser.add_argument(
        "--engine",
        choices=("skipping", "stock"),
        default="skipping",
        help="stock: Freqtrade's own loop over all candles; the results are the same",
    )
    parser.add_argument("--no-wait", action="store_true", help="return as soon as it is queued")
    return parser
