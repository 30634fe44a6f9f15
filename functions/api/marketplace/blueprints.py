"""Makes the marketplace's blueprints alike."""

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.auth import recognise
from api.problems import RESPONSES

PREFIX = "/api/v1/marketplace"
# What anybody may call: with a credential, or without one.
ANYBODY: list[dict[str, list[str]]] = [{}]  # beside the blueprint's own


def make_blueprint(name: str) -> APIBlueprint:
    """Return a blueprint that knows its caller; who is not signed in is refused by `caller`, not before."""
    made = APIBlueprint(
        f"marketplace_{name}",
        f"api.marketplace.{name}",
        url_prefix=PREFIX,
        abp_tags=[Tag(name="marketplace")],
        abp_security=[{"bearer": []}],
        abp_responses=RESPONSES,
    )
    made.before_request(recognise)
    return made
