"""`candlewick data load`: bring what changed in the store into BigQuery."""

import os
from argparse import ArgumentParser, Namespace

from rich.console import Console

from candlewick.errors import Invalid
from candlewick.gcp.clients import credentials
from candlewick.gcp.warehouse import tables_of
from candlewick.market_data.warehouse.loading import Loaded, load
from candlewick.objects import ObjectStore


def describe(parser: ArgumentParser) -> None:
    parser.add_argument("--exchange", required=True, help="whose candles: binance, simulated, …")
    parser.set_defaults(action=run)


def run(store: ObjectStore, args: Namespace, console: Console) -> None:
    if not os.environ.get("CANDLEWICK_WAREHOUSE"):
        raise Invalid("Set CANDLEWICK_WAREHOUSE to the dataset: PROJECT.candlewick_market_data.")
    tables = tables_of(os.environ, credentials())
    with console.status("Comparing with what was loaded"):
        done = load(store, tables, args.exchange.lower())
    console.print(_sentence(done))


def _sentence(done: Loaded) -> str:
    if not done.files:
        return f"BigQuery has revision {done.revision[:12]} already."
    return (
        f"{done.rows:,} candles of {done.files} files were added; "
        f"BigQuery has revision {done.revision[:12]}."
    )
