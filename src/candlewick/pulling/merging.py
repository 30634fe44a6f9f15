"""What is known of a series, and what its exchange says now, as one: nothing that was known is lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from candlewick.market_data.cleaning import steps
from candlewick.market_data.cleaning.models import MOST_MOMENTS, Action, Found, Rule, found
from candlewick.market_data.feather import columns_of
from candlewick.market_data.importer import note
from candlewick.market_data.manifest import CandleType, QualityNote

# Newly told at each pull, whatever it is that was left out; how many there were in all says nothing.
_NOT_KEPT = frozenset({Rule.UNFINISHED, Rule.TIME_ZONE, Rule.UNIT})
_TRADED = (steps.spikes, steps.without_trades)
_LOOKED_FOR: Mapping[CandleType, Sequence[steps.Work]] = {
    CandleType.SPOT: _TRADED,
    CandleType.FUTURES: _TRADED,
    CandleType.MARK: (steps.spikes,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """All candles of a series.

    Attributes:
        frame: in time's order, each time once.
        added: how many were not known.
        changed: of candles whose values are others now, by which they were replaced.
    """

    frame: pd.DataFrame
    added: int
    changed: Found | None

    @property
    def is_news(self) -> bool:
        return self.added > 0 or self.changed is not None


def merge(
    known: pd.DataFrame | None, fresh: pd.DataFrame, candle_type: CandleType = CandleType.SPOT
) -> Merged:
    """Put clean candles onto those that are known. The exchange's newer word counts, its silence does not."""
    columns = columns_of(candle_type)
    fresh = _in_form(fresh, columns)
    if known is None:
        return Merged(frame=fresh, added=len(fresh), changed=None)
    known = _in_form(known, columns)
    both = known.merge(fresh, on="date", suffixes=("", "_now"))
    differs = np.zeros(len(both), dtype=bool)
    for name in columns[1:]:
        before, now = both[name].to_numpy(), both[f"{name}_now"].to_numpy()
        differs |= (before != now) & ~(np.isnan(before) & np.isnan(now))
    frame = (
        pd.concat([known, fresh])
        .drop_duplicates("date", keep="last")
        .sort_values("date", kind="stable", ignore_index=True)
    )
    return Merged(
        frame=frame,
        added=len(frame) - len(known),
        changed=found(Rule.CHANGED, Action.REPLACED, both.loc[differs, "date"]),
    )


def quality(
    frame: pd.DataFrame,
    before: Sequence[QualityNote],
    now: Iterable[Found | None],
    candle_type: CandleType = CandleType.SPOT,
) -> list[QualityNote]:
    """Return the notes of a whole file.

    Args:
        frame: its candles; what is only flagged is looked for in all of them.
        before: what earlier pulls noted.
        now: what this one found.
        candle_type: nothing is traded at mark prices, and funding rates are no prices.
    """
    noted = {each.rule: each for each in before if each.action != Action.FLAGGED}
    for each in now:
        if each is not None and each.rule not in _NOT_KEPT and each.action is not Action.FLAGGED:
            noted[each.rule] = _added(noted.get(each.rule), note(each))
    flagged = [look(frame).found for look in _LOOKED_FOR.get(candle_type, ())]
    return [*noted.values(), *(note(each) for each in flagged if each is not None)]


def _added(before: QualityNote | None, now: QualityNote) -> QualityNote:
    """Count what is new: the same candle may be downloaded, and left out, day after day."""
    if before is None:
        return now
    known = set(before.at)
    new = [moment for moment in now.at if moment not in known]
    unlisted = now.count - len(now.at)
    return now.model_copy(
        update={
            "count": before.count + len(new) + unlisted,
            "at": sorted([*before.at, *new])[:MOST_MOMENTS],
        }
    )


def _in_form(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return these columns, times in milliseconds as Freqtrade stores them."""
    return frame[list(columns)].assign(date=frame["date"].dt.as_unit("ms")).reset_index(drop=True)
