"""`candlewick data` fills and shows the store, and says in words what is wrong."""

from pathlib import Path

import pandas as pd
import pytest
from google.auth.credentials import AnonymousCredentials

from candlewick.cli import data, data_load
from candlewick.cli.main import main
from candlewick.errors import Invalid
from candlewick.market_data import feather, simulated
from candlewick.market_data.store import CandleStore
from tests.unit.market_data.memory import InMemoryObjects
from tests.unit.market_data.older import forget_tick_sizes
from tests.unit.market_data.test_importer import frame_of


def run(store: InMemoryObjects, *arguments: str) -> int:
    return data.run(arguments, open_store=lambda _env: store)


def test_a_folder_is_imported_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = InMemoryObjects()
    (tmp_path / "BTC_USDT-5m.feather").write_bytes(feather.write(frame_of()))

    first = run(store, "import", str(tmp_path), "--exchange", "Binance")
    second = run(store, "import", str(tmp_path), "--exchange", "Binance")

    assert (first, second) == (0, 0)
    said = capsys.readouterr().out
    assert "1 new of 1 files" in said
    assert "derived from the candles for BTC/USDT" in said
    assert "Nothing changed" in said


def test_the_simulated_market_is_made_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    store = InMemoryObjects()
    assert run(store, "list") == 0

    run(store, "simulate")
    run(store, "list")

    said = capsys.readouterr().out
    assert "The store is empty" in said
    assert simulated.TITLE in said
    assert "WAVES/USDT" in said
    manifest = CandleStore(store).current("simulated").manifest
    assert manifest.simulated
    assert len(manifest.files) == 20


def prices(*months: tuple[str, float]) -> bytes:
    """Return five candles of each month, all at one price."""

    def of(month: str, price: float) -> pd.DataFrame:
        dates = pd.date_range(f"{month}-01", periods=5, freq="5min", tz="UTC", unit="ms")
        columns = dict.fromkeys(("open", "high", "low", "close"), price)
        return pd.DataFrame({"date": dates, **columns, "volume": 1.0})

    frames = [of(month, price) for month, price in months]
    return feather.write(pd.concat(frames, ignore_index=True))


CHANGED = prices(
    ("2024-01", 10.1), ("2024-03", 10.12), ("2024-05", 10.123), ("2024-07", 0.1), ("2024-09", 1.12345678)
)  # fmt: skip


def test_the_list_says_in_which_steps_prices_move_and_that_they_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    store = InMemoryObjects()
    (tmp_path / "futures").mkdir()
    files = {"BTC_USDT-5m": prices(("2024-01", 10.12)), "1000SHIB_USDT-5m": CHANGED}
    files |= {f"futures/BTC_USDT_USDT-5m-{kind}": CHANGED for kind in ("futures", "mark")}
    files["futures/1000SHIB_USDT_USDT-5m-funding_rate"] = CHANGED
    for name, data_of in files.items():
        (tmp_path / f"{name}.feather").write_bytes(data_of)
    run(store, "import", str(tmp_path), "--exchange", "binance")
    capsys.readouterr()

    run(store, "list")

    said = capsys.readouterr().out
    rows = [line.split() for line in said.splitlines()]
    by_series = {tuple(row[:3]): row[-1] for row in rows if len(row) > 2}
    assert by_series["BTC/USDT", "5m", "spot"] == "0.01"
    assert by_series["1000SHIB/USDT", "5m", "spot"] == "2024-09"
    assert by_series["BTC/USDT:USDT", "5m", "mark"] == "25"
    assert said.count("0.00000001 2024-09") == len(["spot", "futures"])
    assert "1000SHIB/USDT:USDT" in said
    for older in ("0.1 2024-07", "0.001 2024-05", "2 before"):
        assert older in said
    assert max(len(line) for line in said.splitlines()) <= 80


def test_a_revision_from_before_steps_were_kept_says_that_they_are_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = InMemoryObjects()
    (tmp_path / "BTC_USDT-5m.feather").write_bytes(CHANGED)
    run(store, "import", str(tmp_path), "--exchange", "binance")
    forget_tick_sizes(store, "binance")
    capsys.readouterr()

    run(store, "list")

    assert "unknown" in capsys.readouterr().out


def test_the_simulated_market_cannot_be_imported(tmp_path: Path) -> None:
    (tmp_path / "BTC_USDT-5m.feather").write_bytes(feather.write(frame_of()))

    with pytest.raises(Invalid, match="candlewick data simulate"):
        run(InMemoryObjects(), "import", str(tmp_path), "--exchange", "simulated")


def test_a_store_that_is_not_configured_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("GOOGLE_CLOUD_PROJECT", "CANDLEWICK_CANDLES_BUCKET"):
        monkeypatch.delenv(name, raising=False)

    code = main(["data", "list"])

    assert code == 2
    assert "Set GOOGLE_CLOUD_PROJECT and CANDLEWICK_CANDLES_BUCKET" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--universe", "nowhere.toml"), r"nowhere\.toml cannot be read"),
        (("--exchange", "binance", "--pair", "BTC/USD:BTC"), "write BTC/USDT:USDT"),
        ((), "Give --universe FILE"),
    ],
)
def test_what_cannot_be_pulled_is_said_before_the_store_is_opened(
    arguments: tuple[str, ...], words: str
) -> None:
    opened: list[object] = []

    def open_store(env: object) -> InMemoryObjects:
        opened.append(env)
        return InMemoryObjects()

    with pytest.raises(Invalid, match=words):
        data.run(("pull", *arguments), open_store=open_store)

    assert opened == []


def test_the_menu_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert main(["nonsense"]) == 2

    said = capsys.readouterr()
    assert "backtesting" in said.out
    assert "data" in said.out
    assert "no command nonsense" in said.err


@pytest.mark.parametrize(
    ("dataset", "told"),
    [(None, "Set CANDLEWICK_WAREHOUSE to the dataset"), ("candles", "write it as PROJECT.DATASET")],
)
def test_a_warehouse_that_is_not_named_is_asked_for(
    dataset: str | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CANDLEWICK_WAREHOUSE", raising=False)
    if dataset is not None:
        monkeypatch.setenv("CANDLEWICK_WAREHOUSE", dataset)
    monkeypatch.setattr(data_load, "credentials", AnonymousCredentials)

    with pytest.raises(Invalid, match=told):
        run(InMemoryObjects(), "load", "--exchange", "binance")
