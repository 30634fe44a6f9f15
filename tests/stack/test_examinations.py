"""Strategies are examined before they are published, and followed after it: with real runs on a market whose days come by."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from candlewick.cli.api import ApiProblem, JsonObject
from candlewick.cli.data import open_bucket
from candlewick.market_data import feather, simulated
from candlewick.market_data.importer import Source, import_candles
from candlewick.strategies.checks import check_code
from emulators.stack.supervisor import Stack
from tests.stack.conftest import User, eventually

EXCHANGE, PAIR = "kucoin", "BTC/USDT"
KNOWN = datetime(2025, 4, 1, tzinfo=UTC)
# Some sixty runs on two cores.
pytestmark = [pytest.mark.stack, pytest.mark.timeout(1_200)]
_EXAMINED_WITHIN_S = 600
_FOLLOWED_WITHIN_S = 240

_HEAD = """
import talib.abstract as ta
from freqtrade.strategy import IStrategy


class {name}(IStrategy):
    timeframe = "1h"
    startup_candle_count = 60
    minimal_roi = {{"0": {target}}}
    stoploss = -0.2
"""
# Buys in the hours of the week that were best, and sells an hour later: it knows its past by heart.
OVERFITTED = (
    _HEAD.format(name="BestHours", target="10")
    + """
    hours = {hours}

    def populate_indicators(self, dataframe, metadata):
        dataframe["slot"] = dataframe["date"].dt.day_of_week * 24 + dataframe["date"].dt.hour
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["slot"].isin(self.hours), "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[~dataframe["slot"].isin(self.hours), "exit_long"] = 1
        return dataframe
"""
)
HONEST = (
    _HEAD.format(name="SlowTrend", target="0.3")
    + """
    def populate_indicators(self, dataframe, metadata):
        dataframe["average"] = ta.SMA(dataframe, timeperiod=48)
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        rising = dataframe["close"] > dataframe["average"] * 1.01
        dataframe.loc[rising & (dataframe["rsi"] < 75), "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] < dataframe["average"] * 0.985, "exit_long"] = 1
        return dataframe
"""
)
SEES_THE_FUTURE = HONEST.replace("SlowTrend", "Prophet").replace(
    'dataframe["close"] > dataframe["average"] * 1.01',
    'dataframe["close"].shift(-1) > dataframe["close"] * 1.003',
)


@dataclass(frozen=True)
class Market:
    """The hourly candles of one pair, brought in up to a day that the test chooses."""

    frame: pd.DataFrame

    def reach(self, until: datetime) -> None:
        known = self.frame[self.frame["date"] < until].reset_index(drop=True)
        source = Source(
            exchange=EXCHANGE, title="Kucoin", note="Made for tests.", simulated=True,
            markets={PAIR: simulated.markets()[PAIR]},
        )  # fmt: skip
        files: Mapping[str, Callable[[], bytes]] = {
            "BTC_USDT-1h.feather": lambda: feather.write(known)
        }
        import_candles(open_bucket(os.environ), source, files, now=datetime.now(UTC))

    def best_hours(self, count: int) -> list[int]:
        """Return the hours of the week after which the price rose most, going by what is known."""
        known = self.frame[self.frame["date"] < KNOWN]
        slot = known["date"].dt.day_of_week * 24 + known["date"].dt.hour
        # Bought at the next opening, sold at the one after.
        gain = known["open"].shift(-2) / known["open"].shift(-1) - 1
        means = gain.groupby(slot).mean().sort_values(ascending=False)
        return [int(each) for each in means.index[:count]]


@pytest.fixture(scope="module")
def market(stack: Stack) -> Market:
    del stack  # its environment says where the store is
    frames = {(series.pair, series.timeframe): frame for series, frame in simulated.candles()}
    made = Market(frames[PAIR, "1h"])
    made.reach(KNOWN)
    return made


@pytest.fixture
def author(new_user: Callable[[], User]) -> User:
    user = new_user()
    handle = f"author-{user.email.split('@')[0]}"
    user.api.http.put("/marketplace/my/author", json={"handle": handle, "name": "An author"})
    return user


def list_strategy(author: User, code: str, title: str) -> str:
    """Run a strategy on all that is known, and make a listing of it; return its id."""
    saved = author.save(code, title)
    run = author.api.submit(
        author.request(
            saved,
            exchange=EXCHANGE,
            pairs=[PAIR],
            start="2025-01-04T00:00:00Z",
            end=KNOWN.isoformat(),
        )
    )["id"]
    assert author.wait(run)["state"] == "succeeded"
    body = {
        "strategyId": saved["strategyId"],
        "version": saved["number"],
        "runId": run,
        "terms": {"title": title, "summary": f"{title}, for tests."},
    }
    made: str = author.api.post("/marketplace/listings", body)["id"]
    return made


def version(user: User, listing: str) -> JsonObject:
    return user.api.get(f"/marketplace/listings/{listing}/versions/1")


def examined(author: User, listing: str) -> JsonObject:
    """Wait for the verdict of an examination."""

    def look() -> JsonObject | None:
        exam = author.api.get(f"/marketplace/listings/{listing}/versions/1/exam")
        return None if exam["state"] == "running" else exam

    assert eventually(look, within_s=_EXAMINED_WITHIN_S)["state"] == "done"
    verdict: JsonObject = version(author, listing)["verdict"]
    return verdict


def followed(author: User, listing: str, until: datetime) -> JsonObject:
    """Wait until a version was run on the candles up to a day."""

    def look() -> JsonObject | None:
        found = version(author, listing)["outOfSample"]
        return found if found and datetime.fromisoformat(found["until"]) >= until else None

    return eventually(look, within_s=_FOLLOWED_WITHIN_S)


def findings(author: User, listing: str) -> list[JsonObject]:
    found: list[JsonObject] = author.api.get(f"/marketplace/listings/{listing}/versions/1/trust")[
        "findings"
    ]
    return found


def test_one_that_sees_the_future_fails_with_its_line_and_is_not_published(
    author: User, market: Market
) -> None:
    del market
    listing = list_strategy(author, SEES_THE_FUTURE, "Prophet")

    verdict = examined(author, listing)

    assert verdict["grade"] == "F"
    assert not verdict["isPublishable"]
    line = next(
        number for number, text in enumerate(SEES_THE_FUTURE.splitlines(), 1) if "shift(-1)" in text
    )
    failed = [each for each in findings(author, listing) if each["weight"] == "failed"]
    assert line in [each["line"] for each in failed]
    assert "Trades on what it cannot know" in [each["name"] for each in failed]
    with pytest.raises(ApiProblem, match="speaks against"):
        author.api.post(f"/marketplace/listings/{listing}/versions/1/publish", {})


def test_an_overfitted_one_falls_in_rank_and_withdrawing_it_hides_nothing(
    author: User, market: Market
) -> None:
    code = OVERFITTED.replace("{hours}", str(market.best_hours(16)))
    assert check_code(code).is_runnable
    overfitted, honest = (
        list_strategy(author, source, title)
        for source, title in ((code, "Best hours"), (HONEST, "Slow trend"))
    )
    for listing in (overfitted, honest):
        assert examined(author, listing)["isPublishable"]
        author.api.post(f"/marketplace/listings/{listing}/versions/1/publish", {})
    before = {each: version(author, each)["verdict"]["headline"] for each in (overfitted, honest)}
    assert before[overfitted]["sharpe"] > before[honest]["sharpe"]

    gaps = []
    for days in (20, 60, 120):
        market.reach(KNOWN + timedelta(days=days))
        until = KNOWN + timedelta(days=days)
        after = {each: followed(author, each, until) for each in (overfitted, honest)}
        gaps.append(after[honest]["rank"] - after[overfitted]["rank"])

    assert min(gaps) > 0
    assert after[overfitted]["days"] == 120
    assert after[overfitted]["profit"] < after[overfitted]["buyAndHold"]
    assert not after[overfitted]["isInRange"]
    found = [each["id"] for each in author.api.get("/marketplace/search", order="rank")["items"]]
    assert found.index(honest) < found.index(overfitted)

    handle = author.api.get("/marketplace/my/author")["author"]["handle"]
    record = author.api.get(f"/marketplace/authors/{handle}")["record"]
    author.api.post(f"/marketplace/listings/{overfitted}/withdraw")
    shown = [each["id"] for each in author.api.get("/marketplace/search", q="hours")["items"]]
    assert overfitted not in shown
    after_it = author.api.get(f"/marketplace/authors/{handle}")["record"]
    assert after_it["profit"] == record["profit"]
    assert after_it["withdrawn"] == record["withdrawn"] + 1
