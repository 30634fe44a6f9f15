"""Makes the marketplace's blueprints alike."""

from collections.abc import Callable
from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.auth import address, recognise
from api.problems import RESPONSES
from api.services import services

PREFIX = "/api/v1/marketplace"
# What anybody may call: with a credential, or without one.
ANYBODY: list[dict[str, list[str]]] = [{}]  # beside the blueprint's own


def make_blueprint(name: str) -> APIBlueprint:
    """Return a blueprint that knows its caller; who is not signed in is refused by `caller`, not before."""
    return _make(name, recognise, abp_security=[{"bearer": []}])


def make_public_blueprint(name: str) -> APIBlueprint:
    """Return a blueprint that asks nobody who they are; addresses that flood it are held back."""
    return _make(name, lambda: services().visitor_gate.check(address()))


def _make(name: str, before: Callable[[], None], **options: Any) -> APIBlueprint:
    made = APIBlueprint(
        f"marketplace_{name}",
        f"api.marketplace.{name}",
        url_prefix=PREFIX,
        abp_tags=[Tag(name="marketplace")],
        abp_responses=RESPONSES,
        **options,
    )
    made.before_request(before)
    return made
