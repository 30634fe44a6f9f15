"""/api/v1/marketplace/search: finding listings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from flask import Response
from pydantic import Field, JsonValue, TypeAdapter

from api.auth import visitor
from api.marketplace import views
from api.marketplace.blueprints import ANYBODY, make_blueprint
from api.schema import Body, View, reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.backtests.models import TradingMode
from candlewick.marketplace.access import Right, Viewer, rights
from candlewick.marketplace.models import Access, Licence, Style
from candlewick.marketplace.search.ports import Found
from candlewick.marketplace.search.query import Order, Query
from candlewick.marketplace.search.rows import Facet, tag_value
from candlewick.marketplace.search.service import Results
from candlewick.trust.finding import Grade

blueprint = make_blueprint("search")

_JSON_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
_MOST_VALUES = 40  # of a facet that has any number of them

Words = Annotated[str, Field(max_length=200)]
Values = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=20)]


class SearchQuery(Body):
    """Words must all be found, the last one may go on. Of each filter one value suffices; repeat it for several.

    `direction`: `long` or `both`; `leverage`: `none` or `leveraged`; `price`: `free` or `paid`. Without `order` it is `relevance` where
    there are words, else `rank`: the lower bound of the out-of-sample Sharpe ratio.
    """

    q: Words = ""
    exchange: Values = Field(default_factory=list)
    market: Values = Field(default_factory=list)
    timeframe: Values = Field(default_factory=list)
    tag: Values = Field(default_factory=list)
    style: Values = Field(default_factory=list)
    direction: Values = Field(default_factory=list)
    leverage: Values = Field(default_factory=list)
    price: Values = Field(default_factory=list)
    author: Values = Field(default_factory=list)
    access: Values = Field(default_factory=list)
    grade: Values = Field(default_factory=list)
    indicator: Values = Field(default_factory=list)
    order: Order | None = None
    cursor: Annotated[str | None, Field(max_length=500)] = None
    size: Annotated[int, Field(ge=1, le=50)] = 20

    def to_query(self) -> Query:
        given = {facet: getattr(self, facet.value) for facet in Facet}
        given[Facet.TAG] = [tag_value(tag) for tag in self.tag]
        filters = {facet: frozenset(values) for facet, values in given.items() if values}
        return Query(
            text=self.q, filters=filters, order=self.order, cursor=self.cursor, size=self.size
        )


class CompletionQuery(Body):
    q: Words
    size: Annotated[int, Field(ge=1, le=20)] = 8


class CardView(View):
    """A listing as lists show it. `headline` are in-sample figures; `indicators` are told where everybody may read the code."""

    id: str
    author: str
    title: str
    summary: str
    tags: list[str]
    access: Access
    licence: Licence
    price: views.PriceView | None
    published_at: datetime | None
    version: int
    sentence: str
    exchange: str
    market: TradingMode
    timeframe: str
    pairs: list[str]
    can_short: bool
    has_leverage: bool
    styles: list[Style]
    indicators: list[str]
    grade: Grade | None
    headline: dict[str, JsonValue]
    out_of_sample: views.OutOfSampleView | None
    counts: views.CountsView


class FacetValueView(View):
    value: str
    count: int


class FacetsView(View):
    """How many listings there are with each value, under all filters but the facet's own; the most frequent ones first."""

    exchange: list[FacetValueView]
    market: list[FacetValueView]
    timeframe: list[FacetValueView]
    tag: list[FacetValueView]
    style: list[FacetValueView]
    direction: list[FacetValueView]
    leverage: list[FacetValueView]
    price: list[FacetValueView]
    author: list[FacetValueView]
    access: list[FacetValueView]
    grade: list[FacetValueView]
    indicator: list[FacetValueView]


class SearchView(View):
    """`corrected` is what was looked for where nothing holds what was typed; `suggestions` find something where nothing was found."""

    items: list[CardView]
    total: int
    facets: FacetsView
    next_cursor: str | None
    corrected: str | None
    suggestions: list[str]


class CompletionsView(View):
    items: list[str]


@blueprint.get("/search", security=ANYBODY, responses={200: SearchView})
def search_listings(query: SearchQuery) -> Response:
    """Find public listings by words, filters and order; all filters are counted."""
    visitor(Scope.READ)
    return reply(_view(services().marketplace.search.search(query.to_query())))


@blueprint.get("/search/completions", security=ANYBODY, responses={200: CompletionsView})
def complete_words(query: CompletionQuery) -> Response:
    """Return how what was typed may go on, what finds most first."""
    visitor(Scope.READ)
    found = services().marketplace.search.complete(query.q, query.size)
    return reply(CompletionsView(items=list(found)))


def _view(found: Results) -> SearchView:
    return SearchView(
        items=[card(item) for item in found.items],
        total=found.total,
        facets=FacetsView(**{facet.value: _values(found.facets[facet]) for facet in Facet}),
        next_cursor=found.next_cursor,
        corrected=found.corrected,
        suggestions=list(found.suggestions),
    )


def _values(counts: Mapping[str, int]) -> list[FacetValueView]:
    found = [FacetValueView(value=value, count=count) for value, count in counts.items()]
    return found[:_MOST_VALUES]


def card(found: Found) -> CardView:
    """Return a listing as strangers see it in lists."""
    listing, version, terms = found.listing, found.version, found.listing.terms
    is_read = Right.READ_CODE in rights(listing, Viewer(user=None))
    spec, sample = version.spec, version.out_of_sample
    return CardView(
        id=listing.id,
        author=listing.author,
        title=terms.title,
        summary=terms.summary,
        tags=list(terms.tags),
        access=terms.access,
        licence=terms.licence,
        price=None if terms.price is None else views.price(terms.price),
        published_at=listing.published_at,
        version=version.number,
        sentence=version.sentence if is_read else "",
        exchange=spec.exchange,
        market=spec.trading_mode,
        timeframe=spec.timeframe,
        pairs=list(spec.pairs),
        can_short=version.can_short,
        has_leverage=version.traits.has_leverage,
        styles=list(version.traits.styles),
        indicators=list(version.traits.indicators) if is_read else [],
        grade=version.verdict.grade,
        headline=_JSON_OBJECT.validate_python(version.verdict.headline),
        out_of_sample=None if sample is None else views.out_of_sample(sample),
        counts=views.counts(listing),
    )
