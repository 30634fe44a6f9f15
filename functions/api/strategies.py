"""/api/v1/strategies: strategies, their immutable versions, diffs and static checks."""

from typing import Annotated

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field, StrictBool, StrictInt, StrictStr

from api import strategy_views as views
from api.auth import authenticate, caller
from api.problems import RESPONSES
from api.schema import Body, Id, Name, PageQuery, Path, VersionNumber, reply
from api.services import services
from candlewick.accounts.models import Scope, UserId
from candlewick.strategies.models import StrategyId

blueprint = APIBlueprint(
    "strategies",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="strategies")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)
blueprint.before_request(authenticate)


# What a Freqtrade parameter file holds, and no number or name that a database could not keep.
ParameterName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]{0,99}$")]
Parameter = (
    StrictBool
    | Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
    | Annotated[float, Field(strict=True, allow_inf_nan=False)]
    | Annotated[StrictStr, Field(max_length=1_000)]
    | None
)


class NameBody(Body):
    name: Name


class StrategyPatch(Body):
    name: Name | None = None
    is_archived: bool | None = None


class VersionBody(Body):
    code: Annotated[str, Field(min_length=1)]
    parameters: dict[ParameterName, dict[ParameterName, Parameter]] | None = None
    note: Annotated[str, Field(max_length=2_000)] = ""


class CodeBody(Body):
    code: str


class StrategyPath(Path):
    strategy_id: Id


class VersionPath(StrategyPath):
    number: VersionNumber


class DiffPath(StrategyPath):
    older: VersionNumber
    newer: VersionNumber


class StrategiesQuery(PageQuery):
    archived: bool = False


@blueprint.post("/strategies", responses={201: views.StrategyView})
def create_strategy(body: NameBody) -> Response:
    """Create a strategy without versions."""
    owner = _writer()
    return reply(views.strategy(services().strategies.create(owner, body.name)), 201)


@blueprint.get("/strategies", responses={200: views.StrategiesView})
def list_strategies(query: StrategiesQuery) -> Response:
    """List strategies, the last changed first."""
    page = services().strategies.list(
        caller(Scope.READ).id, archived=query.archived, cursor=query.cursor, size=query.size
    )
    items = [views.strategy(item) for item in page.items]
    return reply(views.StrategiesView(items=items, next_cursor=page.next_cursor))


@blueprint.get("/strategies/<strategy_id>", responses={200: views.StrategyView})
def get_strategy(path: StrategyPath) -> Response:
    """Return a strategy."""
    found = services().strategies.get(caller(Scope.READ).id, StrategyId(path.strategy_id))
    return reply(views.strategy(found))


@blueprint.patch("/strategies/<strategy_id>", responses={200: views.StrategyView})
def change_strategy(path: StrategyPath, body: StrategyPatch) -> Response:
    """Rename, archive or restore a strategy."""
    owner, strategy_id, found = _writer(), StrategyId(path.strategy_id), services().strategies
    changed = found.get(owner, strategy_id)
    if body.name is not None:
        changed = found.rename(owner, strategy_id, body.name)
    if body.is_archived is not None:
        changed = found.archive(owner, strategy_id, is_archived=body.is_archived)
    return reply(views.strategy(changed))


@blueprint.post("/strategies/<strategy_id>/versions", responses={201: views.VersionView})
def save_version(path: StrategyPath, body: VersionBody) -> Response:
    """Save code as the next version. Findings come with it; errors refuse a run, not the saving."""
    version = services().strategies.save_version(
        _writer(),
        StrategyId(path.strategy_id),
        body.code,
        parameters=body.parameters,
        note=body.note,
    )
    return reply(views.version(version, body.code), 201)


@blueprint.get("/strategies/<strategy_id>/versions", responses={200: views.VersionsView})
def list_versions(path: StrategyPath, query: PageQuery) -> Response:
    """List a strategy's versions, the newest first, without their code."""
    page = services().strategies.versions(
        caller(Scope.READ).id, StrategyId(path.strategy_id), cursor=query.cursor, size=query.size
    )
    items = [views.version(item, None) for item in page.items]
    return reply(views.VersionsView(items=items, next_cursor=page.next_cursor))


@blueprint.get(
    "/strategies/<strategy_id>/versions/<int:number>", responses={200: views.VersionView}
)
def get_version(path: VersionPath) -> Response:
    """Return a version with its code."""
    owner, found = caller(Scope.READ).id, services().strategies
    version = found.version(owner, StrategyId(path.strategy_id), path.number)
    return reply(views.version(version, found.code(owner, version)))


@blueprint.get(
    "/strategies/<strategy_id>/versions/<int:older>/diff/<int:newer>",
    responses={200: views.DiffView},
)
def diff_versions(path: DiffPath) -> Response:
    """Return the difference of two versions, line by line."""
    owner = caller(Scope.READ).id
    diff = services().strategies.diff(owner, StrategyId(path.strategy_id), path.older, path.newer)
    return reply(views.diff(diff))


@blueprint.post("/strategy-checks", responses={200: views.CheckView})
def check_code(body: CodeBody) -> Response:
    """Check code without saving it."""
    who = caller(Scope.READ)
    services().limiter.check(who.id, "check")
    return reply(views.check(services().strategies.check(body.code)))


def _writer() -> UserId:
    who = caller(Scope.STRATEGIES)
    services().limiter.check(who.id, "strategy")
    return who.id
