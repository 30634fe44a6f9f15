"""What the marketplace keeps of a user, for their export and their erasure."""

from dataclasses import dataclass, replace

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.gcp.documents import to_document
from candlewick.marketplace.firestore import FirestoreAuthorStore, FirestoreListingStore
from candlewick.marketplace.models import Listing, Standing

_ERASED = "Erased"


@dataclass(frozen=True, slots=True)
class MarketplaceHolding:
    """`Holding` over listings, the author, what was bought, the right to moderate.

    Listings stay in every statistic, without their text; the ledger stays, as books must. What a user ran lies below
    their own documents, and goes with them.
    """

    client: firestore.Client
    listings: FirestoreListingStore

    def export(self, owner: UserId) -> dict[str, object]:
        author = FirestoreAuthorStore(self.client).of_user(owner)
        return {
            "author": None if author is None else to_document(author),
            "listings": [to_document(listing) for listing in self.listings.of_owner(owner)],
            "bought": [found.to_dict() for found in self._bought(owner).stream()],
        }

    def erase(self, owner: UserId) -> None:
        for listing in self.listings.of_owner(owner):
            self.listings.change(listing.id, _without_text)
        authors = FirestoreAuthorStore(self.client)
        author = authors.of_user(owner)
        if author is not None:
            authors.put(replace(author, name=_ERASED, about=""))
        for found in self._bought(owner).stream():
            found.reference.delete()
        for collection in ("authorsByUser", "moderators"):
            self.client.collection(collection).document(owner).delete()

    def _bought(self, owner: UserId) -> firestore.Query:
        return self.client.collection("entitlements").where(filter=FieldFilter("user", "==", owner))


def _without_text(listing: Listing) -> Listing:
    terms = replace(listing.terms, title=_ERASED, summary=_ERASED, description="", tags=())
    # Whatever it was: nobody may publish it again, and a moderator's word is not needed for that.
    return replace(listing, terms=terms, standing=Standing.WITHDRAWN)
