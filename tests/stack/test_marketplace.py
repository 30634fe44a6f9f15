"""Other people's strategies on the whole stack: closed code that does all to be seen, and a fork of open code."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.cli.api import JsonObject
from candlewick.marketplace.firestore import FirestoreListingStore
from candlewick.marketplace.models import Access, Handle, Listing, ListingId
from candlewick.strategies.models import StrategyId
from tests.factories import a_spec
from tests.marketplace_factories import a_listing, a_listing_version
from tests.stack import strategies
from tests.stack.canaries import documents
from tests.stack.conftest import User

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

CANARY = "tanager4711"
TRIAL = {
    "pairs": ["BTC/USDT"],
    "start": "2025-03-01T00:00:00Z",
    "end": "2025-03-08T00:00:00Z",
}
# It prints itself, names a column and a plot like its secret, and so its settings are told by Freqtrade.
TELLS = strategies.with_indicators(
    f"print('printed {CANARY}')",
    f"dataframe['{CANARY}'] = dataframe['close']",
    f"self.plot_config = {{'main_plot': {{'{CANARY}': {{}}}}}}",
)
RAISES = strategies.with_indicators(f"raise ValueError('{CANARY}')")


@dataclass(frozen=True)
class Market:
    author: User
    database: firestore.Client

    def publish(self, code: str, name: str, access: Access) -> ListingId:
        """Publish a strategy as if its examination were over, which takes many runs."""
        saved = self.author.save(code)
        owner = UserId(self.author.api.get("/me")["id"])
        strategy = StrategyId(saved["strategyId"])
        listing: Listing = a_listing(
            id=ListingId(name),
            owner=owner,
            author=Handle("first-author"),
            strategy=strategy,
            access=access,
        )
        version = replace(
            a_listing_version(listing=listing.id, owner=owner, strategy=strategy),
            class_name="Momentum",
            code_hash=saved["codeHash"],
            parameters=None,
            pairs_named=(),
            spec=a_spec(),
        )
        FirestoreListingStore(self.database).add(listing, version, lambda _: None)
        return listing.id


@pytest.fixture
def market(user: User, database: firestore.Client) -> Market:
    return Market(user, database)


def tried(user: User, listing: ListingId) -> JsonObject:
    key = {"Idempotency-Key": f"try-{listing}-0001"}
    response = user.api.http.post(
        f"/marketplace/listings/{listing}/backtests", json=TRIAL, headers=key
    )
    assert response.status_code == 202, response.text
    return user.wait(response.json()["id"])


def told(user: User, run: str) -> str:
    """Return all that the API tells of a run."""
    parts = (
        "",
        "/summary",
        "/trades",
        "/equity",
        "/certificate",
        "/trust",
        "/log",
        "/plot",
        "/downloads",
    )
    return "".join(user.api.http.get(f"/backtests/{run}{part}").text for part in parts)


def where_it_is_told(market: Market, user: User, run: str) -> list[str]:
    mine = user.api.get("/me")["id"]
    found = [
        path
        for path, content in documents(market.database)
        if CANARY.encode() in content and path.startswith(f"users/{mine}/")
    ]
    return found + (["the API"] if CANARY in told(user, run) else [])


def test_closed_code_that_tells_itself_is_not_heard(
    market: Market, new_user: Callable[[], User]
) -> None:
    other, listing = new_user(), market.publish(TELLS, "closed-tells", Access.CLOSED)

    run = tried(other, listing)

    assert run["state"] == "succeeded", run
    assert run["headline"]["total_trades"] > 0
    assert where_it_is_told(market, other, run["id"]) == []
    settings = json.loads(other.api.http.get(f"/backtests/{run['id']}/summary").text)
    assert settings["reported"]["settings"]["stoploss"] is None
    assert (
        CANARY in market.author.api.get(f"/marketplace/listings/{listing}/versions/1/code")["code"]
    )


def test_closed_code_that_raises_itself_fails_in_fixed_words(
    market: Market, new_user: Callable[[], User]
) -> None:
    other, listing = new_user(), market.publish(RAISES, "closed-raises", Access.CLOSED)

    run = tried(other, listing)

    assert (run["state"], run["failure"]["kind"]) == ("failed", "strategy_error")
    assert run["failure"]["traceback"] == []
    assert where_it_is_told(market, other, run["id"]) == []


def test_open_code_is_tried_and_forked(market: Market, new_user: Callable[[], User]) -> None:
    other = new_user()
    listing = market.publish(TELLS, "open-tells", Access.OPEN)

    run = tried(other, listing)
    fork = other.api.post(f"/marketplace/listings/{listing}/forks", {})

    assert run["state"] == "succeeded", run
    assert fork["forkedFrom"] == {"listingId": listing, "version": 1}
    version = other.api.get(f"/strategies/{fork['id']}/versions/1")
    assert version["code"] == TELLS
    # What the other test does not find is there to be found where the code is open.
    assert "the API" in where_it_is_told(market, other, run["id"])
    shown = market.author.api.get(f"/marketplace/listings/{listing}")
    assert (shown["counts"]["users"], shown["counts"]["forks"]) == (1, 1)
