"""/api/v1/backtests/{id}/plot and /indicators."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from candlewick.backtests.models import RunState
from tests.factories import CANDLES_START, a_run, a_spec, store_indicators
from tests.functions.answers import ok, problem, wrong_fields
from tests.world import World

RUN = "/api/v1/backtests/r1"
START = int(CANDLES_START.timestamp() * 1_000)
SPAN = {"pair": "BTC/USDT", "start": "2025-01-01T00:00:00Z", "end": "2025-01-01T01:00:00Z"}


@pytest.fixture
def stored(world: World) -> World:
    world.put_run(a_run(RunState.SUCCEEDED))
    store_indicators(world.results, "alice/r1/1", a_spec())
    return world


def test_the_plot_says_what_is_drawn_and_what_there_is(stored: World) -> None:
    response = stored.api(stored.alice).get(f"{RUN}/plot")

    plot = ok(response)
    assert plot["plotConfig"]["subplots"]["RSI"]["rsi"]["color"] == "red"
    assert plot["pairs"] == [{"pair": "BTC/USDT", "start": START, "rows": 576, "columns": ["rsi"]}]
    assert (plot["step"], plot["isDefault"], plot["leftOut"]) == (300_000, False, [])
    assert "immutable" in response.headers["Cache-Control"]


def test_a_result_from_before_indicators_were_kept_has_an_empty_plot(world: World) -> None:
    world.put_run(a_run(RunState.SUCCEEDED))

    plot = ok(world.api(world.alice).get(f"{RUN}/plot"))

    assert plot["pairs"] == []
    assert "before indicators were kept" in plot["leftOut"][0]


def test_a_window_holds_one_value_a_candle(stored: World) -> None:
    response = stored.api(stored.alice).get(f"{RUN}/indicators", query_string=SPAN)

    window = ok(response)
    assert (window["pair"], window["start"], window["step"]) == ("BTC/USDT", START, 300_000)
    assert window["columns"]["rsi"] == [0, 1, None, *range(3, 12)]
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("start", "end", "values"),
    [
        ("2025-01-01T00:02:00Z", "2025-01-01T00:05:01Z", [1]),
        ("2024-01-01", "2025-01-01T00:10:00Z", [0, 1]),
        ("2025-01-02T23:50:00Z", "2026-01-01", [574, 575]),
        ("2026-01-01", "2026-01-02", []),
        ("2020-01-01", "2020-01-02", []),
    ],
)
def test_a_window_is_cut_to_what_there_is(
    stored: World, start: str, end: str, values: list[int]
) -> None:
    query = SPAN | {"start": start, "end": end, "columns": "rsi"}

    window = ok(stored.api(stored.alice).get(f"{RUN}/indicators", query_string=query))

    assert window["columns"]["rsi"] == values
    if values:
        assert window["start"] == START + values[0] * 300_000


def test_merged_candles_get_the_value_of_their_last(stored: World) -> None:
    query = SPAN | {"start": "2025-01-01T00:07:00Z", "merged": "4"}

    window = ok(stored.api(stored.alice).get(f"{RUN}/indicators", query_string=query))

    assert (window["start"], window["step"]) == (START, 1_200_000)
    assert window["columns"]["rsi"] == [3, 7, 11]


def test_merged_weeks_begin_on_mondays_and_get_the_value_of_their_last(world: World) -> None:
    # 2,820 weeks, a multiple of four, after the first Monday of 1970.
    monday = datetime(2024, 1, 22, tzinfo=UTC)
    world.put_run(a_run(RunState.SUCCEEDED))
    weeks = a_spec(timeframe="1w", start=monday, until=monday + timedelta(weeks=12))
    store_indicators(world.results, "alice/r1/1", weeks)
    query = {"pair": "BTC/USDT", "start": "2024-01-22", "end": "2024-04-15", "merged": "4"}

    window = ok(world.api(world.alice).get(f"{RUN}/indicators", query_string=query))

    assert window["start"] == int(monday.timestamp() * 1_000)
    assert window["columns"]["rsi"] == [3, 7, 11]


def test_names_with_quotes_stay_json(world: World) -> None:
    world.put_run(a_run(RunState.SUCCEEDED))
    store_indicators(world.results, "alice/r1/1", a_spec(), column='a"b</script>')

    window = ok(world.api(world.alice).get(f"{RUN}/indicators", query_string=SPAN))

    assert list(window["columns"]) == ['a"b</script>']


@pytest.mark.parametrize("changes", [{"pair": "ETH/USDT"}, {"columns": "macd"}])
def test_what_the_result_does_not_hold_is_named(stored: World, changes: dict[str, str]) -> None:
    response = stored.api(stored.alice).get(f"{RUN}/indicators", query_string=SPAN | changes)

    assert next(iter(changes.values())) in problem(response, 404, "not_found")["detail"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pair": "btc"}, "pair"),
        ({"start": "soon"}, "start"),
        ({"columns": "x" * 65}, "columns.0"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_unfit_query_is_refused(stored: World, changes: dict[str, str], field: str) -> None:
    response = stored.api(stored.alice).get(f"{RUN}/indicators", query_string=SPAN | changes)

    assert wrong_fields(response) == {field}


def test_a_reversed_window_is_refused(stored: World) -> None:
    query = SPAN | {"start": SPAN["end"], "end": SPAN["start"]}

    response = stored.api(stored.alice).get(f"{RUN}/indicators", query_string=query)

    assert "before it begins" in problem(response, 422, "invalid")["detail"]


def test_too_long_a_window_is_refused(world: World) -> None:
    world.put_run(a_run(RunState.SUCCEEDED))
    plot = store_indicators(world.results, "alice/r1/1", a_spec())
    long = plot.pairs[0].model_copy(update={"rows": 20_001})
    data = plot.model_copy(update={"pairs": [long]}).model_dump_json(by_alias=True)
    world.results.stored["alice/r1/1/plot.json"] = data.encode()
    assert json.loads(data)["pairs"][0]["rows"] == 20_001

    response = world.api(world.alice).get(
        f"{RUN}/indicators", query_string=SPAN | {"end": "2026-01-01"}
    )

    assert "20,000" in problem(response, 422, "invalid")["detail"]


@pytest.mark.parametrize("name", ["plot", "indicators"])
@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.VERIFYING, RunState.FAILED])
def test_an_unverified_result_is_not_shown(world: World, name: str, state: RunState) -> None:
    world.put_run(a_run(state))
    store_indicators(world.results, "alice/r1/1", a_spec())

    response = world.api(world.alice).get(
        f"{RUN}/{name}", query_string=SPAN if name == "indicators" else {}
    )

    problem(response, 409, "conflict")
