"""The templates that the web app offers: the static checks find nothing, and each one trades."""

from pathlib import Path
from typing import Any

import pytest

from candlewick.engine.run import Inputs, run_backtest
from candlewick.strategies.checks import check_code
from tests.unit.engine.archives import statistics
from tests.unit.engine.conftest import make_template_case

# Freqtrade's and pandas' own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")
FOLDER = Path(__file__).parents[3] / "web/src/features/strategies/templates"
TEMPLATES = sorted(FOLDER.glob("*.py"))
EACH = pytest.mark.parametrize("template", TEMPLATES, ids=[path.stem for path in TEMPLATES])


@EACH
def test_the_static_checks_find_nothing_and_read_every_parameter(template: Path) -> None:
    report = check_code(template.read_text())

    assert report.findings == ()
    assert report.facts.class_name is not None
    for parameter in report.facts.parameters:
        assert parameter.space is not None
        assert parameter.default is not None


@EACH
def test_it_trades_on_the_simulated_market(
    template: Path, simulated_candles: Path, tmp_path: Path
) -> None:
    name = check_code(template.read_text()).facts.class_name or ""
    case = make_template_case(tmp_path, simulated_candles, template, name)
    (tmp_path / "scratch").mkdir()
    inputs = Inputs.in_folder(case.folder, scratch=tmp_path / "scratch")

    archive = run_backtest(case.config, inputs=inputs, on_progress=lambda *_: None)

    found: dict[str, Any] = statistics(archive, name)
    assert found["total_trades"] >= 5
