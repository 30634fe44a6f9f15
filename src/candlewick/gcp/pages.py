"""Cursor pages over Firestore queries."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, TypeVar

from google.cloud import firestore

from candlewick.errors import Invalid
from candlewick.gcp.documents import Document
from candlewick.ids import is_id
from candlewick.pages import Page

Item = TypeVar("Item")

_FOREIGN = "This cursor is not one of ours; start again without it."


def read_page(
    query: firestore.Query,
    collection: firestore.CollectionReference,
    *,
    cursor: str | None,
    size: int,
    read: Callable[[Document], Item],
) -> Page[Item]:
    """Return `size` items of an ordered query. The cursor names the last document of the page before."""
    if cursor is not None:
        query = query.start_after(_last_seen(collection, cursor))
    found = list(query.limit(size + 1).stream())
    kept = found[:size]
    following = _encode(kept[-1].id) if len(found) > size else None
    return Page(items=[read(item.to_dict() or {}) for item in kept], next_cursor=following)


def _last_seen(collection: firestore.CollectionReference, cursor: str) -> Any:
    try:
        name = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise Invalid(_FOREIGN) from error
    if not is_id(name):
        raise Invalid(_FOREIGN)
    snapshot = collection.document(name).get()
    if not snapshot.exists:
        raise Invalid("The item at this cursor is gone; start again without a cursor.")
    return snapshot


def _encode(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()
