"""Phrases of one rule to buy: every kind of condition, in the ways that people say it."""

from candlewick.specs.conditions import Between, Distance, Not, Pattern, TimeOfDay, Weekdays, Within
from candlewick.specs.examples.building import (
    CLOSE,
    HIGH,
    LOW,
    OPEN,
    VOLUME,
    compare,
    crosses,
    either,
    every,
    falls,
    rises,
    use,
    value,
)
from candlewick.specs.models import IndicatorUse
from candlewick.specs.operands import Math, Price
from tests.unit.phrases.corpus.building import Case, buying, frame

RSI, MACD, ADX = use("rsi", "rsi"), use("macd", "macd"), use("adx", "adx")
BANDS, SUPERTREND = use("bollinger", "bollinger"), use("supertrend", "supertrend")


def sma(length: int) -> IndicatorUse:
    return use(f"sma_{length}", "sma", length=length)


def ema(length: int) -> IndicatorUse:
    return use(f"ema_{length}", "ema", length=length)


CASES: tuple[Case, ...] = (
    buying(
        "buy when rsi is below 30",
        "Buy if the RSI is under 30",
        "go long when rsi < 30",
        "Enter long once the relative strength index is less than thirty",
        "I want to buy when RSI is lower than 30",
        "please buy whenever rsi is oversold",
        using=(RSI,), when=compare(value("rsi"), "<", 30),
    ),
    buying(
        "buy when the 21-period RSI is at or below 25",
        "buy when rsi(21) <= 25",
        "buy when rsi 21 is at most 25",
        using=(use("rsi_21", "rsi", length=21),), when=compare(value("rsi_21"), "<=", 25),
    ),
    buying(
        "buy when rsi crosses above 30",
        "buy when the rsi goes above 30",
        "buy as soon as RSI climbs above 30",
        "buy when rsi rises above 30",
        using=(RSI,), when=crosses(value("rsi"), "above", 30),
    ),
    buying(
        "buy when rsi drops below 30",
        "buy if rsi falls under 30",
        using=(RSI,), when=crosses(value("rsi"), "below", 30),
    ),
    buying(
        "buy when the 9 ema crosses above the 21 ema",
        "buy when ema 9 crosses over ema 21",
        "buy when the 9/21 ema crosses",
        "buy when EMA(9) breaks above EMA(21)",
        "buy when the 9-period ema moves above the 21-period ema",
        using=(ema(9), ema(21)), when=crosses(value("ema_9"), "above", value("ema_21")),
    ),
    buying(
        "buy on a golden cross",
        "buy when the 50 sma crosses above the 200 sma",
        "go long when the 50 candle moving average crosses over the 200 candle moving average",
        "buy when sma 50 crosses above 200",
        using=(sma(50), sma(200)), when=crosses(value("sma_50"), "above", value("sma_200")),
    ),
    buying(
        "buy when macd crosses above its signal line",
        "buy when macd crosses up",
        "buy on a macd crossover",
        "buy when the MACD line crosses over the signal",
        using=(MACD,), when=crosses(value("macd", "line"), "above", value("macd", "signal")),
    ),
    buying(
        "buy when the macd histogram turns positive",
        "buy when macd histogram crosses above 0",
        using=(MACD,), when=crosses(value("macd", "histogram"), "above", 0),
    ),
    buying(
        "buy when macd 8/17/9 is above 0",
        "buy when macd(8, 17, 9) is positive",
        using=(use("macd_8", "macd", fast=8, slow=17, signal=9),), when=compare(value("macd_8", "line"), ">", 0),
    ),
    buying(
        "buy when price is above the 200 ema",
        "buy when the close is greater than ema 200",
        "buy if price trades above the 200-period exponential moving average",
        "buy only when price is over ema(200)",
        using=(ema(200),), when=compare(CLOSE, ">", value("ema_200")),
    ),
    buying(
        "buy when price breaks above the 20-candle high",
        "buy when close crosses above the highest high of the last 20 candles",
        "buy when price crosses over the 20 bar high",
        using=(use("high_highest_20", "highest", HIGH, length=20),),
        when=crosses(CLOSE, "above", value("high_highest_20", ago=1)),
    ),
    buying(
        "buy when price falls below the lowest low of the last 10 candles",
        "buy when price breaks below the 10 candle low",
        using=(use("low_lowest_10", "lowest", LOW, length=10),),
        when=crosses(CLOSE, "below", value("low_lowest_10", ago=1)),
    ),
    buying(
        "buy when price touches the lower bollinger band",
        "buy if the price hits the bottom band",
        "buy at the lower bollinger band",
        using=(BANDS,), when=compare(LOW, "<=", value("bollinger", "lower")),
    ),
    buying(
        "buy when close is below the lower bollinger(20, 2.5) band",
        using=(use("bollinger_20", "bollinger", length=20, up=2.5, down=2.5),),
        when=compare(CLOSE, "<", value("bollinger_20", "lower")),
    ),
    buying(
        "buy when volume is above its 20 candle average",
        "buy when volume is higher than the average volume of the last 20 candles",
        "buy when volume is more than the 20-candle average volume",
        using=(use("volume_sma_20", "sma", VOLUME, length=20),), when=compare(VOLUME, ">", value("volume_sma_20")),
    ),
    buying(
        "buy when volume is twice its 20 candle average",
        "buy when volume is at least 2x its 20 candle average",
        using=(use("volume_sma_20", "sma", VOLUME, length=20),),
        when=compare(VOLUME, ">=", Math(sign="*", left=2, right=value("volume_sma_20"))),
    ),
    buying(
        "buy when rsi is below 30 and price is above the 200 sma",
        "buy when rsi is below 30 while price is above the 200 sma",
        "buy when rsi is below 30, price is above the 200 sma",
        using=(RSI, sma(200)),
        when=every(compare(value("rsi"), "<", 30), compare(CLOSE, ">", value("sma_200"))),
    ),
    buying(
        "buy when rsi is below 30 or above 70",
        "buy when rsi is either below 30 or above 70",
        using=(RSI,), when=either(compare(value("rsi"), "<", 30), compare(value("rsi"), ">", 70)),
    ),
    buying(
        "buy when (rsi is below 30 or macd crosses up) and adx is over 25",
        using=(RSI, MACD, ADX),
        when=every(
            either(
                compare(value("rsi"), "<", 30),
                crosses(value("macd", "line"), "above", value("macd", "signal")),
            ),
            compare(value("adx"), ">", 25),
        ),
    ),
    buying(
        "buy when price is above ema 20 and ema 50",
        "buy when price is above ema 20 and price is above ema 50",
        using=(ema(20), ema(50)),
        when=every(compare(CLOSE, ">", value("ema_20")), compare(CLOSE, ">", value("ema_50"))),
    ),
    buying(
        "buy when rsi is not above 70",
        "buy when not rsi above 70",
        using=(RSI,), when=Not(condition=compare(value("rsi"), ">", 70)),
    ),
    buying(
        "buy when the 50 ema is rising for 3 candles",
        "buy when ema 50 goes up for three bars",
        using=(ema(50),), when=rises(value("ema_50"), 3),
    ),
    buying("buy when price is falling", "buy when the price drops", when=falls(CLOSE, 1)),
    buying(
        "buy when rsi crosses above 30 in the last 5 candles",
        "buy when rsi crosses back above 30 within 5 candles",
        using=(RSI,), when=Within(condition=crosses(value("rsi"), "above", 30), candles=5),
    ),
    buying(
        "buy when rsi is between 40 and 60",
        "buy when rsi is in the range 40 and 60",
        using=(RSI,), when=Between(operand=value("rsi"), low=40, high=60),
    ),
    buying(
        "buy when price is 3% below the 20 ema",
        "buy when price is at least 3 percent under ema 20",
        using=(ema(20),),
        when=Distance(operand=CLOSE, reference=value("ema_20"), side="below", percent=3),
    ),
    buying(
        "buy when price is within 1% of the 50 sma",
        using=(sma(50),), when=Distance(operand=CLOSE, reference=value("sma_50"), side="near", percent=1),
    ),
    buying(
        "buy when price dropped 5% in the last 10 candles",
        "buy when price falls 5% in 10 candles",
        "buy when price lost 5% over the last 10 hours",
        when=Distance(operand=CLOSE, reference=Price(ago=10), side="below", percent=5),
    ),
    buying(
        "buy when price is up 2.5% in the last 4 candles",
        when=Distance(operand=CLOSE, reference=Price(ago=4), side="above", percent=2.5),
    ),
    buying(
        "buy on a hammer",
        "buy when there is a hammer candle",
        using=(use("hammer", "hammer"),), when=Pattern(name="hammer", direction="bullish"),
    ),
    buying(
        "buy when there is a bullish engulfing",
        "buy on an engulfing pattern",
        using=(use("engulfing", "engulfing"),), when=Pattern(name="engulfing", direction="bullish"),
    ),
    buying(
        "buy after 3 red candles in a row",
        "buy when 3 consecutive red candles",
        when=every(*(compare(Price(ago=ago), "<", Price(field="open", ago=ago)) for ago in range(3))),
    ),
    buying(
        "buy when the candle closes green",
        "buy when close > open",
        when=compare(CLOSE, ">", OPEN),
    ),
    buying(
        "buy when rsi < 40 and close 1 candle ago < open 1 candle ago",
        "buy when rsi < 40 and the previous close < previous open",
        using=(RSI,),
        when=every(compare(value("rsi"), "<", 40), compare(Price(ago=1), "<", Price(field="open", ago=1))),
    ),
    buying(
        "buy between 08:00 and 16:00 when rsi is below 30",
        "buy between 8am and 4pm when rsi is below 30",
        using=(RSI,), when=every(TimeOfDay(start="08:00", end="16:00"), compare(value("rsi"), "<", 30)),
    ),
    buying(
        "buy on mondays and tuesdays when rsi is below 30",
        using=(RSI,), when=every(Weekdays(days=("mon", "tue")), compare(value("rsi"), "<", 30)),
    ),
    buying(
        "buy when rsi is below 30 and not on weekends",
        using=(RSI,),
        when=every(compare(value("rsi"), "<", 30), Not(condition=Weekdays(days=("sat", "sun")))),
    ),
    buying(
        "buy when supertrend turns green",
        "buy when supertrend flips up",
        "buy when the supertrend turns bullish",
        using=(SUPERTREND,), when=crosses(value("supertrend", "trend"), "above", 0),
    ),
    buying(
        "buy when supertrend(7, 2) is up",
        using=(use("supertrend_7", "supertrend", length=7, width=2.0),),
        when=compare(value("supertrend_7", "trend"), ">", 0),
    ),
    buying(
        "buy when stochastic %k crosses above %d",
        "buy when stochastic crosses up",
        using=(use("stochastic", "stochastic"),),
        when=crosses(value("stochastic", "k"), "above", value("stochastic", "d")),
    ),
    buying(
        "buy when the tenkan crosses above the kijun",
        "buy when the conversion line crosses over the base line",
        using=(use("ichimoku", "ichimoku"),),
        when=crosses(value("ichimoku", "conversion"), "above", value("ichimoku", "base")),
    ),
    buying(
        "buy when price is above ema 20 plus 2 atr",
        "buy when price is above ema 20 + 2 times atr",
        using=(ema(20), use("atr", "atr")),
        when=compare(CLOSE, ">", Math(sign="+", left=value("ema_20"), right=Math(sign="*", left=2, right=value("atr")))),
    ),
    buying(
        "buy when the 4h rsi is above 50",
        "buy when rsi on the 4h is above 50",
        "buy when the 4-hour RSI is over 50",
        informatives=(frame("4h", RSI, timeframe="4h"),), when=compare(value("rsi", frame="4h"), ">", 50),
    ),
    buying(
        "buy when price is above the 200 day moving average",
        "buy when price is above the daily 200 sma",
        informatives=(frame("1d", sma(200), timeframe="1d"),),
        when=compare(CLOSE, ">", value("sma_200", frame="1d")),
    ),
    buying(
        "buy when bitcoin rsi is above 50",
        "buy when the RSI of BTC is above 50",
        informatives=(frame("btc_1h", RSI, timeframe="1h", pair="BTC/{stake}"),),
        when=compare(value("rsi", frame="btc_1h"), ">", 50),
    ),
    buying(
        "buy when eth is rising for 2 candles",
        informatives=(frame("eth_1h", timeframe="1h", pair="ETH/{stake}"),),
        when=rises(Price(frame="eth_1h"), 2),
    ),
    buying(
        "buy when price is above the ichimoku cloud",
        "buy when price is over the cloud",
        using=(use("ichimoku", "ichimoku"),),
        when=every(*(compare(CLOSE, ">", value("ichimoku", span)) for span in ("span_a", "span_b"))),
    ),
    buying("on 5m candles, buy when rsi is below 30", "5m chart: buy when rsi is below 30", "Use 5 minute candles. Buy when rsi is below 30",
        "buy when rsi is below 30 on 5m candles", timeframe="5m", using=(RSI,), when=compare(value("rsi"), "<", 30)),
)  # fmt: skip
