"""Authors: who publishes, under a handle that is chosen once."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.errors import Invalid, NotFound
from candlewick.log import logger
from candlewick.marketplace import texts
from candlewick.marketplace.models import ERASED, Author, Handle
from candlewick.marketplace.ports import AuthorStore

log = logger(__name__)

HANDLE_PATTERN = r"^[a-z0-9][a-z0-9-]{1,28}[a-z0-9]$"
NAME_LENGTH = 60
ABOUT_LENGTH = 1_000
# What others would take for the platform itself, or a page of its own.
_RESERVED = frozenset({
    "admin", "administrator", "api", "candlewick", "erased", "help", "house", "marketplace", "me", "moderator",
    "moderators", "my", "official", "root", "security", "staff", "support", "system",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorService:
    authors: AuthorStore
    now: Callable[[], datetime]

    def mine(self, owner: UserId) -> Author | None:
        """Return oneself as an author; None before a handle was chosen."""
        return self.authors.of_user(owner)

    def get(self, handle: Handle) -> Author:
        found = self.authors.get(handle)
        if found is None or found.owner == ERASED:
            raise NotFound("There is no such author.")
        return found

    def put(self, owner: UserId, handle: Handle, *, name: str, about: str) -> Author:
        """Become an author, or change one's name and text; the handle stays."""
        if not re.fullmatch(HANDLE_PATTERN, handle) or "--" in handle or handle in _RESERVED:
            message = "A handle has 3 to 30 small letters, digits and single hyphens, and is none of the site's own words."
            raise Invalid(message, fields=(("handle", message),))
        before, shown = self.authors.of_user(owner), texts.line(name)
        if not shown:
            message = "Write the name that others read."
            raise Invalid(message, fields=(("name", message),))
        author = Author(
            handle=handle,
            owner=owner,
            name=shown,
            about=texts.markdown("about", about),
            created_at=self.now() if before is None else before.created_at,
        )
        self.authors.put(author)
        log.info("author written", extra={"handle": handle})
        return author
