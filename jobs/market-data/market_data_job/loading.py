"""What a pull has brought goes on to BigQuery, where there is a dataset for it."""

from collections.abc import Mapping

from google.auth.credentials import Credentials

from candlewick.errors import Conflict, NotFound
from candlewick.gcp.warehouse import tables_of
from candlewick.log import logger
from candlewick.market_data.warehouse.loading import load
from candlewick.objects import ObjectStore

log = logger(__name__)


def load_changes(
    store: ObjectStore, exchange: str, env: Mapping[str, str], identity: Credentials
) -> None:
    """Load what changed since the last load, this pull's and other tasks'; a task that is at it already loads this one's too."""
    try:
        done = load(store, tables_of(env, identity), exchange)
    except NotFound:
        return
    except Conflict as error:
        log.info("warehouse busy", extra={"exchange": exchange, "reason": str(error)})
        return
    log.info(
        "warehouse loaded", extra={"exchange": exchange, "rows": done.rows, "files": done.files}
    )
