"""`candlewick data`: import, pull, make and list candles in the store."""

import json
import os
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from google.api_core.exceptions import GoogleAPIError
from google.auth.exceptions import GoogleAuthError
from rich.console import Console
from rich.progress import Progress

from candlewick.cli import data_list, data_load, data_pull
from candlewick.errors import Invalid, Unavailable
from candlewick.gcp.clients import credentials, storage_client
from candlewick.gcp.storage import BucketStore
from candlewick.market_data import feather, simulated
from candlewick.market_data.importer import Imported, Source, files_in, import_candles
from candlewick.market_data.manifest import CandleFile
from candlewick.objects import ObjectStore


def run(
    arguments: Sequence[str],
    *,
    open_store: Callable[[Mapping[str, str]], ObjectStore] | None = None,
) -> int:
    """Run one of the sub-commands; return the exit code."""
    args = _parser().parse_args(arguments)
    args.prepare(args)
    with _storage_errors():
        store = (open_store or open_bucket)(os.environ)
        code: int | None = args.action(store, args, Console())
    return code or 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="candlewick data", description=__doc__)
    parser.set_defaults(prepare=lambda _args: None)
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    importing = actions.add_parser("import", help="bring in a folder of Freqtrade's feather files")
    importing.add_argument("folder", type=Path, metavar="DIR")
    importing.add_argument("--exchange", required=True, help="ccxt id, for instance binance")
    importing.add_argument("--title", help="the exchange's name as users see it")
    importing.add_argument("--note", default="Imported candles.", help="where they come from")
    importing.add_argument(
        "--markets", type=Path, metavar="FILE", help="ccxt market structures by symbol, as JSON"
    )
    importing.add_argument(
        "--leverage-tiers", type=Path, metavar="FILE", help="ccxt leverage tiers by symbol, as JSON"
    )
    importing.add_argument(
        "--clean",
        action="store_true",
        help="mend what can be mended, leave out what cannot have been, and keep the files as they came besides",
    )
    importing.set_defaults(action=_import)
    data_pull.describe(
        actions.add_parser("pull", help="download what an exchange has and the store has not")
    )
    simulating = actions.add_parser("simulate", help="make the simulated market")
    simulating.set_defaults(action=_simulate)
    data_load.describe(actions.add_parser("load", help="bring what changed into BigQuery"))
    data_list.describe(actions.add_parser("list", help="show what the store holds"))
    return parser


def _import(store: ObjectStore, args: Namespace, console: Console) -> None:
    exchange = args.exchange.lower()
    if not exchange.isalnum():
        raise Invalid(f"{args.exchange} is no exchange's ccxt id.")
    if exchange == simulated.EXCHANGE:
        raise Invalid("The simulated market is not imported: use `candlewick data simulate`.")
    files = files_in(args.folder)
    source = Source(
        exchange=exchange,
        title=args.title or exchange.capitalize(),
        note=args.note,
        markets={} if args.markets is None else _read_json(args.markets),
        leverage_tiers=None if args.leverage_tiers is None else _read_json(args.leverage_tiers),
        cleans=args.clean,
    )
    loaders = {name: path.read_bytes for name, path in files.items()}
    _publish(store, source, loaders, console)


def _simulate(store: ObjectStore, _args: Namespace, console: Console) -> None:
    with console.status("Making the simulated market"):
        made = {series.file_name: feather.write(frame) for series, frame in simulated.candles()}
    source = Source(
        exchange=simulated.EXCHANGE,
        title=simulated.TITLE,
        note=simulated.NOTE,
        simulated=True,
        markets=simulated.markets(),
    )
    loaders = {name: _returning(data) for name, data in made.items()}
    _publish(store, source, loaders, console)


def _publish(
    store: ObjectStore, source: Source, files: dict[str, Callable[[], bytes]], console: Console
) -> None:
    with Progress(console=console) as progress:
        task = progress.add_task("Storing candles", total=len(files))
        imported = import_candles(
            store,
            source,
            files,
            now=datetime.now(UTC),
            on_file=lambda _name: progress.advance(task),
        )
    _tell(imported, len(files), console)


def _tell(imported: Imported, given: int, console: Console) -> None:
    manifest = imported.manifest
    if not imported.changed:
        console.print(f"Nothing changed: {manifest.title} has these {given} files already.")
        return
    console.print(
        f"{manifest.title}: {imported.files_stored} new of {given} files, {len(manifest.files)} in "
        f"all, revision {imported.revision[:12]}."
    )
    if imported.derived_markets:
        console.print(
            "Precision and limits are derived from the candles for "
            f"{', '.join(imported.derived_markets)} (give --markets for the exchange's own)."
        )
    _tell_quality(manifest.files, console)
    missing = sum(file.missing_candles for file in manifest.files)
    if missing:
        console.print(f"{missing:,} candles are missing inside the files' spans.")


def _tell_quality(files: Sequence[CandleFile], console: Console) -> None:
    """Say what cleaning did, rule by rule, over all files."""
    counts = Counter[tuple[str, str]]()
    for note in (note for file in files for note in file.quality):
        counts[note.rule, note.action] += note.count
    for (rule, action), count in counts.items():
        console.print(f"{count:,} candles {action}: {rule.replace('_', ' ')}.")


def open_bucket(env: Mapping[str, str]) -> BucketStore:
    """Return the candle store that the environment names; `Invalid` when it names none."""
    needed = ("GOOGLE_CLOUD_PROJECT", "CANDLEWICK_CANDLES_BUCKET")
    missing = [name for name in needed if not env.get(name)]
    if missing:
        raise Invalid(f"Set {' and '.join(missing)} to say where the candle store is.")
    identity = credentials()
    endpoint = env.get("CANDLEWICK_STORAGE_ENDPOINT") or None
    client = storage_client(env["GOOGLE_CLOUD_PROJECT"], endpoint, identity)
    return BucketStore(client, env["CANDLEWICK_CANDLES_BUCKET"], identity)


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except (GoogleAPIError, GoogleAuthError, requests.RequestException) as error:
        raise Unavailable(f"The candle store cannot be reached: {error}") from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Invalid(f"{path} is not JSON: {error}.") from error
    if not isinstance(content, dict):
        raise Invalid(f"{path} must be a JSON object by symbol.")
    return content


def _returning(data: bytes) -> Callable[[], bytes]:
    return lambda: data
