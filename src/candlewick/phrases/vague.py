"""Words that can mean several things, and what each of them can mean."""

import re
from dataclasses import dataclass

from candlewick.phrases.draft import Unclear

_REMOVES = re.compile(r"\W*(remove|delete|no|without|get rid of|drop)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Vague:
    pattern: str
    question: str
    ways: tuple[tuple[str, str], ...]  # label, the words that take its place


_VAGUE = (
    _Vague(
        r"\b(on )?(the )?(dips?|pullbacks?|pull backs?)\b",
        "How deep is a dip, and over what time?",
        (
            ("3 % below the average of 20 candles", "when price is 3% below the 20 candle average"),
            ("5 % lower than 10 candles ago", "when price dropped 5% in the last 10 candles"),
            ("Below the lower Bollinger band", "when price is below the lower bollinger band"),
            ("RSI below 30", "when rsi is below 30"),
        ),
    ),
    _Vague(
        r"\b(on )?(a |the )?(breakouts?|break outs?)\b(?! above| below)",
        "What should the price break out of?",
        (
            ("The high of 20 candles", "when price crosses above the 20 candle high"),
            ("The high of 55 candles", "when price crosses above the 55 candle high"),
            ("The upper Bollinger band", "when price crosses above the upper bollinger band"),
        ),
    ),
    _Vague(
        r"\b(is |in |there is )?(in )?(an? )?(up ?trend|uptrending|bull market|trend is up|going well)\b",
        "How is an uptrend told?",
        (
            ("Price above the average of 200 candles", "price is above the 200 sma"),
            ("The average of 50 candles rises", "50 ema is rising for 5 candles"),
            ("Supertrend is up", "supertrend is up"),
        ),
    ),
    _Vague(
        r"\b(is |in |there is )?(in )?(an? )?(down ?trend|downtrending|bear market|trend is down)\b",
        "How is a downtrend told?",
        (
            ("Price below the average of 200 candles", "price is below the 200 sma"),
            ("The average of 50 candles falls", "50 ema is falling for 5 candles"),
            ("Supertrend is down", "supertrend is down"),
        ),
    ),
    _Vague(
        r"\b(volume is high|volume is big|high volume|volume spikes?|big volume|strong volume|on volume|a lot of volume)\b",
        "How high is a high volume?",
        (
            ("Above its average of 20 candles", "volume is above its 20 candle average"),
            ("Twice its average of 20 candles", "volume is twice its 20 candle average"),
            ("Three times its average of 20 candles", "volume is 3x the 20 candle average volume"),
        ),
    ),
    _Vague(
        r"\b(small|tight|close|reasonable|sensible|safe|good) stop( loss)?\b|\bstop loss\s*$|\ba stop( loss)?\s*$",
        "How far away is the stop?",
        (("2 %", "2% stop loss"), ("5 %", "5% stop loss"), ("Twice the average true range", "2 atr stop")),
    ),
    _Vague(
        r"\b(wide|large|big|loose) stop( loss)?\b",
        "How far away is the stop?",
        (("10 %", "10% stop loss"), ("20 %", "20% stop loss"), ("Four times the average true range", "4 atr stop")),
    ),
    _Vague(
        r"\b(a |some |with a |with )?(small|good|nice|decent|quick|big|huge|healthy) (profit|gain|win)s?\b|\btake profits?\s*$",
        "How much profit?",
        (("2 %", "2% profit"), ("5 %", "5% profit"), ("10 %", "10% profit")),
    ),
    _Vague(
        r"\b(price is |it is |its |it's |is )?(cheap|undervalued|low enough|too low|very low)\b",
        "Low against what?",
        (
            ("5 % below the average of 50 candles", "price is 5% below the 50 sma"),
            ("RSI below 30", "rsi is below 30"),
            ("Near the low of 50 candles", "price is within 1% of the 50 candle low"),
        ),
    ),
    _Vague(
        r"\b(price is |it is |its |it's |is )?(expensive|overvalued|high enough|too high|very high)\b",
        "High against what?",
        (
            ("5 % above the average of 50 candles", "price is 5% above the 50 sma"),
            ("RSI above 70", "rsi is above 70"),
            ("Near the high of 50 candles", "price is within 1% of the 50 candle high"),
        ),
    ),
    _Vague(
        r"\b(for )?a (few|couple of|number of) (candles|bars)\b",
        "How many candles?",
        (("3 candles", "for 3 candles"), ("5 candles", "for 5 candles"), ("10 candles", "for 10 candles")),
    ),
    _Vague(
        r"\b(it|price|the price|the market) (is )?(pumping|mooning|exploding|crashing|dumping|tanking)\b",
        "How much, over what time?",
        (
            ("5 % up in 10 candles", "price is up 5% in the last 10 candles"),
            ("5 % down in 10 candles", "price dropped 5% in the last 10 candles"),
        ),
    ),
    _Vague(
        r"\b(it |price |the price )?(reverses|turns around|bounces|bounce|rebounds)\b(?! off)",
        "What shows that it turns?",
        (
            ("RSI comes back above 30", "rsi crosses above 30"),
            ("A bullish engulfing", "there is a bullish engulfing"),
            ("Price comes back above the average of 20 candles", "price crosses above the 20 ema"),
        ),
    ),
)  # fmt: skip


def find_vague(text: str) -> Unclear | None:
    """Return what must be asked first, of the words that come first in the text."""
    if _REMOVES.match(text):
        return None
    found: list[tuple[int, Unclear]] = []
    for vague in _VAGUE:
        match = re.search(vague.pattern, text, re.IGNORECASE)
        if match is not None:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            found.append((start, Unclear(vague.question, vague.ways, start, match.end())))
    return min(found, key=lambda each: each[0])[1] if found else None
