"""A bot's whole world: a simulated exchange, the bot-events function, and the bot as a real process tree."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests
import zstandard

from candlewick.backtests.wire import InputFile
from candlewick.bots.wire import Key, Mode, Plan, RiskLimits, Venue
from tests.services.live_bot.control import Control

REPOSITORY = Path(__file__).parents[3]
START = "2025-05-01T00:00"
PAIRS = ("BTC/USDT", "ETH/USDT")
MONEY = "10000"
STEP_MS = 60_000


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def eventually(check: Callable[[], Any], *, within: float = 90.0, why: str = "") -> Any:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.02)
    raise AssertionError(why or "it did not come about")


@dataclass
class Exchange:
    """The emulator as a process; `key` is that of its account."""

    process: subprocess.Popen[bytes]
    url: str
    account: str = ""
    key: Key | None = None

    def fresh_account(self, name: str) -> Key:
        made = requests.post(
            f"{self.url}/emulator/accounts",
            json={"name": name, "balances": {"USDT": MONEY}},
            timeout=20,
        ).json()
        self.account = name
        self.key = Key(api_key=made["apiKey"], secret=made["secret"], version=1)
        return self.key

    def now_ms(self) -> int:
        answer = requests.get(f"{self.url}/api/v3/time", timeout=20).json()
        return int(answer["serverTime"])

    def advance(self, milliseconds: int) -> None:
        requests.put(
            f"{self.url}/emulator/clock", json={"advanceMs": milliseconds}, timeout=60
        ).raise_for_status()

    def faults(self, *faults: dict[str, Any]) -> None:
        requests.put(
            f"{self.url}/emulator/faults", json=list(faults), timeout=20
        ).raise_for_status()

    def books(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(
            f"{self.url}/emulator/books", params={"account": self.account}, timeout=20
        ).json()
        return found


def start_exchange(folder: Path, *arguments: str) -> Exchange:
    port, ready = free_port(), folder / "exchange.ready"
    with (folder / "exchange.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "emulators.exchange", "--simulated"),
                *(word for pair in PAIRS for word in ("--pair", pair)),
                *("--start", START, "--port", str(port), "--ready-file", str(ready)),
                *("--account", f"first:USDT={MONEY}", *arguments),
            ],
            cwd=REPOSITORY,
            stdout=log,
            stderr=log,
        )
    eventually(lambda: ready.exists() or process.poll() is not None, within=120)
    assert process.poll() is None, (folder / "exchange.log").read_text()
    return Exchange(process=process, url=f"http://127.0.0.1:{port}")


def plan_of(  # noqa: PLR0913 (what tests vary)
    exchange: Exchange,
    control_files: dict[str, bytes],
    files_url: str,
    source: str,
    *,
    class_name: str = "Cycle",
    mode: Mode = Mode.REPLAY,
    limits: RiskLimits | None = None,
    **config: Any,
) -> Plan:
    content = source.encode()
    control_files["strategy.py"] = content
    return Plan(
        bot_id="bot-1",
        name="First",
        mode=mode,
        venue=Venue(exchange="binance", url=exchange.url, speed=1.0),
        class_name=class_name,
        config={
            "stake_currency": "USDT",
            "stake_amount": 100,
            "max_open_trades": 2,
            "tradable_balance_ratio": 0.99,
            "timeframe": "5m",
            "exchange": {"name": "binance", "pair_whitelist": list(PAIRS)},
            "unfilledtimeout": {"entry": 10, "exit": 10, "unit": "minutes"},
            **config,
        },
        files=(
            InputFile(
                path=f"strategies/{class_name}.py",
                url=files_url,
                sha256=sha256(content).hexdigest(),
                size_bytes=len(content),
            ),
        ),
        limits=limits or RiskLimits(pairs=PAIRS),
        has_key=True,
    )


@dataclass
class Bot:
    """The container as a process tree, started as often as it takes."""

    control: Control
    exchange: Exchange
    folder: Path
    isolation: str = "unshare"
    process: subprocess.Popen[bytes] | None = None
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = (sys.executable,)
    module: tuple[str, ...] = ("-m", "live_bot")
    may_crash: bool = False

    @property
    def log(self) -> str:
        return (self.folder / "bot.log").read_text()

    def start(self, **more: str) -> None:
        self.port = free_port()
        with (self.folder / "bot.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.program, *self.module],
                cwd=self.folder,
                env={
                    "PATH": os.environ["PATH"],
                    "PYTHONPATH": os.pathsep.join(
                        str(REPOSITORY / part) for part in ("src", "services/live-bot", "")
                    ),
                    "CANDLEWICK_BOT_EVENTS_URL": self.control.url,
                    "CANDLEWICK_BOT_TOKEN": "test-bot-token",
                    "CANDLEWICK_ISOLATION": self.isolation,
                    "PORT": str(self.port),
                    **self.environment,
                    **more,
                },
                stdout=log,
                stderr=log,
            )

    def replace_strategy(self, source: str) -> None:
        content = source.encode()
        self.control.files["strategy.py"] = content
        (file,) = self.control.plan.files
        changes = {"sha256": sha256(content).hexdigest(), "size_bytes": len(content)}
        self.control.plan = self.control.plan.model_copy(
            update={"files": (file.model_copy(update=changes),)}
        )

    def crashed(self) -> bool:
        return not self.may_crash and "the trader ended" in self.log

    def progress(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = requests.get(
                f"http://127.0.0.1:{self.port}/readyz", timeout=10
            ).json()
        except requests.RequestException:
            return {}
        return found

    def is_dead(self) -> bool:
        assert self.process is not None
        return self.process.poll() is not None

    def until_ready(self, within: float = 120.0) -> None:
        eventually(
            lambda: self.progress().get("ready") or self.is_dead(),
            within=within,
            why="the bot does not become ready",
        )
        assert not self.is_dead(), self.log[-6_000:]

    def step(self, milliseconds: int = STEP_MS) -> bool:
        """Move the exchange's time and wait until the bot has worked through it; not if it died."""
        self.exchange.advance(milliseconds)
        now = self.exchange.now_ms()
        eventually(
            lambda: self.progress().get("venueMs", 0) >= now or self.is_dead() or self.crashed(),
            within=60,
            why="the bot does not keep up",
        )
        assert self.may_crash or not self.crashed(), self.log[-6_000:]
        return not self.is_dead()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def terminate(self, within: float = 30.0) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)


def database(control: Control, folder: Path, state: bytes | None = None) -> sqlite3.Connection:
    """Open a state, by default the one that was stored last, and see that it is whole."""
    content = control.states[-1] if state is None else state
    size = int.from_bytes(content[4:8], "little")
    file = folder / "stored.sqlite"
    file.write_bytes(zstandard.ZstdDecompressor().decompress(content[8 + size :], 1 << 28))
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return connection


@dataclass(frozen=True)
class OrderFacts:
    """An order in the words that all three books share. Amounts as exact decimals."""

    pair: str
    side: str
    filled: Decimal
    cost: Decimal


def exchange_orders(books: dict[str, Any]) -> dict[str, OrderFacts]:
    """Return the exchange's orders by its ids."""
    pairs = {pair.replace("/", ""): pair for pair in PAIRS}
    return {
        f"{pairs[order['symbol']]} {order['orderId']}": OrderFacts(
            pair=pairs[order["symbol"]],
            side=str(order["side"]).lower(),
            filled=Decimal(str(order["executedQty"])),
            cost=Decimal(str(order["cummulativeQuoteQty"])),
        )
        for order in books["orders"]
    }


def journal_orders(control: Control) -> dict[str, OrderFacts]:
    return {
        f"{entry.intent.pair} {entry.answer.exchange_order_id}": OrderFacts(
            pair=entry.intent.pair,
            side=entry.intent.side.value,
            filled=entry.answer.filled,
            cost=entry.answer.cost,
        )
        for entry in control.journal()
        if entry.answer is not None and entry.answer.exchange_order_id
    }


def database_orders(control: Control, folder: Path) -> dict[str, OrderFacts]:
    with closing(database(control, folder)) as connection:
        rows = connection.execute(
            "SELECT ft_pair, order_id, ft_order_side, filled, cost FROM orders"
        ).fetchall()
    return {
        f"{pair} {order_id}": OrderFacts(
            pair=pair,
            side="buy" if side == "buy" else "sell",
            filled=Decimal(str(filled or 0)).normalize(),
            cost=Decimal(str(cost or 0)).normalize(),
        )
        for pair, order_id, side, filled, cost in rows
    }


def dumped(books: dict[str, Any]) -> str:
    return json.dumps(books, indent=1)[:4_000]
