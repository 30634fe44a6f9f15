"""`Tables` on BigQuery: load jobs from Cloud Storage, each name once."""

from collections.abc import Mapping
from typing import Final

from google.api_core import exceptions as google_errors
from google.auth.credentials import Credentials
from google.cloud.bigquery import Client, LoadJob, LoadJobConfig, SourceFormat, WriteDisposition

from candlewick.errors import Invalid, Unavailable
from candlewick.gcp.own import bigquery_client

_CALL_S: Final = 30
_LOAD_S: Final = 600
_TRIES: Final = 5


class BigQueryTables:
    """`Tables` in a dataset that Terraform has made.

    Args:
        client: made by `candlewick.gcp.own.bigquery_client`.
        dataset: project.dataset
        bucket: whose objects are loaded.
    """

    def __init__(self, client: Client, dataset: str, bucket: str) -> None:
        self._client = client
        self._dataset = dataset
        self._bucket = bucket

    def load(self, table: str, objects: list[str], *, name: str) -> None:
        """Add the objects' rows. A job's name can be used once, so a load that went through is not repeated."""
        problem = ""
        for attempt in range(_TRIES):
            job = self._job(table, objects, f"{name}-{attempt}")
            try:
                job.result(timeout=_LOAD_S)
            except google_errors.GoogleAPICallError as error:
                problem = error.message or str(error)
                continue  # a job that failed stays failed; its name is used up
            except TimeoutError as error:
                message = f"BigQuery is still loading {table}. Run the same again in a while."
                raise Unavailable(message) from error
            return
        raise Unavailable(f"BigQuery did not load {table}: {problem}")

    def _job(self, table: str, objects: list[str], job_id: str) -> LoadJob:
        is_parquet = objects[0].endswith(".parquet")
        config = LoadJobConfig(
            source_format=SourceFormat.PARQUET
            if is_parquet
            else SourceFormat.NEWLINE_DELIMITED_JSON,
            write_disposition=WriteDisposition.WRITE_APPEND,
            create_disposition="CREATE_NEVER",
        )
        try:
            return self._client.load_table_from_uri(
                [f"gs://{self._bucket}/{name}" for name in objects],
                f"{self._dataset}.{table}",
                job_id=job_id,
                job_config=config,
                timeout=_CALL_S,
            )
        except google_errors.Conflict:
            # An earlier run of ours began it: its end counts.
            job = self._client.get_job(job_id, timeout=_CALL_S)
            if isinstance(job, LoadJob):
                return job
            raise Unavailable(f"BigQuery has a job {job_id} that is no load.") from None


def tables_of(env: Mapping[str, str], identity: Credentials) -> BigQueryTables:
    """Return the tables that `CANDLEWICK_WAREHOUSE` names; objects come from `CANDLEWICK_CANDLES_BUCKET`."""
    dataset = env.get("CANDLEWICK_WAREHOUSE", "")
    project, _, name = dataset.partition(".")
    if not project or not name or "." in name:
        raise Invalid(f"CANDLEWICK_WAREHOUSE is {dataset!r}; write it as PROJECT.DATASET.")
    endpoint = env.get("CANDLEWICK_BIGQUERY_ENDPOINT") or None
    client = bigquery_client(project, endpoint, identity)
    return BigQueryTables(client, dataset, env["CANDLEWICK_CANDLES_BUCKET"])
