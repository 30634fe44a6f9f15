"""Checks that the money adds up over time: slots, stakes, balance and the positions left open."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from candlewick.verification.claims import ClaimedFigures
from candlewick.verification.errors import Findings
from candlewick.verification.trades import CheckedTrade

_SLACK = 1e-6  # of the starting balance


def check_wallet(
    trades: Sequence[CheckedTrade],
    figures: ClaimedFigures,
    *,
    wallet: float,
    max_open_trades: int,
    found: Findings,
) -> None:
    """Check the trades together, those that never closed included."""
    found.require(
        holds=abs(figures.starting_balance - wallet) <= _SLACK * wallet,
        otherwise=f"it starts with {figures.starting_balance:g} instead of {wallet:g}",
    )
    _check_slots(trades, max_open_trades, found)
    _check_one_per_pair(trades, found)
    _check_balance(trades, wallet, found)
    closed = sum(trade.profit for trade in trades if trade.closed is not None)
    tied_up = sum(trade.steps[-1].stake for trade in trades if trade.closed is None)
    realised = sum(
        step.realised for trade in trades if trade.closed is None for step in trade.steps
    )
    expected = wallet + closed + realised - tied_up
    # Freqtrade rounds each trade's profit to eight decimals.
    slack = _SLACK * wallet + 1e-8 * len(trades)
    found.require(
        holds=abs(figures.final_balance - expected) <= slack,
        otherwise=(
            f"the final balance is {figures.final_balance:.8f}, but the trades leave {expected:.8f}"
        ),
    )


def _check_slots(trades: Sequence[CheckedTrade], limit: int, found: Findings) -> None:
    """Count what is certainly open at once: a trade that closes in a candle frees its slot within it."""
    changes: list[tuple[int, int]] = []
    for trade in trades:
        if trade.closed is None or trade.closed > trade.opened:
            changes.append((trade.opened, 1))
            if trade.closed is not None:
                changes.append((trade.closed, -1))
    count = most = 0
    for _, change in sorted(changes):  # -1 sorts before 1
        count += change
        most = max(most, count)
    found.require(
        holds=most <= limit, otherwise=f"{most} trades are open at once; {limit} were allowed"
    )


def _check_one_per_pair(trades: Sequence[CheckedTrade], found: Findings) -> None:
    ordered = sorted(trades, key=lambda trade: (trade.pair, trade.opened, trade.closed or 0))
    for pair, group in groupby(ordered, key=lambda trade: trade.pair):
        for earlier, later in pairwise(group):
            found.require(
                holds=earlier.closed is not None and earlier.closed <= later.opened,
                otherwise=f"{pair} has two trades at once at {later.opened}",
            )


def _check_balance(trades: Sequence[CheckedTrade], wallet: float, found: Findings) -> None:
    """No entry may spend what is not there."""
    free = wallet
    for at, is_entry, stake_change, realised in sorted(_movements(trades)):
        free += realised - stake_change
        if is_entry and free < -_SLACK * wallet:
            found.require(
                holds=False,
                otherwise=f"at {at} more is staked than the wallet holds, by {-free:.8f}",
            )
            return


def _movements(trades: Sequence[CheckedTrade]) -> Iterator[tuple[int, bool, float, float]]:
    # At one time exits count first: whether Freqtrade did them first cannot be told from the result.
    for trade in trades:
        before = 0.0
        for order, step in zip(trade.claim.orders, trade.steps, strict=True):
            yield step.at, order.ft_is_entry, step.stake - before, step.realised
            before = step.stake
