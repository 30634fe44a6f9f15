"""How the house's findings about a version look as JSON."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue, TypeAdapter

from api.schema import View
from api.trust import TrustView
from api.trust import view as trust_view
from candlewick.backtests.models import RunState
from candlewick.marketplace.exams.models import Exam, Part
from candlewick.marketplace.house_results import Stretch
from candlewick.marketplace.models import ExamState
from candlewick.trust.report import Report

_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
_UNTOLD = "Its author does not show the code, so what was found in it is not told in detail."


class RowView(View):
    """A group of trades: `key` is its pair or month."""

    key: str
    figures: dict[str, JsonValue]


class StretchView(View):
    """What a version did in one stretch of time, as the house ran it. Money is in stake currency.

    `equity` has at most 600 points, as `GET /backtests/{id}/equity?points=600` gives them; `trades` and `balance` are figures of
    the closed trades, and of the balance marked to market.
    """

    start: datetime
    until: datetime
    wallet: float
    stake_currency: str
    is_simulated: bool
    trades: dict[str, JsonValue]
    balance: dict[str, JsonValue]
    equity: dict[str, JsonValue]
    drawdowns: list[dict[str, JsonValue]]
    pairs: list[RowView]
    months: list[RowView]


class ListingResultView(View):
    """`outOfSample` is null until the first day after publication is over."""

    in_sample: StretchView
    out_of_sample: StretchView | None


class ExamRunView(View):
    """One of the runs that an examination makes."""

    name: str
    part: Part
    parameter: str
    state: RunState


class ExamView(View):
    state: ExamState
    message: str
    created_at: datetime
    runs: list[ExamRunView]


def stretch(found: Stretch) -> StretchView:
    return StretchView(
        start=found.start,
        until=found.until,
        wallet=found.wallet,
        stake_currency=found.stake_currency,
        is_simulated=found.is_simulated,
        trades=_OBJECT.validate_python(found.trades),
        balance=_OBJECT.validate_python(found.balance),
        equity=_OBJECT.validate_python(found.equity),
        drawdowns=[_OBJECT.validate_python(each) for each in found.drawdowns],
        pairs=[RowView(key=row["key"], figures=row["figures"]) for row in found.pairs],
        months=[RowView(key=row["key"], figures=row["figures"]) for row in found.months],
    )


def exam(found: Exam, states: Mapping[str, RunState]) -> ExamView:
    return ExamView(
        state=found.state,
        message=found.message,
        created_at=found.created_at,
        runs=[
            ExamRunView(
                name=name, part=planned.part, parameter=planned.parameter, state=states[name]
            )
            for name, planned in found.runs.items()
        ],
    )


def trust(found: Report, *, shows_code: bool) -> TrustView:
    """Return the report; what quotes the code is left out for who may not read it."""
    whole = trust_view(found)
    if shows_code:
        return whole
    findings = tuple(
        shown.model_copy(update={"text": _UNTOLD if own.is_of_code else shown.text, "line": None})
        for shown, own in zip(whole.findings, found.findings, strict=True)
    )
    return whole.model_copy(update={"findings": findings})
