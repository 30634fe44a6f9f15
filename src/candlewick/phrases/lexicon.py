"""The words of the phrases' grammar: what they are written as, and what they mean.

Data only. A phrase stands for one token; longer phrases go before shorter ones, wherever both would fit.
"""

NUMBER_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "two hundred": 200, "half": 0.5,
}  # fmt: skip

_SHORT_FILLERS = """
    a an the is are was be being been it's its' this that those please i want would like to we you can could will
    should then just my our your strategy bot trade trades trading me value values level line's line of
    using make create build write give now also there here do does whenever back starts starting begins start
    has have had gets get same at by so hi hello hey something which current currently latest consecutive straight pattern hand
"""
FILLERS = frozenset(_SHORT_FILLERS.split()) | {
    "in a row",
    "per trade",
    "of each trade",
    "on each trade",
    "on every trade",
    "each trade",
    "every trade",
    "as well",
    "make it",
    "make this",
    "want to",
    "like to",
    "need to",
    "band",
    "bands",
}

# Token type → value → the ways to write it, parted by bars.
KEYWORDS: dict[str, dict[str, str]] = {
    "BUY": {
        "": "buy|go long|enter long|open a long|open long|long|enter|purchase|enter a trade|open a trade|open a position|buys|longs",
    },
    "SELL": {
        "": "sell|exit|sells|exits|close the trade|close the position|close it|close long|close longs|"
        "close trades|get out|leave|take it off|exit long|exit longs|close out|close them",
    },
    "SHORT": {
        "": "short|go short|sell short|enter short|open a short|open short|shorts"
    },
    "COVER": {
        "": "cover|buy back|close short|close the short|close shorts|exit short|exit shorts|cover the short"
    },
    "WHEN": {"": "when|if|once|as soon as|on condition that|provided that|on a|on an|the moment|each time|every time|where"},
    "FILTER": {
        "": "only when|only if|only buy when|only buy if|only trade when|only trade if|but only when|but only if|"
        "filter by|require|also require|only enter when|only enter if|as long as|add the condition that|add a condition|add condition|only go long when|only go long if|only"
    },
    "STOP": {"": "stop loss|stoploss|stop-loss|stop|cut losses|cut the loss|sl|max loss|maximum loss|losing|lose more than|loses|limit losses|limit the loss"},
    "TRAIL": {"": "trailing stop|trailing stoploss|trailing stop loss|trailing stop-loss|trail the stop|trailing|trail"},
    "TARGET": {
        "": "take profit|take-profit|takeprofit|take profits|profit target|target|tp|take a profit|take gains|"
        "minimal roi|roi|sell for a profit|take a gain|lock in gains|cash in|target profit|profit taking"
    },
    "BREAKEVEN": {"": "break even|break-even|breakeven|move the stop to break even|stop to break even|move stop to break even|move stop to breakeven|move the stop to entry"},
    "LOCK": {"": "lock in|lock|secure"},
    "RISK": {"": "risk"},
    "STAKE": {"": "stake|of the stake|position size|position|size|of my stake|first stake|the stake|stake size"},
    "USE": {"": "use|stake only|invest"},
    "WALLET": {"": "wallet|account|balance|capital|equity|portfolio|money"},
    "ADD": {"": "average down|dca|add to the position|buy more|add more|add again|dollar cost average|scale in|double down|add to it"},
    "LEVERAGE": {"": "leverage|leveraged|leverage of"},
    "WAIT": {"": "wait|cool down|cooldown|cool off|pause|rest|stay out"},
    "REMOVE": {"": "remove|delete|drop the|no more|without|get rid|no"},
    "CHANGE": {"": "change|set|replace|adjust|tighten|widen|raise the|lower the stop|move the|turn|increase the|decrease the"},
    "INTO": {"": "into|instead of|to be|to"},
    "OPPOSITE": {"": "opposite|on the opposite|opposite signal|on the opposite signal|reverse signal|it crosses back|opposite happens|when the opposite happens|the reverse happens|signal reverses|on the reverse signal|opposite cross|on the opposite cross|it reverses"},
    "AND": {"": "and|with|but|while|&|plus that|as well as|together with|and also"},
    "OR": {"": "or|or else|alternatively|or when|or if"},
    "NOT": {"": "not|isn't|is not|never|don't|do not|doesn't|aren't"},
    "EITHER": {"": "either|both|any of"},
    "COMPARE": {
        ">": "above|over|greater than|higher than|more than|bigger than|larger than|exceeds|>|tops|beyond|stays above|"
        "closes above|closes over|trades above|sits above|holds above|exceeding|exceed|stronger than",
        "<": "below|under|less than|lower than|smaller than|beneath|<|closes below|closes under|trades below|stays below|sits below|fewer than|underneath|weaker than",
        ">=": "at least|>=|=>|no less than|at or above|not below",
        "<=": "at most|<=|=<|no more than|at or below|not above|up to",
        "==": "equals|equal to|==|=|exactly",
    },
    "CROSSES": {
        "above": "crosses above|crosses over|cross above|cross over|crossing above|crossed above|crosses up through|"
        "breaks above|breaks over|moves above|goes above|goes over|rises above|climbs above|pushes above|jumps above|"
        "break above|rise above|gets above|turns above|cuts above|comes above|crosses upward|crosses upwards through|breaks out above|"
        "breaking above|moves over|breaks through|crosses up|rises over|recovers above|comes out above|returns above|climbs over|crosses to above",
        "below": "crosses below|crosses under|cross below|cross under|crossing below|crossed below|crosses down through|"
        "breaks below|breaks under|moves below|goes below|goes under|falls below|drops below|dips below|sinks below|slips below|"
        "fall below|drop below|gets below|turns below|cuts below|comes below|breaking below|falls under|drops under|dips under|breaks down below|"
        "crosses down|crosses beneath|falls through|dives below|retreats below|returns below|moves under",
        "": "crosses|cross|crossing|crossover|crossovers|cuts|cut",
    },
    "MOVES": {
        "rising": "rising|rises|rise|goes up|going up|increasing|increases|climbing|climbs|growing|moving up|sloping up|pointing up|trending up|moves up|turns upward|sloping upwards",
        "falling": "falling|falls|fall|goes down|going down|decreasing|decreases|dropping|drops|moving down|sloping down|pointing down|trending down|moves down|declining|declines|sloping downwards",
    },
    "TURNS": {
        "above": "turns positive|turns up|turns green|turns bullish|flips up|flips green|flips bullish|becomes positive|goes positive|flips positive|flips to green|turns to green",
        "below": "turns negative|turns down|turns red|turns bearish|flips down|flips red|flips bearish|becomes negative|goes negative|flips negative|flips to red|turns to red",
    },
    "STATE": {
        "positive": "positive|bullish|up|green",
        "negative": "negative|bearish|down|red",
        "oversold": "oversold",
        "overbought": "overbought",
    },
    "TOUCHES": {"": "touches|hits|reaches|tags|tests|touch|hit|reach|bounces off|touching"},
    "BETWEEN": {"": "between|in between|in the range"},
    "WITHIN": {"": "within|inside|close to|near|nearer than"},
    "CHANGES": {"up": "up by|gained|gains|gained at least|gains at least|pumps|pumped", "down": "down by|lost|lost at least|loses at least|dumps|dumped|fell|dropped"},
    "IN_LAST": {"": "in the last|within the last|of the last|over the last|in the past|of the past|over the past|during the last|from the last|for the last|in last|of last"},
    "FOR": {"": "for|during"},
    "CANDLE": {"": "candle|candles|bar|bars|period|periods|candlestick|candlesticks|-period|-candle|-bar|length"},
    "PREVIOUS": {"": "previous|prior|last|previous candle|last candle|previous candle's|last candle's|the candle before|yesterday"},
    "HIGHEST": {"": "highest|maximum"},
    "LOWEST": {"": "lowest|minimum"},
    "AVERAGE": {"": "average|its average|average of it|mean|its mean"},
    "ITS": {"": "its|their|own|it"},
    "ON": {"": "on|in|for the|chart|on the|on a timeframe of|timeframe|time frame|on the chart"},
    "TIMES": {"": "times|*|x|multiplied by"},
    "PLUS": {"": "+|plus"},
    "MINUS": {"": "minus|-"},
    "DIVIDED": {"": "/|divided by"},
    "TWICE": {"": "twice|double|two times"},
    "PROFIT": {"": "profit|gain|in profit|of profit|profits|winning|up profit|in the green"},
    "LOSS": {"": "loss|in loss|in the red|drawdown|of loss|drop|losses|deeper"},
    "AFTER": {"": "after|from|once in|once up|older than|longer than|beyond a profit|when up|after being up|if up|starting at|beginning at|activated at|once it is up|once we are up"},
    "UNLESS": {"": "unless|except if|if not"},
    "EVERY": {"": "every|each"},
    "FIRST": {"": "first"},
    "EXITS": {"": "exits|exit rules|sell rules|exit signals|sell signals|exit rule|sell rule|exit signal"},
    "ENTRIES": {"": "entries|entry rules|buy rules|entry signals|buy signals|entry rule|buy rule|entry signal"},
    "FILTERS": {"": "filter|filters"},
    "PROTECTIONS": {"": "protections|protection"},
    "BETWEEN_TRADES": {"": "between trades|after a trade|after each trade|after every trade|after an exit|after each exit|after selling|before trading again|before buying again|before the next trade"},
    "STOP_LOSSES": {"": "stop losses|stoplosses|stops|losing trades|stopped trades"},
    "WEEKEND": {"": "weekend|weekends|the weekend|on weekends|at weekends"},
    "WEEKDAY": {"": "weekdays|working days|business days|on weekdays|weekday"},
    "TO": {"": "until|till|through|-to-"},
    "CANDLE_COLOUR": {
        ">": "green candle|green candles|bullish candle|bullish candles|up candle|up candles|candle is green|candle closes green|candles are green|white candle",
        "<": "red candle|red candles|bearish candle|bearish candles|down candle|down candles|candle is red|candle closes red|candles are red|black candle",
    },
}  # fmt: skip

DAYS = {
    "mon": "monday|mondays|mon", "tue": "tuesday|tuesdays|tue", "wed": "wednesday|wednesdays|wed",
    "thu": "thursday|thursdays|thu", "fri": "friday|fridays|fri", "sat": "saturday|saturdays|sat",
    "sun": "sunday|sundays|sun",
}  # fmt: skip

PRICES = {
    "close": "close|price|closing price|close price|the market|market price|last price|rate|closes|candle close|prices|market|coin",
    "open": "open|opening price|open price",
    "high": "high|high price|highs",
    "low": "low|low price|lows",
    "volume": "volume|trading volume|traded volume",
}

# Names that people use beside the registry's own names and titles.
ALIASES = {
    "sma": "simple moving average|moving average|ma|simple average|sma|smas|mas|moving averages",
    "ema": "exponential moving average|exponential average|ema|emas",
    "wma": "weighted moving average|wma",
    "hma": "hull|hull moving average|hma",
    "kama": "kama|kaufman|adaptive moving average",
    "bollinger": "bollinger bands|bollinger band|bollinger|bb|bbands|bb band|boll",
    "keltner": "keltner channel|keltner channels|keltner",
    "donchian": "donchian channel|donchian channels|donchian|price channel",
    "supertrend": "supertrend|super trend",
    "parabolic_sar": "parabolic sar|psar|sar|parabolic stop and reverse",
    "ichimoku": "ichimoku cloud|ichimoku",
    "rolling_vwap": "vwap|rolling vwap",
    "rsi": "rsi|relative strength index|relative strength|rsis",
    "stochastic": "stochastic|stochastics|stoch|slow stochastic|stochastic oscillator",
    "stochastic_rsi": "stochastic rsi|stoch rsi|stochrsi|stoch-rsi",
    "williams_r": "williams %r|williams r|%r|williams|williams percent range",
    "cci": "cci|commodity channel index",
    "macd": "macd|moving average convergence divergence",
    "roc": "roc|rate of change",
    "adx": "adx|average directional index|trend strength|directional index",
    "plus_di": "+di|plus di|di+|di plus",
    "minus_di": "-di|minus di|di-|di minus",
    "aroon": "aroon",
    "atr": "atr|average true range|atrs",
    "standard_deviation": "standard deviation|stddev|stdev",
    "obv": "obv|on balance volume|on-balance volume",
    "money_flow": "mfi|money flow index|money flow",
    "chaikin_flow": "cmf|chaikin money flow",
    "relative_volume": "relative volume|rvol",
    "heikin_ashi": "heikin ashi|heikin-ashi|heikinashi",
    "momentum": "momentum indicator|momentum",
    "ultimate": "ultimate oscillator",
    "awesome": "awesome oscillator|ao",
    "choppiness": "choppiness|choppiness index|chop",
    "z_score": "z-score|z score|zscore",
    "hammer": "hammer|hammer candle",
    "engulfing": "engulfing|engulfing candle|engulfing pattern",
    "doji": "doji",
    "morning_star": "morning star",
    "evening_star": "evening star",
    "shooting_star": "shooting star",
    "white_soldiers": "three white soldiers",
    "black_crows": "three black crows",
}
# What their outputs are called in phrases.
OUTPUTS = {
    "upper": "upper|top|upper band|upper channel|top band",
    "lower": "lower|bottom|lower band|lower channel|bottom band",
    "middle": "middle|mid|basis|middle band|centre|center|midline|middle line",
    "signal": "signal|signal line|its signal|its signal line|trigger line|trigger",
    "histogram": "histogram|hist|histogramm",
    "line": "main line",
    "k": "%k|k",
    "d": "%d|d",
    "j": "%j",
    "trend": "trend",
    "conversion": "conversion line|tenkan|tenkan-sen|conversion",
    "base": "base line|kijun|kijun-sen|baseline",
    "cloud": "cloud|kumo",
    "span_a": "span a|senkou span a|senkou a|leading span a",
    "span_b": "span b|senkou span b|senkou b|leading span b",
}

COINS = {
    "BTC": "btc|bitcoin|btc/usdt|xbt",
    "ETH": "eth|ethereum|eth/usdt|ether",
    "SOL": "sol|solana",
    "BNB": "bnb",
    "XRP": "xrp|ripple",
}

EXTREMES = {  # what oversold and overbought mean, by indicator
    "rsi": (30, 70),
    "stochastic": (20, 80),
    "fast_stochastic": (20, 80),
    "stochastic_rsi": (20, 80),
    "money_flow": (20, 80),
    "williams_r": (-80, -20),
    "cci": (-100, 100),
    "laguerre_rsi": (20, 80),
    "ultimate": (30, 70),
}
