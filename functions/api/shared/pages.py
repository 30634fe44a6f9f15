"""/s/{token}: a shared result for anybody, as a page, for a frame, and as a picture."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.services import services
from api.shared import drawing
from api.shared.facts import Facts, Files, facts_of, percent
from candlewick.backtests.curve import reduced
from candlewick.errors import AppError, NotFound
from candlewick.ids import is_id
from candlewick.shares.models import ShareToken

blueprint = Blueprint("shared_pages", __name__, url_prefix="/s")

_HERE = Path(__file__).parent
_POINTS = 600
# A link that is taken back shows nothing any more within a minute: proxies and browsers ask again before.
_KEPT = "public, max-age=30"
_HTML = "text/html; charset=utf-8"
# No script runs on these pages. Only what is made for it may stand in another site's frame.
_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
)


@dataclass(frozen=True, slots=True)
class _Shown:
    facts: Facts
    equity: dict[str, Any]


@blueprint.get("/page.css")
def style() -> Response:
    return _answer(_text("page.css"), "text/css; charset=utf-8", kept="public, max-age=3600")


@blueprint.get("/<token>")
def page(token: str) -> Response:
    return _html(token, is_embedded=False)


@blueprint.get("/<token>/embed")
def embedded(token: str) -> Response:
    return _html(token, is_embedded=True)


@blueprint.get("/<token>/picture.png")
def picture(token: str) -> Response:
    """Draw what other sites show of the link."""

    def draw() -> Response:
        shown = _shown(token)
        lines = [(figure.name, figure.text) for figure in shown.facts.main[:4]]
        found = drawing.picture(shown.facts.title, lines, shown.equity["balance"])
        return _answer(found, "image/png")

    return _or_why_not(draw)


def _html(token: str, *, is_embedded: bool) -> Response:
    def render() -> Response:
        shown = _shown(token)
        drawn = drawing.draw(shown.equity)
        text = _template("page.html").render(
            facts=shown.facts,
            drawing=drawn,
            deepest=percent(-drawn.deepest),
            span=f"{drawn.lowest:,.2f} to {drawn.highest:,.2f}",
            picture=f"{_origin()}/s/{token}/picture.png",
            home=f"{_origin()}/",
            is_embedded=is_embedded,
        )
        return _answer(text, _HTML, framed_by="*" if is_embedded else "'none'")

    return _or_why_not(render)


def _shown(token: str) -> _Shown:
    found = services()
    found.flood_gate.check(f"shared {token[:64]}")
    if not is_id(token):
        raise NotFound("There is no such link. Look whether the whole address was copied.")
    link, run = found.shares.open(ShareToken(token))
    read = found.results.read
    names = ("summary", "equity", "certificate")
    files = Files(**{name: json.loads(read(f"{run.files}/{name}.json")) for name in names})
    return _Shown(facts_of(link, run, files), reduced(files.equity, points=_POINTS))  # type: ignore[arg-type]  # as the verifier wrote it


def _origin() -> str:
    """Return this site's address as the visitor knows it; nothing when the request names none of ours."""
    host = request.headers.get("X-Forwarded-Host", "") or request.host
    return next((o for o in services().allowed_origins if o.partition("://")[2] == host), "")


def _or_why_not(answer: Callable[[], Response]) -> Response:
    """Return the answer, or a page that says why there is none: visitors are people, not programs."""
    try:
        return answer()
    except AppError as error:
        titles = {
            404: "There is nothing here",
            410: "This link is over",
            429: "Too many visitors at once",
        }
        title = titles.get(error.status, "This cannot be shown now")
        text = _template("over.html").render(title=title, text=str(error))
        return _answer(text, _HTML, status=error.status, kept="no-store")


def _answer(
    body: str | bytes, kind: str, *, status: int = 200, kept: str = _KEPT, framed_by: str = "'none'"
) -> Response:
    headers = {
        "Cache-Control": kept,
        "Content-Security-Policy": _POLICY + framed_by,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(body, status=status, content_type=kind, headers=headers)


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text()


@cache
def _template(name: str) -> Any:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
