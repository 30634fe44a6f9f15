"""Command line of the simulated exchange."""

import argparse
import logging
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path

from emulators import aio
from emulators.exchange import library
from emulators.exchange.app import create_app
from emulators.exchange.clock import Clock
from emulators.exchange.control import DEFAULT_FEE, milliseconds
from emulators.exchange.desk import Desk
from emulators.exchange.engine import Exchange
from emulators.exchange.keys import Keyring
from emulators.exchange.library import Listing
from emulators.exchange.limits import FUTURES_WEIGHT, WEIGHT, Limits
from emulators.exchange.perpetuals import perpetuals
from emulators.hosting import CannotStart

_NAME = "emulators.exchange"


def main() -> int:
    options = _parser().parse_args()
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format=f"%(asctime)s {_NAME} %(levelname)s %(message)s",
    )
    try:
        desk = _desk(options)
    except CannotStart as error:
        sys.stderr.write(f"{_NAME}: {error}\n")
        return 2
    aio.serve(lambda: create_app(desk), options)
    return 0


def _parser() -> argparse.ArgumentParser:
    options = aio.parser(
        _NAME, "Binance's spot REST interface over stored candles, and its futures' market data."
    )
    source = options.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--candles", type=Path, help="Freqtrade's feather files, or an exchange's folder in a store"
    )
    source.add_argument("--simulated", action="store_true", help="the simulated market (2025)")
    options.add_argument("--pair", action="append", default=[], help="BASE/QUOTE; all without it")
    options.add_argument("--start", type=milliseconds, required=True, help="ISO 8601, UTC")
    pace = options.add_mutually_exclusive_group(required=True)
    pace.add_argument("--speed", type=_speed, help="exchange seconds in a real one")
    pace.add_argument("--stepped", action="store_true", help="time passes only when told")
    options.add_argument(
        "--any-time",
        action="store_true",
        help="take every timestamp, for clients whose clock is not the exchange's",
    )
    options.add_argument(
        "--account", action="append", default=[], type=_account, help="NAME:USDT=1000,BTC=0.1"
    )
    options.add_argument("--maker-fee", type=_amount, default=Decimal(DEFAULT_FEE))
    options.add_argument("--taker-fee", type=_amount, default=Decimal(DEFAULT_FEE))
    options.add_argument(
        "--volume-share",
        type=_amount,
        help="of a candle's volume that orders can get; any amount without it",
    )
    options.add_argument(
        "--weight-limit",
        type=int,
        help=f"request weight a minute (spot {WEIGHT}, futures {FUTURES_WEIGHT})",
    )
    return options


def _desk(options: argparse.Namespace) -> Desk:
    listings = _listings(options)
    exchange = Exchange(listings, share=options.volume_share)
    # Reading candles takes time, which is not the market's: the clock starts after it.
    clock = Clock(options.start, 0.0 if options.stepped else options.speed)
    desk = Desk(
        exchange=exchange,
        clock=clock,
        keyring=Keyring(clock, any_time=options.any_time),
        limits=Limits(weight=options.weight_limit or WEIGHT),
        perpetuals=perpetuals(listings),
        futures_limits=Limits(weight=options.weight_limit or FUTURES_WEIGHT),
    )
    for name, balances in options.account:
        try:
            account = exchange.open_account(
                name, maker_fee=options.maker_fee, taker_fee=options.taker_fee
            )
        except ValueError as error:
            raise CannotStart(str(error)) from error
        for asset, amount in balances.items():
            exchange.deposit(account, asset, amount, options.start)
        desk.keyring.issue(account)
    return desk


def _listings(options: argparse.Namespace) -> dict[str, Listing]:
    if options.simulated:
        return library.simulated_market(options.pair)
    return library.from_folder(options.candles, options.pair)


def _account(text: str) -> tuple[str, dict[str, Decimal]]:
    name, _, rest = text.partition(":")
    pairs = (pair.partition("=") for pair in rest.split(",") if pair)
    return name, {asset: _amount(amount) for asset, _, amount in pairs}


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise argparse.ArgumentTypeError(f"{text} is no amount")
    return amount


def _speed(text: str) -> float:
    speed = float(text)
    if speed <= 0:
        raise argparse.ArgumentTypeError("a speed is above 0; --stepped makes the clock stand")
    return speed


if __name__ == "__main__":
    sys.exit(main())
