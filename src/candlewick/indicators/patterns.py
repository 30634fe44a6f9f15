"""Candle patterns: 100 or more where one says up, as much below zero where it says down, else 0."""

from candlewick.indicators.making import OWN, fixed, one
from candlewick.indicators.models import Group, Indicator

_CANDLES = ("open", "high", "low", "close")
_WARM_UP = 30  # the patterns compare a candle with the usual size of the ten before it


def _pattern(name: str, title: str, function: str, meaning: str) -> Indicator:
    return Indicator(
        name=name,
        title=title,
        meaning=meaning,
        group=Group.PATTERN,
        function=f"ta.{function}",
        settings=(),
        outputs=one(OWN, "Pattern"),
        warm_up=fixed(_WARM_UP),
        inputs=_CANDLES,
    )


PATTERNS = (
    _pattern("doji", "Doji", "CDLDOJI", "The candle closed where it opened: nobody won."),
    _pattern(
        "dragonfly_doji",
        "Dragonfly doji",
        "CDLDRAGONFLYDOJI",
        "A doji with a long shadow below: sellers were beaten back.",
    ),
    _pattern(
        "gravestone_doji",
        "Gravestone doji",
        "CDLGRAVESTONEDOJI",
        "A doji with a long shadow above: buyers were beaten back.",
    ),
    _pattern(
        "long_legged_doji",
        "Long-legged doji",
        "CDLLONGLEGGEDDOJI",
        "A doji with long shadows on both sides.",
    ),
    _pattern(
        "hammer", "Hammer", "CDLHAMMER", "A small body over a long lower shadow after a fall."
    ),
    _pattern(
        "inverted_hammer",
        "Inverted hammer",
        "CDLINVERTEDHAMMER",
        "A small body below a long upper shadow after a fall.",
    ),
    _pattern(
        "hanging_man",
        "Hanging man",
        "CDLHANGINGMAN",
        "A small body over a long lower shadow after a rise.",
    ),
    _pattern(
        "shooting_star",
        "Shooting star",
        "CDLSHOOTINGSTAR",
        "A small body below a long upper shadow after a rise.",
    ),
    _pattern(
        "engulfing",
        "Engulfing",
        "CDLENGULFING",
        "A body that covers the one before it and goes the other way.",
    ),
    _pattern("harami", "Harami", "CDLHARAMI", "A small body inside the large one before it."),
    _pattern(
        "harami_cross", "Harami cross", "CDLHARAMICROSS", "A doji inside the large body before it."
    ),
    _pattern(
        "piercing",
        "Piercing line",
        "CDLPIERCING",
        "After a fall, a candle that closes above the middle of the last one.",
    ),
    _pattern(
        "dark_cloud",
        "Dark cloud cover",
        "CDLDARKCLOUDCOVER",
        "After a rise, a candle that closes below the middle of the last one.",
    ),
    _pattern(
        "morning_star",
        "Morning star",
        "CDLMORNINGSTAR",
        "A fall, a pause and a rise: a turn upwards in three candles.",
    ),
    _pattern(
        "evening_star",
        "Evening star",
        "CDLEVENINGSTAR",
        "A rise, a pause and a fall: a turn downwards in three candles.",
    ),
    _pattern(
        "morning_doji_star",
        "Morning doji star",
        "CDLMORNINGDOJISTAR",
        "A morning star whose pause is a doji.",
    ),
    _pattern(
        "evening_doji_star",
        "Evening doji star",
        "CDLEVENINGDOJISTAR",
        "An evening star whose pause is a doji.",
    ),
    _pattern(
        "white_soldiers",
        "Three white soldiers",
        "CDL3WHITESOLDIERS",
        "Three strong candles up in a row.",
    ),
    _pattern(
        "black_crows", "Three black crows", "CDL3BLACKCROWS", "Three strong candles down in a row."
    ),
    _pattern(
        "three_inside", "Three inside", "CDL3INSIDE", "A harami that the third candle confirms."
    ),
    _pattern(
        "three_outside",
        "Three outside",
        "CDL3OUTSIDE",
        "An engulfing that the third candle confirms.",
    ),
    _pattern(
        "three_line_strike",
        "Three-line strike",
        "CDL3LINESTRIKE",
        "Three candles one way, and one that takes them all back.",
    ),
    _pattern("marubozu", "Marubozu", "CDLMARUBOZU", "A long body without shadows."),
    _pattern(
        "spinning_top", "Spinning top", "CDLSPINNINGTOP", "A small body between longer shadows."
    ),
    _pattern("belt_hold", "Belt hold", "CDLBELTHOLD", "A long body that opens at its very end."),
    _pattern(
        "abandoned_baby",
        "Abandoned baby",
        "CDLABANDONEDBABY",
        "A doji with gaps on both sides, at a turn.",
    ),
    _pattern(
        "kicking",
        "Kicking",
        "CDLKICKING",
        "Two candles without shadows in opposite directions, with a gap.",
    ),
    _pattern(
        "tasuki_gap", "Tasuki gap", "CDLTASUKIGAP", "A gap that the next candle does not close."
    ),
    _pattern(
        "rising_falling_three",
        "Rising and falling three",
        "CDLRISEFALL3METHODS",
        "A trend that pauses for three small candles and goes on.",
    ),
    _pattern(
        "stick_sandwich",
        "Stick sandwich",
        "CDLSTICKSANDWICH",
        "Two falling candles that close alike around a rising one.",
    ),
)
