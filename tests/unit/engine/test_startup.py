"""What is put off at the start is not touched by a backtest, and is the real thing for who touches it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.engine.conftest import Case

ROOT = Path(__file__).parents[3]
INSTALL = "from candlewick.engine import startup; startup.install()\n"
IMPORT = """
import gc, json
from candlewick.engine import startup
with startup.importing():
    assert not gc.isenabled()
    import candlewick.engine.run
print(json.dumps([gc.isenabled(), gc.get_freeze_count() > 100_000]))
"""
PUT_OFF = (
    "import ccxt.pro, ccxt.async_support, scipy.stats, scipy, psutil, numpy.f2py, numpy.testing\n"
)
RUN = """
import json, sys
from pathlib import Path
from candlewick.engine.run import Inputs, run_backtest
config, folder, scratch = json.loads(sys.argv[1])
inputs = Inputs.in_folder(Path(folder), scratch=Path(scratch))
run_backtest(config, inputs=inputs, on_progress=lambda *_: None)
"""
SHOW_MODULES = "print(json.dumps(sorted(sys.modules)))\n"
SHOW_CCXT = """
import inspect, json, sys
import ccxt, ccxt.pro, ccxt.async_support
import ccxt.pro.kraken, ccxt.async_support.binanceus as binanceus
from ccxt.async_support import okx
from ccxt import *
packages = (ccxt, ccxt.pro, ccxt.async_support)
print(json.dumps([
    [binance.__module__, okx.__module__, binanceus.__module__, ccxt.pro.kraken.__module__],
    [sorted(set(dir(package)) - {"__builtins__", "__cached__"}) for package in packages],
    [{name: [str(getattr(package, name)), getattr(package, name)().describe()["name"]]
      for name in package.exchanges if "simulated" != name} for package in packages],
    [len(inspect.getmembers(package, inspect.isclass)) for package in packages],
    [hasattr(ccxt, "no_such_exchange"), issubclass(ccxt.binanceus, ccxt.binance)],
]))
"""


def said(script: str, *arguments: str) -> Any:
    """Return the last line that a process of its own prints, read as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": "src:."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def run_arguments(everything_case: Case, tmp_path: Path) -> str:
    folders = (str(everything_case.folder), str(tmp_path / "scratch"))
    return json.dumps([everything_case.config, *folders])


def test_a_backtest_loads_neither_other_exchanges_nor_statistics(run_arguments: str) -> None:
    loaded = set(said(INSTALL + RUN + SHOW_MODULES, run_arguments))

    assert "freqtrade.optimize.backtesting" in loaded
    assert not {name for name in loaded if name.startswith("scipy.stats.")}
    assert not {"numpy.f2py.crackfortran", "psutil._common"} & loaded
    exchanges = {name for name in loaded if name.startswith(("ccxt.abstract.", "ccxt.pro."))}
    assert not exchanges
    assert len(loaded) < 2_000


def test_a_strategy_that_touches_them_gets_the_real_ones(
    run_arguments: str, tmp_path: Path
) -> None:
    case = json.loads(run_arguments)
    strategy = Path(case[1]) / "strategies" / "Everything.py"
    strategy.write_text(
        f"{PUT_OFF}"
        "assert round(scipy.stats.norm.cdf(1.96), 3) == 0.975\n"
        "assert ccxt.kraken().id == ccxt.pro.kraken().id == 'kraken'\n"
        "assert psutil.Process().pid\n"
        f"from scipy.stats import linregress\n{strategy.read_text()}"
    )

    loaded = said(INSTALL + RUN + SHOW_MODULES, run_arguments)

    assert {"scipy.stats._stats_py", "ccxt.kraken", "ccxt.pro.kraken", "psutil._common"} <= set(
        loaded
    )


def test_who_imports_special_functions_after_a_p_value_gets_all_of_them() -> None:
    p_value = """
import json, sys
from candlewick.engine.special import student_t
found = student_t()
loaded = [name for name in ("scipy.special", "scipy.linalg") if name in sys.modules]
"""
    look = """
import json, warnings, scipy.special, scipy.linalg, scipy.stats, scipy.special._ufuncs as ufuncs
names = [dir(scipy.special), dir(scipy.linalg), scipy.special.stdtr(3.0, -2.0), scipy.stats.t.sf(2, 3)]
assert scipy.special.stdtr is ufuncs.stdtr and scipy.linalg.inv([[2.0]])[0][0] == 0.5
"""
    same = "assert found is scipy.special.stdtr and student_t() is found and not loaded\n"
    show = "print(json.dumps(names))\n"

    assert said(p_value + look + same + show) == said(look + show)


def test_ccxt_is_the_same_to_who_looks_at_all_of_it() -> None:
    assert said(INSTALL + SHOW_CCXT) == said(SHOW_CCXT)


def test_garbage_is_looked_for_after_the_imports_not_during_them() -> None:
    assert said(IMPORT) == [True, True]


def test_a_second_installation_changes_nothing() -> None:
    count = "import sys, json; print(json.dumps(len(sys.meta_path)))"

    assert said(INSTALL + INSTALL + count) == said(INSTALL + count)
