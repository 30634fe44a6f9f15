"""`make demo`: one backtest from sign-in to verified result, over HTTP, by the code that runs in the cloud."""

import hashlib
import importlib.util
import io
import os
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from candlewick.cli import data
from candlewick.cli.api import Api, JsonObject
from candlewick.cli.report import follow, print_result
from candlewick.cli.results import fetch
from candlewick.cli.sign_in import sign_in, sign_up
from candlewick.cli.strategies import push_version
from candlewick.errors import AppError, Unauthenticated

_ROOT = Path(__file__).resolve().parents[1]
_EMAIL, _PASSWORD = "demo@candlewick.example", "candlewick-demo"
SIMULATED: JsonObject = {
    "exchange": "simulated",
    "start": "2025-02-01T00:00:00Z",
    "end": "2025-04-01T00:00:00Z",
    "stakeAmount": "200",
    "wallet": "1000",
    "maxOpenTrades": 5,
}
_REAL: JsonObject = {
    "exchange": "binance",
    "start": "2018-01-10T00:00:00Z",
    "end": "2018-01-31T00:00:00Z",
    "stakeAmount": "0.05",
    "wallet": "1",
    "maxOpenTrades": 5,
}


@dataclass(frozen=True, slots=True)
class Demo:
    api: Api
    console: Console

    def run(self, title: str, request: JsonObject) -> bool:
        """Backtest Freqtrade's sample strategy; return whether the result is verified and whole."""
        self.console.rule(title)
        version = push_version(
            self.api, "SampleStrategy", sample_strategy(), "from Freqtrade's templates"
        )
        body = {
            **request,
            "strategyId": version["strategyId"],
            "version": version["number"],
            "pairs": self._pairs(request["exchange"]),
        }
        began = time.monotonic()
        started = self.api.submit(body)
        finished = follow(self.api, started, self.console)
        waited = time.monotonic() - began
        print_result(self.api, finished, self.console)
        if finished["state"] != "succeeded":
            return False
        self.console.print(_timings(finished, waited))
        return self._check_download(finished) and self._check_repetition(body, finished)

    def _pairs(self, exchange: str) -> list[str]:
        coverage = self.api.get(f"/market-data/exchanges/{exchange}/coverage", timeframe="5m")
        return sorted({item["pair"] for item in coverage["items"] if item["candleType"] == "spot"})[
            :8
        ]

    def _check_download(self, run: JsonObject) -> bool:
        items = self.api.get(f"/backtests/{run['id']}/downloads")["items"]
        url = next(item["url"] for item in items if item["name"] == "result.zip")
        archive = fetch(url)
        with zipfile.ZipFile(io.BytesIO(archive)) as members:
            is_whole = members.testzip() is None
        digest = hashlib.sha256(archive).hexdigest()
        self.console.print(
            f"Freqtrade's own result by signed URL: {len(archive):,} bytes, sha256 {digest[:16]}…, "
            f"{'whole' if is_whole else 'DAMAGED'}"
        )
        return is_whole

    def _check_repetition(self, body: JsonObject, first: JsonObject) -> bool:
        began = time.monotonic()
        again = self.api.submit(body)
        took = time.monotonic() - began
        is_known: bool = again["state"] == "succeeded" and again["identity"] == first["identity"]
        self.console.print(
            f"The same request again: {again['state']} in {took:.2f} s, served from the known result."
            if is_known
            else "The same request again was NOT recognised."
        )
        return is_known


def main() -> int:
    console = Console(width=None if sys.stdout.isatty() else 110)
    try:
        _fill_store(console)
        token = _sign_in(os.environ)
        console.print(f"Signed in as {_EMAIL} at {os.environ['CANDLEWICK_API_URL']}")
        demo = Demo(Api.at(os.environ["CANDLEWICK_API_URL"], token), console)
        passed = demo.run("Simulated market", SIMULATED)
        if real_candles() is not None:
            passed = demo.run("Real candles", _REAL) and passed
    except AppError as error:
        console.print(f"[red]{error}[/]")
        return 1
    console.print("[green]The demo succeeded.[/]" if passed else "[red]The demo failed.[/]")
    return 0 if passed else 1


def sample_strategy() -> str:
    """Return Freqtrade's sample strategy, found without importing Freqtrade."""
    found = importlib.util.find_spec("freqtrade")
    if found is None or found.origin is None:
        raise Unauthenticated("Freqtrade is not installed; run `make setup`.")
    return (Path(found.origin).parent / "templates" / "sample_strategy.py").read_text()


def real_candles() -> Path | None:
    """Return a folder of real candles, where there is one beside the project."""
    folder = Path(
        os.environ.get("CANDLEWICK_REAL_CANDLES", _ROOT.parent / "shared" / "market-data")
    )
    binance = folder / "binance"
    return binance if binance.is_dir() else None


def _fill_store(console: Console) -> None:
    data.run(["simulate"])
    folder = real_candles()
    if folder is None:
        console.print("No folder of real candles here; the simulated market alone is used.")
        return
    data.run(["import", str(folder), "--exchange", "binance", "--title", "Binance (2018 sample)"])


def _sign_in(env: Mapping[str, str]) -> str:
    url = env["CANDLEWICK_API_URL"]
    try:
        return sign_in(url, _EMAIL, _PASSWORD, env)
    except Unauthenticated:
        return sign_up(url, _EMAIL, _PASSWORD, env)


def _timings(run: JsonObject, waited: float) -> Table:
    """Where the seconds between the request and the verified result went."""
    steps = (
        ("claim the ticket", "claim_s"),
        ("fetch the inputs", "fetch_s"),
        ("import Freqtrade", "import_s"),
        ("backtest", "backtest_s"),
        ("upload the result", "upload_s"),
        ("verify", "verify_s"),
    )
    table = Table("Step", "Seconds", title="Timings", title_justify="left")
    for label, name in steps:
        table.add_row(label, f"{run['timings'].get(name, 0):.2f}")
    table.add_section()
    table.add_row("submit to verified result", f"{waited:.2f}")
    return table


if __name__ == "__main__":
    sys.exit(main())
