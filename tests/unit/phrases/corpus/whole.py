"""Phrases of whole strategies: how trades end, how large they are, and changes to what there is."""

from typing import Any

from candlewick.specs.conditions import Not, Weekdays
from candlewick.specs.examples.building import (
    CLOSE,
    HIGH,
    compare,
    crosses,
    every,
    risk,
    use,
    value,
)
from candlewick.specs.risk import (
    AddedPosition,
    Cooldown,
    Position,
    RangeStop,
    RiskedShare,
    ShareOfStake,
    StopGuard,
    StopStep,
    TimeStop,
    Trailing,
)
from tests.unit.phrases.corpus.building import Case, case, entry, exit_, strategy

RSI = use("rsi", "rsi")
LOW_RSI, HIGH_RSI = entry(compare(value("rsi"), "<", 30)), exit_(compare(value("rsi"), ">", 70))
BASIC: dict[str, Any] = {"indicators": (RSI,), "entries": (LOW_RSI,)}
BASE = strategy(**BASIC, exits=(HIGH_RSI,), risk=risk(0.05, (0, 0.1)))
BUY = "buy when rsi is below 30"

CASES: tuple[Case, ...] = (
    case(
        f"{BUY}, sell when rsi is above 70, stop loss 5%, take profit 10%",
        "Buy when the RSI is below 30 and sell when it is above 70. Stop loss at 5%, take profit at 10%",
        f"{BUY}; exit when rsi > 70; with a 5% stop and a 10% target",
        "enter when rsi < 30, exit when rsi > 70, sl 5%, tp 10%",
        "Go long if RSI is oversold. Close the position if RSI is overbought. 5% stop loss. 10% profit target.",
        **BASIC, exits=(HIGH_RSI,), risk=risk(0.05, (0, 0.1)),
    ),
    case(
        f"{BUY}, sell when it crosses above 70",
        **BASIC, exits=(exit_(crosses(value("rsi"), "above", 70)),),
    ),
    case(
        "buy when ema 9 crosses above ema 21 and sell on the opposite signal",
        "buy when ema 9 crosses above ema 21, sell when ema 9 crosses below ema 21",
        "buy when the 9/21 ema crosses, sell on the opposite cross",
        indicators=(use("ema_9", "ema", length=9), use("ema_21", "ema", length=21)),
        entries=(entry(crosses(value("ema_9"), "above", value("ema_21"))),),
        exits=(exit_(crosses(value("ema_9"), "below", value("ema_21"))),),
    ),
    case(
        "buy when ema 9 crosses above ema 21 and rsi is below 60, sell on the opposite cross",
        indicators=(use("ema_9", "ema", length=9), use("ema_21", "ema", length=21), RSI),
        entries=(
            entry(
                every(
                    crosses(value("ema_9"), "above", value("ema_21")),
                    compare(value("rsi"), "<", 60),
                )
            ),
        ),
        exits=(exit_(crosses(value("ema_9"), "below", value("ema_21"))),),
    ),
    case(
        "buy when price is below the lower bollinger band, exit at the middle band",
        "buy when price is below the lower bollinger band and sell when price touches the middle bollinger band",
        indicators=(use("bollinger", "bollinger"),),
        entries=(entry(compare(CLOSE, "<", value("bollinger", "lower"))),),
        exits=(exit_(compare(HIGH, ">=", value("bollinger", "middle"))),),
    ),
    case(
        f"{BUY}, trailing stop 3%",
        f"{BUY}, trail the stop by 3%",
        f"{BUY} with a 3% trailing stop",
        **BASIC, risk=risk(0.1, trailing=Trailing(distance=0.03)),
    ),
    case(
        f"{BUY}, trailing stop 2% after 5% profit",
        f"{BUY}. Trail by 2% once in 5% profit",
        **BASIC, risk=risk(0.1, trailing=Trailing(distance=0.02, offset=0.05, only_after_offset=True)),
    ),
    case(
        f"{BUY}, take profit 5%, 3% after 2 hours and 1% after a day",
        f"{BUY}, target 5%, 3% after 120 minutes, 1% after 24 hours",
        **BASIC, risk=risk(0.1, (0, 0.05), (120, 0.03), (1_440, 0.01)),
    ),
    case(
        f"{BUY}, sell after 2 days",
        f"{BUY} and close after 48 hours",
        f"{BUY}, exit after 48 candles",
        **BASIC, risk=risk(0.1, time_stop=TimeStop(minutes=2_880, unless_above=100.0)),
    ),
    case(
        f"{BUY}, sell after 24 hours unless in profit",
        **BASIC, risk=risk(0.1, time_stop=TimeStop(minutes=1_440, unless_above=0.0)),
    ),
    case(
        f"{BUY}, sell at 4% profit",
        f"{BUY}, sell when profit is above 4%",
        f"{BUY} and take profits at 4%",
        **BASIC, risk=risk(0.1, (0, 0.04)),
    ),
    case(
        f"{BUY}, 2 atr stop",
        f"{BUY}, stop 2 atr below the price",
        f"{BUY} with a stop loss of 2 times atr",
        indicators=(RSI, use("atr", "atr")), entries=(LOW_RSI,),
        risk=risk(0.1, range_stop=RangeStop(indicator="atr", times=2)),
    ),
    case(
        f"{BUY}, take profit 8%, break even at 2% profit, lock in 3% after 5% profit",
        **BASIC, risk=risk(0.1, (0, 0.08), steps=(StopStep(profit=0.02, lock=0.0), StopStep(profit=0.05, lock=0.03))),
    ),
    case(
        f"{BUY}, take profit 5%, risk 1% of the account per trade",
        f"{BUY}, take profit 5%, risk 1% per trade",
        **BASIC, risk=risk(0.1, (0, 0.05)), position=Position(size=RiskedShare(share=0.01)),
    ),
    case(
        f"{BUY}, take profit 5%, use half the stake",
        f"{BUY}, take profit 5%, use 50% of the stake",
        **BASIC, risk=risk(0.1, (0, 0.05)), position=Position(size=ShareOfStake(share=0.5)),
    ),
    case(
        f"{BUY}, take profit 5%, average down at 4% and 8% loss",
        f"{BUY}, take profit 5%, buy more 2 times every 4%",
        f"{BUY}, take profit 5%. DCA 2 times every 4%.",
        **BASIC, risk=risk(0.1, (0, 0.05)),
        position=Position(added=(AddedPosition(drop=0.04, size=1), AddedPosition(drop=0.08, size=1))),
    ),
    case(
        f"{BUY}, take profit 5%, wait 5 candles after each trade",
        f"{BUY}, take profit 5%, cool down 5 bars between trades",
        **BASIC, risk=risk(0.1, (0, 0.05)), protections=(Cooldown(stop=5),),
    ),
    case(
        f"{BUY}, take profit 5%, pause for 20 candles after 3 stop losses in the last 60 candles",
        **BASIC, risk=risk(0.1, (0, 0.05)), protections=(StopGuard(lookback=60, trades=3, stop=20),),
    ),
    case(
        "sell short when rsi is above 70 and cover when rsi is below 50, 3x leverage",
        "short when rsi > 70, buy back when rsi < 50, leverage 3",
        indicators=(RSI,), can_short=True,
        entries=(entry(compare(value("rsi"), ">", 70), "short"),),
        exits=(exit_(compare(value("rsi"), "<", 50), "short"),),
        position=Position(leverage=3),
    ),
    case(
        "buy when macd crosses up, sell when macd crosses down, only when adx is above 25, not on weekends",
        "Buy when MACD crosses up. Sell when MACD crosses down. Buy only when ADX is above 25. Not on weekends.",
        indicators=(use("macd", "macd"), use("adx", "adx")),
        entries=(
            entry(
                every(
                    crosses(value("macd", "line"), "above", value("macd", "signal")),
                    compare(value("adx"), ">", 25),
                    Not(condition=Weekdays(days=("sat", "sun"))),
                )
            ),
        ),
        exits=(exit_(crosses(value("macd", "line"), "below", value("macd", "signal"))),),
    ),
    case("change the stop loss to 3%", "stop loss 3%", "set the stop to 3%", "make it a 3% stop", before=BASE,
         **BASIC, exits=(HIGH_RSI,), risk=risk(0.03, (0, 0.1))),
    case("remove the take profit", "no take profit", "delete the target", before=BASE,
         **BASIC, exits=(HIGH_RSI,), risk=risk(0.05)),
    case("use 15 minute candles", "on 15m candles", "change the timeframe to 15m", before=BASE,
         **BASIC, exits=(HIGH_RSI,), risk=risk(0.05, (0, 0.1)), timeframe="15m"),
    case("only buy when price is above the 200 sma", "require price above the 200 sma",
         "buy only when price is above the 200 sma", before=BASE,
         indicators=(RSI, use("sma_200", "sma", length=200)),
         entries=(entry(every(compare(value("rsi"), "<", 30), compare(CLOSE, ">", value("sma_200")))),),
         exits=(HIGH_RSI,), risk=risk(0.05, (0, 0.1))),
    case("change rsi 14 to 21", "use rsi 21 instead of rsi 14", "set the rsi length to 21", before=BASE,
         indicators=(use("rsi", "rsi", length=21),), entries=(LOW_RSI,), exits=(HIGH_RSI,), risk=risk(0.05, (0, 0.1))),
    case("also: buy when macd crosses up", "also buy when macd crosses up", before=BASE,
         indicators=(RSI, use("macd", "macd")),
         entries=(LOW_RSI, entry(crosses(value("macd", "line"), "above", value("macd", "signal")))),
         exits=(HIGH_RSI,), risk=risk(0.05, (0, 0.1))),
    case("instead: buy when adx is above 30", before=BASE,
         indicators=(RSI, use("adx", "adx")), entries=(entry(compare(value("adx"), ">", 30)),),
         exits=(HIGH_RSI,), risk=risk(0.05, (0, 0.1))),
    case("instead: buy when adx is above 30, sell when adx is below 20", before=BASE,
         indicators=(use("adx", "adx"),), entries=(entry(compare(value("adx"), ">", 30)),),
         exits=(exit_(compare(value("adx"), "<", 20)),), risk=risk(0.05, (0, 0.1))),
    case("remove the exits", "no exit signals", before=BASE, **BASIC, risk=risk(0.05, (0, 0.1))),
)  # fmt: skip
