"""What an examination adds to a trust report: what other runs of the same strategy came to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from candlewick.backtests.probes import LookaheadFacts, RecursiveFacts
from candlewick.trust.finding import Finding, Weight
from candlewick.trust.lines import first_line
from candlewick.trust.truncation import Truncation
from candlewick.trust.windows import Window

_DRIFT, _FAR = 0.01, 0.1
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A run with one parameter moved a little; profits are fractions of the wallet."""

    parameter: str
    value: object
    profit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the house's runs found. `lines`: the code's line of each column.

    `starts`: the profit over the same last part of the time, of the run as it is and of those that began later. `missing`: what
    could not be computed, in words.
    """

    lookahead: LookaheadFacts | None
    truncations: Sequence[Truncation]
    recursive: RecursiveFacts | None
    profit: float
    starts: Sequence[float]
    neighbours: Sequence[Neighbour]
    windows: Sequence[Window]
    lines: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def findings(found: Examined) -> Iterator[Finding]:
    """Yield one finding for each thing that was looked at, in plain words."""
    yield from _of_future(found)
    yield from _of_recursion(found)
    yield from _of_starts(found)
    yield from _of_neighbours(found)
    yield from _of_windows(found)
    for text in found.missing:
        yield Finding("Not computed", Weight.DOUBTFUL, text, is_of_code=True)


def _of_future(found: Examined) -> Iterator[Finding]:
    seen, cuts = found.lookahead, found.truncations
    columns = [] if seen is None else list(seen.columns)
    line = first_line(columns, found.lines)
    differing = [cut for cut in cuts if cut.differing]
    if columns:
        named = _listed([name for name in columns if name in found.lines] or columns)
        text = f"{named} has other values when later candles are left out, so it was computed from candles that had not come yet (Freqtrade's lookahead-analysis)."
        yield Finding("Sees the future", Weight.FAILED, text, line, is_of_code=True)
    if differing:
        cut = differing[0]
        text = f"On candles that end on {_day(cut.cut_at)} it does not trade as it did before that day when it knew the rest: {cut.differing[0]}."
        yield Finding("Trades on what it cannot know", Weight.FAILED, text, line)
    elif cuts and not columns:
        compared = sum(cut.compared for cut in cuts)
        text = f"On candles cut at {len(cuts)} moments, each right when it buys, it trades as on the whole: {compared:,} trades were compared."
        yield Finding("Sees the future", Weight.GOOD, text)
    if not cuts and not (seen is not None and seen.is_decided):
        text = "It trades too seldom to tell whether it sees the future."
        yield Finding("Sees the future", Weight.DOUBTFUL, text)
    if seen is not None and not columns and not differing and seen.false_entries + seen.false_exits:
        text = f"{seen.false_entries} entries and {seen.false_exits} exits of {seen.trades} trades change when each pair is run alone up to that trade."
        yield Finding("Depends on its other trades", Weight.DOUBTFUL, text)


def _of_recursion(found: Examined) -> Iterator[Finding]:
    facts = found.recursive
    if facts is None:
        return
    if facts.startup == 0:
        text = "It asks for no candles before the first one, so its first indicators rest on too few. Set startup_candle_count."
        yield Finding("Recursive formulas", Weight.DOUBTFUL, text)
        return
    drifting = {name: drift for name, drift in facts.drifts.items() if drift > _DRIFT}
    if not drifting:
        text = f"With its {facts.startup} startup candles no indicator is off by more than {_DRIFT:.0%}."
        yield Finding("Recursive formulas", Weight.GOOD, text)
        return
    worst = max(drifting, key=lambda name: drifting[name])
    text = f"With its {facts.startup} startup candles {worst} is off by {drifting[worst]:.1%}: live it would have other values than here. Raise startup_candle_count."
    line = found.lines.get(worst)
    yield Finding("Recursive formulas", Weight.DOUBTFUL, text, line, is_of_code=True)


def _of_starts(found: Examined) -> Iterator[Finding]:
    if len(found.starts) < 2:  # noqa: PLR2004 - one is no comparison
        return
    whole, others = found.starts[0], found.starts[1:]
    worst = min(others)
    text = f"Begun at {len(others)} later moments, the same last part of the time gives {worst:+.1%} to {max(others):+.1%}, and {whole:+.1%} as it was run."
    if whole > 0 and all(other <= 0 for other in others):
        yield Finding("Start date", Weight.WEAK, text)
    elif whole > 0 and worst < whole * _HALF:
        yield Finding("Start date", Weight.DOUBTFUL, text)
    else:
        yield Finding("Start date", Weight.GOOD, text)


def _of_neighbours(found: Examined) -> Iterator[Finding]:
    if not found.neighbours:
        return
    profits = [each.profit for each in found.neighbours]
    middle, worst = float(np.median(profits)), min(found.neighbours, key=lambda each: each.profit)
    text = f"With one parameter moved a little it makes {middle:+.1%} in the middle of {len(profits)} tries, {worst.profit:+.1%} at worst ({worst.parameter} = {worst.value}), and {found.profit:+.1%} as it is."
    if found.profit > 0 >= middle:
        yield Finding("Neighbouring parameters", Weight.WEAK, text, is_of_code=True)
    elif found.profit > 0 and middle < found.profit * _HALF:
        yield Finding("Neighbouring parameters", Weight.DOUBTFUL, text, is_of_code=True)
    else:
        yield Finding("Neighbouring parameters", Weight.GOOD, text, is_of_code=True)


def _of_windows(found: Examined) -> Iterator[Finding]:
    if not found.windows:
        return
    good = sum(window.profit > 0 for window in found.windows)
    total = float(np.prod([1 + window.profit for window in found.windows]) - 1)
    how = "Choosing its parameters by what was known" if found.neighbours else "As it is"
    text = f"{how}, {good} of {len(found.windows)} following windows end with a profit, {total:+.1%} together (walk-forward)."
    if found.profit > 0 >= total:
        yield Finding("Walk-forward", Weight.WEAK, text)
    elif good * 2 < len(found.windows):
        yield Finding("Walk-forward", Weight.DOUBTFUL, text)
    else:
        yield Finding("Walk-forward", Weight.GOOD, text)


def _listed(names: list[str]) -> str:
    shown = names[:3]
    return ", ".join(shown) + (f" and {len(names) - 3} more" if len(names) > 3 else "")  # noqa: PLR2004


def _day(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment / 1_000, UTC):%-d %B %Y}"
