"""What people ask a marketplace, and what they should find: written down before it was tried."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Question:
    """`first` are to come first, in any order among themselves; `all_of_them` is everything that may be found.

    `not_found` must not be among what is found; `suggested` is a word that finds something instead.
    """

    text: str
    first: str = ""
    all_of_them: str | None = None
    not_found: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    order: str | None = None
    corrected: str | None = None
    suggested: str | None = None


WORDS = (
    Question("golden cross", first="golden"),
    Question("engulfing", all_of_them="engulf"),
    Question("turtle", all_of_them="turtle"),
    Question("turtles", all_of_them="turtle"),
    Question("oscillator", first="stoch", not_found="golden"),
    Question("OVERSOLD", all_of_them="rsi-dip"),
    Question("strategy", first="turtle"),  # says nothing: all, by rank
    Question(
        "rsi",
        first="rsi-dip rsi2 stochrsi",
        not_found="private unlisted withdrawn suspended golden",
    ),
    Question("classic", all_of_them="rsi2 golden turtle"),
    Question("connors", all_of_them="rsi2"),
    Question("nostalgia summer", all_of_them="nostalgia"),
    Question("chen-labs", all_of_them="super-5m super-1h"),
    Question("weekend swing", all_of_them="doge"),
    Question("safety orders", all_of_them="grid-dca dca-sol"),
    Question("bill williams", all_of_them="awesome"),
    Question("no nonsense", first="ssl"),
    Question("support resistance", all_of_them="engulf"),
    Question("cafe creme", all_of_them="cafe"),
    Question("CAFÉ", all_of_them="cafe"),
    Question("laufe", all_of_them="cafe"),
    Question("elodie", all_of_them="cafe"),
    Question("heikin ashi", all_of_them="heikin"),
    Question("heikinashirun", all_of_them="heikin"),
    Question("ema 200", all_of_them="ema-cross"),
    Question("ema200", all_of_them="ema-cross"),
    Question("super trend", first="super-5m super-1h"),
    Question("bollinger squeeze", all_of_them="bb-squeeze"),
    Question("trailing stop", all_of_them="psar"),
    Question("rotating", all_of_them="macd"),
)

PREFIXES = (
    Question("turt", all_of_them="turtle"),
    Question("super", first="super-5m super-1h"),
    Question("boll", first="bb-mean bb-squeeze nostalgia"),
    Question("golden cr", first="golden"),
    Question("ichim", all_of_them="ichi"),
    Question("nostal", all_of_them="nostalgia"),
    Question("stoch", first="stoch stochrsi"),
    Question("machine lear", all_of_them="ml"),
    Question("paraboli", first="psar"),
    Question("eng", first="engulf"),
)

TYPOS = (
    Question("bolinger", first="bb-mean", corrected="bollinger"),
    Question("supertrand", first="super-5m super-1h", corrected="supertrend"),
    Question("ichimouk", all_of_them="ichi", corrected="ichimoku"),
    Question("fibonaci", all_of_them="fib", corrected="fibonacci"),
    Question("engulfnig", all_of_them="engulf", corrected="engulfing"),
    Question("stochastik", first="stoch", corrected="stochastic"),
    Question("momentom", first="macd awesome", corrected="momentum"),
    Question("turtel trader", all_of_them="turtle", corrected="turtle"),
    Question("volatilty", first="bb-squeeze vol", corrected="volatility"),
    Question("leverege", first="leverage", corrected="leverage"),
    Question("parabloic", first="psar", corrected="parabolic"),
    Question("egnulfign", all_of_them="engulf", corrected="engulfing"),
    Question("machne learning", all_of_them="ml", corrected="machine learning"),
)

SYNONYMS = (
    Question("relative strength index", first="rsi2 rsi-dip", not_found="macd"),
    Question("moving average", first="hull ema-cross golden", not_found="turtle"),
    Question("ma crossover", first="ema-cross golden"),
    Question("simple moving average", all_of_them="golden rsi2"),
    Question("ema", first="ema-cross", not_found="golden"),
    Question("dollar cost averaging", first="grid-dca", all_of_them="grid-dca dca-sol"),
    Question("dca", first="grid-dca", all_of_them="grid-dca dca-sol"),
    Question("bitcoin", first="turtle super-1h", not_found="hull doge"),
    Question("dogecoin", first="doge", all_of_them="doge stochrsi"),
    Question("solana", first="dca-sol", not_found="golden"),
    Question("bb", first="bb-mean bb-squeeze", not_found="turtle"),
    Question("kumo", all_of_them="ichi"),
    Question("stop and reverse", all_of_them="psar"),
    Question("volume weighted average price", all_of_them="vwap"),
    Question("average true range", first="vol", not_found="golden"),
    Question("trend follower", first="aroon", not_found="bb-mean"),
    Question("mean reverting", first="bb-mean zscore", not_found="turtle golden"),
    Question("buy the dip", first="rsi-dip", not_found="golden"),
    Question("ai", all_of_them="ml"),
    Question("perpetual", first="super-1h", not_found="super-5m"),
    Question("short selling", first="adx-short", not_found="golden"),
    Question("arb", all_of_them="hedge"),
)

MARKETS = (
    Question("BTC/USDT", first="turtle super-1h", not_found="hull dca-sol"),
    Question("btcusdt", first="turtle super-1h", not_found="hull dca-sol"),
    Question("btc-usdt", first="turtle super-1h", not_found="hull dca-sol"),
    Question("5m", first="super-5m", not_found="golden super-1h stochrsi ema-cross"),
    Question("5 minutes", first="super-5m", not_found="golden super-1h stochrsi ema-cross"),
    Question("1h supertrend", all_of_them="super-1h"),
    Question("60 min supertrend", all_of_them="super-1h"),
    Question("supertrend hourly", all_of_them="super-1h"),
    Question("daily turtle", all_of_them="turtle"),
    Question("4 hour ichimoku", all_of_them="ichi"),
    Question("DOGE/USDT", all_of_them="doge stochrsi"),
)

FILTERS = (
    Question("supertrend", all_of_them="super-1h", filters={"market": "futures"}),
    Question("", all_of_them="turtle rsi2 golden cafe vol", filters={"timeframe": "1d"}),
    Question("", all_of_them="turtle", filters={"grade": "A"}),
    Question("", all_of_them="super-1h adx-short ml hedge", filters={"price": "paid"}),
    Question("", all_of_them="adx-short zscore ml hedge", filters={"access": "closed"}),
    Question("", all_of_them="bb-squeeze turtle opening leverage", filters={"style": "breakout"}),
    Question("", all_of_them="super-1h stochrsi adx-short leverage", filters={"leverage": "leveraged"}),
    Question("", all_of_them="super-1h stochrsi adx-short leverage hedge", filters={"direction": "both"}),
    Question("", all_of_them="", filters={"author": "nobody"}),
    Question("", all_of_them="grid-dca dca-sol", filters={"author": "elif"}),
    Question("", all_of_them="rsi2 golden turtle", filters={"tag": "classic"}),
    Question("", all_of_them="rsi-dip rsi2 nostalgia grid-dca", filters={"indicator": "rsi"}),
    Question("", all_of_them="opening bb-squeeze leverage", filters={"style": "breakout", "timeframe": "15m,1h,5m"}),
    Question("bitcoin", all_of_them="super-1h leverage adx-short hedge stochrsi", filters={"leverage": "leveraged,none", "direction": "both"}),
)  # fmt: skip

ORDERS = (
    Question("", first="turtle", order="rank"),
    Question("", first="rsi-dip", order="newest"),
    Question("", first="nostalgia", order="most-used"),
    Question("trend", first="turtle", order="rank"),
    Question("rsi", first="nostalgia", order="most-used"),
)

NOTHING = (
    Question("bollinger turtle", all_of_them="", suggested="turtle"),
    Question("ichimoku scalping", all_of_them="", suggested="ichimoku"),
    Question("zzzzqqqq", all_of_them=""),
    Question(
        "heikinn ashii doge", all_of_them="", corrected="heikin ashi doge", suggested="heikin"
    ),
    Question("kauffman", all_of_them=""),
    Question("sqeeuze", all_of_them="", suggested="squeeze"),
)

QUESTIONS = (*WORDS, *PREFIXES, *TYPOS, *SYNONYMS, *MARKETS, *FILTERS, *ORDERS, *NOTHING)
