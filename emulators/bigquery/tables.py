"""Lays out the dataset as Terraform does (`terraform/market_data.tf`), from the same schemas and queries."""

import json
from pathlib import Path
from string import Template
from typing import Final

from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud.bigquery import Client, SchemaField, Table, TimePartitioning

_SOURCE: Final = Path(__file__).parents[2] / "terraform" / "market_data"
# In this order: later ones read earlier ones.
VIEWS: Final = ("current_candles", "coverage", "gaps", "quality", "daily_turnover")
_PARTITIONED_BY: Final = {
    "candles": "opened_at",
    "series": "recorded_at",
    "findings": "recorded_at",
}
_CLUSTERED_BY: Final = ["exchange", "pair", "timeframe"]


def client(project: str, url: str) -> Client:
    return Client(
        project=project,
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
        client_options=ClientOptions(api_endpoint=url),
    )


def lay_out(bigquery: Client, dataset: str) -> None:
    """Make the dataset with its tables and views; what is there stays."""
    name = f"{bigquery.project}.{dataset}"
    bigquery.create_dataset(dataset, exists_ok=True, timeout=30)
    for table, column in _PARTITIONED_BY.items():
        fields = json.loads((_SOURCE / f"{table}.json").read_text())
        made = Table(f"{name}.{table}", schema=[SchemaField.from_api_repr(each) for each in fields])
        made.time_partitioning = TimePartitioning(type_="DAY", field=column)
        made.clustering_fields = _CLUSTERED_BY
        bigquery.create_table(made, exists_ok=True, timeout=30)
    for view in VIEWS:
        query = Template((_SOURCE / "views" / f"{view}.sql").read_text())
        table_of_it = Table(f"{name}.{view}")
        table_of_it.view_query = query.substitute(dataset=name)
        bigquery.create_table(table_of_it, exists_ok=True, timeout=30)
