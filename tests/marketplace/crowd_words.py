"""What the crowd of generated listings is called and says. Data only, written for this; weights count how often."""

STYLES = {
    "trend-following": (
        ("Trend Rider", "Trend Follower", "Golden Cross", "Trend Catcher", "Cloud Walker", "Crossover", "Wave Surfer", "Turtle", "Long Haul"),
        ("supertrend", "ema", "sma", "adx", "ichimoku", "hma", "parabolic_sar", "ssl", "heikin_ashi", "macd"),
        ("follows the trend and lets profits run", "stays in as long as the averages point up", "buys strength after a crossover", "rides long moves and cuts losses early"),
    ),
    "mean-reversion": (
        ("Dip Buyer", "Mean Reverter", "Bounce Hunter", "Oversold Sniper", "Rubber Band", "Reversion", "Pullback Buyer", "Knife Catcher"),
        ("rsi", "bollinger", "stochastic", "cci", "williams_r", "money_flow", "z_score", "stochastic_rsi"),
        ("buys what fell too far and sells the bounce", "waits for oversold conditions", "fades extremes back to the mean", "enters below the lower band and exits at the middle"),
    ),
    "breakout": (
        ("Breakout", "Range Breaker", "Volatility Breakout", "Squeeze Play", "Opening Range", "Box Breaker", "Channel Breakout"),
        ("donchian", "bollinger", "keltner", "atr", "highest", "relative_volume"),
        ("buys new highs after a quiet range", "enters when volatility expands", "trades the break of the channel with volume"),
    ),
    "momentum": (
        ("Momentum", "Rocket", "Relative Strength Rotation", "Impulse", "Accelerator", "MACD Momentum", "Fast Movers"),
        ("macd", "roc", "momentum", "awesome", "rsi", "tsi", "adx"),
        ("buys the strongest coins and rotates", "enters on rising momentum", "follows fast moves with a tight trailing stop"),
    ),
    "grid-dca": (
        ("Grid", "DCA Ladder", "Safety Orders", "Averager", "Infinity Grid", "Smart DCA", "Accumulator"),
        ("rsi", "ema", "atr", "bollinger"),
        ("adds to losing positions in steps and sells the average", "places safety orders below the first buy", "accumulates on weakness with a ladder of buys"),
    ),
    "candlestick-patterns": (
        ("Engulfing", "Hammer Hunter", "Candle Reader", "Three Soldiers", "Morning Star", "Price Action"),
        ("engulfing", "hammer", "morning_star", "doji", "white_soldiers", "ema"),
        ("reads reversal candles at support", "buys engulfing candles in an uptrend", "pure price action without lagging indicators"),
    ),
}  # fmt: skip
STYLE_WEIGHTS = (34, 27, 14, 13, 8, 4)
INDICATOR_NAMES = {
    "rsi": "RSI", "ema": "EMA", "sma": "SMA", "macd": "MACD", "bollinger": "Bollinger", "supertrend": "Supertrend", "adx": "ADX",
    "ichimoku": "Ichimoku", "hma": "Hull", "parabolic_sar": "SAR", "ssl": "SSL", "heikin_ashi": "Heikin Ashi", "stochastic": "Stochastic",
    "cci": "CCI", "williams_r": "Williams %R", "money_flow": "MFI", "z_score": "Z-Score", "stochastic_rsi": "StochRSI", "donchian": "Donchian",
    "keltner": "Keltner", "atr": "ATR", "highest": "High", "relative_volume": "Volume", "roc": "ROC", "momentum": "MOM", "awesome": "AO",
    "tsi": "TSI", "engulfing": "Engulfing", "hammer": "Hammer", "morning_star": "Morning Star", "doji": "Doji", "white_soldiers": "Soldiers",
}  # fmt: skip
ADJECTIVES = (
    "Simple", "Smart", "Adaptive", "Steady", "Quiet", "Fast", "Lazy", "Robust", "Pro", "Ultimate", "Classic", "Modern", "Hybrid", "Dynamic", "Lean",
    "Patient", "Aggressive", "Conservative", "Silent", "Golden", "Iron", "Blue", "Nordic", "Alpine", "Midnight", "Sunday", "Kaizen", "Zen", "Atlas",
    "Orion", "Nova", "Phoenix", "Falcon", "Wolf", "Bear Market", "Bull Market", "Weekend", "Low Risk", "High Frequency", "No Nonsense",
)  # fmt: skip
TAGS = (
    "scalping", "swing", "intraday", "long-only", "low-risk", "beginner", "trend", "dca", "grid", "mean-reversion", "breakout", "momentum", "futures",
    "spot", "short", "leverage", "btc", "eth", "altcoins", "stablecoins", "bull-market", "bear-market", "sideways", "volatility", "volume", "trailing-stop",
    "no-repaint", "hyperopt", "multi-timeframe", "machine-learning", "conservative", "aggressive", "small-account", "weekend", "low-drawdown",
    "price-action", "candlesticks", "rsi", "macd", "ema", "bollinger", "ichimoku", "supertrend", "rotation", "hedge", "experimental", "education",
)  # fmt: skip
TOPICS = (
    "The stop loss is wide on purpose and hardly ever reached.", "Works best in markets that move; in a flat summer it trades little.",
    "Fees matter here: use an account with a discount or limit orders.", "I have run an earlier version with real money since last year.",
    "Parameters were chosen once and left alone after that.", "Please read the trust report before you believe any of this.",
    "Use at least ten pairs so that the open trades are spread.", "The higher timeframe decides the direction, the lower one the entry.",
    "It will lose in a slow decline, and I did not try to hide it.", "Take profit is staged: half at the first target, the rest trails.",
    "Tested over a bull and a bear market, drawdown stayed below the market's.", "Not for newly listed coins: it needs a month of candles.",
    "Volume must confirm, otherwise the signal is skipped.", "Exits are faster than entries; that is where the edge comes from.",
    "There is no martingale and no averaging down.", "Position size falls with volatility.", "Ideas came from the turtle traders' old rules.",
    "I am not a financial adviser, and this is no advice.", "Version history explains each change and what it did to the figures.",
    "Questions and criticism are welcome in the reviews.", "The weekend filter avoids thin order books.", "Cooldown protections pause it after a row of losses.",
    "Funding costs are included for perpetual futures.", "Slippage of five basis points does not change the picture.", "Long and short are symmetric.",
)  # fmt: skip
NAMES = (
    "alex", "maria", "chen", "yuki", "lars", "ines", "omar", "priya", "tomas", "elif", "noah", "sofia", "ivan", "aisha", "jonas", "lucia", "kofi", "nina",
    "pavel", "hana", "marco", "ingrid", "ravi", "leila", "sven", "clara", "diego", "anya", "felix", "mei", "quant", "algo", "candle", "crypto", "delta",
    "sigma", "north", "river", "stone", "falcon", "atlas", "pixel", "signal", "cedar", "harbor", "copper",
)  # fmt: skip
ENDINGS = ("", "-labs", "-capital", "-trades", "-algo", "-quant", "-x", "-fi", "-dev", "-systems", "42", "007", "-research", "-and-sons", "2k")  # fmt: skip
BASES = (
    "BTC", "ETH", "SOL", "BNB", "XRP", "ADA", "DOGE", "AVAX", "LINK", "DOT", "LTC", "MATIC", "ATOM", "UNI", "NEAR", "ARB", "OP", "APT", "FIL", "INJ",
    "SUI", "AAVE", "RUNE", "PEPE", "SHIB", "TRX", "XLM", "ETC", "ICP", "ALGO",
)  # fmt: skip
