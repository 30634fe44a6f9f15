"""What a result archive claims: trades, orders and figures, parsed and bounded, believed in nothing."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

Timestamp = Annotated[int, Field(ge=0, le=32_503_680_000_000)]  # milliseconds, up to the year 3000
Price = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]

MAX_TRADES = 500_000
_MAX_ORDERS = 1_000


class Claim(BaseModel):
    # Freqtrade adds fields from release to release; what is not used here cannot mislead.
    model_config = ConfigDict(frozen=True, extra="ignore")


class ClaimedOrder(Claim):
    """A filled order."""

    amount: Price
    safe_price: Price
    ft_is_entry: bool
    order_filled_timestamp: Timestamp
    ft_order_tag: Annotated[str | None, Field(max_length=255)] = None


class ClaimedTrade(Claim):
    """A trade of Freqtrade's export. `close_*` are missing while it is open."""

    pair: str
    is_short: bool
    leverage: Annotated[float, Field(ge=1, le=1_000)]
    amount: Price
    stake_amount: Price
    max_stake_amount: Price
    open_rate: Price
    close_rate: Number | None
    open_timestamp: Timestamp
    close_timestamp: Timestamp | None
    fee_open: Annotated[float, Field(ge=0, lt=1)]
    fee_close: Annotated[float, Field(ge=0, lt=1)]
    funding_fees: Number | None = 0.0
    profit_abs: Number | None
    profit_ratio: Number | None
    initial_stop_loss_abs: Number | None = None
    stop_loss_abs: Number | None = None
    enter_tag: Annotated[str | None, Field(max_length=255)] = None
    exit_reason: Annotated[str | None, Field(max_length=255)] = None
    orders: Annotated[list[ClaimedOrder], Field(min_length=1, max_length=_MAX_ORDERS)]

    @model_validator(mode="before")
    @classmethod
    def _filled_orders_only(cls, data: Any) -> Any:
        """An order that never filled moved nothing; Freqtrade lists the last one of an open trade."""
        if isinstance(data, dict) and isinstance(data.get("orders"), list):
            filled = [item for item in data["orders"] if _is_filled(item)]
            return {**data, "orders": filled}
        return data

    @property
    def name(self) -> str:
        return f"{self.pair} opened at {self.open_timestamp}"


class ClaimedFigures(Claim):
    """The part of Freqtrade's statistics that is compared with our own."""

    model_config = ConfigDict(frozen=True, extra="allow")

    backtest_start_ts: Timestamp
    backtest_end_ts: Timestamp
    starting_balance: Number
    final_balance: Number


class ClaimedResult(Claim):
    trades: Annotated[list[ClaimedTrade], Field(max_length=MAX_TRADES)]
    open_trades: Annotated[list[ClaimedTrade], Field(max_length=1_000)]
    figures: ClaimedFigures


def _is_filled(order: Any) -> bool:
    return isinstance(order, dict) and order.get("order_filled_timestamp") is not None
