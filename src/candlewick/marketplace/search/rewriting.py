"""Writes the rows of the search index anew: after a change of what words are, or of the rows' format."""

from collections.abc import Iterator
from dataclasses import dataclass

from google.cloud import firestore

from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.firestore import current_of, read_listing
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.search.firestore import FirestoreShards


@dataclass(frozen=True, slots=True)
class Rewriting:
    """One listing after the other, each in a transaction of its own: publications go on beside it."""

    client: firestore.Client

    def listings(self) -> Iterator[ListingId]:
        for found in self.client.collection("listings").select([]).stream():
            yield ListingId(found.id)

    def rewrite(self, listing: ListingId) -> None:
        place = self.client.collection("listings").document(listing)
        shards = FirestoreShards(self.client)

        def work(transaction: firestore.Transaction) -> None:
            found = read_listing(place, transaction)
            shards.write(transaction, found, current_of(place, found, transaction))

        run_transaction(self.client, work, lane=listing)
