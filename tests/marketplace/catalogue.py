"""Forty listings written by hand, about which the quality test knows what each question should find."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestSpec, RunId, TradingMode
from candlewick.marketplace.models import (
    Access,
    Counts,
    ExamId,
    ExamState,
    Handle,
    Licence,
    Listing,
    ListingId,
    ListingVersion,
    OutOfSample,
    Plan,
    Price,
    Standing,
    Style,
    Terms,
    Traits,
    Verdict,
    Visibility,
)
from candlewick.strategies.models import StrategyId
from candlewick.trust.finding import Grade
from tests.marketplace.crowd import TODAY, Pair

TREND, REVERSION, BREAKOUT = Style.TREND, Style.REVERSION, Style.BREAKOUT
MOMENTUM, GRID, CANDLES = Style.MOMENTUM, Style.GRID, Style.CANDLESTICKS


@dataclass(frozen=True, slots=True)
class Entry:
    """One listing: `marks` are `futures`, `short`, `leverage`, `paid`, `closed` and standings that hide it."""

    id: str
    title: str
    summary: str
    tags: str
    author: str
    timeframe: str
    pairs: str
    styles: tuple[Style, ...]
    indicators: str
    rank: float | None
    users: int
    grade: str
    marks: str = ""
    description: str = ""
    sentence: str = ""


CATALOGUE = (
    Entry("rsi-dip", "RSI Dip Buyer", "Buys oversold coins and sells the bounce.", "dip beginner", "maria-quant", "5m", "BTC/USDT ETH/USDT", (REVERSION,), "rsi", 0.4, 320, "B"),
    Entry("rsi2", "ConnorsRSI2", "Larry Connors' two-period relative strength index in an uptrend.", "classic", "lars", "1d", "BTC/USDT", (TREND, REVERSION), "rsi sma", 0.9, 120, "B"),
    Entry("super-5m", "SuperTrend 5m", "Follows the supertrend line.", "trend", "chen-labs", "5m", "BTC/USDT SOL/USDT", (TREND,), "supertrend", -0.2, 2_100, "C"),
    Entry("super-1h", "Triple Supertrend Pro", "Three supertrend lines must agree.", "trend futures", "chen-labs", "1h", "BTC/USDT:USDT", (TREND,), "supertrend atr", 1.1, 800, "B", "futures short leverage paid"),
    Entry("golden", "Golden Cross", "The 50 day simple moving average crosses the 200 day one.", "classic beginner", "ingrid", "1d", "BTC/USDT ETH/USDT", (TREND,), "sma", 0.3, 410, "C"),
    Entry("ema-cross", "EMA200 Crossover", "Crossover of two exponential averages above the 200 EMA.", "", "ravi", "15m", "ETH/USDT", (TREND,), "ema", -0.6, 75, "D"),
    Entry("hull", "Hull Turn", "Turns with the Hull moving average.", "fast", "ravi", "1h", "BNB/USDT", (TREND,), "hma", None, 3, "C"),
    Entry("macd", "MACD Momentum Rotation", "Rotates into the strongest altcoins by MACD.", "rotation altcoins", "omar", "4h", "ADA/USDT DOT/USDT LINK/USDT", (MOMENTUM,), "macd roc", 0.7, 260, "C"),
    Entry("bb-mean", "Bollinger Mean Reversion", "Enters below the lower band, exits at the middle.", "bands", "sofia", "15m", "BTC/USDT", (REVERSION,), "bollinger", 0.2, 510, "B"),
    Entry("bb-squeeze", "Squeeze Breakout", "Waits for a volatility squeeze, then trades the breakout.", "volatility", "sofia", "1h", "ETH/USDT SOL/USDT", (BREAKOUT,), "bollinger keltner", 0.8, 95, "B"),
    Entry("turtle", "Turtle Trader Reloaded", "Buys new highs of the Donchian channel, as the turtles did.", "classic trend", "pavel", "1d", "BTC/USDT ETH/USDT LTC/USDT", (BREAKOUT,), "donchian atr", 1.4, 640, "A"),
    Entry("grid-dca", "Infinity DCA Grid", "Dollar cost averaging with safety orders on the way down.", "dca grid", "elif", "5m", "BTC/USDT", (GRID, REVERSION), "rsi", -1.1, 5_300, "D"),
    Entry("dca-sol", "Patient Solana Accumulator", "Adds in steps while SOL falls.", "accumulate", "elif", "1h", "SOL/USDT", (GRID,), "ema", 0.1, 44, "C", "", "Uses position adjustment with five safety orders."),
    Entry("ichi", "Ichimoku Cloud Walker", "Trades above the Kumo only.", "japanese", "yuki", "4h", "BTC/USDT XRP/USDT", (TREND,), "ichimoku", 0.6, 205, "B"),
    Entry("heikin", "HeikinAshiRun", "Runs with smoothed candles.", "", "yuki", "1h", "ETH/USDT", (TREND,), "heikin_ashi", None, 0, "C"),
    Entry("stoch", "Stochastic Turn", "Buys when the stochastic turns up from below twenty.", "oscillator", "nina", "30m", "BTC/USDT", (REVERSION,), "stochastic", -0.4, 18, "D"),
    Entry("stochrsi", "StochRSI Scalper", "Scalps quick turns with tight stops.", "scalping", "nina", "1m", "BTC/USDT DOGE/USDT", (REVERSION,), "stochastic_rsi", -2.2, 900, "D", "futures short leverage"),
    Entry("engulf", "Engulfing at Support", "Candlestick patterns at support and resistance.", "price-action", "kofi", "4h", "BTC/USDT", (CANDLES,), "engulfing hammer", 0.5, 66, "B"),
    Entry("vwap", "VWAP Pullback", "Buys pullbacks to the volume weighted average price.", "intraday volume", "jonas", "5m", "BTC/USDT ETH/USDT", (REVERSION,), "rolling_vwap relative_volume", -0.1, 150, "C"),
    Entry("adx-short", "Bear Market Shorts", "Shorts weak coins while the trend is strong.", "bear-market", "diego", "1h", "BTC/USDT:USDT ETH/USDT:USDT", (TREND,), "adx ema", 0.75, 330, "C", "futures short leverage closed paid"),
    Entry("psar", "Parabolic Stops", "Follows the SAR, with a trailing stop.", "trailing-stop", "diego", "1h", "BTC/USDT", (TREND,), "parabolic_sar", -0.3, 12, "C"),
    Entry("zscore", "Z-Score Reversion", "Statistical reversion to the mean for quiet markets.", "statistics", "anya", "1h", "EUR/USDT", (REVERSION,), "z_score", 0.05, 31, "C", "closed"),
    Entry("mfi", "Money Flow Dip", "Volume confirmed dips.", "volume", "anya", "15m", "BTC/USDT", (REVERSION,), "money_flow", 0.15, 40, "C"),
    Entry("cci", "CCI Extremes", "Fades extremes of the commodity channel index.", "", "felix", "30m", "ETH/USDT", (REVERSION,), "cci", -0.9, 9, "D"),
    Entry("doge", "Doge Weekend Swing", "Swing trades dogecoin at weekends.", "swing meme", "felix", "4h", "DOGE/USDT", (MOMENTUM,), "roc", None, 27, "D"),
    Entry("ml", "FreqAI Gradient Booster", "Machine learning on forty features.", "machine-learning experimental", "mei-research", "1h", "BTC/USDT", (), "", -0.8, 1_700, "C", "closed paid"),
    Entry("cafe", "Café Crème", "Ein ruhiger Trendfolger für lange Läufe.", "langsam", "élodie", "1d", "BTC/USDT", (TREND,), "tema", 0.45, 5, "B"),
    Entry("nostalgia", "NostalgiaForSummer", "Many entry signals, one exit.", "complex", "ivan", "5m", "BTC/USDT ETH/USDT BNB/USDT", (REVERSION,), "rsi ema bollinger cci", 0.25, 8_400, "C"),
    Entry("hedge", "Market Neutral Pairs", "Statistical arbitrage between two coins, hedged.", "hedge", "aisha", "1h", "BTC/USDT:USDT ETH/USDT:USDT", (REVERSION,), "z_score", 0.95, 210, "B", "futures short closed paid"),
    Entry("vol", "Volatility Parity", "Position size falls with the average true range.", "risk", "aisha", "1d", "BTC/USDT ETH/USDT", (MOMENTUM,), "atr roc", 0.65, 130, "B"),
    Entry("opening", "Opening Range Breakout", "The first hour decides the day.", "intraday", "tomas", "15m", "BTC/USDT", (BREAKOUT,), "highest", -0.25, 88, "C"),
    Entry("aroon", "Aroon Trend", "Aroon up and down.", "trend", "tomas", "4h", "LTC/USDT", (TREND,), "aroon", 0.0, 7, "C"),
    Entry("awesome", "Awesome Accelerator", "Bill Williams' oscillators.", "momentum", "noah", "1h", "XRP/USDT", (MOMENTUM,), "awesome accelerator", -0.5, 14, "D"),
    Entry("ssl", "SSL Channel Baseline", "No nonsense: SSL with a baseline and volume.", "no-nonsense", "noah", "4h", "ETH/USDT", (TREND,), "ssl relative_volume", 0.35, 160, "C"),
    Entry("fib", "Fibonacci Retracement Hunter", "Limit orders at the golden pocket.", "fib", "lucia", "1h", "BTC/USDT", (), "", -0.7, 52, "D"),
    Entry("leverage", "Ten Times Leverage Lottery", "High risk, for small accounts.", "aggressive", "lucia", "5m", "BTC/USDT:USDT", (BREAKOUT,), "atr", -3.1, 3_900, "D", "futures short leverage"),
    Entry("private", "RSI of my friends", "Only for those invited.", "rsi", "maria-quant", "5m", "BTC/USDT", (REVERSION,), "rsi", 3.0, 50, "B", "private"),
    Entry("unlisted", "RSI by link", "Whoever has the address.", "rsi", "maria-quant", "5m", "BTC/USDT", (REVERSION,), "rsi", 3.0, 50, "B", "unlisted"),
    Entry("withdrawn", "RSI no more", "Withdrawn by its author.", "rsi", "maria-quant", "5m", "BTC/USDT", (REVERSION,), "rsi", 3.0, 50, "B", "withdrawn"),
    Entry("suspended", "RSI taken down", "Taken down by a moderator.", "rsi", "maria-quant", "5m", "BTC/USDT", (REVERSION,), "rsi", 3.0, 50, "B", "suspended"),
)  # fmt: skip


def catalogue() -> Iterator[Pair]:
    """Yield the listings; the first was published last."""
    for number, entry in enumerate(CATALOGUE):
        yield _pair(entry, number)


def _pair(entry: Entry, number: int) -> Pair:
    marks = frozenset(entry.marks.split())
    published = TODAY - timedelta(days=10 + 7 * number)
    listing_id, owner = ListingId(entry.id), UserId(f"user-{entry.author}")
    is_futures = "futures" in marks
    spec = BacktestSpec(
        exchange="binance", pairs=tuple(entry.pairs.split()), timeframe=entry.timeframe, start=TODAY - timedelta(days=700),
        until=TODAY - timedelta(days=300), stake_amount=None, wallet=Decimal(1_000), max_open_trades=3,
        trading_mode=TradingMode.FUTURES if is_futures else TradingMode.SPOT,
    )  # fmt: skip
    version = ListingVersion(
        listing=listing_id, number=1, owner=owner, strategy=StrategyId(entry.id), strategy_version=1, class_name="Listed",
        code_hash=entry.id, fingerprint=entry.id, parameters=None, pairs_named=(), spec=spec, can_short="short" in marks,
        sentence=entry.sentence, notes="", created_at=published, published_at=published,
        verdict=Verdict(exam=ExamId(entry.id), state=ExamState.DONE, grade=Grade(entry.grade), is_publishable=True),
        traits=Traits(styles=entry.styles, indicators=tuple(entry.indicators.split()), has_leverage="leverage" in marks),
        out_of_sample=None if entry.rank is None else _out_of_sample(entry.rank),
    )  # fmt: skip
    terms = Terms(
        title=entry.title, summary=entry.summary, description=entry.description, tags=tuple(entry.tags.split()),
        visibility=next((each for each in Visibility if each.value in marks), Visibility.PUBLIC),
        access=Access.CLOSED if "closed" in marks else Access.OPEN, licence=Licence.MIT,
        price=Price(amount=Decimal(9), currency="USD", plan=Plan.MONTHLY) if "paid" in marks else None,
    )  # fmt: skip
    standing = next((each for each in Standing if each.value in marks), Standing.PUBLISHED)
    listing = Listing(
        id=listing_id, owner=owner, author=Handle(entry.author), strategy=version.strategy, terms=terms, standing=standing,
        created_at=published, updated_at=published, published_at=published, latest_version=1, current_version=1,
        counts=Counts(users=entry.users),
    )  # fmt: skip
    return listing, version


def _out_of_sample(rank: float) -> OutOfSample:
    return OutOfSample(
        run=RunId("house"), since=TODAY - timedelta(days=200), until=TODAY, days=200, trades=50, profit=0.1, drawdown=0.1,
        sharpe=rank + 1, rank=rank, is_in_range=True, buy_and_hold=0.1,
    )  # fmt: skip
