"""Which candles are to be pulled, as a document (JSON or TOML).

exchange = "binance"
quote = "USDT"                   # every pair in it; or pairs = ["BTC/USDT", "ETH/USDT:USDT"]
market_types = ["spot"]          # of the pairs in `quote`; or "futures", or both
timeframes = ["5m", "1h"]
start = 2020-01-01
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from candlewick.errors import Invalid
from candlewick.market_data.manifest import CandleType
from candlewick.market_data.timeframes import Series, duration, series_of


def _linear(pair: str) -> str:
    """Refuse contracts that are settled in coins: their profits are in coins too."""
    asset, _, settle = pair.partition(":")
    base, _, quote = asset.partition("/")
    if settle in {"", quote}:
        return pair
    instead = "USDT" if quote == "USD" else quote
    raise ValueError(
        f"{pair} is settled in {settle}, and only contracts settled in what they are quoted in are pulled; "
        f"write {base}/{instead}:{instead}"
    )


_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")]
_Pair = Annotated[
    str,
    Field(pattern=r"^[A-Z0-9]+/[A-Z0-9]+(:[A-Z0-9]+)?$"),
    AfterValidator(_linear),
]
_Quote = Annotated[str, Field(pattern=r"^[A-Z0-9]+$")]
_FIRST = date(2009, 1, 3)
# Whose leverage tiers Freqtrade ships; other exchanges have to be asked for them, each in its own way.
_FUTURES_OF = ("binance",)
# How what is told by its form is written.
_FORMS: Mapping[int | str, str] = {
    "exchange": "ccxt's id in small letters, as binance",
    "store_as": "a name in small letters and digits, as replay",
    "pairs": "it as BTC/USDT",
    "quote": "it as USDT",
    "start": "a day as 2024-01-31",
}


_SAID = {
    "extra_forbidden": "a universe has no such setting",
    "missing": "it is missing",
    "too_short": "it is empty; name at least one",
    "tuple_type": "it is no list",
}


class MarketType(StrEnum):
    """What is traded."""

    SPOT = "spot"
    FUTURES = "futures"  # linear perpetual contracts


class Universe(BaseModel):
    """Pairs, timeframes and a start.

    Attributes:
        exchange: ccxt's id.
        store_as: the exchange's name in the candle store, ccxt's id without it.
        title: as users see it; the exchange's own name without it.
        simulated: no real prices: whatever is made of them says so.
        market_types: of the pairs that `quote` chooses; named pairs say it themselves.
        pairs: BASE/QUOTE, futures BASE/QUOTE:SETTLE.
        quote: every pair quoted in this currency.
        start: of candles that the store does not have yet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    exchange: _Id
    store_as: _Id | None = None
    title: str | None = None
    simulated: bool = False
    market_types: tuple[MarketType, ...] = Field(default=(MarketType.SPOT,), min_length=1)
    pairs: tuple[_Pair, ...] = ()
    quote: _Quote | None = None
    timeframes: tuple[str, ...] = Field(min_length=1)
    start: date

    @property
    def stored_as(self) -> str:
        return self.store_as or self.exchange

    @property
    def since(self) -> datetime:
        return datetime.combine(self.start, datetime.min.time(), UTC)

    @property
    def kinds(self) -> list[MarketType]:
        """Return which markets are asked."""
        types = {market_type(pair) for pair in self.pairs}
        if self.quote is not None:
            types |= set(self.market_types)
        return sorted(types, reverse=True)

    @field_validator("timeframes")
    @classmethod
    def _known_timeframes(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for timeframe in given:
            try:
                duration(timeframe)
            except Invalid as error:
                raise ValueError(str(error)) from error
        return tuple(sorted(set(given), key=duration))

    @field_validator("start")
    @classmethod
    def _possible_start(cls, given: date) -> date:
        if given < _FIRST:
            raise ValueError(f"there was no market before {_FIRST}")
        return given

    @model_validator(mode="after")
    def _chosen(self) -> Self:
        if MarketType.FUTURES in self.kinds and self.exchange not in _FUTURES_OF:
            raise ValueError(
                f"futures are pulled of {' and '.join(_FUTURES_OF)} alone: of {self.exchange} Freqtrade has no leverage tiers"
            )
        if not self.pairs and self.quote is None:
            raise ValueError("name pairs or a quote currency")
        if self.simulated and self.store_as is None:
            raise ValueError("say with store_as where simulated candles go")
        return self


def universe_from(content: object) -> Universe:
    """Return a universe from what a document holds; `Invalid` lists what is wrong with it."""
    try:
        return Universe.model_validate(content, strict=False)
    except ValidationError as error:
        raise Invalid("The universe cannot be used:\n" + "\n".join(_problems(error))) from error


def read_universe(text: str) -> Universe:
    """Read a document: JSON when it begins with a brace, else TOML."""
    try:
        content: Any = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise Invalid(f"The universe is neither JSON nor TOML: {error}.") from error
    return universe_from(content)


def universe_in(file: Path) -> Universe:
    try:
        return read_universe(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} cannot be read: it is no text in UTF-8.") from error


def market_type(pair: str) -> MarketType:
    return MarketType.FUTURES if ":" in pair else MarketType.SPOT


def unlisted(pair: str, title: str, listed: Iterable[str]) -> str:
    """Say that an exchange has no such pair, and which ones look like it."""
    near = get_close_matches(pair, sorted(listed), n=3)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"{title} lists no {pair}.{hint}"


def chosen_pairs(
    universe: Universe, markets: Mapping[str, Mapping[str, Any]], stored: Iterable[str]
) -> list[str]:
    """Return the pairs that a universe means, sorted: those named, and those in its quote currency.

    Args:
        universe: which are wanted.
        markets: what the exchange lists, by symbol.
        stored: pairs that the store has already, which stay even when the exchange has dropped them.
    """
    found = set(universe.pairs)
    if universe.quote is not None:
        listed = (pair for pair, market in markets.items() if _is_traded(market))
        found |= {pair for pair in (*listed, *stored) if _is_chosen(universe, pair)}
    return sorted(found)


def _is_traded(market: Mapping[str, Any]) -> bool:
    return bool(market.get("spot") or (market.get("swap") and market.get("linear")))


def _is_chosen(universe: Universe, pair: str) -> bool:
    quoted = pair.partition(":")[0].partition("/")[2]
    return (
        quoted == universe.quote
        and market_type(pair) in universe.market_types
        and _has_a_file_name(pair)
    )


def _has_a_file_name(pair: str) -> bool:
    """Whether Freqtrade's name for its file can be read back; a few tokens have names of odd letters."""
    candle_type = CandleType(market_type(pair))
    series = Series(pair=pair, timeframe="1m", candle_type=candle_type)
    try:
        return series_of(series.file_name) == series
    except Invalid:
        return False


def _problems(error: ValidationError) -> list[str]:
    found = []
    for each in error.errors():
        if each["type"] == "too_short" and _has_bad_items(error, each):
            continue  # pydantic counts what is left of a list
        where = ".".join(map(str, each["loc"]))
        found.append(f"- {where}: {_words(each)}" if where else f"- {_words(each)}")
    return found


def _words(problem: ErrorDetails) -> str:
    kind, field = problem["type"], problem["loc"][0] if problem["loc"] else ""
    if kind in _SAID:
        return _SAID[kind]
    if kind == "enum":
        return f"{problem['input']} is unknown; write {' or '.join(MarketType)}"
    if field in _FORMS and kind.startswith(("string_pattern", "date")):
        return f"{problem['input']} cannot be read; write {_FORMS[field]}"
    return problem["msg"].removeprefix("Value error, ")


def _has_bad_items(error: ValidationError, problem: ErrorDetails) -> bool:
    whole = problem["loc"]
    return any(
        len(each["loc"]) > len(whole) and each["loc"][: len(whole)] == whole
        for each in error.errors()
    )
