"""How strategies, versions, findings and diffs look as JSON."""

from dataclasses import asdict
from datetime import datetime

from pydantic import JsonValue, TypeAdapter

from api.schema import View
from candlewick.strategies.diff import Diff, LineKind
from candlewick.strategies.drafts import NO_DRAFT
from candlewick.strategies.models import (
    CheckReport,
    Draft,
    ParameterFact,
    ParameterKind,
    ParameterSet,
    Severity,
    Strategy,
    Version,
)

_PARAMETERS: TypeAdapter[dict[str, dict[str, JsonValue]]] = TypeAdapter(
    dict[str, dict[str, JsonValue]]
)
_JSON_OBJECT: TypeAdapter[dict[str, JsonValue] | None] = TypeAdapter(dict[str, JsonValue] | None)


class OriginView(View):
    """The version of a listing that a strategy was forked from."""

    listing_id: str
    version: int


class StrategyView(View):
    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    latest_version: int
    forked_from: OriginView | None


class StrategiesView(View):
    items: list[StrategyView]
    next_cursor: str | None


class FindingView(View):
    """Lines count from 1, columns from 0."""

    rule: str
    severity: Severity
    line: int
    column: int
    message: str
    advice: str


class ParameterView(View):
    """A parameter that the code declares; `null` where its value cannot be read without running it."""

    name: str
    kind: ParameterKind
    space: str | None
    low: float | None
    high: float | None
    default: JsonValue
    decimals: int | None
    options: list[JsonValue]
    optimize: bool
    load: bool
    line: int


class CheckView(View):
    is_runnable: bool
    class_name: str | None
    timeframe: str | None
    startup_candle_count: int | None
    can_short: bool
    parameters: list[ParameterView]
    findings: list[FindingView]


class VersionView(View):
    strategy_id: str
    number: int
    code_hash: str
    code_bytes: int
    code: str | None
    parameters: dict[str, JsonValue] | None
    note: str
    check: CheckView
    created_at: datetime


class VersionsView(View):
    items: list[VersionView]
    next_cursor: str | None


class DraftView(View):
    """Unsaved code. `revision` is 0 and `code` null when there is none."""

    code: str | None
    base_version: int | None
    revision: int
    saved_at: datetime | None


class ParameterSetView(View):
    id: str
    strategy_id: str
    version: int
    name: str
    parameters: dict[str, dict[str, JsonValue]]
    created_at: datetime


class ParameterSetsView(View):
    items: list[ParameterSetView]


class DiffLineView(View):
    kind: LineKind
    older: int | None
    newer: int | None
    text: str


class DiffView(View):
    added: int
    removed: int
    unified: str
    lines: list[DiffLineView]


def strategy(item: Strategy) -> StrategyView:
    return StrategyView(
        id=item.id,
        name=item.name,
        created_at=item.created_at,
        updated_at=item.updated_at,
        archived_at=item.archived_at,
        latest_version=item.latest_version,
        forked_from=None
        if item.forked_from is None
        else OriginView(listing_id=item.forked_from.listing, version=item.forked_from.version),
    )


def check(report: CheckReport) -> CheckView:
    return CheckView(
        is_runnable=report.is_runnable,
        class_name=report.facts.class_name,
        timeframe=report.facts.timeframe,
        startup_candle_count=report.facts.startup_candle_count,
        can_short=report.facts.can_short,
        parameters=[_parameter(item) for item in report.facts.parameters],
        findings=[
            FindingView(
                rule=item.rule,
                severity=item.severity,
                line=item.line,
                column=item.column,
                message=item.message,
                advice=item.advice,
            )
            for item in report.findings
        ],
    )


def _parameter(item: ParameterFact) -> ParameterView:
    return ParameterView.model_validate(asdict(item))


def draft(item: Draft | None) -> DraftView:
    if item is None:
        return DraftView(code=None, base_version=None, revision=NO_DRAFT, saved_at=None)
    return DraftView(
        code=item.code,
        base_version=item.base_version,
        revision=item.revision,
        saved_at=item.saved_at,
    )


def parameter_set(item: ParameterSet) -> ParameterSetView:
    return ParameterSetView(
        id=item.id,
        strategy_id=item.strategy_id,
        version=item.version,
        name=item.name,
        parameters=_PARAMETERS.validate_python(item.parameters),
        created_at=item.created_at,
    )


def version(item: Version, code: str | None) -> VersionView:
    return VersionView(
        strategy_id=item.strategy_id,
        number=item.number,
        code_hash=item.code_hash,
        code_bytes=item.code_bytes,
        code=code,
        parameters=_JSON_OBJECT.validate_python(item.parameters),
        note=item.note,
        check=check(item.report),
        created_at=item.created_at,
    )


def diff(item: Diff) -> DiffView:
    lines = [
        DiffLineView(kind=line.kind, older=line.older, newer=line.newer, text=line.text)
        for line in item.lines
    ]
    return DiffView(added=item.added, removed=item.removed, unified=item.unified, lines=lines)
