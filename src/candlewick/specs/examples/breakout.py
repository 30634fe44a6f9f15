"""Examples that buy strength: breakouts and momentum."""

from candlewick.specs.conditions import TimeOfDay, Within
from candlewick.specs.examples.building import (
    CLOSE,
    HIGH,
    VOLUME,
    compare,
    crosses,
    example,
    hourly,
    parameter,
    rises,
    risk,
    use,
    value,
    when,
    whole,
)
from candlewick.specs.operands import Math, Price
from candlewick.specs.risk import Cooldown, StopStep, TimeStop

EXAMPLES = (
    example(
        "Turtles",
        "Buys a new high of 20 candles and sells a new low of 10, as the turtle traders did.",
        parameters=(whole("entry_candles", 10, 20, 60), whole("exit_candles", 5, 10, 30, "sell")),
        indicators=(
            use("highs", "donchian", length=parameter("entry_candles")),
            use("lows", "donchian", length=parameter("exit_candles")),
        ),
        entries=(when("new high", compare(HIGH, ">", value("highs", "upper", ago=1))),),
        exits=(when("new low", compare(CLOSE, "<", value("lows", "lower", ago=1))),),
        risk=risk(0.1),
    ),
    example(
        "BollingerBreakout",
        "Buys a close above the upper Bollinger band with more volume than usual.",
        indicators=(use("bands", "bollinger"), use("activity", "relative_volume")),
        entries=(
            when(
                "above the band",
                crosses(CLOSE, "above", value("bands", "upper")),
                compare(value("activity"), ">", 1.1),
            ),
        ),
        exits=(when("back to the middle", compare(CLOSE, "<", value("bands", "middle"))),),
        risk=risk(0.05),
        protections=(Cooldown(stop=3),),
    ),
    example(
        "KeltnerBreakout",
        "Buys a close above the Keltner channel.",
        indicators=(use("channel", "keltner", width=1.5),),
        entries=(when("above the channel", crosses(CLOSE, "above", value("channel", "upper"))),),
        exits=(when("back inside", compare(CLOSE, "<", value("channel", "middle"))),),
        risk=risk(0.05),
    ),
    example(
        "Squeeze",
        "Buys when a quiet market wakes up: Bollinger bands were inside the Keltner channel, and momentum rises.",
        indicators=(
            use("bands", "bollinger"),
            use("channel", "keltner", width=1.5),
            use("speed", "momentum", length=12),
        ),
        entries=(
            when(
                "squeeze fired",
                Within(
                    condition=compare(value("bands", "upper"), "<", value("channel", "upper")),
                    candles=6,
                ),
                compare(value("bands", "upper"), ">", value("channel", "upper")),
                compare(value("speed"), ">", 0),
            ),
        ),
        exits=(when("momentum gone", crosses(value("speed"), "below", 0)),),
        risk=risk(0.05),
    ),
    example(
        "DayBreakout",
        "Buys a new high of the last eight hours in the busy part of the day, and lets go by the evening.",
        indicators=(use("highs", "highest", Price(field="high"), length=8),),
        entries=(
            when(
                "busy breakout",
                TimeOfDay(start="12:00", end="18:00"),
                compare(CLOSE, ">", value("highs", ago=1)),
            ),
        ),
        exits=(when("evening", TimeOfDay(start="21:00", end="24:00")),),
        risk=risk(0.03, time_stop=TimeStop(minutes=600)),
    ),
    example(
        "VolumeSpike",
        "Buys a rising candle with twice the usual volume, and locks in profit step by step.",
        indicators=(use("usual", "sma", VOLUME, length=24),),
        entries=(
            when(
                "volume spike",
                compare(VOLUME, ">", Math(sign="*", left=value("usual"), right=2.0)),
                rises(CLOSE),
            ),
        ),
        risk=risk(
            0.04,
            (0, 0.12),
            steps=(StopStep(profit=0.02, lock=0.0), StopStep(profit=0.04, lock=0.02)),
            time_stop=TimeStop(minutes=2_880),
        ),
    ),
    example(
        "MomentumRotation",
        "Holds what has risen more in four hours than Bitcoin in two days, while Bitcoin is above its average.",
        indicators=(use("strength", "roc", length=48),),
        informatives=(
            hourly(
                use("strength", "roc", length=48),
                use("trend", "sma", length=48),
                name="btc",
                pair="BTC/{stake}",
            ),
        ),
        timeframe="5m",
        entries=(
            when(
                "stronger than bitcoin",
                compare(value("strength"), ">", value("strength", frame="btc")),
                compare(Price(frame="btc"), ">", value("trend", frame="btc")),
                compare(value("strength"), ">", 0.8),
            ),
        ),
        exits=(
            when("strength gone", compare(value("strength"), "<", -0.5)),
            when("bitcoin falls", compare(Price(frame="btc"), "<", value("trend", frame="btc"))),
        ),
        risk=risk(0.08),
    ),
)
