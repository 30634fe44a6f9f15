"""/api/v1/marketplace/listings/{id}/versions/{n}: what the house found out about a version."""

from flask import Response

from api.auth import caller, visitor
from api.marketplace import house_views as views
from api.marketplace.blueprints import ANYBODY, make_blueprint
from api.marketplace.bodies import ListingVersionPath
from api.marketplace.listings import publisher
from api.marketplace.versions import reply_version
from api.marketplace.views import ListingVersionView
from api.schema import reply
from api.services import services
from api.trust import TrustView
from candlewick.accounts.models import Scope, UserId
from candlewick.errors import NotFound
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import ExamState, ListingId, ListingVersion

blueprint = make_blueprint("house")

_VERSION = "/listings/<listing_id>/versions/<int:number>"


@blueprint.get(f"{_VERSION}/result", security=ANYBODY, responses={200: views.ListingResultView})
def get_listing_result(path: ListingVersionPath) -> Response:
    """Return what a version did before and after its publication, as the house ran it."""
    found = services().marketplace
    _, version = found.listings.version(
        visitor(Scope.READ), ListingId(path.listing_id), path.number
    )
    later = found.house_results.out_of_sample(version)
    view = views.ListingResultView(
        in_sample=views.stretch(found.house_results.in_sample(version)),
        out_of_sample=None if later is None else views.stretch(later),
    )
    return reply(view)


@blueprint.get(f"{_VERSION}/trust", security=ANYBODY, responses={200: TrustView})
def get_listing_trust(path: ListingVersionPath) -> Response:
    """Say how much to believe a version: what its examination found."""
    found = services().marketplace
    seen, version = found.listings.version(
        visitor(Scope.READ), ListingId(path.listing_id), path.number
    )
    if version.verdict.state is not ExamState.DONE:
        raise NotFound("This version's examination has no report yet.")
    report = found.exams.report(found.exams.get(version.verdict.exam))
    return reply(views.trust(report, shows_code=Right.READ_CODE in seen.rights))


@blueprint.get(f"{_VERSION}/exam", responses={200: views.ExamView})
def get_exam(path: ListingVersionPath) -> Response:
    """Return how far a version's examination is; its author may ask, and asking takes it further."""
    found = services().marketplace
    version = _own_version(caller(Scope.READ).id, path)
    if not version.verdict.exam:
        raise NotFound("This version's examination was not begun.")
    return reply(views.exam(*found.exams.progress(version.verdict.exam)))


@blueprint.post(f"{_VERSION}/exam", responses={201: ListingVersionView})
def begin_exam(path: ListingVersionPath) -> Response:
    """Ask for a failed examination again."""
    owner = publisher()
    version = _own_version(owner, path)
    services().marketplace.publisher.examine_again(version)
    return reply_version(owner, version.listing, path.number, 201)


def _own_version(owner: UserId, path: ListingVersionPath) -> ListingVersion:
    """Return a version that is the caller's to change."""
    listings = services().marketplace.listings
    return listings.version(owner, ListingId(path.listing_id), path.number, Right.EDIT)[1]
