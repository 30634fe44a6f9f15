"""/api/v1/backtests/{id}/plot and /indicators: what a chart of a verified result shows beside candles."""

import json
from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from api.auth import caller
from api.backtest_bodies import Pair, RunPath
from api.backtests import blueprint
from api.schema import Body, Moment, View, reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.backtests.models import RunId
from candlewick.backtests.plot_store import IndicatorWindow, Span
from candlewick.backtests.plots import MAX_COLUMNS, SIGNALS, Style
from candlewick.backtests.secrecy import NOT_KEPT
from candlewick.errors import Forbidden

__all__ = ["blueprint"]

_IMMUTABLE = "private, max-age=86400, immutable"


class StyleView(View):
    """How a column is drawn. `fillTo` names the column up to which the area is filled."""

    color: str | None
    type: Literal["line", "bar", "scatter"]
    fill_to: str | None
    fill_label: str | None
    fill_color: str | None


class PlotConfigView(View):
    """Freqtrade's plot configuration: columns over the candles, and columns in panes below, by title."""

    main_plot: dict[str, StyleView]
    subplots: dict[str, dict[str, StyleView]]


class PairColumnsView(View):
    """Which columns a pair has: `rows` values from the candle opened at `start` (milliseconds) on."""

    pair: str
    start: int
    rows: int
    columns: list[str]


class PlotView(View):
    """`isDefault`: the strategy names no plot, so one was made from its columns. `step` in milliseconds."""

    plot_config: PlotConfigView
    is_default: bool
    step: int
    pairs: list[PairColumnsView]
    left_out: list[str]


class IndicatorsView(View):
    """Value n of a column belongs to the (merged) candle opened at `start + n * step` (milliseconds)."""

    pair: str
    start: int
    step: int
    columns: dict[str, list[float | None]]


class IndicatorsQuery(Body):
    """`end` is exclusive; without `columns` all of them come; `merged` as in an answer with candles."""

    pair: Pair
    start: Moment
    end: Moment
    merged: Annotated[int, Field(ge=1, le=1_000)] = 1
    columns: Annotated[
        list[Annotated[str, Field(max_length=64)]],
        Field(max_length=MAX_COLUMNS + len(SIGNALS), default_factory=list),
    ]


@blueprint.get("/<run_id>/plot", responses={200: PlotView})
def get_plot(path: RunPath) -> Response:
    """Return the strategy's plot configuration, and which indicators there are of which pair."""
    plot = services().plots.plot(_prefix(path))
    config = plot.plot_config
    view = PlotView(
        plot_config=PlotConfigView(
            main_plot=_lines(config.main_plot),
            subplots={title: _lines(lines) for title, lines in config.subplots.items()},
        ),
        is_default=plot.is_default,
        step=plot.step,
        pairs=[
            PairColumnsView(pair=item.pair, start=item.start, rows=item.rows, columns=item.columns)
            for item in plot.pairs
        ],
        left_out=plot.left_out,
    )
    response = reply(view)
    response.headers["Cache-Control"] = _IMMUTABLE
    return response


@blueprint.get("/<run_id>/indicators", responses={200: IndicatorsView})
def get_indicators(path: RunPath, query: IndicatorsQuery) -> Response:
    """Return a window of the indicators of a pair, at most 20,000 (merged) candles long."""
    window = services().plots.window(
        _prefix(path), query.pair, Span(query.start, query.end, query.merged), query.columns
    )
    return Response(
        _as_json(query.pair, window),
        content_type="application/json",
        headers={"Cache-Control": _IMMUTABLE},
    )


def _prefix(path: RunPath) -> str:
    run = services().backtests.succeeded(caller(Scope.READ).id, RunId(path.run_id))
    if run.strategy.is_closed:
        raise Forbidden(NOT_KEPT)
    return "" if run.result is None else run.result.prefix


def _lines(lines: dict[str, Style]) -> dict[str, StyleView]:
    return {name: StyleView.model_validate(dict(style)) for name, style in lines.items()}


def _as_json(pair: str, window: IndicatorWindow) -> str:
    """Put the columns together as text: they are JSON already."""
    columns = ",".join(f"{json.dumps(name)}:{values}" for name, values in window.columns.items())
    head = f'"pair":{json.dumps(pair)},"start":{window.start},"step":{window.step}'
    return f'{{{head},"columns":{{{columns}}}}}'
