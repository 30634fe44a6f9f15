"""An exchange as Freqtrade's downloader sees it: its own `Exchange` object over ccxt, its own downloader into a folder."""

import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import ccxt
import pandas as pd
from freqtrade import __version__ as freqtrade_version
from freqtrade.configuration import TimeRange
from freqtrade.data.history import refresh_backtest_ohlcv_data
from freqtrade.enums import CandleType, RunMode
from freqtrade.exceptions import FreqtradeException
from freqtrade.exchange import Exchange
from freqtrade.resolvers import ExchangeResolver
from freqtrade.util import CustomProgress

from candlewick.errors import Invalid, Unavailable
from candlewick.market_data import feather, manifest
from candlewick.market_data.manifest import Gap
from candlewick.market_data.timeframes import Series
from candlewick.pulling.pacing import Pace
from candlewick.pulling.universe import MarketType

SOURCE: Final = f"by Freqtrade {freqtrade_version} and ccxt {ccxt.__version__}"
_QUIET: Final = ("freqtrade", "ccxt", "asyncio")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How an exchange is asked.

    Attributes:
        exchange: ccxt's id.
        market_type: Freqtrade has an object for each.
        url: of an exchange that speaks Binance's REST interface elsewhere; its own address without it.
        share: how many ask at the same time, each at its part of the exchange's limit.
        timeout_s: of one request.
    """

    exchange: str
    market_type: MarketType = MarketType.SPOT
    url: str | None = None
    share: int = 1
    timeout_s: float = 30


@dataclass(slots=True)
class _Witness:
    """Freqtrade's exchange, handed on as it is. The downloader logs what goes wrong and goes on; this keeps it."""

    exchange: Exchange
    failure: Exception | None = field(default=None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.exchange, name)

    def get_historic_ohlcv(self, **wanted: Any) -> pd.DataFrame:
        try:
            found: pd.DataFrame = self.exchange.get_historic_ohlcv(**wanted)
        except Exception as error:
            self.failure = error
            raise
        return found


class Downloader:
    """One exchange; use it as a context, and from one thread."""

    def __init__(self, access: Access, *, pace: Mapping[str, Any] | None = None) -> None:
        self._access = access
        if access.exchange not in ccxt.exchanges:
            raise Invalid(f"ccxt knows no exchange {access.exchange}.")
        with ExitStack() as opening:
            opening.enter_context(_quiet())
            self._exchange = _exchange(access)
            opening.callback(self._exchange.close)
            self._open = opening.pop_all()
        self._api = self._exchange._api_async  # noqa: SLF001 (Freqtrade keeps ccxt's client to itself)
        self.pace = Pace(api=self._api, **(pace or {}))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def title(self) -> str:
        return str(self._api.name)

    @property
    def timeframes(self) -> list[str]:
        return list(self._exchange.timeframes)

    @property
    def markets(self) -> Mapping[str, Any]:
        """Ccxt's market structures by symbol; empty until they are loaded."""
        found: Mapping[str, Any] = self._exchange.markets
        return found

    @property
    def companions(self) -> list[tuple[str, manifest.CandleType]]:
        """What a futures backtest reads beside a pair's candles: mark prices, and funding rates, at Freqtrade's timeframes."""
        if self._access.market_type is MarketType.SPOT:
            return []
        option = self._exchange.get_option
        marked = manifest.CandleType(option("mark_ohlcv_price"))
        return [
            (option("mark_ohlcv_timeframe"), marked),
            (option("funding_fee_timeframe"), manifest.CandleType.FUNDING_RATE),
        ]

    def leverage_tiers(self) -> Mapping[str, Any]:
        """Return ccxt's leverage tiers by symbol. Binance tells them to accounts only; Freqtrade ships a copy, and reads that."""
        found: Mapping[str, Any] = self._exchange.load_leverage_tiers()
        return found

    def load_markets(self) -> None:
        """Ask for everything that is listed; `Unavailable` when the exchange does not tell."""
        self.pace.begin()
        self._exchange.reload_markets(force=True, load_leverage_tiers=False)
        if not self.markets:
            reason = self.pace.failure or "it lists no markets"
            raise Unavailable(f"{self.title} cannot be asked: {reason}.")

    def now(self) -> datetime:
        """Return the exchange's own time: a candle is over when its exchange says so."""
        if not self._api.has.get("fetchTime"):
            return datetime.now(UTC)
        self.pace.begin()
        try:
            told_ms = self._exchange.loop.run_until_complete(self._api.fetch_time())
        except ccxt.BaseError as error:
            raise Unavailable(f"{self.title} cannot be asked: {error}.") from error
        return datetime.fromtimestamp(told_ms / 1_000, UTC)

    def download(
        self, series: Series, since: datetime, until: datetime, known: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Return candles as Freqtrade's downloader leaves them on disk; `Unavailable` when any request fails.

        Args:
            series: which.
            since: the first moment of interest, when nothing is known.
            until: the exchange's present, or where what is known begins.
            known: candles that the downloader finds there and goes on from.
        """
        self.pace.begin()
        with tempfile.TemporaryDirectory(prefix="candlewick-pull-") as name:
            folder = Path(name)
            (folder / "futures").mkdir()
            file = folder / series.file_name
            before = _put(file, known)
            witness = _Witness(self._exchange)
            refresh_backtest_ohlcv_data(
                witness,
                pairs=[series.pair],
                timeframes=[series.timeframe],
                datadir=folder,
                trading_mode=str(self._access.market_type),
                timerange=_range(since, until),
                data_format="feather",
                progress_tracker=CustomProgress(disable=True),
                candle_types=[CandleType(str(series.candle_type))],
                no_parallel_download=True,
            )
            if witness.failure is not None:
                raise self._failed(witness.failure)
            if not file.exists() or file.stat().st_mtime_ns == before:
                raise Unavailable("Freqtrade's downloader stored nothing.")
            return feather.read(file.read_bytes())

    def ask_again(self, series: Series, gap: Gap) -> pd.DataFrame:
        """Return what the exchange has of a gap after all."""
        self.pace.begin()
        try:
            found: pd.DataFrame = self._exchange.get_historic_ohlcv(
                pair=series.pair,
                timeframe=series.timeframe,
                since_ms=_ms(gap.start),
                candle_type=CandleType(str(series.candle_type)),
                until_ms=_ms(gap.until),
            )
        except FreqtradeException as error:
            raise self._failed(error) from error
        within = (found["date"] >= gap.start) & (found["date"] < gap.until)
        return found[within].reset_index(drop=True)

    def _failed(self, error: Exception) -> Unavailable:
        return Unavailable(f"{self.title} gave no candles: {self.pace.failure or error}.")


def _exchange(access: Access) -> Exchange:
    try:
        return ExchangeResolver.load_exchange(_configuration(access), validate=False)
    except FreqtradeException as error:
        raise Invalid(f"Freqtrade does not work with {access.exchange}: {error}.") from error


def _configuration(access: Access) -> dict[str, Any]:
    """Return what Freqtrade wants to be told before it downloads."""
    return {
        "runmode": RunMode.UTIL_EXCHANGE,
        "dry_run": True,
        "stake_currency": "",
        "trading_mode": str(access.market_type),
        "margin_mode": "isolated" if access.market_type is MarketType.FUTURES else "",
        "exchange": {
            "name": access.exchange,
            "enable_ws": False,
            # Else Binance's candles come from another host, in daily files that it makes afterwards.
            "only_from_ccxt": True,
            # Freqtrade takes the last candle for unfinished; of a delisted pair it is not. Cleaning tells by the time.
            "_ft_has_params": {"ohlcv_partial_candle": False},
            "ccxt_config": {
                "timeout": int(access.timeout_s * 1_000),
                "enableRateLimit": True,
                **_at_its_share(access),
                "options": _options(access),
                **({} if access.url is None else {"urls": {"api": _addresses(access.url)}}),
            },
        },
    }


def _options(access: Access) -> dict[str, Any]:
    types = ["linear"] if access.market_type is MarketType.FUTURES else ["spot"]
    return {
        "fetchMarkets": {"types": types},
        # Both need an account.
        "fetchMargins": False,
        "fetchCurrencies": False,
    }


def _addresses(url: str) -> dict[str, str]:
    """Return ccxt's names of Binance's interfaces, at another address."""
    base = url.rstrip("/")
    spot = {"public": "/api/v3", "private": "/api/v3", "v1": "/api/v1", "sapi": "/sapi/v1"}
    futures = {
        **{f"fapiPublic{version}": f"/fapi/{path}" for version, path in _VERSIONS.items()},
        "fapiData": "/futures/data",
    }
    return {name: base + path for name, path in (spot | futures).items()}


_VERSIONS: Final = {"": "v1", "V2": "v2", "V3": "v3"}


def _at_its_share(access: Access) -> dict[str, float]:
    """Slow ccxt's rate limiter down, so that all who ask at the same time keep the limit together."""
    if access.share == 1:
        return {}
    return {"rateLimit": getattr(ccxt, access.exchange)().rateLimit * access.share}


def _put(file: Path, known: pd.DataFrame | None) -> int:
    """Store what the downloader is to find; return when that was, 0 when it finds nothing."""
    if known is None:
        return 0
    file.write_bytes(feather.write(known))
    return file.stat().st_mtime_ns


def _range(since: datetime, until: datetime) -> TimeRange:
    return TimeRange("date", "date", _ms(since) // 1_000, _ms(until) // 1_000)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Freqtrade's own lines out of the log: what matters in them, the errors raised here say."""
    before = {logging.getLogger(name): logging.getLogger(name).level for name in _QUIET}
    for logger in before:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in before.items():
            logger.setLevel(level)
