"""Ends our bot and stock Freqtrade at the same places of an order's way, and counts what was lost or doubled.

    python -m tools.bench_bots [--kinds limit market stop] [--ends SIGKILL SIGTERM]

Both run the same strategy at the same simulated exchange, are ended at the place, start again, trade on for twelve
minutes, and are stopped. Stock Freqtrade's database is on a disk that outlives it, which a container's is not.
The time is that from the new start until the program trades: ours does so when all books agree, Freqtrade after its
first iteration, whether they do or not.
"""

import argparse
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection, connect
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.services.live_bot import checks
from tests.services.live_bot.control import Control
from tests.services.live_bot.strategies import cycle
from tests.services.live_bot.world import (
    MONEY,
    PAIRS,
    REPOSITORY,
    STEP_MS,
    Bot,
    Exchange,
    eventually,
    exchange_orders,
    plan_of,
    start_exchange,
)

_POINTS = ("send.before", "send.answered", "state.before", "state.stored")
_CYCLE_MS = 30 * 60 * 1_000
_STEPS_AFTER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was wrong after one end, in words, and how long it took to trade again."""

    orders: list[str]
    positions: list[str]
    doubles: list[str]
    trades_after_s: float


@dataclass
class Tally:
    """Runs of one program, and those in which something was lost or doubled."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def row(self) -> list[str]:
        found = list(self.outcomes.values())
        times = [outcome.trades_after_s for outcome in found]
        return [
            str(len(found)),
            str(sum(bool(outcome.orders) for outcome in found)),
            str(sum(bool(outcome.positions) for outcome in found)),
            str(sum(bool(outcome.doubles) for outcome in found)),
            f"{median(times):.1f} s" if times else "",
            f"{max(times):.1f} s" if times else "",
        ]


@dataclass
class Stock:
    """Stock Freqtrade as a process."""

    exchange: Exchange
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, **more: str) -> None:
        (self.folder / "progress").unlink(missing_ok=True)
        paths = os.pathsep.join(str(REPOSITORY / part) for part in ("src", "services/live-bot", ""))
        with (self.folder / "stock.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 (our own command)
                [
                    *(sys.executable, "-m", "tests.services.live_bot.stock"),
                    *("config.json", self.exchange.url),
                ],
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": paths, **more},
                stdout=log,
                stderr=log,
            )

    def is_dead(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def venue_ms(self) -> int:
        try:
            return int(json.loads((self.folder / "progress").read_text())["venueMs"])
        except (OSError, ValueError):
            return 0

    def until_working(self) -> None:
        eventually(lambda: self.venue_ms() > 0 or self.is_dead(), within=120)

    def step(self) -> bool:
        self.exchange.advance(STEP_MS)
        now = self.exchange.now_ms()
        eventually(lambda: self.venue_ms() >= now or self.is_dead(), within=120)
        return not self.is_dead()

    def stop(self) -> None:
        """Stop it in an orderly way; what it raises at SIGTERM can get lost in a library's callback."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", default=["limit", "market", "stop"])
    parser.add_argument("--ends", nargs="+", default=["SIGKILL", "SIGTERM"])
    parser.add_argument("--occurrences", nargs="+", type=int, default=[1, 2])
    asked = parser.parse_args()
    tallies = {"Candlewick": Tally(), "Freqtrade 2026.9": Tally()}
    with tempfile.TemporaryDirectory() as folder:
        exchange = start_exchange(Path(folder), "--stepped", "--any-time")
        try:
            _compare(exchange, Path(folder), asked, tallies)
        finally:
            exchange.process.terminate()
            exchange.process.wait(20)
    Console().print(_table(tallies))


def _compare(
    exchange: Exchange, folder: Path, asked: argparse.Namespace, tallies: dict[str, Tally]
) -> None:
    console = Console()
    cases = itertools.product(asked.kinds, _POINTS, asked.occurrences, asked.ends)
    for number, (kind, point, occurrence, end) in enumerate(cases):
        place = f"{point}:{occurrence}:{end}"
        for name, run in zip(tallies, (_ours, _stock), strict=True):
            room = folder / f"{number}-{run.__name__}"
            room.mkdir()
            exchange.fresh_account(room.name)
            found = run(exchange, room, kind, place)
            tallies[name].outcomes[f"{kind} {place}"] = found
            console.print(f"{name:18} {kind:7} {place:24} {found}", soft_wrap=True)


def _source(kind: str) -> str:
    return cycle(kind="limit", stop_on_exchange=True) if kind == "stop" else cycle(kind=kind)


def _ours(exchange: Exchange, folder: Path, kind: str, place: str) -> Outcome:
    files: dict[str, bytes] = {}
    control = Control(plan_of(exchange, files, "http://unset/", _source(kind)))
    control.files = files
    control.key = exchange.key
    (file,) = control.plan.files
    link = {"url": f"{control.url}/files/strategy.py"}
    control.plan = control.plan.model_copy(update={"files": (file.model_copy(update=link),)})
    bot = Bot(control=control, exchange=exchange, folder=folder)
    bot.module, bot.may_crash = ("-m", "tests.services.live_bot.crashing"), True
    try:
        bot.start(CRASH_AT=place)
        eventually(lambda: bot.progress().get("ready") or bot.is_dead(), within=120)
        while not bot.is_dead() and not (folder / "crashed").exists():
            bot.step()
        eventually(bot.is_dead, within=30)
        control.free_lease()
        began = time.monotonic()
        bot.start()
        bot.until_ready()
        took = time.monotonic() - began
        for _ in range(_STEPS_AFTER):
            bot.step()
        bot.terminate()
        return Outcome(
            orders=checks.orphans(bot),
            positions=checks.positions_differ(bot),
            doubles=_doubles(exchange) + checks.duplicates(bot),
            trades_after_s=took,
        )
    finally:
        if not bot.is_dead():
            bot.kill()
        control.close()


def _stock(exchange: Exchange, folder: Path, kind: str, place: str) -> Outcome:
    _configure(exchange, folder, kind)
    stock = Stock(exchange=exchange, folder=folder)
    try:
        stock.start(CRASH_AT=place)
        stock.until_working()
        while not stock.is_dead() and not (folder / "crashed").exists():
            stock.step()
        eventually(stock.is_dead, within=60)
        began = time.monotonic()
        stock.start()
        stock.until_working()
        took = time.monotonic() - began
        for _ in range(_STEPS_AFTER):
            stock.step()
        stock.stop()
        with closing(connect(folder / "trades.sqlite")) as connection:
            return Outcome(
                orders=_lost(exchange, connection),
                positions=checks.holdings_differ(exchange.books(), connection),
                doubles=_doubles(exchange),
                trades_after_s=took,
            )
    finally:
        if stock.process is not None and not stock.is_dead():
            stock.process.kill()
            stock.process.wait()


def _configure(exchange: Exchange, folder: Path, kind: str) -> None:
    (folder / "strategies").mkdir()
    (folder / "strategies" / "Cycle.py").write_text(_source(kind))
    for name in ("data", "logs"):
        (folder / "user_data" / name).mkdir(parents=True)
    side = {"price_side": "other" if kind == "market" else "same", "use_order_book": True}
    base = {"public": "/api/v3", "private": "/api/v3", "v1": "/api/v1", "sapi": "/sapi/v1"}
    key = exchange.key
    config: dict[str, Any] = {
        "stake_currency": "USDT",
        "stake_amount": 100,
        "max_open_trades": 2,
        "tradable_balance_ratio": 0.99,
        "timeframe": "5m",
        "dry_run": False,
        "strategy": "Cycle",
        "strategy_path": str(folder / "strategies"),
        "user_data_dir": str(folder / "user_data"),
        "db_url": f"sqlite:///{folder}/trades.sqlite",
        "entry_pricing": {**side, "order_book_top": 1},
        "exit_pricing": {**side, "order_book_top": 1},
        "pairlists": [{"method": "StaticPairList"}],
        "unfilledtimeout": {"entry": 10, "exit": 10, "unit": "minutes"},
        "exchange": {
            "name": "binance",
            "key": key.api_key if key else "",
            "secret": key.secret if key else "",
            "pair_whitelist": list(PAIRS),
            "enable_ws": False,
            "ccxt_config": {
                "enableRateLimit": False,
                "urls": {"api": {name: exchange.url + path for name, path in base.items()}},
                "options": {
                    "fetchMarkets": {"types": ["spot"]},
                    "fetchMargins": False,
                    "fetchCurrencies": False,
                },
            },
        },
    }
    (folder / "config.json").write_text(json.dumps(config))


def _lost(exchange: Exchange, connection: Connection) -> list[str]:
    """Return filled or open orders of which Freqtrade's database does not know."""
    rows = connection.execute("SELECT ft_pair, order_id FROM orders").fetchall()
    known = {f"{pair} {order_id}" for pair, order_id in rows}
    books = exchange.books()
    return [
        key
        for (key, order), raw in zip(exchange_orders(books).items(), books["orders"], strict=True)
        if key not in known and (order.filled > 0 or raw["status"] in {"NEW", "PARTIALLY_FILLED"})
    ]


def _doubles(exchange: Exchange) -> list[str]:
    """Return pairs and cycles of the strategy in which more than one entry was filled."""
    bought = Counter(
        (order["symbol"], int(order["time"]) // _CYCLE_MS)
        for order in exchange.books()["orders"]
        if order["side"] == "BUY" and float(order["executedQty"]) > 0
    )
    return [str(which) for which, count in bought.items() if count > 1]


def _table(tallies: dict[str, Tally]) -> Table:
    table = Table(
        *("", "runs", "lost orders", "wrong positions", "doubled entries"),
        *("trades again, median", "worst"),
        title=f"from {MONEY} USDT",
    )
    for name, tally in tallies.items():
        table.add_row(name, *tally.row())
    return table


if __name__ == "__main__":
    main()
