"""Orders and their fills."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from emulators.exchange.ledger import ZERO, Account
from emulators.exchange.symbols import Symbol


class Side(StrEnum):
    BUY = "BUY"
    SELL = "SELL"


class Kind(StrEnum):
    """Order types, as Binance names them."""

    LIMIT = "LIMIT"
    LIMIT_MAKER = "LIMIT_MAKER"
    MARKET = "MARKET"
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT"
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT"

    @property
    def is_algo(self) -> bool:
        """Whether it waits for a trigger price."""
        return self in {Kind.STOP_LOSS_LIMIT, Kind.TAKE_PROFIT_LIMIT}


class TimeInForce(StrEnum):
    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


class Status(StrEnum):
    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"

    @property
    def is_open(self) -> bool:
        return self in {Status.NEW, Status.PARTIALLY_FILLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An order as it was asked for, well-formed. A market order has one of the two quantities."""

    symbol: Symbol
    side: Side
    kind: Kind
    client_order_id: str
    time_in_force: TimeInForce = TimeInForce.GTC
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One trade; `commission` is in the asset that the account receives."""

    trade_id: int
    order_id: int
    symbol: Symbol
    account: str
    side: Side
    at: int
    price: Decimal
    quantity: Decimal
    cost: Decimal
    commission: Decimal
    commission_asset: str
    is_maker: bool


@dataclass(slots=True, kw_only=True)
class Order:
    """An order on the exchange. Times in ms; `locked` is what it still binds."""

    order_id: int
    account: Account
    request: Request
    quantity: Decimal
    created_at: int
    updated_at: int
    status: Status = Status.NEW
    working_at: int | None = None
    executed: Decimal = ZERO
    cost: Decimal = ZERO
    locked: Decimal = ZERO
    fills: list[Fill] = field(default_factory=list)
    # Up to here the price has been looked at for it.
    seen_until: int = 0

    @property
    def symbol(self) -> Symbol:
        return self.request.symbol

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.executed

    @property
    def is_buy(self) -> bool:
        return self.request.side is Side.BUY

    @property
    def locked_asset(self) -> str:
        return self.symbol.quote if self.is_buy else self.symbol.base

    @property
    def waits_for_trigger(self) -> bool:
        return self.working_at is None
