"""The data certificate: what the candles and the funding under a run are like, and which trades rest on bad ones."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from candlewick.market_data.cleaning.spikes import REACH, spike_mask
from candlewick.verification import funding
from candlewick.verification.candles import Candles, Market
from candlewick.verification.funding import FundingFindings
from candlewick.verification.lacking import Lacking, Payments, payments
from candlewick.verification.metrics import Period
from candlewick.verification.outputs import FORMAT, numbered
from candlewick.verification.trades import CheckedTrade

if TYPE_CHECKING:
    from numpy.typing import NDArray

JUMP = 0.1  # a candle that opens this far from the close before it
_MOST = 200  # of each kind and pair are listed; all are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Findings:
    """One pair's candles inside the run's time. Times in milliseconds; gaps are [start, until)."""

    candles: Candles
    first: int
    last: int
    gap_starts: "NDArray[np.int64]"
    gap_ends: "NDArray[np.int64]"
    zero_volume: "NDArray[np.int64]"
    jumps: "NDArray[np.int64]"
    jump_ratios: "NDArray[np.float64]"
    spikes: "NDArray[np.int64]"
    expected: int
    funding: FundingFindings | None  # of futures
    uncounted: Payments | None  # of these


def certificate(
    trades: Sequence[CheckedTrade], market: Market, period: Period, step: int
) -> dict[str, object]:
    """Return the certificate of the run's timeframe.

    A trade is affected when candles are missing while it is open, when one of its orders filled in a gap or in a
    candle without volume or that reaches far beyond its neighbours, or when the price jumped by `JUMP` or more from one candle to
    the next while it was open; of futures also when funding was due while it was open and Freqtrade counted none, or at
    an older price, see `funding`, and `lacking` for how much that is.
    """
    found = {pair: _look(pair, market, period, step) for pair in market.timeframe}
    affected: list[dict[str, object]] = []
    lacking = defaultdict[str, Lacking](Lacking)
    for number, trade in numbered(trades):
        reasons = _reasons(trade, found[trade.pair], period)
        if reasons:
            lacks = _lacks(trade, found[trade.pair], period)
            lacking[trade.pair] += lacks or Lacking()
            affected.append(_affected(number, trade, reasons, lacks))
    return {
        "format": FORMAT,
        "start": period.start,
        "until": period.until,
        "step": step,
        "jumpRatio": JUMP,
        "pairs": [_pair(pair, findings, market, lacking[pair]) for pair, findings in found.items()],
        "affectedTrades": affected,
        "profit": _profits(trades, {item["number"] for item in affected}),
        "byReason": _by_reason(affected),
    }


def _affected(
    number: int, trade: CheckedTrade, reasons: list[str], lacks: Lacking | None
) -> dict[str, object]:
    return {
        "number": number,
        "pair": trade.pair,
        "openedAt": trade.opened,
        "closedAt": trade.closed,
        "profit": None if trade.closed is None else round(trade.profit, 8),
        "reasons": reasons,
        "missingFunding": None if lacks is None else lacks.view(),
    }


def _look(pair: str, market: Market, period: Period, step: int) -> _Findings:
    candles = market.timeframe[pair]
    # The grid starts at the candle that holds the period's start.
    start = period.start - period.start % step
    until = max(period.until, start + step)
    first = int(np.searchsorted(candles.opened, start, side="left"))
    last = int(np.searchsorted(candles.opened, until, side="left"))
    opened = candles.opened[first:last]
    edges = np.concatenate([[start - step], opened, [until - until % step]])
    holes = np.flatnonzero(np.diff(edges) > step)
    before = candles.close[first : last - 1]
    moves = np.abs(candles.open[first + 1 : last] / before - 1) if len(opened) > 1 else before[:0]
    jumps = np.flatnonzero(moves >= JUMP)
    due = _funding(pair, market, period)
    return _Findings(
        candles=candles,
        first=first,
        last=last,
        gap_starts=edges[holes] + step,
        gap_ends=edges[holes + 1],
        zero_volume=opened[candles.volume[first:last] == 0],
        jumps=opened[jumps + 1],
        jump_ratios=moves[jumps],
        spikes=opened[_spikes(candles, first, last)],
        expected=-(-(until - start) // step),
        funding=due,
        uncounted=None if due is None else payments(market.funding[pair], due, candles),
    )


def _funding(pair: str, market: Market, period: Period) -> FundingFindings | None:
    """Look at the time in which the pair was traded: before its first candle no funding is due."""
    known, candles = market.funding.get(pair), market.timeframe[pair]
    if known is None or not len(candles.opened):
        return None
    start = max(period.start, int(candles.opened[0]))
    until = min(period.until, int(candles.opened[-1]) + candles.step - 1)
    return funding.look(known, (start, until), (period.start, period.until + candles.step))


def _spikes(candles: Candles, first: int, last: int) -> "NDArray[np.bool_]":
    # What is usual is told by candles outside of the run's time too, but by no others than these.
    begin, end = max(0, first - REACH), last + REACH
    columns = (candles.open, candles.high, candles.low, candles.close)
    return spike_mask(*(column[begin:end] for column in columns))[first - begin : last - begin]


def _ended(trade: CheckedTrade, period: Period) -> int:
    return period.until if trade.closed is None else trade.closed


def _lacks(trade: CheckedTrade, found: _Findings, period: Period) -> Lacking | None:
    """Return what funding a trade lacks; `None` when it lacks nothing."""
    lacks = None if found.uncounted is None else found.uncounted.of(trade, _ended(trade, period))
    return None if lacks == Lacking() else lacks


def _reasons(trade: CheckedTrade, found: _Findings, period: Period) -> list[str]:
    ended = _ended(trade, period)
    fills = np.array([step.at - step.at % found.candles.step for step in trade.steps])
    is_gap = (found.gap_starts <= ended) & (found.gap_ends > trade.opened)
    is_jump = (found.jumps > trade.opened) & (found.jumps <= ended)
    in_gap = any(found.candles.index_at(int(at)) is None for at in fills)
    checks = {
        "gap": bool(is_gap.any()),
        "filled_in_gap": in_gap,
        "filled_without_volume": bool(np.isin(fills, found.zero_volume).any()),
        "jump": bool(is_jump.any()),
        "filled_in_spike": bool(np.isin(fills, found.spikes).any()),
        **({} if found.funding is None else found.funding.reasons(trade.opened, ended)),
    }
    return [name for name, holds in checks.items() if holds]


def _pair(pair: str, found: _Findings, market: Market, lacks: Lacking) -> dict[str, object]:
    opened = found.candles.opened[found.first : found.last]
    lengths = (found.gap_ends - found.gap_starts) // found.candles.step
    gaps = zip(found.gap_starts.tolist(), found.gap_ends.tolist(), lengths.tolist(), strict=True)
    jumps = zip(found.jumps.tolist(), found.jump_ratios.tolist(), strict=True)
    file = market.files.get(pair)
    return {
        "pair": pair,
        "file": None if file is None else {"name": file.file_name, "sha256": file.sha256},
        "first": int(opened[0]) if len(opened) else None,
        "last": int(opened[-1]) if len(opened) else None,
        "candles": len(opened),
        "expected": found.expected,
        "missing": int(lengths.sum()),
        "gapCount": len(lengths),
        "gaps": [
            {"start": start, "until": until, "candles": count} for start, until, count in gaps
        ][:_MOST],
        "zeroVolume": len(found.zero_volume),
        "jumpCount": len(found.jumps),
        "jumps": [{"at": at, "ratio": ratio} for at, ratio in jumps][:_MOST],
        "spikeCount": len(found.spikes),
        "spikes": found.spikes.tolist()[:_MOST],
        "funding": None
        if found.funding is None
        else {**found.funding.view(), "ofTrades": lacks.view()},
    }


def _profits(trades: Sequence[CheckedTrade], affected: set[object]) -> Mapping[str, object]:
    profits = [
        (number in affected, round(trade.profit, 8))
        for number, trade in numbered(trades)
        if trade.closed is not None
    ]
    return {
        "all": sum(profit for _, profit in profits),
        "affected": sum(profit for is_affected, profit in profits if is_affected),
        "unaffected": sum(profit for is_affected, profit in profits if not is_affected),
        "affectedTrades": len(affected),
    }


def _by_reason(affected: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Return what the trades of each reason made together; a trade with two reasons is in both."""
    profits = defaultdict[str, list[float | None]](list)
    for item in affected:
        for reason in item["reasons"]:
            profits[reason].append(item["profit"])
    return {
        reason: {"trades": len(found), "profit": sum(filter(None, found))}
        for reason, found in profits.items()
    }
