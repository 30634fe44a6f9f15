"""`candlewick data pull`: what it brings, and what it says when it cannot."""

from collections.abc import Callable
from pathlib import Path

import pytest

from candlewick.cli import data
from candlewick.errors import Invalid, Unavailable
from tests.emulators.exchange.venue import BTC, ETH, Venue
from tests.emulators.pulling.candles import assert_same, given, stored, whole
from tests.emulators.pulling.contracts import assert_whole
from tests.unit.market_data.memory import InMemoryObjects

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("pulling"),
    # Freqtrade's.
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]
Said = Callable[[], str]
UNIVERSE = """
exchange = "binance"
pairs = ["BTC/USDT", "ETH/USDT"]
timeframes = ["5m"]
start = 2025-01-01
"""


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Return what was printed, with the lines' breaks taken out."""
    return lambda: " ".join(capsys.readouterr().out.split())


def run(store: InMemoryObjects, venue: Venue, *arguments: str) -> int:
    elsewhere = ("--url", venue.url, "--store-as", "replay", "--simulated")
    return data.run(("pull", *elsewhere, *arguments), open_store=lambda _env: store)


def test_one_pair_is_pulled(exchange: Venue, candles: Path, said: Said) -> None:
    store = InMemoryObjects()

    code = run(
        store,
        exchange,
        *("--exchange", "Binance", "--pair", "eth/usdt", "--timeframe", "5m"),
        *("--since", "2025-01-01"),
    )

    assert code == 0
    assert f"{len(given(candles, ETH)):,} new candles in 1 series." in said()
    assert_same(stored(store, ETH), given(candles, ETH))
    assert whole(store).simulated


def test_a_universe_is_pulled(exchange: Venue, candles: Path, tmp_path: Path, said: Said) -> None:
    store = InMemoryObjects()
    file = tmp_path / "universe.toml"
    file.write_text(UNIVERSE)

    first = run(store, exchange, "--universe", str(file), "--pair", BTC)
    second = run(store, exchange, "--universe", str(file))

    assert (first, second) == (0, 0)
    assert f"{len(given(candles, ETH)):,} new candles in 2 series." in said()
    assert_same(stored(store, BTC), given(candles, BTC))


def test_one_futures_pair_is_pulled_with_all_that_goes_with_it(exchange: Venue, said: Said) -> None:
    store = InMemoryObjects()

    code = run(
        store,
        exchange,
        *("--exchange", "binance", "--pair", f"{ETH.lower()}:usdt", "--timeframe", "5m"),
        *("--since", "2025-04-23"),
    )

    found = whole(store)
    count = sum(file.candles for file in found.files)
    assert code == 0
    assert f"{count:,} new candles in 3 series." in said()
    assert [file.candle_type.value for file in found.files] == ["funding_rate", "mark", "futures"]
    assert_whole(store, exchange, found)


def test_a_universe_of_futures_is_pulled(exchange: Venue, tmp_path: Path, said: Said) -> None:
    store = InMemoryObjects()
    file = tmp_path / "universe.toml"
    file.write_text(
        'exchange = "binance"\nquote = "USDT"\nmarket_types = ["spot", "futures"]\n'
        'timeframes = ["1h"]\nstart = 2025-04-23\n'
    )

    code = run(store, exchange, "--universe", str(file))

    found = whole(store)
    assert code == 0
    assert "in 8 series." in said()
    assert len(found.files) == 8
    assert_whole(store, exchange, found)


def test_a_mark_price_that_fails_is_told_as_such(exchange: Venue, said: Said) -> None:
    exchange.faults(
        {"fault": "reject", "code": -1121, "count": 0, "path": "/fapi/v1/markPriceKlines"}
    )

    code = run(
        InMemoryObjects(),
        exchange,
        *("--exchange", "binance", "--pair", f"{BTC}:USDT", "--timeframe", "1h"),
        *("--since", "2025-04-23"),
    )

    assert code == 1
    assert "BTC/USDT:USDT 1h mark prices: Binance gave no candles" in said()


def test_a_pair_that_is_written_wrongly_is_told_with_those_that_are_near(
    exchange: Venue, said: Said
) -> None:
    code = run(InMemoryObjects(), exchange, "--exchange", "binance", "--pair", "BTC/USTD")

    assert code == 1
    assert "Binance lists no BTC/USTD. Did you mean BTC/USDT" in said()


def test_a_timeframe_that_the_exchange_lacks_is_told_with_those_that_it_has(
    exchange: Venue,
) -> None:
    with pytest.raises(Invalid, match=r"Binance has no 7m candles; it has .*5m, 15m"):
        run(
            InMemoryObjects(),
            exchange,
            *("--exchange", "binance", "--pair", BTC, "--timeframe", "7m"),
        )


def test_a_series_that_fails_is_told_with_its_reason(exchange: Venue, said: Said) -> None:
    exchange.faults({"fault": "reject", "code": -1121, "count": 0, "path": "/api/v3/klines"})

    code = run(
        InMemoryObjects(), exchange, "--exchange", "binance", "--pair", BTC, "--timeframe", "5m"
    )

    assert code == 1
    assert "BTC/USDT 5m: Binance gave no candles" in said()


def test_an_exchange_that_cannot_be_reached_is_told(
    exchange: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("candlewick.pulling.pacing.TRIES", 2)
    away = Venue(url="http://127.0.0.1:9", api_key="", secret="")

    with pytest.raises(Unavailable, match="Binance cannot be asked: 2 requests came to nothing"):
        run(InMemoryObjects(), away, "--exchange", "binance", "--pair", BTC)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Give --universe FILE, or --exchange ID with --pair"),
        (("--exchange", "binance"), "Give --universe FILE"),
        (("--exchange", "nowhere", "--pair", BTC), "ccxt knows no exchange nowhere"),
        (("--exchange", "binance", "--pair", "BTC"), "pairs.0"),
        (("--exchange", "binance", "--pair", BTC, "--since", "soon"), "start"),
        (("--exchange", "binance", "--universe", "x.toml"), "A universe names its exchange"),
        (("--universe", "missing.toml"), "missing.toml cannot be read"),
    ],
)
def test_options_that_make_no_sense_are_explained(
    exchange: Venue, arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(Invalid) as caught:
        run(InMemoryObjects(), exchange, *arguments)

    assert words in str(caught.value)


def test_prices_of_another_address_are_not_stored_as_the_exchanges_own(exchange: Venue) -> None:
    store = InMemoryObjects()

    with pytest.raises(Invalid, match="Say with store_as"):
        data.run(
            ("pull", "--exchange", "binance", "--pair", BTC, "--url", exchange.url),
            open_store=lambda _env: store,
        )

    assert store.writes == []
