"""Over the candles stands only what is on their scale."""

import pytest

from candlewick.specs.examples.building import CLOSE, VOLUME, example, use, value
from candlewick.specs.models import Informative, StrategySpec
from candlewick.specs.plots import plot_config

AVERAGE = use("mean", "sma", length=20)


def drawn(spec: StrategySpec) -> tuple[set[str], dict[str, set[str]]]:
    """Return the columns over the candles, and those below them by their pane's title."""
    config = plot_config(spec)
    assert config is not None
    return set(config["main_plot"]), {
        title: set(lines) for title, lines in config["subplots"].items()
    }


def test_an_average_of_prices_is_over_the_candles_one_of_volume_is_not() -> None:
    spec = example("S", "", indicators=(AVERAGE, use("busy", "sma", VOLUME, length=20)))

    assert drawn(spec) == ({"mean"}, {"Volume": {"busy"}})


def test_an_average_of_an_oscillator_is_in_the_oscillators_pane() -> None:
    spec = example(
        "S",
        "",
        indicators=(
            use("rsi", "rsi"),
            use("smooth", "ema", value("rsi"), length=5),
            use("smoother", "sma", value("smooth"), length=5),
        ),
    )

    assert drawn(spec) == (set(), {"Relative strength index": {"rsi", "smooth", "smoother"}})


def test_an_average_of_an_average_stays_over_the_candles() -> None:
    spec = example("S", "", indicators=(AVERAGE, use("twice", "ema", value("mean"), length=5)))

    assert drawn(spec) == ({"mean", "twice"}, {})


@pytest.mark.parametrize(("pair", "is_over"), [(None, True), ("BTC/{stake}", False)])
def test_prices_of_another_pair_have_a_pane_of_their_own(
    pair: str | None, *, is_over: bool
) -> None:
    frame = Informative(name="other", timeframe="4h", pair=pair, indicators=(AVERAGE,))
    spec = example("S", "", informatives=(frame,))

    over, below = drawn(spec)

    assert over == ({"mean_other"} if is_over else set())
    assert below == ({} if is_over else {"Simple moving average (other)": {"mean_other"}})


def test_the_price_is_what_an_indicator_is_computed_from_unless_it_says_otherwise() -> None:
    assert AVERAGE.source == CLOSE
