"""Indicators of an archive are shown when they lie on the run's candles, else left out; never believed."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather

from candlewick.backtests.plots import MAX_VALUES_BYTES, PLOT_MEMBER, VALUES_MEMBER
from tests.unit.verification import archives
from tests.unit.verification.conftest import Honest

pytestmark = pytest.mark.filterwarnings("default")  # Freqtrade's own are its own to mend

Plot = dict[str, Any]


def plot_of(files: Any) -> Plot:
    found: Plot = json.loads(files["plot.json"])
    return found


def test_the_strategys_columns_are_there_for_every_pair(everything: Honest) -> None:
    files = everything.verify().files

    plot = plot_of(files)
    assert [item["pair"] for item in plot["pairs"]] == list(everything.spec.pairs)
    assert plot["step"] == 3_600_000
    assert plot["isDefault"]
    for number, item in enumerate(plot["pairs"]):
        table = feather.read_table(pa.BufferReader(files[f"indicators/{number}.feather"]))
        assert table.column_names == item["columns"] == ["mean", "enter_long", "exit_long"]
        assert table.num_rows == item["rows"]
        assert set(table.schema.types) == {pa.float32()}


def test_the_values_are_those_of_the_platforms_candles(everything: Honest) -> None:
    files = everything.verify().files

    item = plot_of(files)["pairs"][0]
    candles = everything.market.timeframe[item["pair"]]
    mean = feather.read_table(pa.BufferReader(files["indicators/0.feather"]))["mean"].to_pylist()
    for row in (0, 7, len(mean) - 1):
        last = item["start"] + row * candles.step
        # Freqtrade fills a missing candle with the last close, as this does.
        window = candles.closes_on(np.arange(last - 23 * candles.step, last + 1, candles.step))
        assert mean[row] == pytest.approx(window.mean(), rel=1e-6)


def test_they_are_said_not_to_be_recomputed(everything: Honest) -> None:
    summary = json.loads(everything.verify().files["summary.json"])

    assert "indicators" in summary["notRecomputed"]


def set_pair(**values: Any) -> Callable[[Plot], None]:
    return lambda plot: plot["pairs"][0].update(values)


def repeat(plot: Plot) -> None:
    plot["pairs"][1]["pair"] = plot["pairs"][0]["pair"]


def script(plot: Plot) -> None:
    plot["plotConfig"]["mainPlot"]["mean"]["color"] = "url(https://evil.example)"


LIES: dict[str, tuple[Callable[[Plot], None], str]] = {
    "a foreign pair": (set_pair(pair="../../etc"), "not asked for"),
    "a pair twice": (repeat, "not asked for"),
    "before the candles": (set_pair(start=0), "do not lie on its candles"),
    "between two candles": (set_pair(start=1_740_000_000_001), "do not lie on its candles"),
    "more rows than candles": (set_pair(rows=9_000_000), "do not lie on its candles"),
    "fewer values than it says": (set_pair(columns=["mean"]), "more or fewer values"),
    "a column twice": (set_pair(columns=["mean", "mean", "exit_long"]), "a column twice"),
    "a name with a line break": (set_pair(columns=["a\nb", "c", "d"]), "holds no indicators"),
    "negative rows": (set_pair(rows=-1), "holds no indicators"),
    "a colour that is none": (script, "holds no indicators"),
    "an unknown field": (lambda plot: plot.update(html="<b>"), "holds no indicators"),
    "thousands of columns": (
        set_pair(columns=[f"c{n}" for n in range(5_000)]),
        "holds no indicators",
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_left_out_and_the_result_still_stands(everything: Honest, name: str) -> None:
    edit, reason = LIES[name]
    members = archives.read(everything.archive)
    claimed = json.loads(members[PLOT_MEMBER])
    edit(claimed)
    forged = archives.write({**members, PLOT_MEMBER: json.dumps(claimed).encode()})

    verified = everything.verify(forged)

    plot = plot_of(verified.files)
    assert plot["pairs"] == []
    assert reason in plot["leftOut"][0]
    assert not any(file.startswith("indicators/") for file in verified.files)
    assert verified.headline == everything.verify().headline


@pytest.mark.parametrize(
    "changes",
    [
        {PLOT_MEMBER: b"{"},
        {PLOT_MEMBER: b"[" * 100_000},
        {PLOT_MEMBER: b"\xff\xfe"},
        {VALUES_MEMBER: b""},
        {VALUES_MEMBER: b"\x00" * (MAX_VALUES_BYTES + 1)},
    ],
    ids=["no JSON", "deep JSON", "no text", "no values", "too many values"],
)
def test_what_cannot_be_read_is_left_out(everything: Honest, changes: dict[str, bytes]) -> None:
    forged = archives.write({**archives.read(everything.archive), **changes})

    plot = plot_of(everything.verify(forged).files)

    assert plot["pairs"] == []
    assert len(plot["leftOut"]) == 1


def test_a_result_without_indicators_says_so(everything: Honest) -> None:
    members = archives.read(everything.archive)
    bare = {
        name: data for name, data in members.items() if name not in {PLOT_MEMBER, VALUES_MEMBER}
    }

    plot = plot_of(everything.verify(archives.write(bare)).files)

    assert plot["leftOut"] == ["The result holds no indicators."]
