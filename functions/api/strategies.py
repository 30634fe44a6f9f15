"""/api/v1/strategies: strategies, their immutable versions, diffs and static checks."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api import strategy_views as views
from api.auth import authenticate, caller
from api.problems import RESPONSES
from api.schema import PageQuery, no_content, reply
from api.services import services
from api.strategy_bodies import (
    CodeBody,
    DiffPath,
    DraftBody,
    NameBody,
    ParameterSetBody,
    ParameterSetPath,
    SeenQuery,
    StrategiesQuery,
    StrategyPatch,
    StrategyPath,
    VersionBody,
    VersionPath,
)
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

_VERSION = "/strategies/<strategy_id>/versions/<int:number>"


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


@blueprint.get(_VERSION, responses={200: views.VersionView})
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


@blueprint.get("/strategies/<strategy_id>/draft", responses={200: views.DraftView})
def get_draft(path: StrategyPath) -> Response:
    """Return the unsaved code; with revision 0 and no code when there is none."""
    found = services().drafts.get(caller(Scope.READ).id, StrategyId(path.strategy_id))
    return reply(views.draft(found))


@blueprint.put("/strategies/<strategy_id>/draft", responses={200: views.DraftView})
def write_draft(path: StrategyPath, body: DraftBody) -> Response:
    """Replace the unsaved code. 409 when `revision` is not the newest: somebody else wrote meanwhile."""
    written = services().drafts.write(
        _writer("draft"),
        StrategyId(path.strategy_id),
        body.code,
        base_version=body.base_version,
        seen=body.revision,
    )
    return reply(views.draft(written))


@blueprint.delete("/strategies/<strategy_id>/draft", responses={204: None})
def delete_draft(path: StrategyPath, query: SeenQuery) -> Response:
    """Discard the unsaved code; with `revision` only when it is still the newest."""
    services().drafts.delete(_writer("draft"), StrategyId(path.strategy_id), seen=query.revision)
    return no_content()


@blueprint.get(f"{_VERSION}/parameter-sets", responses={200: views.ParameterSetsView})
def list_parameter_sets(path: VersionPath) -> Response:
    """List a version's parameter sets, the newest first."""
    found = services().parameter_sets.list(
        caller(Scope.READ).id, StrategyId(path.strategy_id), path.number
    )
    return reply(views.ParameterSetsView(items=[views.parameter_set(item) for item in found]))


@blueprint.post(f"{_VERSION}/parameter-sets", responses={201: views.ParameterSetView})
def create_parameter_set(path: VersionPath, body: ParameterSetBody) -> Response:
    """Save values for a version's parameters under a name. Each unfit value is a field error."""
    owner, found = _writer(), services()
    version = found.strategies.version(owner, StrategyId(path.strategy_id), path.number)
    made = found.parameter_sets.create(owner, version, body.name, body.parameters)
    return reply(views.parameter_set(made), 201)


@blueprint.delete(f"{_VERSION}/parameter-sets/<set_id>", responses={204: None})
def delete_parameter_set(path: ParameterSetPath) -> Response:
    """Delete a parameter set. Runs that used its values keep them."""
    owner, found = _writer(), services()
    version = found.strategies.version(owner, StrategyId(path.strategy_id), path.number)
    found.parameter_sets.delete(owner, version, path.set_id)
    return no_content()


@blueprint.post("/strategy-checks", responses={200: views.CheckView})
def check_code(body: CodeBody) -> Response:
    """Check code without saving it."""
    who = caller(Scope.READ)
    services().limiter.check(who.id, "check")
    return reply(views.check(services().strategies.check(body.code)))


def _writer(action: str = "strategy") -> UserId:
    who = caller(Scope.STRATEGIES)
    services().limiter.check(who.id, action)
    return who.id
