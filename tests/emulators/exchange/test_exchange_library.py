"""Candles from wherever they are kept, and what the exchange does where they begin and end."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from candlewick.market_data import feather
from candlewick.market_data.importer import Source, files_in, import_candles
from emulators.exchange import library
from emulators.exchange.engine import Exchange
from emulators.exchange.library import Listing
from emulators.exchange.orders import Kind, Request, Side, Status
from emulators.exchange.refusals import Refusal
from emulators.hosting import CannotStart
from tests.emulators.exchange.venue import BTC, ETH, START_MS, STEP_MS, walk, write_candles
from tests.unit.market_data.memory import InMemoryObjects

HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("library")
    write_candles(made, {BTC: walk(100_000.0, 24, seed=5), ETH: walk(3_000.0, 24, seed=6)})
    frame = feather.read((made / "BTC_USDT-5m.feather").read_bytes())
    (made / "BTC_USDT-1h.feather").write_bytes(
        feather.write(frame.iloc[[0, 12]].reset_index(drop=True))
    )
    return made


def buy(listing: Listing, name: str) -> Request:
    return Request(
        symbol=listing.symbol,
        side=Side.BUY,
        kind=Kind.LIMIT,
        client_order_id=name,
        quantity=Decimal("0.001"),
        price=Decimal(50_000),
    )


def test_a_pair_has_its_finest_candles_exactly(folder: Path) -> None:
    listings = library.from_folder(folder)

    found = listings["BTCUSDT"]
    rows = walk(100_000.0, 24, seed=5)
    assert set(listings) == {"BTCUSDT", "ETHUSDT"}
    assert (found.tape.step, len(found.tape.at), found.symbol.pair) == (STEP_MS, 24, BTC)
    assert [tuple(found.symbol.price(int(ticks)) for ticks in row) for row in found.tape.ticks] == [
        tuple(Decimal(repr(price)) for price in row[:4]) for row in rows
    ]
    assert [found.symbol.lot * int(lots) for lots in found.tape.lots] == [
        Decimal(repr(row[4])) for row in rows
    ]


def test_a_candle_stores_folder_is_the_same(folder: Path, tmp_path: Path) -> None:
    objects = InMemoryObjects()
    loaders = {name: partial(Path.read_bytes, file) for name, file in files_in(folder).items()}
    import_candles(
        objects,
        Source(exchange="binance", title="Binance", note="a test"),
        loaders,
        now=datetime(2025, 6, 1, tzinfo=UTC),
    )
    for name, content in objects.objects.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)

    listings = library.from_folder(tmp_path / "binance", [ETH])

    assert list(listings) == ["ETHUSDT"]
    # Derived from the candles, where the folder has terms.
    assert listings["ETHUSDT"].symbol.tick == Decimal("0.01")
    assert (listings["ETHUSDT"].tape.at == library.from_folder(folder)["ETHUSDT"].tape.at).all()


def test_what_is_not_there_is_said(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="XRP/USDT"):
        library.from_folder(folder, [BTC, "XRP/USDT"])
    with pytest.raises(CannotStart, match="any spot pair"):
        library.from_folder(tmp_path)
    (tmp_path / "BTC_USDT-5m.feather").write_bytes(b"nothing")
    with pytest.raises(CannotStart, match="no feather file"):
        library.from_folder(tmp_path)


def test_a_market_is_closed_before_its_first_and_after_its_last_candle(folder: Path) -> None:
    listings = library.from_folder(folder)
    exchange, listing = Exchange(listings), listings["BTCUSDT"]
    owner = exchange.open_account("a", maker_fee=Decimal(0), taker_fee=Decimal(0))
    exchange.deposit(owner, "USDT", Decimal(100), START_MS)

    for closed in (START_MS - 1, listing.tape.until):
        with pytest.raises(Refusal, match="Market is closed"):
            exchange.place(owner, buy(listing, "early or late"), closed)
    order = exchange.place(owner, buy(listing, "in time"), listing.tape.until - 1)
    exchange.advance(listing.tape.until + 30 * HOUR_MS)

    # It can still be cancelled, and the money comes back.
    assert order.status is Status.NEW
    exchange.cancel(order, listing.tape.until + 30 * HOUR_MS)
    assert owner.balance("USDT") == (Decimal(100), Decimal(0))
