"""Examples that follow trends."""

from candlewick.specs.conditions import Between
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
from candlewick.specs.risk import RangeStop, Trailing

EXAMPLES = (
    example(
        "EmaCross",
        "Buys when a fast average crosses a slow one from below, and sells when it falls back.",
        parameters=(whole("fast_length", 5, 12, 20), whole("slow_length", 21, 26, 60)),
        indicators=(
            use("fast", "ema", length=parameter("fast_length")),
            use("slow", "ema", length=parameter("slow_length")),
        ),
        entries=(when("fast above slow", crosses(value("fast"), "above", value("slow"))),),
        exits=(when("fast below slow", crosses(value("fast"), "below", value("slow"))),),
        risk=risk(0.08),
    ),
    example(
        "GoldenCross",
        "Holds while the mean of 50 candles is above that of 200.",
        indicators=(use("fast", "sma", length=50), use("slow", "sma", length=200)),
        entries=(when("golden cross", crosses(value("fast"), "above", value("slow"))),),
        exits=(when("death cross", crosses(value("fast"), "below", value("slow"))),),
        risk=risk(0.15),
    ),
    example(
        "MacdCross",
        "Buys when the MACD crosses its signal while the price is above a long average.",
        indicators=(use("macd", "macd"), use("trend", "ema", length=100)),
        entries=(
            when(
                "macd up",
                crosses(value("macd", "line"), "above", value("macd", "signal")),
                compare(CLOSE, ">", value("trend")),
            ),
        ),
        exits=(
            when("macd down", crosses(value("macd", "line"), "below", value("macd", "signal"))),
        ),
        risk=risk(0.06, (0, 0.08), (1_440, 0.03)),
    ),
    example(
        "SupertrendFollower",
        "Follows the supertrend from one side to the other.",
        indicators=(use("supertrend", "supertrend", length=10, width=3.0),),
        entries=(when("turned up", crosses(value("supertrend", "trend"), "above", 0)),),
        exits=(when("turned down", crosses(value("supertrend", "trend"), "below", 0)),),
        risk=risk(0.1),
    ),
    example(
        "IchimokuCloud",
        "Buys above the cloud when the conversion line crosses the base line.",
        indicators=(use("cloud", "ichimoku"),),
        entries=(
            when(
                "above the cloud",
                compare(CLOSE, ">", value("cloud", "span_a")),
                compare(CLOSE, ">", value("cloud", "span_b")),
                crosses(value("cloud", "conversion"), "above", value("cloud", "base")),
            ),
        ),
        exits=(when("below the base", compare(CLOSE, "<", value("cloud", "base"))),),
        risk=risk(0.08),
    ),
    example(
        "ParabolicStops",
        "Buys when the price breaks through the parabolic SAR, in strong trends only.",
        indicators=(use("sar", "parabolic_sar"), use("adx", "adx")),
        entries=(
            when(
                "above sar", crosses(CLOSE, "above", value("sar")), compare(value("adx"), ">", 20)
            ),
        ),
        exits=(when("below sar", crosses(CLOSE, "below", value("sar"))),),
        risk=risk(0.07),
    ),
    example(
        "DirectionalMovement",
        "Buys when moves up overtake moves down while the ADX says that there is a trend.",
        parameters=(whole("least_adx", 15, 22, 35),),
        indicators=(use("adx", "adx"), use("plus", "plus_di"), use("minus", "minus_di")),
        entries=(
            when(
                "strong trend up",
                compare(value("adx"), ">", parameter("least_adx")),
                crosses(value("plus"), "above", value("minus")),
            ),
        ),
        exits=(when("trend over", crosses(value("plus"), "below", value("minus"))),),
        risk=risk(0.08, trailing=Trailing(distance=0.02, offset=0.04, only_after_offset=True)),
    ),
    example(
        "HullTurn",
        "Buys when the Hull average turns up after falling.",
        indicators=(use("hull", "hma", length=40),),
        entries=(when("turned up", rises(value("hull")), falls(value("hull", ago=1), 3)),),
        exits=(when("turned down", falls(value("hull"), 2)),),
        risk=risk(0.06),
    ),
    example(
        "HeikinAshiRun",
        "Buys after three rising Heikin-Ashi candles.",
        indicators=(use("ha", "heikin_ashi"),),
        entries=(
            when(
                "three up",
                rises(value("ha", "close"), 3),
                compare(value("ha", "close"), ">", value("ha", "open")),
            ),
        ),
        exits=(when("candle down", compare(value("ha", "close"), "<", value("ha", "open"))),),
        risk=risk(0.05),
    ),
    example(
        "AroonTrend",
        "Buys when the last high is more recent than the last low.",
        indicators=(use("aroon", "aroon", length=25),),
        entries=(
            when(
                "aroon up",
                crosses(value("aroon", "up"), "above", value("aroon", "down")),
                compare(value("aroon", "up"), ">=", 70),
            ),
        ),
        exits=(when("aroon down", crosses(value("aroon", "up"), "below", value("aroon", "down"))),),
        risk=risk(0.08),
    ),
    example(
        "VortexTrend",
        "Buys when the vortex's upward line crosses the downward one.",
        indicators=(use("vortex", "vortex"),),
        entries=(
            when("vortex up", crosses(value("vortex", "plus"), "above", value("vortex", "minus"))),
        ),
        exits=(
            when(
                "vortex down", crosses(value("vortex", "plus"), "below", value("vortex", "minus"))
            ),
        ),
        risk=risk(0.06, (0, 0.1), (2_880, 0.02)),
    ),
    example(
        "SslChannel",
        "Buys when the SSL channel flips upwards.",
        indicators=(use("ssl", "ssl", length=20),),
        entries=(when("ssl up", crosses(value("ssl", "up"), "above", value("ssl", "down"))),),
        exits=(when("ssl down", crosses(value("ssl", "up"), "below", value("ssl", "down"))),),
        risk=risk(0.08),
    ),
    example(
        "RangeTrailing",
        "Buys a healthy trend and trails a stop three average ranges below the price.",
        indicators=(use("trend", "ema", length=50), use("atr", "atr"), use("rsi", "rsi")),
        entries=(
            when(
                "healthy trend",
                compare(CLOSE, ">", value("trend")),
                rises(value("trend"), 5),
                Between(operand=value("rsi"), low=50, high=65),
            ),
        ),
        exits=(
            when(
                "trend lost", every(falls(value("trend"), 5), compare(CLOSE, "<", value("trend")))
            ),
        ),
        risk=risk(0.1, range_stop=RangeStop(indicator="atr", times=3.0)),
    ),
)
