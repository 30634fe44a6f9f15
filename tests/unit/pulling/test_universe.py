"""A universe says what is to be pulled; one that cannot be used says why, all at once."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from candlewick.errors import Invalid
from candlewick.pulling.pull import Share
from candlewick.pulling.universe import (
    chosen_pairs,
    read_universe,
    universe_from,
    universe_in,
)

TOML = """
exchange = "binance"
quote = "USDT"
timeframes = ["1h", "5m", "5m"]
start = 2020-01-01
"""
SPOT = {"spot": True}
SWAP = {"spot": False, "swap": True, "linear": True}


def made(**changes: Any) -> dict[str, Any]:
    usual = {
        "exchange": "binance",
        "pairs": ["BTC/USDT"],
        "timeframes": ["5m"],
        "start": "2020-01-01",
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def test_toml_and_json_say_the_same() -> None:
    from_toml = read_universe(TOML)
    from_json = read_universe(
        '{"exchange": "binance", "quote": "USDT", "timeframes": ["5m", "1h"], "start": "2020-01-01"}'
    )

    assert from_toml == from_json
    assert from_toml.timeframes == ("5m", "1h")
    assert from_toml.since == datetime(2020, 1, 1, tzinfo=UTC)
    assert from_toml.stored_as == "binance"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pairs": None}, "name pairs or a quote currency"),
        ({"pairs": ["btc-usdt"]}, "pairs.0"),
        ({"pairs": ["btc-usdt"]}, "btc-usdt cannot be read; write it as BTC/USDT"),
        ({"timeframes": []}, "timeframes"),
        ({"timeframes": ["7y"]}, "7y is no timeframe"),
        ({"start": "1999-01-01"}, "there was no market before 2009-01-03"),
        ({"start": "soon"}, "start"),
        ({"start": "soon"}, "soon cannot be read; write a day as 2024-01-31"),
        ({"start": None}, "start: it is missing"),
        ({"exchange": "Binance!"}, "exchange"),
        ({"market_types": []}, "market_types"),
        (
            {"exchange": "okx", "pairs": None, "quote": "USDT", "market_types": ["futures"]},
            "futures are pulled of binance alone",
        ),
        ({"exchange": "okx", "pairs": ["BTC/USDT:USDT"]}, "of okx Freqtrade has no leverage tiers"),
        ({"simulated": True}, "say with store_as"),
        (
            {"pairs": ["BTC/USD:BTC"]},
            "are pulled; write BTC/USDT:USDT",
        ),
        ({"pairs": ["BTC/USD:BTC"]}, "pairs.0: BTC/USD:BTC is settled in BTC, and only"),
        ({"pairs": ["ETH/USDC:USDT"]}, "write ETH/USDC:USDC"),
        ({"market_types": ["margin"]}, "market_types.0: margin is unknown; write spot or futures"),
        ({"market_types": "spot"}, "market_types: it is no list"),
        ({"exchanges": []}, "exchanges: a universe has no such setting"),
        ({"pears": ["BTC/USDT"]}, "pears"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid, match="The universe cannot be used") as caught:
        universe_from(made(**changes))

    assert words in str(caught.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        universe_from(made(exchange="", timeframes=["x"], start="never"))

    assert str(caught.value).count("\n- ") == 3


@pytest.mark.parametrize(
    "changes",
    [{"market_types": ["margin"]}, {"timeframes": [5]}, {"timeframes": []}, {"pairs": ["btc"]}],
)
def test_one_mistake_is_said_once(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        universe_from(made(**changes))

    assert str(caught.value).count("\n- ") == 1


@pytest.mark.parametrize("text", ["{", "exchange = ", "[1, 2]", '"binance"'])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_universe(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"missing\.toml cannot be read"):
        universe_in(tmp_path / "missing.toml")


def test_a_quote_currency_chooses_what_is_listed_and_what_was() -> None:
    universe = universe_from(made(pairs=["ETH/BTC"], quote="USDT"))
    markets = {
        "BTC/USDT": SPOT,
        "BTC/EUR": SPOT,
        "BTC/USDT:USDT": SWAP,
        "BTC/USDT:USDT-261225": {"spot": False, "swap": False, "future": True},
        "币安人生/USDT": SPOT,
    }

    found = chosen_pairs(universe, markets, ["OLD/USDT", "OLD/EUR"])

    assert found == ["BTC/USDT", "ETH/BTC", "OLD/USDT"]


def test_each_pair_falls_to_one_task_whatever_else_is_listed() -> None:
    pairs = [f"C{number}/USDT" for number in range(300)]
    shares = [Share(index=index, count=4) for index in range(4)]

    owners = [[share.index for share in shares if share.has(pair)] for pair in pairs]

    assert all(len(each) == 1 for each in owners)
    counts = [owners.count([index]) for index in range(4)]
    assert min(counts) > 40
    assert all(Share().has(pair) for pair in pairs)


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, ["spot"]),
        ({"pairs": ["BTC/USDT:USDT"]}, ["futures"]),
        ({"pairs": ["BTC/USDT:USDT", "BTC/USDT"]}, ["spot", "futures"]),
        ({"pairs": None, "quote": "USDT", "market_types": ["futures"]}, ["futures"]),
        ({"quote": "USDT", "market_types": ["futures"]}, ["spot", "futures"]),
        ({"pairs": ["BTC/USDT:USDT"], "quote": "USDT"}, ["spot", "futures"]),
    ],
)
def test_named_pairs_and_a_quote_currency_say_which_markets_are_asked(
    changes: dict[str, Any], kinds: list[str]
) -> None:
    assert universe_from(made(**changes)).kinds == kinds


def test_a_quote_currency_chooses_the_market_types_that_are_told() -> None:
    universe = universe_from(made(pairs=None, quote="USDT", market_types=["spot", "futures"]))

    found = chosen_pairs(universe, {"BTC/USDT": SPOT, "BTC/USDT:USDT": SWAP}, ["OLD/USDT:USDT"])

    assert found == ["BTC/USDT", "BTC/USDT:USDT", "OLD/USDT:USDT"]


def test_weeks_are_the_longest_timeframe_and_come_last() -> None:
    assert universe_from(made(timeframes=["1w", "5m", "1d"])).timeframes == ("5m", "1d", "1w")
