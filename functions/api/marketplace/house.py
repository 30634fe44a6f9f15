"""/api/v1/marketplace/listings/{id}/versions/{n}: what the house found out about a version."""

from flask import Response

from api.auth import caller, visitor
from api.marketplace import house_views as views
from api.marketplace.blueprints import ANYBODY, make_blueprint
from api.marketplace.bodies import ListingVersionPath
from api.marketplace.listings import own, publisher
from api.marketplace.versions import reply_version
from api.marketplace.views import ListingVersionView
from api.schema import reply
from api.services import services
from api.trust import TrustView
from candlewick.accounts.models import Scope
from candlewick.errors import NotFound
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import ExamState, ListingId

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
    owner, listing_id = caller(Scope.READ).id, own(path)
    found = services().marketplace
    _, version = found.listings.version(owner, listing_id, path.number)
    if not version.verdict.exam:
        raise NotFound("This version's examination was not begun.")
    exam = found.exams.advance(version.verdict.exam)
    return reply(views.exam(exam, dict(found.exams.states(exam))))


@blueprint.post(f"{_VERSION}/exam", responses={201: ListingVersionView})
def begin_exam(path: ListingVersionPath) -> Response:
    """Ask for a failed examination again."""
    owner, listing_id = publisher(), own(path)
    found = services().marketplace
    _, version = found.listings.version(owner, listing_id, path.number)
    found.publisher.examine_again(version)
    return reply_version(owner, listing_id, path.number, 201)
