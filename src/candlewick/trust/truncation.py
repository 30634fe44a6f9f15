"""Whether a strategy trades the same when the candles end early. What it cannot know it cannot use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

Trade = Mapping[str, Any]  # as in trades.json

_RELATIVE = 1e-9
_MOST_TOLD = 5
_FIRST_SHARE = 0.3  # of the trades: before, there is too little to compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncation:
    """How a backtest on candles that end at `cut_at` (milliseconds UTC) compares with the whole one.

    `compared` trades; `differing` are the differences in words, the first few.
    """

    cut_at: int
    compared: int
    differing: tuple[str, ...]


def cutting_places(trades: Sequence[Trade], step: int, until: int, count: int) -> Sequence[int]:
    """Return moments right at the opening of trades, spread over the run, at which nothing else was sold.

    A sale in the same candle may have made room for the purchase, and a cut candle does not show it.

    Args:
        trades: of the whole run.
        step: milliseconds of its timeframe.
        until: the end of the run; two candles must follow each place.
        count: how many places at most.
    """
    closings = {trade["closedAt"] for trade in trades}
    opened = sorted({trade["openedAt"] for trade in trades})
    fit = [at for at in opened if at not in closings and at + 2 * step <= until and at % step == 0]
    fit = fit[int(len(fit) * _FIRST_SHARE) :]
    if len(fit) <= count:
        return fit
    return [fit[round(place * (len(fit) - 1) / (count - 1))] for place in range(count)]


def compare(
    whole: Sequence[Trade], cut: Sequence[Trade], cut_at: int, *, also_at_cut: bool
) -> Truncation:
    """Compare all that happened before the cut, and with `also_at_cut` what was bought there."""
    latest = cut_at if also_at_cut else cut_at - 1
    known, after = _opened_by(whole, latest), _opened_by(cut, latest)
    differing = tuple(islice(_differences(known, after, cut_at), _MOST_TOLD))
    return Truncation(cut_at=cut_at, compared=len(known), differing=differing)


def _opened_by(trades: Sequence[Trade], latest: int) -> dict[tuple[Any, ...], Trade]:
    return {
        (trade["openedAt"], trade["pair"], trade["isShort"]): trade
        for trade in trades
        if trade["openedAt"] <= latest
    }


def _differences(
    whole: Mapping[tuple[Any, ...], Trade], cut: Mapping[tuple[Any, ...], Trade], cut_at: int
) -> Iterator[str]:
    for key in sorted({*whole, *cut}):
        before, after = whole.get(key), cut.get(key)
        pair = key[1]
        if before is None or after is None:
            yield f"{pair} is bought {'only when later candles are known' if after is None else 'only when they are not'}"
        elif not _same_entry(before, after):
            yield f"{pair} is bought otherwise"
        elif _sold_otherwise(before, after, cut_at):
            yield f"{pair} is sold otherwise"


def _sold_otherwise(one: Trade, other: Trade, cut_at: int) -> bool:
    is_known = _closed_before(one, cut_at) or _closed_before(other, cut_at)
    is_same = one["closedAt"] == other["closedAt"] and _close(one["closeRate"], other["closeRate"])
    return is_known and not is_same


def _same_entry(one: Trade, other: Trade) -> bool:
    first, second = one["orders"][0], other["orders"][0]
    return (
        one["enterTag"] == other["enterTag"]
        and _close(first["price"], second["price"])
        and _close(first["amount"], second["amount"])
    )


def _closed_before(trade: Trade, moment: int) -> bool:
    return trade["closedAt"] is not None and trade["closedAt"] < moment


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _RELATIVE * max(abs(one), abs(other))
