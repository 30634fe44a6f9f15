"""Makes the dataframe that Freqtrade would hand to a strategy's rules, from a spec and candles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from candlewick.indicators.registry import INDICATORS
from candlewick.market_data.timeframes import duration
from candlewick.previews import computing
from candlewick.previews.code_writes import changed_columns
from candlewick.previews.windows import Candles
from candlewick.specs.base import CodeBlock
from candlewick.specs.evaluation import Evaluator
from candlewick.specs.found import Problem
from candlewick.specs.models import IndicatorUse, Informative, StrategySpec
from candlewick.specs.scope import Scope
from candlewick.specs.syntax import Syntax

NOT_RUN = "This is code, which a preview does not run."


@dataclass
class StrategyFrame:
    """The frame as far as it can be known; `unknown` says of the other columns why not."""

    spec: StrategySpec
    parameters: Mapping[str, float]
    candles: pd.DataFrame = field(default_factory=pd.DataFrame)
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    beginnings: dict[str, pd.Timestamp] = field(default_factory=dict)  # of informatives' candles
    unknown: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def scope(self) -> Scope:
        return Scope(self.spec)

    def changed_by(self, path: str, code: str) -> None:
        """Forget the columns that code may change."""
        self.frame = self._forgotten(self.frame, path, code)

    def fill(self, candles: Candles) -> "StrategyFrame":
        self.candles = candles.own()
        self.frame = self.candles.copy()
        for number, informative in enumerate(self.spec.informatives):
            path = f"informatives.{number}"
            other = candles.of(informative, path)
            self.beginnings[informative.name] = other["date"].iloc[0]
            other = self._computed(other, f"{path}.indicators", informative.indicators, informative)
            self._merge(other, informative)
        self.frame = self._computed(self.frame, "indicators", self.spec.indicators, None)
        return self

    def _computed(
        self,
        frame: pd.DataFrame,
        path: str,
        blocks: Sequence[IndicatorUse | CodeBlock],
        informative: Informative | None,
    ) -> pd.DataFrame:
        suffix = "" if informative is None else f"_{informative.name}"
        for number, block in enumerate(blocks):
            place = f"{path}.{number}"
            if isinstance(block, CodeBlock):
                self.problems.append(Problem(place, NOT_RUN))
                frame = self._forgotten(frame, place, block.code, suffix)
            else:
                self._add(frame, place, block, informative)
        return frame

    def _add(
        self, frame: pd.DataFrame, path: str, use: IndicatorUse, informative: Informative | None
    ) -> None:
        known = INDICATORS[use.indicator]
        name = None if informative is None else informative.name
        source = Syntax(self.scope).name(use.source, name)
        needed = [*known.inputs, *([source] if known.has_source else [])]
        suffix = "" if name is None else f"_{name}"
        missing = [column for column in needed if column not in frame]
        if missing:
            self._not_known(path, use, suffix, self.unknown[missing[0] + suffix])
            return
        settings = self._settings(use)
        try:
            for column, values in computing.columns(known, use.name, frame, settings, source):
                frame[column] = values
        except computing.NotComputed as error:
            why = f"It cannot be computed on these candles: {error}."
            self._not_known(path, use, suffix, why)

    def _not_known(self, path: str, use: IndicatorUse, suffix: str, why: str) -> None:
        self.problems.append(Problem(path, why))
        for column in INDICATORS[use.indicator].columns(use.name):
            self.unknown[column + suffix] = why

    def _settings(self, use: IndicatorUse) -> Mapping[str, float]:
        evaluator = Evaluator(self.spec, self.frame, self.parameters)
        return {
            name: int(evaluator.number(number))
            if self.scope.is_whole(number)
            else float(evaluator.number(number))
            for name, number in use.settings.items()
        }

    def _forgotten(
        self, frame: pd.DataFrame, path: str, code: str, suffix: str = ""
    ) -> pd.DataFrame:
        patterns = changed_columns(code)
        names = [
            name
            for name in frame.columns
            if name != "date" and any(pattern.fullmatch(name) for pattern in patterns)
        ]
        for name in names:
            self.unknown[name + suffix] = f"It needs {name}, which the code at {path} may change."
        return frame.drop(columns=names)

    def _merge(self, other: pd.DataFrame, informative: Informative) -> None:
        """Give each candle the informative's last one that had closed by its own close, as Freqtrade does."""
        own, longer = duration(self.spec.timeframe), duration(informative.timeframe)
        known_from = other["date"] + (longer - own)
        renamed = other.rename(columns=lambda name: f"{name}_{informative.name}")
        places = known_from.searchsorted(self.frame["date"], side="right") - 1
        # Freqtrade fills the first candles only where a later one closes together with an informative's.
        if not np.isin(self.frame["date"], known_from).any():
            places[:] = -1
        merged = renamed.reindex(places).reset_index(drop=True)
        self.frame = pd.concat([self.frame, merged], axis=1)
