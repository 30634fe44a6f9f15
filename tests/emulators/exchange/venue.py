"""A simulated exchange as the process that it is, candles for it, and a client that signs as Binance wants it."""

import hashlib
import hmac
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd
import requests

from candlewick.market_data import feather
from candlewick.market_data.markets import Terms, market
from tests.emulators.emulator_process import eventually
from tests.emulators.storage.servers import free_ports

START: Final = "2025-05-01T00:00:00+00:00"
START_MS: Final = 1_746_057_600_000
STEP_MS: Final = 300_000
BTC, ETH = "BTC/USDT", "ETH/USDT"

Row = tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A running exchange: its address, and an account's key."""

    url: str
    api_key: str
    secret: str
    name: str = "test"
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **parameters: Any) -> requests.Response:
        return self.session.get(self.url + path, params=parameters, timeout=30)

    def signed(self, method: str, path: str, **parameters: Any) -> requests.Response:
        """Send a signed request, stamped with the exchange's own time unless told otherwise."""
        parameters.setdefault("timestamp", self.now())
        query = urlencode(parameters)
        signature = hmac.new(self.secret.encode(), query.encode(), hashlib.sha256).hexdigest()
        return self.session.request(
            method,
            f"{self.url}{path}?{query}&signature={signature}",
            headers={"X-MBX-APIKEY": self.api_key},
            timeout=30,
        )

    def order(self, **parameters: Any) -> dict[str, Any]:
        """Place a limit order to buy BTC, changed as told; it must be accepted."""
        usual = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.01"}
        if parameters.get("type", "LIMIT") != "MARKET":
            usual["timeInForce"] = "GTC"
        response = self.signed("POST", "/api/v3/order", **{**usual, **parameters})
        assert response.ok, response.text
        placed: dict[str, Any] = response.json()
        return placed

    def now(self) -> int:
        time: int = self.session.get(f"{self.url}/api/v3/time", timeout=30).json()["serverTime"]
        return time

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call the control interface; it must succeed."""
        response = self.session.request(
            method, f"{self.url}/emulator/{path}", json=body, timeout=30
        )
        assert response.ok, response.text
        return response.json()

    def advance(self, milliseconds: int) -> None:
        self.control("PUT", "clock", {"advanceMs": milliseconds})

    def faults(self, *rules: Mapping[str, Any]) -> None:
        self.control("PUT", "faults", list(rules))

    def books(self) -> dict[str, Any]:
        found: dict[str, Any] = self.control("GET", f"books?account={self.name}")
        return found

    def account(self, name: str, **balances: str) -> "Venue":
        """Open another account, and return the venue as its owner sees it."""
        key = self.control("POST", "accounts", {"name": name, "balances": balances})
        return Venue(url=self.url, api_key=key["apiKey"], secret=key["secret"], name=name)


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Venue]:
    """Serve the folder's candles from START on, with an account `test` of 1,000 USDT."""
    with _serving(
        *("--candles", str(folder), "--start", START, "--account", "test:USDT=1000"),
        *(arguments or ("--stepped",)),
    ) as url:
        key = requests.get(f"{url}/emulator/accounts", timeout=30).json()[0]["keys"][0]
        venue = Venue(url=url, api_key=key["apiKey"], secret=key["secret"])
        with venue.session:
            yield venue


@contextmanager
def _serving(*arguments: str) -> Iterator[str]:
    (port,) = free_ports(1)
    with TemporaryDirectory() as folder:
        ready = Path(folder) / "ready"
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "emulators.exchange", "--port", str(port)),
                *("--ready-file", str(ready), *arguments),
            ]
        )
        try:
            # It reads candles first, which takes long on a machine that is busy.
            eventually(lambda: ready.exists() or process.poll() is not None, within=100)
            assert process.poll() is None
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def write_candles(folder: Path, candles: Mapping[str, Sequence[Row]], *, first: int = 0) -> None:
    """Store candles of pairs as Freqtrade does; the one at `first` opens at START."""
    terms = Terms(tick=0.01, step=0.00001, min_cost=5.0)
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "markets.json").write_text(
        json.dumps({pair: market(pair, terms) for pair in candles})
    )
    for pair, rows in candles.items():
        frame = pd.DataFrame(rows, columns=["open", "high", "low", "close", "volume"])
        opened = [START_MS + (place - first) * STEP_MS for place in range(len(rows))]
        frame.insert(0, "date", pd.to_datetime(opened, unit="ms", utc=True))
        (folder / f"{pair.replace('/', '_')}-5m.feather").write_bytes(feather.write(frame))


def walk(price: float, count: int, seed: int) -> list[Row]:
    """Return candles of a random walk that stays near its start."""
    dice = random.Random(seed)  # noqa: S311 (candles, not secrets)
    rows, last = [], price
    for _ in range(count):
        close = round(last * (1 + dice.gauss(0, 0.003)) + (price - last) * 0.02, 2)
        high = round(max(last, close) * (1 + abs(dice.gauss(0, 0.001))), 2)
        low = round(min(last, close) * (1 - abs(dice.gauss(0, 0.001))), 2)
        rows.append((last, high, low, close, round(dice.uniform(5, 50), 5)))
        last = close
    return rows


def balances(books: Mapping[str, Any]) -> dict[str, tuple[Decimal, Decimal]]:
    """Return free and locked of every asset of the only account in some books."""
    (account,) = books["accounts"]
    return {
        asset: (Decimal(balance["free"]), Decimal(balance["locked"]))
        for asset, balance in account["balances"].items()
    }
