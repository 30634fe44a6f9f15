"""The bot in figures, counted by the supervisor where it can, told by the trader where it must."""

from decimal import Decimal

from candlewick.bots.wire import BotPhase, Figures, Wanted
from live_bot.bot import Bot


def phase(bot: Bot, *, stopping: bool) -> BotPhase:
    """Return what the bot is doing, by the first that applies."""
    report = bot.desk.report
    checks = (
        (stopping or bot.desk.wanted is Wanted.STOPPED, BotPhase.STOPPING),
        (report.iteration == 0 and not report.reconciled, BotPhase.STARTING),
        (bot.sends_orders and not report.reconciled, BotPhase.RECONCILING),
        (bool(bot.ports.guard.breached), BotPhase.HELD),
        (bot.desk.wanted is Wanted.PAUSED, BotPhase.PAUSED),
    )
    return next((found for applies, found in checks if applies), BotPhase.RUNNING)


def figures(
    bot: Bot, log_tail: str, balance: tuple[Decimal, Decimal] | None, *, stopping: bool = False
) -> Figures:
    """Return the figures of this moment; `balance` is (all, free) of the account's stake currency."""
    ledger, report = bot.ports.guard.ledger, bot.desk.report
    open_stake = sum((trade.stake for trade in report.open_trades), Decimal(0))
    if not bot.sends_orders:
        balance = None if report.wallet is None else (report.wallet.total, report.wallet.free)
    elif balance is not None:
        balance = (balance[0] + ledger.value(bot.prices), balance[1])
    return Figures(
        phase=phase(bot, stopping=stopping),
        balance=None if balance is None else balance[0],
        free=None if balance is None else balance[1],
        open_stake=ledger.open_stake() if bot.sends_orders else open_stake,
        day_profit=ledger.day_profit(bot.prices),
        drawdown=max(0.0, ledger.drawdown(bot.prices)),
        orders_today=ledger.orders_today,
        open_trades=report.open_trades,
        closed_trades=report.closed_trades,
        decisions=report.decisions,
        log_tail=log_tail[-8_000:],
    )


def starting(*, stopping: bool) -> Figures:
    """Return the figures of a bot of which nothing is known yet."""
    return Figures(
        phase=BotPhase.STOPPING if stopping else BotPhase.STARTING,
        balance=None,
        free=None,
        open_stake=Decimal(0),
        day_profit=Decimal(0),
        drawdown=0.0,
        orders_today=0,
    )
