"""A crowd of listings from a seed, as a marketplace of some years would have: few are good, most are hardly used."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestSpec, RunId, TradingMode
from candlewick.marketplace.models import (
    Access,
    Counts,
    ExamId,
    ExamState,
    Handle,
    Licence,
    Listing,
    ListingId,
    ListingVersion,
    OutOfSample,
    Plan,
    Price,
    Standing,
    Style,
    Terms,
    Traits,
    Verdict,
    Visibility,
)
from candlewick.strategies.models import StrategyId
from candlewick.trust.finding import Grade
from tests.marketplace.crowd_words import (
    ADJECTIVES,
    BASES,
    ENDINGS,
    INDICATOR_NAMES,
    NAMES,
    STYLE_WEIGHTS,
    STYLES,
    TAGS,
    TOPICS,
)

TODAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
_OPENED = timedelta(days=900)
_TIMEFRAMES = {"1m": 3, "5m": 26, "15m": 19, "30m": 6, "1h": 27, "4h": 12, "1d": 7}
_MONTH = 30

Pair = tuple[Listing, ListingVersion]


def crowd(count: int, seed: int = 1) -> Iterator[Pair]:
    """Yield so many listings with their current versions; the same ones for the same seed."""
    maker = _Maker(random.Random(seed), count)  # noqa: S311 - a crowd guards nothing
    for number in range(count):
        yield maker.listing(number)


class _Maker:
    def __init__(self, dice: random.Random, count: int) -> None:
        self.dice = dice
        # As everywhere, few authors publish most: the weight of the n-th is 1/n.
        names = dict.fromkeys(
            f"{dice.choice(NAMES)}{dice.choice(ENDINGS)}{dice.choice(('', '', '-' + dice.choice(NAMES)))}"
            for _ in range(max(count // 5, 10))
        )
        self.authors = list(names)
        self.shares = [1 / (place + 3) for place in range(len(self.authors))]

    def listing(self, number: int) -> Pair:
        dice = self.dice
        style = Style(dice.choices(list(STYLES), STYLE_WEIGHTS)[0])
        _, known, sentences = STYLES[style]
        indicators = tuple(sorted(dice.sample(known, dice.choice((1, 1, 2, 2, 3)))))
        spec, has_leverage, can_short = self._spec()
        author = dice.choices(self.authors, self.shares)[0]
        # The marketplace grows: more was published lately than at its beginning.
        published = TODAY - _OPENED * (1 - dice.random() ** 0.5)
        listing_id, owner = ListingId(f"crowd{number:05d}"), UserId(f"user-{author}")
        version = ListingVersion(
            listing=listing_id, number=1, owner=owner, strategy=StrategyId(f"s{number}"), strategy_version=1,
            class_name="Crowd", code_hash=f"{number:064x}", fingerprint=f"{number:064x}", parameters=None, pairs_named=(),
            spec=spec, can_short=can_short, sentence=self._sentence(indicators, spec), notes="First version.",
            created_at=published - timedelta(hours=2), verdict=self._verdict(number),
            traits=Traits(styles=self._styles(style), indicators=indicators, has_leverage=has_leverage),
            published_at=published, out_of_sample=self._out_of_sample(published),
        )  # fmt: skip
        terms = self._terms(style, indicators, spec, dice.choice(sentences))
        standing = dice.choices(list(Standing), (2, 90, 7, 1))[0]
        return (
            Listing(
                id=listing_id, owner=owner, author=Handle(author), strategy=version.strategy, terms=terms, standing=standing,
                created_at=version.created_at, updated_at=published, latest_version=1,
                published_at=None if standing is Standing.DRAFT else published,
                current_version=None if standing is Standing.DRAFT else 1, counts=self._counts(),
            ),
            version,
        )  # fmt: skip

    def _spec(self) -> tuple[BacktestSpec, bool, bool]:
        dice = self.dice
        is_futures = dice.random() < 0.28
        quote = "USDT" if dice.random() < 0.85 else "USDC"
        bases = BASES[:1] if dice.random() < 0.25 else dice.sample(BASES, dice.randint(2, 20))
        ending = f":{quote}" if is_futures else ""
        spec = BacktestSpec(
            exchange=dice.choices(("binance", "simulated"), (92, 8))[0],
            pairs=tuple(f"{base}/{quote}{ending}" for base in bases),
            timeframe=dice.choices(list(_TIMEFRAMES), list(_TIMEFRAMES.values()))[0],
            start=TODAY - timedelta(days=730),
            until=TODAY - timedelta(days=30),
            stake_amount=None,
            wallet=Decimal(1_000),
            max_open_trades=dice.choice((1, 3, 5, 10)),
            trading_mode=TradingMode.FUTURES if is_futures else TradingMode.SPOT,
        )
        return spec, is_futures and dice.random() < 0.4, is_futures and dice.random() < 0.6

    def _terms(
        self, style: Style, indicators: tuple[str, ...], spec: BacktestSpec, what: str
    ) -> Terms:
        dice = self.dice
        price = Price(
            amount=dice.choice((Decimal(5), Decimal("9.90"), Decimal(29))),
            currency="USD",
            plan=dice.choice(list(Plan)),
        )
        own_tags = [style.value, *(name.replace("_", "-") for name in indicators)]
        tags = dict.fromkeys(dice.sample(own_tags, dice.randint(0, len(own_tags))))
        # Popular tags are used much more than others.
        tags |= dict.fromkeys(
            TAGS[min(int(dice.expovariate(0.09)), len(TAGS) - 1)] for _ in range(dice.randint(0, 4))
        )
        return Terms(
            title=self._title(style, indicators, spec)[:80],
            summary=f"{what[0].upper()}{what[1:]} on {spec.timeframe} candles."[:200],
            description="\n\n".join(dice.sample(TOPICS, dice.randint(2, 9))),
            tags=tuple(tags)[:8],
            visibility=dice.choices(list(Visibility), (93, 5, 2))[0],
            access=Access.CLOSED if dice.random() < 0.15 else Access.OPEN,
            licence=dice.choice(list(Licence)),
            price=price if dice.random() < 0.12 else None,
        )  # fmt: skip

    def _title(self, style: Style, indicators: tuple[str, ...], spec: BacktestSpec) -> str:
        dice = self.dice
        noun = dice.choice(STYLES[style][0])
        name = INDICATOR_NAMES[dice.choice(indicators)]
        word = dice.choice(ADJECTIVES)
        form = dice.choice(
            (f"{word} {noun}", f"{name} {noun}", f"{word} {name} {noun}", f"{noun} {spec.timeframe}", f"{name}{noun}".replace(" ", ""),
             f"{spec.pairs[0].partition(':')[0]} {noun}", f"{word}{name}{noun}".replace(" ", ""), f"{noun} with {name}")
        )  # fmt: skip
        ending = dice.choices(("", f" v{dice.randint(2, 9)}", " PRO", f" {dice.randint(2, 200)}"), (70, 18, 6, 6))[0]  # fmt: skip
        return self._mistyped(form + ending)

    def _mistyped(self, text: str) -> str:
        """Leave out a letter in one title of two hundred, as people do."""
        if self.dice.random() > 0.005:
            return text
        place = self.dice.randrange(len(text))
        return text[:place] + text[place + 1 :]

    def _sentence(self, indicators: tuple[str, ...], spec: BacktestSpec) -> str:
        if self.dice.random() < 0.45:  # code by hand has none
            return ""
        names = " and ".join(INDICATOR_NAMES[name] for name in indicators)
        stop = self.dice.choice((3, 5, 8, 10, 15))
        return f"On {spec.timeframe} candles, buys by {names}. Sells at a loss of {stop} %."

    def _styles(self, style: Style) -> tuple[Style, ...]:
        if self.dice.random() < 0.12:  # code that shows none
            return ()
        other = self.dice.choice(list(Style))
        both = {style, other} if self.dice.random() < 0.2 else {style}
        return tuple(item for item in Style if item in both)

    def _verdict(self, number: int) -> Verdict:
        grade = self.dice.choices(list(Grade), (2, 18, 36, 42, 2))[0]
        profit = self.dice.gauss(0.18, 0.35)
        headline = {
            "profit_total": round(profit, 4),
            "total_trades": int(self.dice.lognormvariate(5, 1)),
            "winrate": 0.5,
        }
        return Verdict(
            exam=ExamId(f"e{number}"), state=ExamState.DONE, grade=grade, is_publishable=grade is not Grade.F,
            base_run=RunId(f"r{number}"), headline=headline,
        )  # fmt: skip

    def _out_of_sample(self, published: datetime) -> OutOfSample | None:
        days = (TODAY - published).days
        if days < 1:
            return None
        dice = self.dice
        # What was good on old candles mostly is not on new ones; the bound is far below while there are few days.
        sharpe = dice.gauss(0.1, 1.1)
        rank = sharpe - 1.64 * (365 / days) ** 0.5
        return OutOfSample(
            run=RunId("house"), since=published, until=TODAY, days=days, trades=int(days * dice.lognormvariate(-0.5, 1)),
            profit=round(sharpe * 0.1 * days / 365, 5), drawdown=round(abs(dice.gauss(0.12, 0.08)), 4), sharpe=round(sharpe, 4),
            rank=round(rank, 6), is_in_range=dice.random() < 0.8, buy_and_hold=round(dice.gauss(0.2, 0.3), 4),
        )  # fmt: skip

    def _counts(self) -> Counts:
        users = int(self.dice.paretovariate(0.9)) - 1
        users = min(users, 20_000)
        reviews = sum(self.dice.random() < 0.08 for _ in range(min(users, 500)))
        given: Any = self.dice.choices((1, 2, 3, 4, 5), (8, 7, 15, 30, 40), k=reviews)
        return Counts(
            users=users, forks=users // 12, watchers=users // 5, reviews=reviews, stars=sum(given)
        )
