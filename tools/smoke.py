"""`make smoke URL=…`: what `make demo` does, against a deployment, and what only a deployment can get wrong.

It makes two accounts, and erases both at the end whatever happened. The local stack is a deployment too.
"""

import json
import os
import secrets
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx
from rich.console import Console
from rich.table import Table

from candlewick.cli.api import Api, ApiProblem
from candlewick.cli.sign_in import sign_in, sign_up
from candlewick.errors import AppError, Unauthenticated
from tools.demo import SIMULATED, Demo

_ROOT = Path(__file__).resolve().parents[1]
_TIMEOUT_S = 60

Found = TypeVar("Found")


class SmokeFailure(AppError):
    """The sentence says what the deployment did instead of what it should."""

    code = "smoke_failure"


@dataclass(slots=True)
class Smoke:
    """One pass over a deployment; remembers how long each check took."""

    url: str
    env: Mapping[str, str]
    console: Console
    http: httpx.Client
    took: dict[str, float] = field(default_factory=dict)

    def carry_out(self) -> None:
        """Run every check; `SmokeFailure` or the API's own problem at the first that fails."""
        self.check("pages and their headers", self._pages)
        self.check("the browser's Firebase settings", self._firebase_settings)
        self.check("the API refuses strangers", self._strangers)
        with self._account() as (email, password, api), self._account() as (_, _, other):
            run_id = self.check("a backtest, verified and downloaded", lambda: self._backtest(api))
            self.check("another user cannot see it", lambda: self._stranger_sees(other, run_id))
            self.check("signing in once more", lambda: sign_in(self.url, email, password, self.env))
        self.check("the erased account is gone", lambda: self._is_gone(email, password))

    def check(self, title: str, work: Callable[[], Found]) -> Found:
        began = time.monotonic()
        try:
            found = work()
        except (AppError, httpx.HTTPError, ValueError, KeyError) as error:
            raise SmokeFailure(f"{title}: {error}") from error
        self.took[title] = time.monotonic() - began
        self.console.print(f"[green]ok[/] {title}")
        return found

    def report(self) -> Table:
        table = Table("Check", "Seconds", title=f"Smoke test of {self.url}", title_justify="left")
        for title, seconds in self.took.items():
            table.add_row(title, f"{seconds:.2f}")
        return table

    def _pages(self) -> None:
        everywhere = _headers_everywhere()
        for path in ("/", "/sign-in", "/backtests"):
            reply = self.http.get(path)
            _demand(reply.is_success, f"{path} answers {reply.status_code}.")
            for name, value in everywhere.items():
                given = reply.headers.get(name)
                _demand(given == value, f"{path} has {name}: {given!r} instead of {value!r}.")
            _demand("content-security-policy" in reply.headers, f"{path} has no policy.")

    def _firebase_settings(self) -> None:
        settings = self.http.get("/__/firebase/init.json").json()
        _demand(bool(settings["apiKey"] and settings["projectId"]), "They name no project.")

    def _strangers(self) -> None:
        for path, status in (("/api/openapi.json", 200), ("/api/v1/me", 401), ("/api/v1/x", 404)):
            reply = self.http.get(path)
            _demand(
                reply.status_code == status, f"{path} answers {reply.status_code}, not {status}."
            )
        forged = self.http.get("/api/v1/me", headers={"Authorization": "Bearer e30.e30.x"})
        _demand(forged.status_code == httpx.codes.UNAUTHORIZED, "It takes a forged token.")

    def _backtest(self, api: Api) -> str:
        passed = Demo(api, self.console).run("Simulated market", SIMULATED)
        _demand(passed, "The run failed; its sentence is above.")
        newest: str = api.get("/backtests", size=1)["items"][0]["id"]
        return newest

    def _stranger_sees(self, other: Api, run_id: str) -> None:
        try:
            other.get(f"/backtests/{run_id}")
        except ApiProblem as problem:
            missing = problem.http_status == httpx.codes.NOT_FOUND
            _demand(missing, f"It is answered {problem.http_status}, not 404.")
        else:
            raise SmokeFailure("It can.")

    def _is_gone(self, email: str, password: str) -> None:
        try:
            sign_in(self.url, email, password, self.env)
        except Unauthenticated:
            return
        raise SmokeFailure("It can still sign in.")

    @contextmanager
    def _account(self) -> Iterator[tuple[str, str, Api]]:
        email = f"smoke-{secrets.token_hex(8)}@candlewick.example"
        password = secrets.token_urlsafe(18)
        token = self.check("signing up", lambda: sign_up(self.url, email, password, self.env))
        api = Api.at(self.url, token)
        try:
            yield email, password, api
        finally:
            api.http.delete("/me").raise_for_status()
            api.http.close()


def main() -> int:
    """Run the smoke test; exit code 1 when a check fails."""
    parser = ArgumentParser(prog="make smoke", description=__doc__)
    parser.add_argument(
        "url", help="address of the deployment, for instance https://app.example.org"
    )
    url: str = parser.parse_args().url.rstrip("/")
    console = Console(width=None if sys.stdout.isatty() else 110)
    with httpx.Client(base_url=url, timeout=_TIMEOUT_S, follow_redirects=True) as http:
        smoke = Smoke(url, os.environ, console, http)
        try:
            smoke.carry_out()
        except (AppError, httpx.HTTPError) as error:
            console.print(f"[red]{error}[/]")
            return 1
    console.print(smoke.report())
    console.print("[green]The smoke test succeeded.[/]")
    return 0


def _headers_everywhere() -> dict[str, str]:
    """Return the headers that firebase.json gives to every page."""
    rules = json.loads((_ROOT / "firebase.json").read_text())["hosting"]["headers"]
    everywhere = next(rule["headers"] for rule in rules if rule["source"] == "**")
    return {header["key"]: header["value"] for header in everywhere}


def _demand(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise SmokeFailure(otherwise)


if __name__ == "__main__":
    sys.exit(main())
