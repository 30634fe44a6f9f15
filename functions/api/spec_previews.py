"""/api/v1/specs/preview and /explain: what a spec does on candles, without running any code of its author."""

import json
from typing import TYPE_CHECKING

from flask import Response

from api import spec_preview_views as views
from api.auth import caller
from api.schema import reply
from api.services import services
from api.specs import blueprint
from candlewick.accounts.models import Scope
from candlewick.specs.reading import read_spec

if TYPE_CHECKING:
    from candlewick.previews.models import Wanted
    from candlewick.previews.previewing import Previewer

__all__ = ["blueprint"]


@blueprint.post("/specs/preview", responses={200: views.SpecPreviewView})
def preview_spec(body: views.SpecPreviewBody) -> Response:
    """Return indicators and signals of a spec on a window of candles. 422 names blocks that are wrong."""
    previewer, wanted = _previewer(), _wanted(body)
    return reply(views.preview(wanted, previewer.preview(wanted)))


@blueprint.post("/specs/explain", responses={200: views.SpecExplanationView})
def explain_candle(body: views.SpecExplainBody) -> Response:
    """Return each condition of each rule at one candle: its operands, and whether it held."""
    previewer, wanted = _previewer(), _wanted(body)
    return reply(views.explanation(previewer.explain(wanted, body.at)))


def _previewer() -> "Previewer":
    # Every function would wait for pandas at its start.
    from candlewick.previews.previewing import Previewer  # noqa: PLC0415

    services().limiter.check(caller(Scope.READ).id, "preview")
    return Previewer(candles=services().candles)


def _wanted(body: views.SpecPreviewBody) -> "Wanted":
    from candlewick.previews.models import Wanted  # noqa: PLC0415

    return Wanted(
        spec=read_spec(json.dumps(body.spec)),
        exchange=body.exchange,
        pair=body.pair,
        trading_mode=body.trading_mode,
        revision=body.revision,
        until=body.end,
        candles=body.candles,
        parameters=body.parameters,
    )
