"""`candlewick results`: list runs, print one, download its files."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from candlewick.cli.api import Api
from candlewick.cli.report import percent, print_result
from candlewick.cli.session import open_api
from candlewick.errors import Unavailable

_SHOWN = 25
_TIMEOUT_S = 60


def run(arguments: Sequence[str]) -> int:
    """Run the command; return the exit code."""
    args = _parser().parse_args(arguments)
    console, api = Console(), open_api(os.environ)
    if args.run is None:
        _list(api, console)
        return 0
    found = api.get(f"/backtests/{args.run}")
    print_result(api, found, console)
    if args.download is not None:
        for path in download(api, args.run, args.download):
            console.print(f"saved {path}")
    return 0


def download(api: Api, run_id: str, folder: Path) -> list[Path]:
    """Save a result's files into `folder`, through their signed URLs."""
    folder.mkdir(parents=True, exist_ok=True)
    items = api.get(f"/backtests/{run_id}/downloads")["items"]
    saved = []
    for item in track(items, description="Downloading", transient=True):
        path = folder / Path(item["name"]).name
        path.write_bytes(fetch(item["url"]))
        saved.append(path)
    return saved


def fetch(url: str) -> bytes:
    """Return what a signed URL gives."""
    try:
        response = httpx.get(url, timeout=_TIMEOUT_S).raise_for_status()
    except httpx.HTTPError as error:
        # The URL is a bearer secret: it stays out of the message.
        raise Unavailable("A file could not be downloaded; ask for its URL again.") from error
    return response.content


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="candlewick results", description=__doc__)
    parser.add_argument("run", nargs="?", help="id of a run; all runs are listed without it")
    parser.add_argument("--download", type=Path, metavar="DIR", help="save its files there")
    return parser


def _list(api: Api, console: Console) -> None:
    # The id is there to be copied, so it is never cut.
    whole_id = Column("Id", no_wrap=True, min_width=20)
    table = Table("Started (UTC)", "Strategy", "State", "Profit", "Trades", whole_id)
    for run_ in api.get("/backtests", size=_SHOWN)["items"]:
        headline = run_["headline"] or {}
        strategy = run_["strategy"]
        table.add_row(
            run_["createdAt"][:16].replace("T", " "),
            f"{strategy['name']} v{strategy['version']}",
            run_["state"],
            percent(headline.get("profit_total")),
            str(headline.get("total_trades", "")),
            run_["id"],
        )
    console.print(table)
