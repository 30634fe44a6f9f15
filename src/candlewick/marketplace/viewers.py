"""What is known about who looks at a listing, read from Firestore at once.

listings/{id}/members/{member}   was invited
listings/{id}/watchers/{uid}     watches it
users/{uid}/uses/{listing}       has run it
entitlements/{listing}:{uid}     bought it, until when
moderators/{uid}                 may moderate
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.gcp.documents import from_document
from candlewick.marketplace.access import Viewer
from candlewick.marketplace.members import member_of
from candlewick.marketplace.models import ListingId, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class FirestoreCircumstances:
    client: firestore.Client
    now: Callable[[], datetime]

    def viewer(self, listing_id: ListingId, user: UserId | None) -> Viewer:
        if user is None:
            return Viewer(user=None)
        listing = self.client.collection("listings").document(listing_id)
        places = {
            "member": listing.collection("members").document(member_of(listing_id, user)),
            "watcher": listing.collection("watchers").document(user),
            "use": self.client.document("users", user, "uses", listing_id),
            "entitlement": self.client.document("entitlements", f"{listing_id}:{user}"),
            "moderator": self.client.document("moderators", user),
        }
        found = {each.reference.path: each for each in self.client.get_all([*places.values()])}
        there = {name: found[place.path] for name, place in places.items()}
        used = from_document(there["use"].to_dict() or {}, Use) if there["use"].exists else None
        bought = there["entitlement"].to_dict() or {}
        return Viewer(
            user=user,
            is_member=there["member"].exists,
            is_entitled=bool(bought) and is_valid(bought.get("until"), self.now()),
            is_user=used is not None and used.has_run,
            is_moderator=there["moderator"].exists,
            is_watching=there["watcher"].exists,
        )


def is_valid(until: datetime | None, now: datetime) -> bool:
    """Whether an entitlement holds; without an end it holds for ever."""
    return until is None or now < until
