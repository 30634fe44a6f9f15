"""Short forms in which the corpus is written: what is expected, apart from how the parser finds it."""

from dataclasses import dataclass
from typing import Any

from candlewick.specs.conditions import Condition
from candlewick.specs.examples.building import risk
from candlewick.specs.models import IndicatorUse, Informative, Rule, StrategySpec
from candlewick.specs.risk import Risk

TARGET = ", take profit 5%"
TARGET_5 = risk(0.1, (0, 0.05))


@dataclass(frozen=True, slots=True)
class Case:
    """Phrases that all mean the same strategy; `before` is the one that they change."""

    phrases: tuple[str, ...]
    expected: StrategySpec
    before: StrategySpec | None = None


def buying(
    *phrases: str, when: Condition, using: tuple[IndicatorUse, ...] = (), **more: Any
) -> Case:
    """Expect one rule to buy, and a target of 5 %, which every phrase is ended with."""
    return case(
        *(f"{phrase}{TARGET}" for phrase in phrases),
        indicators=using, entries=(entry(when),), risk=TARGET_5, **more,
    )  # fmt: skip


def case(*phrases: str, before: StrategySpec | None = None, **parts: Any) -> Case:
    return Case(phrases, strategy(**parts), before)


def strategy(**parts: Any) -> StrategySpec:
    return StrategySpec.model_validate({"name": "S", "timeframe": "1h", "risk": Risk(), **parts})


def entry(when: Condition, side: str = "long") -> Rule:
    return Rule.model_validate({"tag": "t", "side": side, "when": when})


def exit_(when: Condition, side: str = "long") -> Rule:
    return entry(when, side)


def frame(
    name: str, *indicators: IndicatorUse, timeframe: str, pair: str | None = None
) -> Informative:
    return Informative.model_validate(
        {"name": name, "timeframe": timeframe, "pair": pair, "indicators": indicators}
    )


def comparable(spec: StrategySpec) -> StrategySpec:
    """Return a spec without what it is called: its name, and the tags of its rules."""
    plain = {
        way: tuple(
            rule.model_copy(update={"tag": "t"})
            for rule in getattr(spec, way)
            if isinstance(rule, Rule)
        )
        for way in ("entries", "exits")
    }
    return spec.model_copy(update={"name": "S", **plain})
