"""Parameters are read from code as Freqtrade would set them, without running it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlewick.strategies.checks import check_code
from candlewick.strategies.models import ParameterFact, ParameterKind
from tests.factories import CODE


def read(*lines: str, before: str = "") -> dict[str, ParameterFact]:
    body = "".join(f"    {line}\n" for line in lines)
    code = before + CODE.replace('    timeframe = "5m"\n', f'    timeframe = "5m"\n{body}')
    return {fact.name: fact for fact in check_code(code).facts.parameters}


def test_each_kind_is_read_with_all_that_it_says() -> None:
    found = read(
        'buy_rsi = IntParameter(10, 40, default=30, space="buy", optimize=False)',
        'stop = DecimalParameter(0.01, 0.2, default=0.05, decimals=2, space="sell")',
        "sell_share: RealParameter = RealParameter(low=0, high=1, default=0.5)",
        'kind = CategoricalParameter(["ema", "sma"], default="ema", space="buy", load=False)',
        "buy_on = BooleanParameter(default=True)",
    )

    assert list(found) == ["buy_rsi", "stop", "sell_share", "kind", "buy_on"]
    rsi, stop, share, kind, is_on = found.values()
    assert (rsi.kind, rsi.space, rsi.low, rsi.high, rsi.default) == ("int", "buy", 10, 40, 30)
    assert (rsi.optimize, rsi.load, rsi.decimals) == (False, True, None)
    assert (stop.kind, stop.space, stop.decimals, stop.high) == ("decimal", "sell", 2, 0.2)
    assert (share.kind, share.space, share.low, share.high) == ("real", "sell", 0, 1)
    assert (kind.kind, kind.options, kind.load) == ("categorical", ("ema", "sma"), False)
    assert (is_on.kind, is_on.space, is_on.default) == (ParameterKind.BOOLEAN, "buy", True)
    assert rsi.line == 6


@pytest.mark.parametrize(
    "call", ["IntParameter([5, 9], default=7)", "IntParameter((5, 9), default=7)"]
)
def test_a_range_may_be_one_pair(call: str) -> None:
    found = read(f"buy_x = {call}")["buy_x"]

    assert (found.low, found.high, found.default) == (5, 9, 7)


def test_plain_names_stand_for_their_literals() -> None:
    found = read("HIGH = 9", "buy_x = IntParameter(LOW, HIGH, default=-LOW)", before="LOW = 2\n")

    assert (found["buy_x"].low, found["buy_x"].high) == (2, 9)
    assert found["buy_x"].default is None


def test_values_pasted_into_the_class_go_before_defaults() -> None:
    found = read(
        'buy_params = {"buy_x": 8, "buy_y": 8}',
        "buy_x = IntParameter(1, 9, default=2)",
        "buy_y = IntParameter(1, 9, default=2, load=False)",
    )

    assert (found["buy_x"].default, found["buy_y"].default) == (8, 2)


def test_what_the_code_computes_stays_unknown() -> None:
    found = read(
        "x = IntParameter(int('1'), 10**30, default=f(), space=where())",
        "y = CategoricalParameter(sorted('ab'), space='all things')",
        "z = CategoricalParameter([1, {}, 3], space='buy')",
        "w = RealParameter(1e999, 10000000000000000000000000, default=True, space='buy')",
        f"buy_v = CategoricalParameter(['{'x' * 1001}', 'y'])",
    )

    assert {(f.low, f.high, f.space, f.default) for f in (found["x"], found["y"])} == {
        (None, None, None, None)
    }
    assert found["z"].options == found["buy_v"].options == ()
    assert (found["w"].low, found["w"].high, found["w"].default) == (None, None, True)


def test_only_the_strategys_own_attributes_count_and_the_last_of_a_name() -> None:
    found = read(
        "buy_x = IntParameter(1, 2, default=1)",
        "buy_x = IntParameter(3, 4, default=3)",
        "buy_y = strategy.BooleanParameter(default=False)",
        before="buy_z = IntParameter(1, 2, default=1)\n",
    )

    assert [(name, fact.low) for name, fact in found.items()] == [("buy_x", 3), ("buy_y", None)]


@given(st.text(alphabet="()[]{},=-*'\"1.e9xTrueNone ", max_size=40))
def test_no_argument_text_breaks_the_reading(text: str) -> None:
    read(f"buy_x = IntParameter({text})")
