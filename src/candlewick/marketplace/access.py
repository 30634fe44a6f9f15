"""Who may do what with a listing. Every route asks here, and nothing else decides."""

from dataclasses import dataclass
from enum import Flag, auto

from candlewick.accounts.models import UserId
from candlewick.errors import Forbidden, NotFound
from candlewick.marketplace.models import Access, Listing, Standing, Visibility


class Right(Flag):
    """What a viewer may do with a listing."""

    SEE = auto()
    READ_CODE = auto()
    RUN = auto()  # backtests, and bots that trade on paper
    FORK = auto()
    BUY = auto()
    REVIEW = auto()
    REPORT = auto()
    WATCH = auto()
    EDIT = auto()  # its text, versions, visibility, members
    MODERATE = auto()


NONE = Right(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at a listing. `user` is None for somebody who is not signed in."""

    user: UserId | None
    is_member: bool = False  # was invited
    is_entitled: bool = False  # bought it, and the plan has not run out
    is_user: bool = False  # has run it
    is_moderator: bool = False
    is_watching: bool = False


def rights(listing: Listing, viewer: Viewer, *, is_author_suspended: bool = False) -> Right:
    """Return all that `viewer` may do with `listing`; `NONE` when it does not exist for them.

    A suspended viewer never gets here: the request was refused before.
    """
    if viewer.user == listing.owner:
        return _author_rights()
    seen = _sees(listing, viewer, is_author_suspended=is_author_suspended)
    if viewer.is_moderator:
        return Right.MODERATE | Right.SEE | (_user_rights(listing, viewer) if seen else NONE)
    if not seen:
        return NONE
    return _user_rights(listing, viewer)


def require(found: Right, wanted: Right) -> None:
    """Raise `NotFound` where the listing must not be known to exist, and `Forbidden` where it may."""
    if Right.SEE not in found:
        raise NotFound("There is no such listing, or it was taken down.")
    if wanted not in found:
        raise Forbidden(_WHY.get(wanted, "You may not do this with this listing."))


_WHY = {
    Right.READ_CODE: "The author does not show this code; you may run it.",
    Right.RUN: "This strategy is sold: buy it to run it.",
    Right.FORK: "This strategy's code or licence does not allow forks.",
    Right.BUY: "There is nothing to buy here: the strategy is free, yours, or bought already.",
    Right.REVIEW: "Only who has run a strategy of somebody else's may review it.",
    Right.EDIT: "Only its author may change a listing.",
    Right.MODERATE: "Only moderators may do this.",
}


def _author_rights() -> Right:
    return Right.SEE | Right.READ_CODE | Right.RUN | Right.EDIT


def _sees(listing: Listing, viewer: Viewer, *, is_author_suspended: bool) -> bool:
    if is_author_suspended or listing.standing in {Standing.DRAFT, Standing.SUSPENDED}:
        return False
    if listing.standing is Standing.WITHDRAWN:
        # What somebody paid for or was let into stays theirs to run.
        return viewer.is_entitled or viewer.is_member
    return listing.terms.visibility is not Visibility.PRIVATE or (
        viewer.is_member or viewer.is_entitled
    )


def _user_rights(listing: Listing, viewer: Viewer) -> Right:
    found, terms = Right.SEE, listing.terms
    is_paid = terms.price is not None and not viewer.is_entitled
    if viewer.user is None:
        return found | (NONE if is_paid or terms.access is Access.CLOSED else Right.READ_CODE)
    found |= Right.REPORT | Right.WATCH
    if is_paid:
        return found | Right.BUY
    found |= Right.RUN
    if terms.access is Access.OPEN:
        found |= Right.READ_CODE | (Right.FORK if terms.licence.allows_forks else NONE)
    return found | (Right.REVIEW if viewer.is_user else NONE)
