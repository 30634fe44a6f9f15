"""/api/v1/marketplace/authors and /my/author: who publishes."""

from flask import Response

from api.auth import caller, visitor
from api.marketplace import views
from api.marketplace.blueprints import ANYBODY, make_blueprint
from api.marketplace.bodies import AuthorBody, AuthorPath
from api.marketplace.listings import publisher
from api.schema import reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.marketplace.models import Handle

blueprint = make_blueprint("authors")


@blueprint.get("/authors/<handle>", security=ANYBODY, responses={200: views.AuthorView})
def get_author(path: AuthorPath) -> Response:
    """Return an author."""
    visitor(Scope.READ)
    return reply(views.author(services().marketplace.authors.get(Handle(path.handle))))


@blueprint.get("/my/author", responses={200: views.AuthorView})
def get_my_author() -> Response:
    """Return oneself as an author; 404 before a handle was chosen."""
    return reply(views.author(services().marketplace.authors.mine(caller(Scope.READ).id)))


@blueprint.put("/my/author", responses={200: views.AuthorView})
def write_my_author(body: AuthorBody) -> Response:
    """Choose a handle, or change name and text. The handle stays: links to strategies hold it."""
    found = services().marketplace.authors.put(
        publisher(), Handle(body.handle), name=body.name, about=body.about
    )
    return reply(views.author(found))
