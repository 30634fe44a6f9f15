"""`make smoke` passes on the stack, and fails with a sentence where there is no Candlewick."""

import subprocess
import sys

import pytest

from emulators.stack.supervisor import Stack
from tests.emulators.storage.servers import free_ports

pytestmark = pytest.mark.stack


def smoke(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.smoke", url],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def test_the_smoke_test_passes_and_leaves_no_account(stack: Stack) -> None:
    done = smoke(stack.urls["hosting"])

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The smoke test succeeded." in done.stdout
    assert "another user cannot see it" in done.stdout


def test_an_address_without_candlewick_is_a_sentence(stack: Stack) -> None:
    (port,) = free_ports(1)
    nothing, other = smoke(f"http://127.0.0.1:{port}"), smoke(stack.urls["storage"])

    assert (nothing.returncode, other.returncode) == (1, 1)
    assert "pages and their headers" in nothing.stdout
    assert "pages and their headers: / answers" in other.stdout
    assert "Traceback" not in nothing.stdout + nothing.stderr + other.stdout + other.stderr
