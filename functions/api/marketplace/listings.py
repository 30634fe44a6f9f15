"""/api/v1/marketplace/listings: listings as visitors see them, and as their authors change them."""

from flask import Response

from api.auth import caller, visitor
from api.marketplace import views
from api.marketplace.blueprints import ANYBODY, make_blueprint
from api.marketplace.bodies import ListingBody, ListingPath, TermsBody
from api.schema import reply
from api.services import services
from api.strategy_views import DiffView
from api.strategy_views import diff as diff_view
from candlewick.accounts.models import Scope, UserId
from candlewick.errors import Forbidden
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import ListingId

blueprint = make_blueprint("listings")

_LISTING = "/listings/<listing_id>"
_NO_GUESTS = (
    "Add an e-mail address to your account first: a listing needs somebody who can be reached."
)


@blueprint.get(_LISTING, security=ANYBODY, responses={200: views.ListingView})
def get_listing(path: ListingPath) -> Response:
    """Return a listing with its current version, and what the viewer may do with it."""
    return _page(visitor(Scope.READ), path)


@blueprint.post("/listings", responses={201: views.ListingView})
def create_listing(body: ListingBody) -> Response:
    """Make a listing: a draft until a version is published. The examination of its version begins."""
    owner = publisher()
    made = services().marketplace.publisher.create(owner, body.to_edition(), body.terms.to_terms())
    return reply(views.listing(services().marketplace.listings.page(owner, made.id)), 201)


@blueprint.patch(_LISTING, responses={200: views.ListingView})
def change_listing(path: ListingPath, body: TermsBody) -> Response:
    """Replace the listing's text and terms, all of them; its versions stay as they are."""
    owner, listing_id = publisher(), own(path)
    services().marketplace.publisher.edit(owner, listing_id, body.to_terms())
    return _page(owner, path)


@blueprint.post(f"{_LISTING}/withdraw", responses={200: views.ListingView})
def withdraw_listing(path: ListingPath) -> Response:
    """Hide a listing. It stays in every statistic; whoever bought it or was let in keeps it."""
    owner, listing_id = author(), own(path)
    services().marketplace.publisher.withdraw(owner, listing_id)
    return _page(owner, path)


@blueprint.post(f"{_LISTING}/restore", responses={200: views.ListingView})
def restore_listing(path: ListingPath) -> Response:
    """Show a withdrawn listing again. One that a moderator took down stays down."""
    owner, listing_id = author(), own(path)
    services().marketplace.publisher.restore(owner, listing_id)
    return _page(owner, path)


@blueprint.get(f"{_LISTING}/lineage", security=ANYBODY, responses={200: views.LineageView})
def get_lineage(path: ListingPath) -> Response:
    """Return what a strategy was forked from, and its published forks."""
    found = services().marketplace.listings.lineage(visitor(Scope.READ), ListingId(path.listing_id))
    return reply(views.lineage(found))


@blueprint.get(f"{_LISTING}/ancestor-diff", security=ANYBODY, responses={200: DiffView})
def get_ancestor_diff(path: ListingPath) -> Response:
    """Return what a fork changed, line by line; for who may read the code of both."""
    found = services().marketplace.listings.ancestor_diff(
        visitor(Scope.READ), ListingId(path.listing_id)
    )
    return reply(diff_view(found))


@blueprint.get("/my/listings", responses={200: views.ListingsView})
def list_my_listings() -> Response:
    """List one's own listings, the last changed first, drafts and withdrawn ones too."""
    found = services().marketplace.listings.mine(caller(Scope.READ).id)
    return reply(views.ListingsView(items=[views.listing(seen) for seen in found]))


def author() -> UserId:
    """Return the caller, who changes a listing of theirs."""
    who = caller(Scope.STRATEGIES)
    services().limiter.check(who.id, "listing")
    return who.id


def publisher() -> UserId:
    """Return the caller, who has an e-mail address and so may publish."""
    owner, found = author(), services()
    account = found.accounts.profile(caller())
    if not (account.email or caller().email):
        raise Forbidden(_NO_GUESTS)
    return owner


def own(path: ListingPath) -> ListingId:
    """Return the listing's id, if it is the caller's to change."""
    listing_id = ListingId(path.listing_id)
    services().marketplace.listings.see(caller().id, listing_id, Right.EDIT)
    return listing_id


def _page(user: UserId | None, path: ListingPath) -> Response:
    seen = services().marketplace.listings.page(user, ListingId(path.listing_id))
    return reply(views.listing(seen))
