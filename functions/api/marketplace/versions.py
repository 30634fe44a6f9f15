"""/api/v1/marketplace/listings/{id}/versions: what a listing's versions are, and their code where it is shown."""

from flask import Response

from api.auth import visitor
from api.marketplace import views
from api.marketplace.blueprints import ANYBODY, make_blueprint
from api.marketplace.bodies import DiffQuery, EditionBody, ListingPath, ListingVersionPath
from api.marketplace.listings import own, publisher
from api.schema import reply
from api.services import services
from api.strategy_views import DiffView
from api.strategy_views import diff as diff_view
from candlewick.accounts.models import Scope, UserId
from candlewick.marketplace.models import ListingId

blueprint = make_blueprint("versions")

_VERSIONS = "/listings/<listing_id>/versions"
_VERSION = f"{_VERSIONS}/<int:number>"


@blueprint.get(_VERSIONS, security=ANYBODY, responses={200: views.ListingVersionsView})
def list_listing_versions(path: ListingPath) -> Response:
    """List the published versions, the newest first; its author also the others."""
    seen, found = services().marketplace.listings.versions(
        visitor(Scope.READ), ListingId(path.listing_id)
    )
    items = [views.version(item, seen.rights) for item in found]
    return reply(views.ListingVersionsView(items=items))


@blueprint.post(_VERSIONS, responses={201: views.ListingVersionView})
def add_listingreply_version(path: ListingPath, body: EditionBody) -> Response:
    """Save a new version with release notes; its examination begins. Visitors see it once it is published."""
    owner, listing_id = publisher(), own(path)
    made = services().marketplace.publisher.add_version(owner, listing_id, body.to_edition())
    return reply_version(owner, listing_id, made.number, 201)


@blueprint.get(_VERSION, security=ANYBODY, responses={200: views.ListingVersionView})
def get_listingreply_version(path: ListingVersionPath) -> Response:
    """Return a version."""
    return reply_version(visitor(Scope.READ), ListingId(path.listing_id), path.number)


@blueprint.post(f"{_VERSION}/publish", responses={200: views.ListingView})
def publish_listingreply_version(path: ListingVersionPath) -> Response:
    """Make this the version that visitors see. 409 says what its examination found against it."""
    owner, listing_id = publisher(), own(path)
    services().marketplace.publisher.publish(owner, listing_id, path.number)
    return reply(views.listing(services().marketplace.listings.page(owner, listing_id)))


@blueprint.get(f"{_VERSION}/code", security=ANYBODY, responses={200: views.CodeView})
def get_listing_code(path: ListingVersionPath) -> Response:
    """Return a version's code, where its author shows it."""
    code = services().marketplace.listings.code(
        visitor(Scope.READ), ListingId(path.listing_id), path.number
    )
    return reply(views.CodeView(code=code))


@blueprint.get(f"{_VERSION}/diff", security=ANYBODY, responses={200: DiffView})
def diff_listing_versions(path: ListingVersionPath, query: DiffQuery) -> Response:
    """Return the difference to an earlier version, line by line."""
    diff = services().marketplace.listings.diff(
        visitor(Scope.READ), ListingId(path.listing_id), query.older, path.number
    )
    return reply(diff_view(diff))


def reply_version(
    user: UserId | None, listing_id: ListingId, number: int, status: int = 200
) -> Response:
    seen, version = services().marketplace.listings.version(user, listing_id, number)
    return reply(views.version(version, seen.rights), status)
