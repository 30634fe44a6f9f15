"""Honest archives, made by real Freqtrade once for all tests, and what is needed to verify them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from candlewick.backtests.models import BacktestSpec, TradingMode
from candlewick.engine.run import Inputs, run_backtest
from candlewick.market_data import feather
from candlewick.market_data.manifest import CandleType
from candlewick.market_data.timeframes import Series, timeframe_minutes
from candlewick.verification.archive import read_archive
from candlewick.verification.candles import Candles, Market
from candlewick.verification.claims import ClaimedTrade
from candlewick.verification.funding import FUNDING_TIMEFRAME, Funding, Known
from candlewick.verification.verify import Verified, verify_archive
from tests.unit.engine.conftest import (
    Case,
    make_everything_case,
    make_futures_case,
    make_sample_case,
    real_candles,
    simulated_candles,
)

__all__ = ["real_candles", "simulated_candles"]


@dataclass(frozen=True, kw_only=True)
class Honest:
    """An archive of a real backtest."""

    archive: bytes
    spec: BacktestSpec
    class_name: str
    market: Market
    fee: float
    candles: Path  # Freqtrade's folder of them

    def verify(self, archive: bytes | None = None) -> Verified:
        return verify_archive(
            self.archive if archive is None else archive,
            self.spec,
            self.class_name,
            market=self.market,
            fee=self.fee,
        )

    def claims(self) -> list[ClaimedTrade]:
        return read_archive(self.archive, self.class_name).trades


def make_honest(case: Case, scratch: Path) -> Honest:
    config = case.config
    inputs = Inputs.in_folder(case.folder, scratch=scratch)
    archive = run_backtest(dict(config), inputs=inputs, on_progress=lambda _phase, _done: None)
    markets = json.loads((case.folder / "markets.json").read_text())
    market = markets[config["exchange"]["pair_whitelist"][0]]
    return Honest(
        archive=archive.read_bytes(),
        spec=_spec(config),
        class_name=config["strategy"],
        market=_market(config, case.folder / "data"),
        fee=max(market["taker"], market["maker"]),
        candles=case.folder / "data",
    )


def _spec(config: dict[str, Any]) -> BacktestSpec:
    start, until = datetime(2017, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    stake = config["stake_amount"]
    return BacktestSpec(
        exchange=config["exchange"]["name"],
        pairs=tuple(config["exchange"]["pair_whitelist"]),
        timeframe=config["timeframe"],
        timeframe_detail=config.get("timeframe_detail"),
        start=start,
        until=until,
        stake_amount=Decimal(str(stake)),
        wallet=Decimal(str(config["dry_run_wallet"])),
        max_open_trades=config["max_open_trades"],
        trading_mode=TradingMode(config.get("trading_mode", "spot")),
    )


def _market(config: dict[str, Any], folder: Path) -> Market:
    kind = CandleType(config.get("trading_mode", "spot"))

    def candles(timeframe: str | None) -> dict[str, Candles]:
        found = {}
        for pair in config["exchange"]["pair_whitelist"] if timeframe else ():
            series = Series(pair=pair, timeframe=str(timeframe), candle_type=kind)
            frame = feather.read((folder / series.file_name).read_bytes())
            found[pair] = Candles.from_frame(frame, timeframe_minutes(str(timeframe)))
        return found

    def known(pair: str, candle_type: CandleType) -> Known:
        series = Series(pair=pair, timeframe=FUNDING_TIMEFRAME, candle_type=candle_type)
        return Known.from_frame(None, feather.read((folder / series.file_name).read_bytes()))

    pairs = config["exchange"]["pair_whitelist"] if kind is CandleType.FUTURES else ()
    return Market(
        timeframe=candles(config["timeframe"]),
        detail=candles(config.get("timeframe_detail")),
        funding={
            pair: Funding(
                rates=known(pair, CandleType.FUNDING_RATE), marks=known(pair, CandleType.MARK)
            )
            for pair in pairs
        },
    )


@pytest.fixture(scope="session")
def everything(
    simulated_candles: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Honest:
    """Detail timeframe, protections, custom stoploss and added positions."""
    folder = tmp_path_factory.mktemp("everything")
    return make_honest(make_everything_case(folder, simulated_candles), folder / "scratch")


@pytest.fixture(scope="session")
def sample(
    real_candles: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Honest:
    """Freqtrade's sample strategy on ten pairs of real candles."""
    folder = tmp_path_factory.mktemp("sample")
    return make_honest(make_sample_case(folder, real_candles), folder / "scratch")


@pytest.fixture(scope="session")
def futures(
    real_candles: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Honest:
    """Short and long with leverage and funding."""
    folder = tmp_path_factory.mktemp("futures")
    return make_honest(make_futures_case(folder, real_candles), folder / "scratch")


@pytest.fixture(params=["everything", "sample", "futures"])
def honest(request: pytest.FixtureRequest) -> Honest:
    found: Honest = request.getfixturevalue(request.param)
    return found
