"""What starting a bot will do and may cost, in sentences for its owner."""

from decimal import Decimal
from typing import Final

from candlewick.bots.models import Trading
from candlewick.bots.venues import VenueEntry
from candlewick.bots.wire import Mode, RiskLimits

# One always-on instance of 1 vCPU and 1 GiB at list price (docs/cost.md has the calculation's terms):
# 2,628,000 s at (0.000018 + 0.000002) USD a second.
MONTHLY_USD: Final = Decimal("52.56")


def sentences(
    name: str, mode: Mode, trading: Trading, limits: RiskLimits, venue: VenueEntry
) -> tuple[str, ...]:
    """Return what will happen, what bounds it, and what it costs to run."""
    return (
        _what(name, mode, trading, venue),
        _bounds(mode, trading, limits),
        (
            f"Running it takes one small server all day: about {MONTHLY_USD} USD a month at Google's list "
            "price in the cheapest regions, whether it trades or not."
        ),
    )


def _what(name: str, mode: Mode, trading: Trading, venue: VenueEntry) -> str:
    pairs = ", ".join(trading.pairs[:10]) + (" and others" if len(trading.pairs) > 10 else "")  # noqa: PLR2004 (what fits a sentence)
    stake = _stake(trading)
    if mode is Mode.SIGNALS:
        return (
            f"{name} will watch {pairs} at {venue.title} and tell you of signals. It never orders."
        )
    if mode is Mode.PAPER:
        return (
            f"{name} will trade {pairs} with {trading.wallet} {trading.stake_currency} of paper money at "
            f"{venue.title}'s live prices, {stake}. No order leaves the platform."
        )
    if mode is Mode.REPLAY or venue.is_simulated:
        return (
            f"{name} will send real orders for {pairs} to {venue.title}, which is simulated: "
            f"{stake}. No real money is involved."
        )
    return (
        f"{name} will buy and sell {pairs} at {venue.title} with real money, {stake}. "
        "You may lose all of it."
    )


def _stake(trading: Trading) -> str:
    count = trading.max_open_trades
    trades = "one open trade" if count == 1 else f"{count} open trades"
    if trading.stake is None:
        return f"dividing the balance in {trading.stake_currency} by up to {trades}"
    most = trading.stake * count
    return (
        f"{trading.stake} {trading.stake_currency} for each of up to {trades}, "
        f"{most} {trading.stake_currency} at most at once"
    )


def _bounds(mode: Mode, trading: Trading, limits: RiskLimits) -> str:
    currency = trading.stake_currency
    found = []
    if limits.max_daily_loss is not None:
        found.append(f"it has lost {limits.max_daily_loss} {currency} in a day (UTC)")
    if limits.max_drawdown is not None:
        found.append(f"its equity is {limits.max_drawdown:.0%} below its highest")
    if limits.max_open_stake is not None:
        found.append(f"{limits.max_open_stake} {currency} are bound")
    if not found:
        return "No limit of loss is set: it goes on buying whatever it has lost."
    end = " and sells what it holds" if limits.close_all else ", and keeps what it holds"
    reached = f"when {' or '.join(found)}{end}."
    if mode is Mode.SIGNALS:
        return f"Limits hold trades, and this bot makes none. With trades it would stop buying {reached}"
    return f"It stops buying {reached}"
