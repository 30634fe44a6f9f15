"""What a client sends to use other people's strategies."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator

from api.backtest_bodies import Amount, Pair
from api.bot_bodies import LimitsBody, Venue, one_currency
from api.schema import Body, Moment, Name, VersionNumber
from candlewick.backtests.ports import IdempotencyKey
from candlewick.bots.models import Trading
from candlewick.marketplace.using import PaperBot, Trial

Pairs = Annotated[list[Pair], Field(min_length=1, max_length=100)]


class TrialBody(Body):
    """On which pairs and dates to try a version. What is left out is as the author published it.

    `end` is exclusive; times without a zone are UTC. Without `version` the current one is tried.
    """

    version: VersionNumber | None = None
    exchange: Annotated[str, Field(pattern=r"^[a-z0-9_]{2,40}$")] | None = None
    pairs: Pairs
    start: Moment
    end: Moment
    wallet: Amount | None = None
    max_open_trades: Annotated[int, Field(ge=1, le=1_000)] | None = None
    fee: Annotated[Decimal, Field(ge=0, le=Decimal("0.1"), max_digits=30)] | None = None

    @field_validator("pairs")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise ValueError("a pair is named more than once")
        return value

    def to_trial(self, key: IdempotencyKey) -> Trial:
        return Trial(
            version=self.version,
            exchange=self.exchange,
            pairs=tuple(self.pairs),
            start=self.start,
            until=self.end,
            wallet=self.wallet,
            max_open_trades=self.max_open_trades,
            fee=self.fee,
            key=key,
        )


class ForkBody(Body):
    """Without `version` the current one is forked; without `name` the fork has the listing's title."""

    version: VersionNumber | None = None
    name: Name | None = None


class PaperBotBody(Body):
    """A bot that trades on paper; its timeframe and parameters are the version's."""

    version: VersionNumber | None = None
    name: Name
    venue: Venue
    pairs: Pairs
    stake_amount: Amount | Literal["unlimited"] = "unlimited"
    max_open_trades: Annotated[int, Field(ge=1, le=100)] = 3
    wallet: Amount = Decimal(1000)
    limits: LimitsBody = LimitsBody()

    @field_validator("pairs")
    @classmethod
    def _one_currency(cls, value: list[str]) -> list[str]:
        return one_currency(value)

    def to_paper_bot(self, key: str) -> PaperBot:
        pairs = tuple(self.pairs)
        is_unlimited = self.stake_amount == "unlimited"
        trading = Trading(
            venue=self.venue,
            pairs=pairs,
            timeframe="",  # the version's
            stake_currency=pairs[0].partition("/")[2],
            stake=None if is_unlimited else Decimal(self.stake_amount),
            max_open_trades=self.max_open_trades,
            wallet=self.wallet,
        )
        return PaperBot(
            version=self.version,
            name=self.name,
            trading=trading,
            limits=self.limits.to_limits(pairs),
            key=key,
            body=self.model_dump_json(),
        )
