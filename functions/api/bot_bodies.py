"""What a client sends to make, change or tell a bot."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator

from api.backtest_bodies import Amount, Pair, Timeframe
from api.schema import Body, Id, Name, PageQuery, Path, VersionNumber
from api.strategy_bodies import Parameters
from candlewick.bots.models import AlertSettings, KeyId, Trading
from candlewick.bots.service import NewBot
from candlewick.bots.settings_changes import Settings
from candlewick.bots.verified import StrategyWish
from candlewick.bots.wire import EventKind, Mode, RiskLimits
from candlewick.errors import Invalid
from candlewick.market_data.timeframes import timeframe_minutes
from candlewick.strategies.models import StrategyId

Venue = Annotated[str, Field(pattern=r"^[a-z0-9_-]{2,40}$")]
Ratio = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


def one_currency(pairs: list[str]) -> list[str]:
    """Return the pairs of a bot; `ValueError` when one bot cannot trade all of them."""
    if len(set(pairs)) < len(pairs):
        raise ValueError("a pair is named more than once")
    if any(":" in pair for pair in pairs):
        raise ValueError("bots trade the spot market only")
    if len({pair.partition("/")[2] for pair in pairs}) > 1:
        raise ValueError("all pairs must be quoted in the same currency, the one that is staked")
    return pairs


class LimitsBody(Body):
    """What the platform holds, whatever the strategy does. Amounts are in stake currency; null: no limit.

    `maxDrawdown` is a fraction of the highest equity since the start, `maxPriceDeviation` of a limit price
    from the market. `closeAll` sells what is held when the loss or the drawdown is reached. `pairs` are those
    that may be traded, all of the bot's when left out.
    """

    max_daily_loss: Amount | None = None
    max_drawdown: Ratio | None = None
    max_open_stake: Amount | None = None
    max_order_stake: Amount | None = None
    max_orders_per_minute: Annotated[int, Field(ge=1, le=600)] = 30
    max_price_deviation: Ratio = 0.05
    close_all: bool = False
    pairs: Annotated[list[Pair], Field(min_length=1, max_length=100)] | None = None

    def to_limits(self, pairs: tuple[str, ...]) -> RiskLimits:
        return RiskLimits(
            **self.model_dump(exclude={"pairs"}),
            pairs=pairs if self.pairs is None else tuple(self.pairs),
        )


class BotBody(Body):
    """A bot. `stakeAmount` and `wallet` are in the currency that all pairs are quoted in.

    `wallet` is of paper money. `exchangeKeyId` is needed in the modes `live` and `replay`; `sharesKey` says that
    another bot may have the same key.
    """

    name: Name
    mode: Mode = Mode.PAPER
    strategy_id: Id
    version: VersionNumber
    parameters: Parameters | None = None
    venue: Venue
    pairs: Annotated[list[Pair], Field(min_length=1, max_length=100)]
    timeframe: Timeframe | None = None
    stake_amount: Amount | Literal["unlimited"] = "unlimited"
    max_open_trades: Annotated[int, Field(ge=1, le=100)] = 3
    wallet: Amount = Decimal(1000)
    limits: LimitsBody = LimitsBody()
    exchange_key_id: Id | None = None
    shares_key: bool = False

    @field_validator("pairs")
    @classmethod
    def _one_currency(cls, value: list[str]) -> list[str]:
        return one_currency(value)

    def to_bot(self, strategy_timeframe: str | None) -> NewBot:
        """Return what is asked for; the timeframe is the strategy's own unless one was sent."""
        timeframe = self.timeframe or strategy_timeframe
        if timeframe is None:
            raise Invalid("Name a timeframe: the strategy's code sets none that can be read.")
        timeframe_minutes(timeframe)
        pairs = tuple(self.pairs)
        is_unlimited = self.stake_amount == "unlimited"
        return NewBot(
            name=self.name,
            mode=self.mode,
            strategy=StrategyWish(
                strategy_id=StrategyId(self.strategy_id),
                version=self.version,
                parameters=self.parameters,
            ),
            trading=Trading(
                venue=self.venue,
                pairs=pairs,
                timeframe=timeframe,
                stake_currency=pairs[0].partition("/")[2],
                stake=None if is_unlimited else Decimal(self.stake_amount),
                max_open_trades=self.max_open_trades,
                wallet=self.wallet,
            ),
            limits=self.limits.to_limits(pairs),
            key_id=None if self.exchange_key_id is None else KeyId(self.exchange_key_id),
            shares_key=self.shares_key,
        )


class BotPatch(Body):
    """What may be changed while a bot runs; what is left out stays."""

    name: Name | None = None
    limits: LimitsBody | None = None
    blacklist: Annotated[list[Pair], Field(max_length=100)] | None = None
    alerts: frozenset[EventKind] | None = None

    def to_settings(self, pairs: tuple[str, ...]) -> Settings:
        return Settings(
            name=self.name,
            limits=None if self.limits is None else self.limits.to_limits(pairs),
            blacklist=None if self.blacklist is None else tuple(self.blacklist),
            alerts=self.alerts,
        )


class StartBody(Body):
    """`confirmName`: the bot's name, typed by its owner, where real money is traded."""

    confirm_name: Annotated[str, Field(max_length=100)] = ""


class StopBody(Body):
    """`close`: sell what is held before the bot stops; otherwise positions stay."""

    close: bool = False


class UpdateBody(StartBody):
    version: VersionNumber
    parameters: Parameters | None = None


class ForceExitBody(Body):
    """`trade`: the number of an open trade; all open trades when it is left out."""

    trade: Annotated[int, Field(ge=1, le=2**53)] | None = None


class PairBody(Body):
    pair: Pair


class AlertsBody(Body):
    """Where you are told. An empty text: not there. `webhookSecret` signs what is sent; null keeps the one stored."""

    email: Annotated[str, Field(max_length=254, pattern=r"^$|^[^@\s]+@[^@\s]+$")] = ""
    webhook_url: Annotated[str, Field(max_length=500, pattern=r"^$|^https?://\S+$")] = ""
    webhook_secret: Annotated[str, Field(max_length=200)] | None = None
    telegram_chat: Annotated[str, Field(max_length=64, pattern=r"^$|^-?[0-9]+$|^@\w+$")] = ""

    def to_settings(self, stored: AlertSettings) -> AlertSettings:
        secret = stored.webhook_secret if self.webhook_secret is None else self.webhook_secret
        return AlertSettings(
            email=self.email,
            webhook_url=self.webhook_url,
            webhook_secret=secret,
            telegram_chat=self.telegram_chat,
        )


class BotPath(Path):
    bot_id: Id


class OrdersQuery(PageQuery):
    pass
