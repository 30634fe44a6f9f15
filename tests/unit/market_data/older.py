"""Revisions as they were before manifests held all that they do now."""

from candlewick.market_data.manifest import Manifest
from candlewick.market_data.publishing import publish
from candlewick.objects import ObjectStore


def forget_tick_sizes(store: ObjectStore, exchange: str) -> None:
    """Publish a revision that knows no tick sizes."""

    def change(previous: Manifest | None) -> Manifest:
        assert previous is not None
        files = [file.model_copy(update={"tick_sizes": None}) for file in previous.files]
        return previous.model_copy(update={"files": files})

    publish(store, exchange, change)
