"""Strategies that see the future are found out, by Freqtrade's analysis and by cut candles; honest ones are not."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backtest_job.cutting import cut_inputs
from candlewick.backtests.probes import PROBE_MEMBER, LookaheadFacts, RecursiveFacts
from candlewick.backtests.wire import Limits, ProbeKind, Ticket, Upload
from candlewick.engine.run import Inputs, run_backtest, run_probe
from candlewick.specs.compiler import compile_spec
from candlewick.specs.examples.library import EXAMPLES
from candlewick.strategies.checks import check_code
from candlewick.trust.lines import first_line, lines_of_columns
from candlewick.trust.truncation import Truncation, compare, cutting_places
from tests.unit.engine.archives import statistics
from tests.unit.engine.cheats import CALLBACK, CHEATS, SHIFT, Cheat
from tests.unit.engine.conftest import Case, make_template_case

# Freqtrade's and pandas' own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")
EACH_CHEAT = pytest.mark.parametrize("cheat", CHEATS, ids=[cheat.name for cheat in CHEATS])
_TEMPLATES = Path(__file__).parents[3] / "web/src/features/strategies/templates"
# Of the examples every fourth, to keep the suite quick.
HONEST = {
    **{file.stem: file.read_text() for file in _TEMPLATES.glob("*.py") if file.stem != "blank"},
    **{
        name: code
        for name, code in [(name, compile_spec(spec)) for name, spec in EXAMPLES.items()][::4]
        if not check_code(code).facts.can_short and "def leverage" not in code
    },
}
UPLOAD = Upload(url="https://storage.test/a", headers={}, max_bytes=1)


def lookahead(code: str, candles: Path, folder: Path) -> LookaheadFacts:
    return LookaheadFacts.model_validate_json(probed(ProbeKind.LOOKAHEAD, code, candles, folder))


def probed(kind: ProbeKind, code: str, candles: Path, folder: Path) -> bytes:
    case, inputs = prepared(code, candles, folder)
    archive = run_probe(kind, case.config, inputs=inputs, on_progress=lambda *_: None)
    with zipfile.ZipFile(archive) as members:
        return members.read(PROBE_MEMBER)


def prepared(code: str, candles: Path, folder: Path) -> tuple[Case, Inputs]:
    name = check_code(code).facts.class_name or ""
    folder.mkdir()
    (folder / f"{name}.py").write_text(code)
    case = make_template_case(folder, candles, folder / f"{name}.py", name)
    (folder / "scratch").mkdir()
    return case, Inputs.in_folder(case.folder, scratch=folder / "scratch")


def trades(
    code: str, candles: Path, folder: Path, cut_at: datetime | None = None
) -> list[dict[str, Any]]:
    """Backtest as the job does; the trades as the verifier would write them."""
    case, inputs = prepared(code, candles, folder)
    report = check_code(code).facts
    config = case.config | {"timeframe": report.timeframe}
    if cut_at is not None:
        step = timedelta(milliseconds=step_of(code))
        last = int((cut_at + 2 * step).timestamp()) - 1
        config["timerange"] = f"{datetime(2025, 2, 1, tzinfo=UTC).timestamp():.0f}-{last}"
        cut_inputs(ticket(config, cut_at), case.folder)
    archive = run_backtest(config, inputs=inputs, on_progress=lambda *_: None)
    found: list[dict[str, Any]] = statistics(archive, report.class_name or "")["trades"]
    return [as_verified(trade) for trade in found]


def as_verified(trade: dict[str, Any]) -> dict[str, Any]:
    orders = [{"price": each["safe_price"], "amount": each["amount"]} for each in trade["orders"]]
    return {
        "pair": trade["pair"],
        "isShort": trade["is_short"],
        "openedAt": trade["open_timestamp"],
        "closedAt": trade["close_timestamp"],
        "closeRate": trade["close_rate"],
        "enterTag": trade["enter_tag"],
        "orders": orders,
    }


def ticket(config: dict[str, Any], cut_at: datetime) -> Ticket:
    return Ticket(
        run_id="r1",
        class_name=config["strategy"],
        config=json.loads(json.dumps(config)),
        files=[],
        result=UPLOAD,
        log=UPLOAD,
        limits=Limits(),
        expires_at=cut_at,
        probe=ProbeKind.TRUNCATED,
        cut_at=cut_at,
    )


def step_of(code: str) -> int:
    return {"5m": 300_000, "1h": 3_600_000}[check_code(code).facts.timeframe or "1h"]


def truncations(code: str, candles: Path, folder: Path) -> list[Truncation]:
    folder.mkdir()
    whole = trades(code, candles, folder / "whole")
    until = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp() * 1_000)
    places = cutting_places(whole, step_of(code), until, 4)
    return [
        compare(whole, trades(code, candles, folder / str(at), moment(at)), at, also_at_cut=True)
        for at in places
    ]


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1_000, UTC)


class TestCheats:
    @EACH_CHEAT
    def test_freqtrades_analysis_names_the_column_and_we_its_line(
        self, cheat: Cheat, simulated_candles: Path, tmp_path: Path
    ) -> None:
        found = lookahead(cheat.code, simulated_candles, tmp_path / "a")

        assert found.is_decided
        assert found.columns or found.false_entries
        if cheat.column is not None:
            assert cheat.column in found.columns
            assert first_line(found.columns, lines_of_columns(cheat.code)) == cheat.line

    @EACH_CHEAT
    def test_on_cut_candles_it_trades_otherwise(
        self, cheat: Cheat, simulated_candles: Path, tmp_path: Path
    ) -> None:
        found = truncations(cheat.code, simulated_candles, tmp_path / "cuts")

        assert any(cut.differing for cut in found)

    def test_the_analysis_alone_can_be_talked_out_of_it(
        self, simulated_candles: Path, tmp_path: Path
    ) -> None:
        """A hostile strategy falsifies what runs in its own process; on cut candles it has nothing to look at."""
        falsified = CALLBACK.code + (
            "\n    def bot_start(self, **kwargs):\n"
            "        from freqtrade.optimize.analysis import lookahead\n"
            "        lookahead.LookaheadAnalysis.report_signal = staticmethod(lambda *_: True)\n"
        )

        assert not lookahead(falsified, simulated_candles, tmp_path / "a").false_entries
        cuts = truncations(falsified, simulated_candles, tmp_path / "cuts")
        assert any(cut.differing for cut in cuts)


class TestHonestStrategies:
    def test_there_are_at_least_ten(self) -> None:
        assert len(HONEST) >= 10

    @pytest.mark.parametrize("name", HONEST)
    def test_none_is_said_to_see_the_future(
        self, name: str, simulated_candles: Path, tmp_path: Path
    ) -> None:
        found = lookahead(HONEST[name], simulated_candles, tmp_path / "a")
        cuts = truncations(HONEST[name], simulated_candles, tmp_path / "cuts")

        assert found.columns == []
        assert [cut.differing for cut in cuts] == [()] * len(cuts)


class TestRecursiveFormulas:
    def test_an_indicator_that_needs_more_candles_than_it_gets_drifts(
        self, simulated_candles: Path, tmp_path: Path
    ) -> None:
        data = probed(ProbeKind.RECURSIVE, SHIFT.code, simulated_candles, tmp_path / "a")

        found = RecursiveFacts.model_validate_json(data)
        assert found.startup == 30
        assert found.drifts["rsi"] > 0.01

    def test_with_enough_of_them_it_does_not(self, simulated_candles: Path, tmp_path: Path) -> None:
        code = SHIFT.code.replace("startup_candle_count = 30", "startup_candle_count = 400")

        data = probed(ProbeKind.RECURSIVE, code, simulated_candles, tmp_path / "a")

        assert RecursiveFacts.model_validate_json(data).drifts.get("rsi", 0) < 1e-6
