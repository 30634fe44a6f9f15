"""The image, built once, and the runtimes that this machine has."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulators.cloud_run.keeper import become_subreaper
from tests.images.containers import ContainerJob, Network, Runtime, run_in
from tests.jobs.backtest.conftest import candles, run
from tests.jobs.backtest.platform import Platform, Run
from tools.images.build import BACKTEST, LIVE_BOT, Built, Recipe, build, runsc
from tools.images.toolchain import ToolMissing, find, require

__all__ = ["candles", "run"]

StartContainer = Callable[[], ContainerJob]
RUNTIMES = ("crun", "runsc")


@pytest.fixture(scope="session")
def image() -> Built:
    return built(BACKTEST)


@pytest.fixture(scope="session")
def bot_image() -> Built:
    return built(LIVE_BOT)


def built(recipe: Recipe) -> Built:
    try:
        return build(recipe, base=os.environ.get("CANDLEWICK_IMAGE_BASE"))
    except ToolMissing as missing:
        pytest.skip(f"no image can be built here: {missing}")


@pytest.fixture(scope="session")
def runtimes(image: Built, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Runtime | str]:
    """By name, each runtime, or why it does not run here."""
    become_subreaper()
    found: dict[str, Runtime | str] = {}
    for name in RUNTIMES:
        try:
            runtime = Runtime(name=name, program=_program(name))
        except ToolMissing as missing:
            found[name] = str(missing)
            continue
        nothing = ("/usr/bin/python3.13", "-I", "-S", "-c", "pass")
        probe = run_in(runtime, image, tmp_path_factory.mktemp(name), (), nothing)
        found[name] = runtime if probe.returncode == 0 else f"it starts nothing: {probe.stderr}"
    return found


@pytest.fixture(params=RUNTIMES)
def runtime(request: pytest.FixtureRequest, runtimes: dict[str, Runtime | str]) -> Runtime:
    found = runtimes[request.param]
    if isinstance(found, str):
        pytest.skip(f"{request.param}: {found}")
    return found


@pytest.fixture
def network(run: Run) -> Iterator[Network]:
    made = Network(run)
    yield made
    made.close()


@pytest.fixture
def platform(network: Network) -> Iterator[Platform]:
    with network.platform as services:
        yield services


@pytest.fixture
def start_container(
    runtime: Runtime, image: Built, network: Network, platform: Platform, tmp_path: Path
) -> Iterator[StartContainer]:
    started: list[ContainerJob] = []

    def start() -> ContainerJob:
        folder = tmp_path / f"container-{len(started)}"
        folder.mkdir()
        started.append(ContainerJob(runtime, image, network, folder))
        return started[-1]

    yield start
    for job in started:
        job.stop()


def _program(name: str) -> str:
    if name == "runsc":
        return str(runsc())
    require(name)
    return str(find(name))
