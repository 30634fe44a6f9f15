"""What a client sends to the marketplace."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from api.schema import Body, Id, Path, VersionNumber
from candlewick.backtests.models import RunId
from candlewick.marketplace.authors import ABOUT_LENGTH, HANDLE_PATTERN, NAME_LENGTH
from candlewick.marketplace.models import (
    DESCRIPTION_LENGTH,
    MAX_TAGS,
    NOTES_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    Access,
    Licence,
    Plan,
    Price,
    Terms,
    Visibility,
)
from candlewick.marketplace.publishing import Edition
from candlewick.strategies.models import StrategyId

Title = Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)]
Summary = Annotated[str, Field(min_length=1, max_length=SUMMARY_LENGTH)]
Description = Annotated[str, Field(max_length=DESCRIPTION_LENGTH)]
Tags = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=30)]], Field(max_length=MAX_TAGS)
]
Notes = Annotated[str, Field(max_length=NOTES_LENGTH)]
HandleText = Annotated[str, Field(pattern=HANDLE_PATTERN)]


class PriceBody(Body):
    """What one buyer pays, once or every month, in units of `currency`."""

    amount: Annotated[Decimal, Field(ge=1, le=10_000, max_digits=7, decimal_places=2)]
    currency: Annotated[str, Field(pattern=r"^(EUR|GBP|USD)$")]
    plan: Plan

    def to_price(self) -> Price:
        return Price(amount=self.amount, currency=self.currency, plan=self.plan)


class TermsBody(Body):
    """What the author writes about a strategy. `description` is Markdown; without `price` it is free."""

    title: Title
    summary: Summary
    description: Description = ""
    tags: Tags = Field(default_factory=list)
    visibility: Visibility = Visibility.PUBLIC
    access: Access = Access.OPEN
    licence: Licence = Licence.MIT
    price: PriceBody | None = None

    def to_terms(self) -> Terms:
        return Terms(
            title=self.title,
            summary=self.summary,
            description=self.description,
            tags=tuple(self.tags),
            visibility=self.visibility,
            access=self.access,
            licence=self.licence,
            price=None if self.price is None else self.price.to_price(),
        )


class EditionBody(Body):
    """`runId` names a verified backtest of exactly this version: its settings become the version's."""

    strategy_id: Id
    version: VersionNumber
    run_id: Id
    notes: Notes = ""

    def to_edition(self) -> Edition:
        return Edition(
            strategy=StrategyId(self.strategy_id),
            version=self.version,
            run=RunId(self.run_id),
            notes=self.notes,
        )


class ListingBody(EditionBody):
    terms: TermsBody


class AuthorBody(Body):
    """`handle` is chosen once; `about` is Markdown."""

    handle: HandleText
    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH)]
    about: Annotated[str, Field(max_length=ABOUT_LENGTH)] = ""


class ListingPath(Path):
    listing_id: Id


class ListingVersionPath(ListingPath):
    number: VersionNumber


class DiffQuery(Body):
    """`from`: the earlier version to compare with."""

    older: Annotated[VersionNumber, Field(alias="from")]


class AuthorPath(Path):
    handle: HandleText
