"""One listing as search knows it: a row of words and values, packed into a few hundred bytes."""

import json
import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from candlewick.accounts.models import UserId
from candlewick.indicators.registry import INDICATORS
from candlewick.marketplace.models import (
    Access,
    Handle,
    Listing,
    ListingId,
    ListingVersion,
    Standing,
    Visibility,
)
from candlewick.marketplace.search.words import tokens_of

# Rises when the same listing would give another row; rows of another format are made anew.
FORMAT = 1

_MOST_PAIRS, _MOST_WORDS = 60, 150
_HIGHEST_LEVEL = 9


class Facet(StrEnum):
    """What results can be filtered by, and counted by."""

    EXCHANGE = "exchange"
    MARKET = "market"
    TIMEFRAME = "timeframe"
    TAG = "tag"
    STYLE = "style"
    DIRECTION = "direction"
    LEVERAGE = "leverage"
    PRICE = "price"
    AUTHOR = "author"
    ACCESS = "access"
    GRADE = "grade"
    INDICATOR = "indicator"


class Field(StrEnum):
    """Where a word stands, the most telling place first."""

    TITLE = "title"
    TAGS = "tags"
    AUTHOR = "author"
    SUMMARY = "summary"
    SENTENCE = "sentence"
    INDICATORS = "indicators"
    MARKETS = "markets"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What search keeps of a listing. `published` is in seconds since 1970."""

    id: ListingId
    owner: UserId
    version: int
    published: int
    users: int
    rank: float | None
    values: Mapping[Facet, tuple[str, ...]]
    words: Mapping[Field, tuple[str, ...]]


def is_found(listing: Listing, version: ListingVersion | None) -> bool:
    """Whether strangers may find the listing at all; a suspended author's is left out when somebody searches."""
    return (
        version is not None
        and listing.standing is Standing.PUBLISHED
        and listing.terms.visibility is Visibility.PUBLIC
        and listing.current_version == version.number
    )


def row_of(listing: Listing, version: ListingVersion) -> Row:
    published_at = listing.published_at or version.published_at or listing.created_at
    return Row(
        id=listing.id,
        owner=listing.owner,
        version=version.number,
        published=int(published_at.timestamp()),
        users=listing.counts.users,
        rank=_rank(version),
        values={facet: values for facet, values in _values(listing, version) if values},
        words=_words(listing, version),
    )


def pack(row: Row) -> bytes:
    document = [
        FORMAT,
        [row.id, row.owner, row.version, row.published, row.users, row.rank],
        [list(row.values.get(facet, ())) for facet in Facet],
        [" ".join(row.words.get(field, ())) for field in Field],
    ]
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), _HIGHEST_LEVEL)


def unpack(data: bytes) -> Row | None:
    """Return the row; `None` when it is of another format."""
    found, head, values, words = json.loads(zlib.decompress(data))
    if found != FORMAT:
        return None
    listing, owner, version, published, users, rank = head
    return Row(
        id=listing,
        owner=owner,
        version=version,
        published=published,
        users=users,
        rank=rank,
        values={facet: tuple(given) for facet, given in zip(Facet, values, strict=True) if given},
        words={field: tuple(given.split()) for field, given in zip(Field, words, strict=True)},
    )


def tag_value(tag: str) -> str:
    """Return a tag as it is compared: without case and superfluous space."""
    return " ".join(tag.casefold().split())


def _rank(version: ListingVersion) -> float | None:
    sample = version.out_of_sample
    # A figure that is none has no place in an order.
    return sample.rank if sample is not None and math.isfinite(sample.rank) else None


def _values(listing: Listing, version: ListingVersion) -> Iterator[tuple[Facet, tuple[str, ...]]]:
    terms, spec, traits = listing.terms, version.spec, version.traits
    grade = version.verdict.grade
    yield Facet.EXCHANGE, (spec.exchange,)
    yield Facet.MARKET, (spec.trading_mode.value,)
    yield Facet.TIMEFRAME, (spec.timeframe,)
    yield Facet.TAG, tuple(dict.fromkeys(tag_value(tag) for tag in terms.tags))
    yield Facet.STYLE, tuple(style.value for style in traits.styles)
    yield Facet.DIRECTION, ("both" if version.can_short else "long",)
    yield Facet.LEVERAGE, ("leveraged" if traits.has_leverage else "none",)
    yield Facet.PRICE, ("free" if terms.price is None else "paid",)
    yield Facet.AUTHOR, (listing.author,)
    yield Facet.ACCESS, (terms.access.value,)
    yield Facet.GRADE, () if grade is None else (grade.value,)
    yield Facet.INDICATOR, traits.indicators if _is_read(listing) else ()


def _words(listing: Listing, version: ListingVersion) -> Mapping[Field, tuple[str, ...]]:
    terms, spec = listing.terms, version.spec
    traits = version.traits
    texts = {
        Field.TITLE: terms.title,
        Field.TAGS: " · ".join(terms.tags),
        Field.AUTHOR: _apart(listing.author),
        Field.SUMMARY: terms.summary,
        Field.SENTENCE: version.sentence if _is_read(listing) else "",
        Field.INDICATORS: " · ".join(
            (
                *(_indicator(name) for name in traits.indicators if _is_read(listing)),
                *(style.value for style in traits.styles),
            )
        ),
        Field.MARKETS: " · ".join(
            (spec.exchange, spec.trading_mode.value, spec.timeframe, *spec.pairs[:_MOST_PAIRS])
        ),
        Field.DESCRIPTION: terms.description,
    }
    found: dict[Field, tuple[str, ...]] = {}
    seen: set[str] = set()
    for field, text in texts.items():
        words = tokens_of(text)
        if field is Field.DESCRIPTION:  # it adds what nothing else says
            words = dict.fromkeys([word for word in words if word not in seen][:_MOST_WORDS])
        found[field] = tuple(words)
        seen |= set(words)
    return found


def _is_read(listing: Listing) -> bool:
    """Whether everybody may read the code: else what it computes is not told either."""
    return listing.terms.access is Access.OPEN and listing.terms.price is None


def _apart(handle: Handle) -> str:
    return f"{handle} · {handle.replace('-', ' ').replace('_', ' ')}"


def _indicator(name: str) -> str:
    known = INDICATORS.get(name)
    return name.replace("_", " ") if known is None else f"{name.replace('_', ' ')} · {known.title}"
