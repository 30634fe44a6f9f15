"""What `make test` says at its end."""

import sys
from pathlib import Path

import pytest

from tools.check import Check, carry_out

PLAYWRIGHT = """
  ✓  1 e2e/look.spec.ts:3:1 \u203a home looks calm (1.2s)
  ✘  2 e2e/chat.spec.ts:14:1 \u203a a reply stands once (9.2s)
  1) e2e/chat.spec.ts:14:1 \u203a a reply stands once \u203a ask ───────

    Error: expect(locator).toBeVisible() failed

    Locator: getByRole('log')
    Call log:
      - waiting for getByRole('log')

      34 |   await ask(page)
        at ask (/candlewick/web/e2e/chat.spec.ts:35:20)

  1 failed
    e2e/chat.spec.ts:14:1 \u203a a reply stands once ────────
  64 passed (8.1m)
"""
PYTEST = """
FAILED tests/unit/test_log.py::test_a_line - AssertionError: assert 1 == 2
===== 1 failed, 3 passed in 0.1s =====
"""


@pytest.mark.parametrize(
    ("printed", "failures"),
    [
        (
            PLAYWRIGHT,
            (
                "1) e2e/chat.spec.ts:14:1 \u203a a reply stands once \u203a ask ───────",
                "Error: expect(locator).toBeVisible() failed",
                "Locator: getByRole('log')",
                "at ask (/candlewick/web/e2e/chat.spec.ts:35:20)",
                "e2e/chat.spec.ts:14:1 \u203a a reply stands once ────────",
            ),
        ),
        (
            PYTEST,
            ("FAILED tests/unit/test_log.py::test_a_line - AssertionError: assert 1 == 2",),
        ),
        ("3 passed", ()),
    ],
    ids=["playwright", "pytest", "nothing"],
)
def test_a_check_names_what_failed_in_it(
    printed: str, failures: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "printed.txt"
    file.write_text(printed)
    show = f"import sys; print(open({str(file)!r}).read()); sys.exit(1)"

    outcome = carry_out(Check(title="any", command=(sys.executable, "-c", show)))

    assert not outcome.passed
    assert outcome.failures == failures
