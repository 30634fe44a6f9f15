"""The image's Dockerfile copies what the job imports: building it takes minutes, and this takes seconds."""

import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.jobs.market_data.conftest import job_environment

DOCKERFILE = ROOT / "jobs" / "market-data" / "Dockerfile"
_IMPORTED = """
import sys
import market_data_job.__main__
import candlewick.pulling.running
for name, module in sorted(sys.modules.items()):
    if name.partition(".")[0] in {"candlewick", "market_data_job"}:
        print(module.__file__)
"""


def copied(text: str) -> list[Path]:
    """Return the files and folders of our own that are copied into the image."""
    lines = re.findall(
        r"^COPY ((?:src|jobs)/.+?) /code/app", text.replace("\\\n", " "), re.MULTILINE
    )
    return [ROOT / name for line in lines for name in line.split()]


def test_every_module_that_the_job_imports_is_copied() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED],
        env=job_environment({}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    places = copied(DOCKERFILE.read_text())

    imported = {Path(line) for line in done.stdout.splitlines()}

    assert len(imported) > 25
    assert {
        file for file in imported if not any(file.is_relative_to(place) for place in places)
    } == set()
    assert all(place.exists() for place in places)
