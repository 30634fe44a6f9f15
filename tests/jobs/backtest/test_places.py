"""The sandbox wherever the project lies, and a machine on which no sandbox works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from candlewick.backtests.wire import Failed, FailureKind
from candlewick.isolation.bubblewrap import Bubblewrap
from candlewick.isolation.choose import works
from tests.jobs.backtest.conftest import StartJob
from tests.jobs.backtest.platform import Run

_REPOSITORY = Path(__file__).parents[3]
_PROBE = """
from candlewick.isolation.choose import works
from candlewick.isolation.{module} import {driver}
print(works({driver}(user_namespace=False)))
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root starts these drivers")
@pytest.mark.parametrize(
    ("module", "driver"), [("bubblewrap", "Bubblewrap"), ("unshare", "Unshare")]
)
def test_a_project_in_a_private_folder_below_tmp_is_isolated_too(
    tmp_path: Path, module: str, driver: str
) -> None:
    if module == "bubblewrap" and not works(Bubblewrap(user_namespace=False)):
        pytest.skip("bubblewrap is not installed or not allowed here")
    tmp_path.chmod(0o700)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    site = next((tmp_path / "venv" / "lib").glob("python*")) / "site-packages"
    (site / "borrowed.pth").write_text(str(Path(pytest.__file__).parents[1]))

    found = subprocess.run(
        [tmp_path / "venv" / "bin" / "python", "-c", _PROBE.format(module=module, driver=driver)],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{_REPOSITORY}/src:{_REPOSITORY}/jobs/backtest",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.stdout.strip() == "True", found.stderr


def test_a_machine_without_isolation_says_so_at_once(
    run: Run, start_job: StartJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")  # no bwrap there

    ended = start_job("bubblewrap").wait()

    assert ended.exit_code == 1
    outcome = run.last.outcome
    assert isinstance(outcome, Failed)
    assert outcome.failure.kind is FailureKind.PLATFORM_ERROR
    assert "Install bubblewrap" in outcome.failure.message
