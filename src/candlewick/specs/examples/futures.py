"""Examples for futures: both ways, with leverage."""

from typing import Literal

from candlewick.specs.conditions import AnyOf, Condition, Not, Switch
from candlewick.specs.examples.building import (
    CLOSE,
    compare,
    crosses,
    every,
    example,
    falls,
    parameter,
    rises,
    risk,
    use,
    value,
    when,
    whole,
)
from candlewick.specs.models import BoolParameter, DecimalParameter, Rule
from candlewick.specs.risk import AddedPosition, Position, StopStep


def _short(tag: str, *conditions: Condition) -> Rule:
    side: Literal["short"] = "short"
    return when(tag, *conditions).model_copy(update={"side": side})


EXAMPLES = (
    example(
        "BothWaysCross",
        "Is long while a fast average is above a slow one, and short while it is below.",
        can_short=True,
        parameters=(whole("fast_length", 5, 12, 20), whole("slow_length", 21, 26, 60)),
        indicators=(
            use("fast", "ema", length=parameter("fast_length")),
            use("slow", "ema", length=parameter("slow_length")),
        ),
        entries=(
            when("turned up", crosses(value("fast"), "above", value("slow"))),
            _short("turned down", crosses(value("fast"), "below", value("slow"))),
        ),
        exits=(
            when("down again", crosses(value("fast"), "below", value("slow"))),
            _short("up again", crosses(value("fast"), "above", value("slow"))),
        ),
        risk=risk(0.1),
        position=Position(leverage=2.0),
    ),
    example(
        "FadedExtremes",
        "Buys panic and sells euphoria, and locks in what either has earned.",
        can_short=True,
        indicators=(use("rsi", "rsi", length=14), use("adx", "adx", length=14)),
        entries=(
            when("panic", compare(value("rsi"), "<", 30)),
            _short("euphoria", compare(value("rsi"), ">", 70)),
        ),
        exits=(
            when("calm", compare(value("rsi"), ">", 55)),
            _short("calm again", compare(value("rsi"), "<", 45)),
        ),
        risk=risk(0.12, (0, 0.08), steps=(StopStep(profit=0.03, lock=0.01),)),
        position=Position(leverage=3.0),
    ),
    example(
        "ShortedRallies",
        "Sells rallies in a downtrend short, with a filter that can be switched off.",
        can_short=True,
        parameters=(BoolParameter(name="asks_for_trend", default=True),),
        indicators=(use("mean", "sma", length=50), use("rsi", "rsi", length=7)),
        entries=(
            _short(
                "rally",
                compare(value("rsi"), ">", 65),
                AnyOf(
                    conditions=(
                        Not(condition=Switch(name="asks_for_trend")),
                        compare(CLOSE, "<", value("mean")),
                    )
                ),
            ),
        ),
        exits=(_short("sold off", compare(value("rsi"), "<", 30)),),
        risk=risk(0.08, (0, 0.05), (720, 0.01)),
        position=Position(leverage=2.0, added=(AddedPosition(drop=0.02, size=1.0),)),
    ),
    example(
        "LeveragedMomentum",
        "Follows strong moves both ways, with a leverage that is a parameter.",
        can_short=True,
        parameters=(DecimalParameter(name="times", low=1.0, high=5.0, default=2.0, decimals=1),),
        indicators=(use("momentum", "roc", length=12), use("adx", "adx", length=14)),
        entries=(
            when(
                "strong up",
                compare(value("adx"), ">", 25),
                every(rises(value("momentum")), compare(value("momentum"), ">", 1)),
            ),
            _short(
                "strong down",
                compare(value("adx"), ">", 25),
                every(falls(value("momentum")), compare(value("momentum"), "<", -1)),
            ),
        ),
        exits=(
            when("weaker", compare(value("momentum"), "<", 0)),
            _short("recovers", compare(value("momentum"), ">", 0)),
        ),
        risk=risk(0.1, (0, 0.1)),
        position=Position(leverage=parameter("times")),
    ),
)
