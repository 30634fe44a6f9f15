"""Offers of short backtests are over spot candles that are there."""

from dataclasses import dataclass

import pytest

from candlewick.assistant.backtests import BacktestOffers, Offer
from candlewick.errors import Invalid
from candlewick.market_data.manifest import CandleType, Current, Manifest
from tests.factories import a_candle_file, a_manifest

SWAP = a_candle_file("BTC/USDT:USDT", "5m", candle_type=CandleType.FUTURES)
MARK = a_candle_file("BTC/USDT:USDT", "1h", candle_type=CandleType.MARK)


@dataclass(frozen=True)
class Catalogue:
    manifests: dict[str, Manifest]

    def exchanges(self) -> list[str]:
        return sorted(self.manifests)

    def current(self, exchange: str) -> Current:
        return Current(revision="0" * 64, manifest=self.manifests[exchange])


def test_an_exchange_with_futures_alone_is_not_the_usual_one() -> None:
    manifests = {"binance": a_manifest(SWAP, MARK), "simulated": a_manifest()}

    offer = BacktestOffers(catalogue=Catalogue(manifests)).make(Offer())

    assert (offer.exchange, offer.pairs) == ("simulated", ("BTC/USDT",))


def test_where_there_are_futures_alone_it_is_said() -> None:
    offers = BacktestOffers(catalogue=Catalogue({"binance": a_manifest(SWAP, MARK)}))

    with pytest.raises(Invalid, match=r"binance has no .*candles of any pair"):
        offers.make(Offer())
