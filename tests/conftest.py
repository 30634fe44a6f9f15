"""What every level of tests may ask for."""

import pytest
from hypothesis import HealthCheck, settings

from tests.world import World

# The same examples everywhere, however slow the machine is; `--hypothesis-profile default` looks for others.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--live", metavar="PROJECT", help="tests/cloud against this Google Cloud project"
    )
    parser.addoption("--live-region", default="europe-west1", help="where, with --live")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--live") is None:
        return
    away = [item for item in items if "/tests/cloud/" not in item.path.as_posix()]
    if away:
        raise pytest.UsageError("With --live only tests/cloud may run: pytest tests/cloud --live …")
    for item in items:
        item.add_marker(pytest.mark.enable_socket)


@pytest.fixture
def world() -> World:
    return World()
