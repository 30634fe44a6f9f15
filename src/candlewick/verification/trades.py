"""Recomputes every trade from its orders, and checks each order against the candle in which it filled."""

from dataclasses import dataclass

from candlewick.verification.candles import Market
from candlewick.verification.claims import ClaimedOrder, ClaimedTrade
from candlewick.verification.errors import Findings

_RELATIVE = 1e-7
_ABSOLUTE = 2e-8  # Freqtrade rounds profits to eight decimals


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A filled order's effect. `amount` and `average` describe the position after it."""

    at: int
    amount: float
    average: float
    stake: float  # tied up after it, in stake currency
    realised: float  # profit of this order, fees of both sides included
    volume: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTrade:
    """A trade with figures of our own."""

    claim: ClaimedTrade
    steps: tuple[Step, ...]
    profit: float
    profit_ratio: float
    opened: int
    closed: int | None  # None: the position was never closed

    @property
    def pair(self) -> str:
        return self.claim.pair

    @property
    def direction(self) -> int:
        return -1 if self.claim.is_short else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the request allows."""

    pairs: frozenset[str]
    fee: float
    start: int
    until: int
    is_futures: bool


def check_trade(claim: ClaimedTrade, rules: Rules, market: Market, found: Findings) -> CheckedTrade:
    """Return the trade recomputed from its orders; contradictions go to `found`."""
    _check_terms(claim, rules, found)
    for order in claim.orders:
        _check_order(claim, order, (rules, market), found)
    trade = recompute(claim)
    _check_times(trade, found)
    _check_figures(trade, found)
    return trade


def recompute(claim: ClaimedTrade) -> CheckedTrade:
    """Walk through a trade's orders as Freqtrade accounts for them."""
    steps: list[Step] = []
    amount, cost, invested, realised = 0.0, 0.0, 0.0, 0.0
    short = claim.is_short
    for order in claim.orders:
        value = order.amount * order.safe_price
        profit = 0.0
        if order.ft_is_entry:
            amount, cost = amount + order.amount, cost + value
            invested += _with_fee(value, claim.fee_open, adds=not short)
        else:
            average = cost / amount if amount > 0 else order.safe_price
            opened = _with_fee(average * order.amount, claim.fee_open, adds=not short)
            closed = _with_fee(value, claim.fee_close, adds=short)
            # Freqtrade rounds here, which shows in the ratios of small stakes.
            profit = round(opened - closed if short else closed - opened, 8)
            amount, cost = amount - order.amount, cost - average * order.amount
        realised += profit
        is_flat = amount <= claim.amount * 1e-9
        steps.append(
            Step(
                at=order.order_filled_timestamp,
                amount=0.0 if is_flat else amount,
                average=0.0 if is_flat else cost / amount,
                stake=0.0 if is_flat else cost / claim.leverage,
                realised=profit,
                volume=value,
            )
        )
    profit = realised + (claim.funding_fees or 0.0)
    is_closed = claim.close_timestamp is not None
    return CheckedTrade(
        claim=claim,
        steps=tuple(steps),
        profit=profit,
        profit_ratio=profit / invested * claim.leverage if invested else 0.0,
        opened=claim.orders[0].order_filled_timestamp,
        closed=claim.orders[-1].order_filled_timestamp if is_closed else None,
    )


def _with_fee(value: float, fee: float, *, adds: bool) -> float:
    return value * (1 + fee) if adds else value * (1 - fee)


def _check_terms(claim: ClaimedTrade, rules: Rules, found: Findings) -> None:
    found.require(
        holds=claim.pair in rules.pairs, otherwise=f"{claim.name}: the pair was not asked for"
    )
    found.require(
        holds=_close(claim.fee_open, rules.fee) and _close(claim.fee_close, rules.fee),
        otherwise=f"{claim.name}: the fee is not {rules.fee:g}",
    )
    found.require(
        holds=rules.is_futures or (claim.leverage == 1 and not claim.is_short),
        otherwise=f"{claim.name}: leverage or short on a spot market",
    )
    found.require(
        holds=claim.orders[0].ft_is_entry, otherwise=f"{claim.name}: it starts with an exit"
    )


def _check_order(
    claim: ClaimedTrade, order: ClaimedOrder, bounds: tuple[Rules, Market], found: Findings
) -> None:
    rules, market = bounds
    at = order.order_filled_timestamp
    found.require(
        holds=rules.start <= at < rules.until,
        otherwise=f"{claim.name}: an order filled at {at}, outside the time range",
    )
    candle = market.price_range(claim.pair, at)
    if candle is None:
        found.require(holds=False, otherwise=f"{claim.name}: there is no candle at {at}")
        return
    low, high = candle
    slack = high * 1e-9
    found.require(
        holds=low - slack <= order.safe_price <= high + slack,
        otherwise=(
            f"{claim.name}: an order filled at {order.safe_price:g}, "
            f"but the candle spans {low:g} to {high:g}"
        ),
    )


def _check_times(trade: CheckedTrade, found: Findings) -> None:
    claim, times = trade.claim, [step.at for step in trade.steps]
    found.require(
        holds=times == sorted(times), otherwise=f"{claim.name}: its orders are not in order"
    )
    if trade.closed is not None:
        found.require(
            holds=claim.close_timestamp == trade.closed,
            otherwise=f"{claim.name}: it closes at another time than its last order",
        )
        found.require(
            holds=trade.steps[-1].amount == 0 and not claim.orders[-1].ft_is_entry,
            otherwise=f"{claim.name}: it is closed but a position is left",
        )


def _check_figures(trade: CheckedTrade, found: Findings) -> None:
    claim = trade.claim
    entries = [order for order in claim.orders if order.ft_is_entry]
    invested = sum(order.amount * order.safe_price for order in entries) / claim.leverage
    found.require(
        holds=_close(claim.max_stake_amount, invested, 1e-6),
        otherwise=f"{claim.name}: its stake is {claim.max_stake_amount:g}, its orders cost {invested:g}",
    )
    if trade.closed is None:
        return
    exits = len(claim.orders) - len(entries)
    slack = _ABSOLUTE * (exits + 1) + _RELATIVE * invested
    found.require(
        holds=claim.profit_abs is not None and abs(claim.profit_abs - trade.profit) <= slack,
        otherwise=f"{claim.name}: it claims a profit of {claim.profit_abs}, its orders made {trade.profit:.8f}",
    )
    found.require(
        holds=claim.profit_ratio is not None
        and abs(claim.profit_ratio - trade.profit_ratio) <= 1e-6 * claim.leverage,
        otherwise=f"{claim.name}: it claims {claim.profit_ratio}, its orders made {trade.profit_ratio:.6f}",
    )
    found.require(
        holds=claim.close_rate is not None
        and _close(claim.close_rate, claim.orders[-1].safe_price),
        otherwise=f"{claim.name}: it closes at another price than its last order",
    )


def _close(value: float, expected: float, relative: float = _RELATIVE) -> bool:
    return abs(value - expected) <= relative * max(abs(expected), 1e-12)
