"""/api/v1/specs and /api/v1/indicators: strategies as specs, their code, and what they are built from."""

import json

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api import spec_views as views
from api.auth import authenticate, caller
from api.problems import RESPONSES
from api.schema import Body, reply
from api.services import services
from api.strategy_bodies import CodeBody
from candlewick.accounts.models import Scope
from candlewick.errors import Invalid
from candlewick.specs.compiler import compile_spec
from candlewick.specs.reading import read_spec

blueprint = APIBlueprint(
    "specs",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="specs")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)
blueprint.before_request(authenticate)


class SpecBody(Body):
    """A spec as docs/strategy-spec.md describes it."""

    spec: views.Document


@blueprint.post("/specs/check", responses={200: views.SpecCheckView})
def check_spec(body: SpecBody) -> Response:
    """Check a spec: each problem at its block, and the strategy in plain English when there is none."""
    _limit()
    try:
        spec = read_spec(json.dumps(body.spec))
    except Invalid as error:
        return reply(views.refused(error))
    return reply(views.checked(spec))


@blueprint.post("/specs/compile", responses={200: views.CompiledView})
def compile_to_code(body: SpecBody) -> Response:
    """Compile a spec to Freqtrade code. 422 names each block that must be changed first."""
    _limit()
    spec = read_spec(json.dumps(body.spec))
    return reply(views.compiled(spec, compile_spec(spec)))


@blueprint.post("/specs/parse", responses={200: views.CompiledView})
def parse_code(body: CodeBody) -> Response:
    """Read code back into a spec; what is no block is code in its place. `code` is what it compiles to."""
    # Every function would wait for libcst at its start.
    from candlewick.specs.reading_code import read_code  # noqa: PLC0415

    _limit()
    spec = read_code(body.code)
    return reply(views.compiled(spec, compile_spec(spec)))


@blueprint.get("/specs/examples", responses={200: views.ExamplesView})
def list_examples() -> Response:
    """List strategies that people know, as specs to begin from."""
    caller(Scope.READ)
    return reply(views.examples())


@blueprint.get("/indicators", responses={200: views.RegistryView})
def list_indicators() -> Response:
    """List the indicators that specs can use."""
    caller(Scope.READ)
    return reply(views.indicators())


def _limit() -> None:
    services().limiter.check(caller(Scope.READ).id, "check")
