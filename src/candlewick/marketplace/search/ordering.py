"""The order of results, and cursors that stay where they are when something new is published."""

import base64
import binascii
import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from candlewick.errors import Invalid
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.search.query import Order

Keys = npt.NDArray[np.float64]
Ties = npt.NDArray[np.uint64]

UNRANKED = -math.inf
_FOREIGN = "This cursor is not one of ours; start again without it."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the key and the listing of its last row. A row without rank has no key."""

    order: Order
    key: float
    listing: ListingId

    def text(self) -> str:
        key = None if self.key == UNRANKED else self.key
        document = json.dumps([self.order, key, self.listing], separators=(",", ":"))
        return base64.urlsafe_b64encode(document.encode()).decode()


def read_place(cursor: str, order: Order) -> Place:
    try:
        found_order, key, listing = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        place = Place(Order(found_order), UNRANKED if key is None else float(key), str(listing))  # type: ignore[arg-type]  # checked by its use alone
    except (binascii.Error, UnicodeError, ValueError, TypeError) as error:
        raise Invalid(_FOREIGN) from error
    if place.order is not order or math.isnan(place.key):
        raise Invalid(_FOREIGN)
    return place


def tie_of(listing: ListingId) -> int:
    """Return what parts rows with the same key: a number that only the listing's id decides."""
    return int.from_bytes(hashlib.blake2b(listing.encode(), digest_size=8).digest())


def after(place: Place, keys: Keys, ties: Ties) -> npt.NDArray[np.bool_]:
    """Return which rows come after a place: lower keys first of all, then higher ties."""
    tie = np.uint64(tie_of(place.listing))
    found: Any = (keys < place.key) | ((keys == place.key) & (ties > tie))
    return np.asarray(found, dtype=bool)


def best(keys: Keys, ties: Ties, size: int) -> npt.NDArray[np.intp]:
    """Return the places of the `size` rows that come first, in order."""
    if len(keys) > 4 * size:
        # What does not reach the key of the last one on the page need not be sorted.
        least = np.partition(keys, len(keys) - size)[len(keys) - size]
        chosen = np.flatnonzero(keys >= least)
        return chosen[np.lexsort((ties[chosen], -keys[chosen]))[:size]]
    return np.lexsort((ties, -keys))[:size]
