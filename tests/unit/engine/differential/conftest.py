"""Candles, written once for all tests of a worker."""

from pathlib import Path

import pytest

from tests.unit.engine.differential.markets import write_futures, write_spot


@pytest.fixture(scope="session")
def spot_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spot")
    write_spot(folder)
    return folder


@pytest.fixture(scope="session")
def futures_data(real_candles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("futures")
    write_futures(folder, real_candles)
    return folder
