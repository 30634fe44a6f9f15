"""How listings, versions and authors look as JSON. None of it holds an account's id or e-mail address."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from pydantic import JsonValue, TypeAdapter

from api.backtest_views import SpecView, spec_view
from api.schema import View
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import (
    Access,
    Ancestor,
    Author,
    ExamState,
    Licence,
    Listing,
    ListingVersion,
    OutOfSample,
    Plan,
    Price,
    Standing,
    Verdict,
    Visibility,
)
from candlewick.marketplace.service import Lineage, Seen
from candlewick.trust.finding import Grade

_JSON_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
_OPTIONAL_OBJECT: TypeAdapter[dict[str, JsonValue] | None] = TypeAdapter(
    dict[str, JsonValue] | None
)


class AuthorView(View):
    handle: str
    name: str
    about: str
    created_at: datetime


class PriceView(View):
    amount: Decimal
    currency: str
    plan: Plan


class AncestorView(View):
    """`isDeclared`: forked by the button, rather than found to be nearly the same."""

    listing_id: str
    version: int
    is_declared: bool


class CountsView(View):
    """How often it was used; a user counts once for each. `stars` is the sum of all ratings."""

    users: int
    forks: int
    watchers: int
    reviews: int
    stars: int


class VerdictView(View):
    """What the examination came to. `headline` has the in-sample figures of the house's own run."""

    state: ExamState
    grade: Grade | None
    is_publishable: bool
    headline: dict[str, JsonValue]
    message: str


class OutOfSampleView(View):
    """What the version did on candles after its publication. Ratios are fractions, Sharpe ratios yearly."""

    since: datetime
    until: datetime
    days: int
    trades: int
    profit: float
    drawdown: float
    sharpe: float | None
    rank: float
    is_in_range: bool
    buy_and_hold: float


class ListingVersionView(View):
    """`className`, `codeHash` and `parameters` are null, `sentence` empty, where the code is not shown."""

    number: int
    class_name: str | None
    code_hash: str | None
    parameters: dict[str, JsonValue] | None
    strategy_version: int | None
    spec: SpecView
    can_short: bool
    sentence: str
    notes: str
    created_at: datetime
    published_at: datetime | None
    verdict: VerdictView
    out_of_sample: OutOfSampleView | None


class ListingVersionsView(View):
    items: list[ListingVersionView]


class ListingView(View):
    """A listing as one viewer sees it. `strategyId` is the author's own strategy, which others are not told.

    `rights` are what the viewer may do: `see`, `read_code`, `run`, `fork`, `buy`, `review`, `report`, `watch`, `edit`,
    `moderate`.
    """

    id: str
    author: str
    title: str
    summary: str
    description: str
    tags: list[str]
    visibility: Visibility
    access: Access
    licence: Licence
    price: PriceView | None
    standing: Standing
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    current_version: int | None
    latest_version: int | None
    strategy_id: str | None
    version: ListingVersionView | None
    ancestor: AncestorView | None
    counts: CountsView
    rights: list[str]
    is_watching: bool


class ListingsView(View):
    items: list[ListingView]


class CodeView(View):
    code: str


class RelativeView(View):
    """A listing in a lineage."""

    id: str
    title: str
    author: str
    standing: Standing


class LineageView(View):
    """`ancestors`: the nearest first; null stands for one that the viewer may not see."""

    ancestors: list[RelativeView | None]
    forks: list[RelativeView]


def author(item: Author) -> AuthorView:
    return AuthorView(
        handle=item.handle, name=item.name, about=item.about, created_at=item.created_at
    )


def listing(seen: Seen) -> ListingView:
    item, terms = seen.listing, seen.listing.terms
    is_mine = Right.EDIT in seen.rights
    # Drafts are their author's: a moderator judges what was published.
    is_private = item.standing is Standing.DRAFT and not is_mine
    return ListingView(
        id=item.id,
        author=item.author,
        title=terms.title,
        summary=terms.summary,
        description="" if is_private else terms.description,
        tags=list(terms.tags),
        visibility=terms.visibility,
        access=terms.access,
        licence=terms.licence,
        price=None if terms.price is None else price(terms.price),
        standing=item.standing,
        created_at=item.created_at,
        updated_at=item.updated_at,
        published_at=item.published_at,
        current_version=item.current_version,
        latest_version=item.latest_version if is_mine else None,
        strategy_id=item.strategy if is_mine else None,
        version=None if seen.version is None else version(seen.version, seen.rights),
        ancestor=None if item.ancestor is None else _ancestor(item.ancestor),
        counts=counts(item),
        rights=list(_names(seen.rights)),
        is_watching=seen.is_watching,
    )


def version(item: ListingVersion, found: Right) -> ListingVersionView:
    is_read = Right.READ_CODE in found
    return ListingVersionView(
        number=item.number,
        class_name=item.class_name if is_read else None,
        code_hash=item.code_hash if is_read else None,
        parameters=_OPTIONAL_OBJECT.validate_python(item.parameters) if is_read else None,
        strategy_version=item.strategy_version if Right.EDIT in found else None,
        spec=spec_view(item.spec),
        can_short=item.can_short,
        sentence=item.sentence if is_read else "",
        notes=item.notes,
        created_at=item.created_at,
        published_at=item.published_at,
        verdict=_verdict(item.verdict),
        out_of_sample=None if item.out_of_sample is None else out_of_sample(item.out_of_sample),
    )


def lineage(item: Lineage) -> LineageView:
    return LineageView(
        ancestors=[None if found is None else relative(found) for found in item.ancestors],
        forks=[relative(found) for found in item.forks],
    )


def _names(found: Right) -> Iterator[str]:
    return (right.name.lower() for right in found if right.name is not None)


def relative(item: Listing) -> RelativeView:
    return RelativeView(
        id=item.id, title=item.terms.title, author=item.author, standing=item.standing
    )


def price(item: Price) -> PriceView:
    return PriceView(amount=item.amount, currency=item.currency, plan=item.plan)


def _ancestor(item: Ancestor) -> AncestorView:
    return AncestorView(listing_id=item.listing, version=item.version, is_declared=item.is_declared)


def counts(item: Listing) -> CountsView:
    counts = item.counts
    return CountsView(
        users=counts.users,
        forks=counts.forks,
        watchers=counts.watchers,
        reviews=counts.reviews,
        stars=counts.stars,
    )


def _verdict(item: Verdict) -> VerdictView:
    return VerdictView(
        state=item.state,
        grade=item.grade,
        is_publishable=item.is_publishable,
        headline=_JSON_OBJECT.validate_python(item.headline),
        message=item.message,
    )


def out_of_sample(item: OutOfSample) -> OutOfSampleView:
    return OutOfSampleView(
        since=item.since,
        until=item.until,
        days=item.days,
        trades=item.trades,
        profit=item.profit,
        drawdown=item.drawdown,
        sharpe=item.sharpe,
        rank=item.rank,
        is_in_range=item.is_in_range,
        buy_and_hold=item.buy_and_hold,
    )
