"""/api/v1/backtests/{id}/trust: how much to believe a result."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.auth import authenticate, caller
from api.backtest_bodies import RunPath
from api.problems import RESPONSES
from api.schema import View, reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.backtests.models import RunId
from candlewick.trust.finding import Grade, Weight
from candlewick.trust.report import Report

blueprint = APIBlueprint(
    "trust",
    __name__,
    url_prefix="/api/v1/backtests",
    abp_tags=[Tag(name="backtests")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)
blueprint.before_request(authenticate)


class TrustFindingView(View):
    """`line` is the line of the strategy's code that causes it, if one does."""

    name: str
    weight: Weight
    text: str
    line: int | None


class FanView(View):
    """The balance after so many trades, in 2,000 draws: the 5th, 50th and 95th percentile, in stake currency."""

    steps: tuple[int, ...]
    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]
    loss: float  # the share of draws that end below the start


class FallsView(View):
    """The largest drawdown with the same trades in other orders: percentiles, ratios."""

    low: float
    middle: float
    high: float


class CostView(View):
    """The net profit with each order `basis_points` (0.01 %) dearer, in stake currency."""

    basis_points: int
    profit: float


class TrustView(View):
    """`deflated` and `overfitting` are probabilities; null where there is too little to say."""

    grade: Grade
    findings: tuple[TrustFindingView, ...]
    fan: FanView | None
    falls: FallsView | None
    break_even: float | None  # basis points that each order may cost more
    costs: tuple[CostView, ...]
    trials: int
    deflated: float | None
    overfitting: float | None
    not_examined: tuple[str, ...]


@blueprint.get("/<run_id>/trust", responses={200: TrustView})
def get_trust(path: RunPath) -> Response:
    """Say how much to believe a verified result. Every other run of the strategy counts as an attempt."""
    who = caller(Scope.READ)
    services().limiter.check(who.id, "check")
    return reply(view(services().trust.report(who.id, RunId(path.run_id))))


def view(found: Report) -> TrustView:
    fan, falls = found.fan, found.falls
    return TrustView(
        grade=found.grade,
        findings=tuple(
            TrustFindingView(name=each.name, weight=each.weight, text=each.text, line=each.line)
            for each in found.findings
        ),
        fan=None
        if fan is None
        else FanView(steps=fan.steps, low=fan.low, middle=fan.middle, high=fan.high, loss=fan.loss),
        falls=None
        if falls is None
        else FallsView(low=falls.low, middle=falls.middle, high=falls.high),
        break_even=None if found.costs is None else found.costs.break_even,
        costs=tuple(
            CostView(basis_points=points, profit=profit)
            for points, profit in (found.costs.points if found.costs else ())
        ),
        trials=found.trials,
        deflated=found.deflated,
        overfitting=found.overfitting,
        not_examined=found.not_examined,
    )
