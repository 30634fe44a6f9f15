"""The editor's stubs: what a strategy may use is in them, as signatures alone."""

import ast

import pytest

from tools.stub_text import shortened, stub_of
from tools.stubs import make_bundle, site_packages

SOURCE = '''
"""What it is for."""
import os
from decimal import Decimal as Money, getcontext

LIMIT = 3

if LIMIT:
    from json import loads
else:
    from ujson import loads


@cache
@property
def area(width: float, height: float = compute(), *, unit="m") -> float:
    """Width by height."""
    return width * height


class Trade(Base):
    amount: Mapped[int] = column()

    def __init__(self) -> None:
        self.pairs: list[str] = []
        self.amount: int = 0
'''
STUB = '''
import numpy as np  # a comment

"""RSI(real)

Relative strength."""
@overload
def RSI(real: np.ndarray, timeperiod: int = 14) -> np.ndarray: ...
@overload
def RSI(real: pd.DataFrame, timeperiod: int = 14) -> pd.Series: ...
'''


@pytest.fixture(scope="module")
def bundle() -> dict[str, str]:
    return make_bundle(site_packages())


def test_a_source_becomes_signatures_docstrings_and_declared_attributes() -> None:
    stub = stub_of(SOURCE)

    ast.parse(stub)
    assert '"""Width by height."""' in stub
    assert "return width" not in stub
    assert "height: float=..." in stub
    assert "@property" in stub
    assert "@cache" not in stub
    assert "amount: int" in stub
    assert "pairs: list[str]" in stub
    assert stub.count("amount: int") == 1


def test_what_a_source_imports_is_passed_on() -> None:
    stub = stub_of(SOURCE)

    assert "from decimal import Decimal as Money, getcontext as getcontext" in stub
    assert "from json import loads as loads" in stub


def test_strings_before_functions_become_their_docstrings() -> None:
    functions = [
        node for node in ast.parse(shortened(STUB)).body if isinstance(node, ast.FunctionDef)
    ]

    assert [ast.get_docstring(node) for node in functions] == [
        "RSI(real)\n\nRelative strength."
    ] * 2
    assert [len(node.args.kwonlyargs) for node in functions] == [0, 2]


def test_comments_are_left_out_of_stubs_but_types_are_not() -> None:
    stub = shortened("import a  # why\n\n# alone\nb = c  # type: ignore[x]\n")

    assert stub == "import a\nb = c  # type: ignore[x]\n"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("freqtrade/strategy/interface.pyi", "class IStrategy"),
        ("freqtrade/strategy/parameters.pyi", "class IntParameter"),
        ("freqtrade/persistence/trade_model.pyi", "class Trade("),
        ("freqtrade/data/dataprovider.pyi", "def get_analyzed_dataframe"),
        ("pandas/core/frame.pyi", "class DataFrame"),
        ("numpy/__init__.pyi", "class ndarray"),
        ("talib/abstract.pyi", "def BBANDS"),
        ("technical/vendor/qtpylib/indicators.pyi", "def crossed_above"),
    ],
)
def test_what_strategies_use_is_there(bundle: dict[str, str], path: str, name: str) -> None:
    assert name in bundle[path]


def test_every_stub_can_be_parsed_and_the_whole_stays_small(bundle: dict[str, str]) -> None:
    for path, text in bundle.items():
        ast.parse(text, path)

    assert sum(map(len, bundle.values())) < 3_000_000
