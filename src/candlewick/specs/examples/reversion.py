"""Examples that buy weakness: what fell too far comes back."""

from candlewick.specs.conditions import Distance, Not, Pattern, Weekdays, Within
from candlewick.specs.examples.building import (
    CLOSE,
    OPEN,
    compare,
    crosses,
    either,
    example,
    falls,
    hourly,
    parameter,
    rises,
    risk,
    use,
    value,
    when,
    whole,
)
from candlewick.specs.risk import AddedPosition, Position, ShareOfStake, StopGuard, TimeStop

EXAMPLES = (
    example(
        "RsiReversion",
        "Buys oversold and sells overbought.",
        parameters=(whole("oversold", 15, 30, 40), whole("overbought", 60, 70, 85, "sell")),
        indicators=(use("rsi", "rsi"),),
        entries=(when("oversold", crosses(value("rsi"), "below", parameter("oversold"))),),
        exits=(when("overbought", compare(value("rsi"), ">", parameter("overbought"))),),
        risk=risk(0.08, (0, 0.06), (1_440, 0.02)),
    ),
    example(
        "BollingerReversion",
        "Buys below the lower Bollinger band and sells at the middle.",
        indicators=(use("bands", "bollinger", down=2.2),),
        entries=(when("below the band", crosses(CLOSE, "below", value("bands", "lower"))),),
        exits=(when("at the middle", compare(CLOSE, ">", value("bands", "middle"))),),
        risk=risk(0.06),
    ),
    example(
        "StochasticTurn",
        "Buys when the stochastic turns up from below 20.",
        indicators=(use("stochastic", "stochastic"),),
        entries=(
            when(
                "turned up",
                crosses(value("stochastic", "k"), "above", value("stochastic", "d")),
                compare(value("stochastic", "d"), "<", 25),
            ),
        ),
        exits=(when("high", compare(value("stochastic", "k"), ">", 80)),),
        risk=risk(0.05),
    ),
    example(
        "WilliamsDip",
        "Buys a dip of Williams %R within a rising market.",
        indicators=(use("williams", "williams_r"), use("trend", "ema", length=80)),
        entries=(
            when(
                "dip in a trend",
                compare(value("williams"), "<", -80),
                rises(value("trend"), 3),
            ),
        ),
        exits=(when("recovered", compare(value("williams"), ">", -20)),),
        risk=risk(0.06),
    ),
    example(
        "CciExtremes",
        "Buys when the CCI comes back from below -100.",
        indicators=(use("cci", "cci"),),
        entries=(when("back from the deep", crosses(value("cci"), "above", -100)),),
        exits=(when("high", crosses(value("cci"), "below", 100)),),
        risk=risk(0.06),
    ),
    example(
        "MoneyFlowDip",
        "Buys when money has flowed out for long: a low money flow index, and a close below its average price.",
        indicators=(use("flow", "money_flow"), use("average", "rolling_vwap", length=48)),
        entries=(
            when("outflow", compare(value("flow"), "<", 30), compare(CLOSE, "<", value("average"))),
        ),
        exits=(when("inflow", compare(value("flow"), ">", 65)),),
        risk=risk(0.07),
    ),
    example(
        "ZScoreReversion",
        "Buys two standard deviations below the mean.",
        indicators=(use("distance", "z_score", length=48),),
        entries=(when("far below", compare(value("distance"), "<", -2.0)),),
        exits=(when("at the mean", compare(value("distance"), ">", 0)),),
        risk=risk(0.08, time_stop=TimeStop(minutes=4_320, unless_above=0.01)),
    ),
    example(
        "ConnorsTwo",
        "Buys a two-candle RSI below 10 above the long average, after Larry Connors.",
        indicators=(use("rsi", "rsi", length=2), use("trend", "sma", length=150)),
        entries=(
            when("short dip", compare(value("rsi"), "<", 10), compare(CLOSE, ">", value("trend"))),
        ),
        exits=(when("back up", compare(value("rsi"), ">", 70)),),
        risk=risk(0.08),
    ),
    example(
        "EngulfingTurn",
        "Buys a bullish engulfing candle or a hammer after falling prices.",
        indicators=(use("engulfing", "engulfing"), use("hammer", "hammer")),
        entries=(
            when(
                "bullish candle",
                either(
                    Pattern(name="engulfing", direction="bullish"),
                    Pattern(name="hammer", direction="bullish"),
                ),
                Within(condition=falls(CLOSE, 2), candles=3),
            ),
        ),
        exits=(when("bearish candle", Pattern(name="engulfing", direction="bearish")),),
        risk=risk(0.05, (0, 0.04), (2_880, 0.0)),
    ),
    example(
        "AverageDistance",
        "Buys 2 % below the average, on weekdays only.",
        indicators=(use("average", "ema", length=60),),
        entries=(
            when(
                "far below",
                Distance(operand=CLOSE, reference=value("average"), side="below", percent=2),
                Not(condition=Weekdays(days=("sat", "sun"))),
            ),
        ),
        exits=(
            when(
                "near again",
                Distance(operand=CLOSE, reference=value("average"), side="near", percent=0.3),
            ),
        ),
        risk=risk(0.08),
    ),
    example(
        "GridOfBuys",
        "Buys a falling candle and more every few percent down, then sells the whole with a small profit.",
        indicators=(use("rsi", "rsi", length=7),),
        entries=(when("first step", compare(value("rsi"), "<", 40), compare(CLOSE, "<", OPEN)),),
        risk=risk(0.25, (0, 0.015)),
        position=Position(
            size=ShareOfStake(share=0.25),
            added=(
                AddedPosition(drop=0.01, size=1.0),
                AddedPosition(drop=0.025, size=1.5),
                AddedPosition(drop=0.05, size=2.0),
            ),
        ),
    ),
    example(
        "DipInUptrend",
        "Buys dips of five-minute candles while the hourly trend points up.",
        timeframe="5m",
        informatives=(hourly(use("trend", "ema", length=24)),),
        indicators=(use("rsi", "rsi"),),
        entries=(
            when(
                "dip in an uptrend",
                crosses(value("rsi"), "below", 30),
                compare(CLOSE, ">", value("trend", frame="1h")),
            ),
        ),
        exits=(when("recovered", compare(value("rsi"), ">", 60)),),
        risk=risk(0.04, (0, 0.03), (240, 0.01)),
        protections=(StopGuard(lookback=288, trades=3, stop=72),),
    ),
)
