"""Reads result archives for comparison."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd

OPEN_TRADES = "candlewick_open_trades.json"
ENGINE = "candlewick_engine.json"
_WALL_CLOCK = ("backtest_run_start_ts", "backtest_run_end_ts")


def statistics(archive: Path, strategy: str) -> dict[str, Any]:
    """Return all that Freqtrade exports on a strategy, but for when the backtest itself ran."""
    with zipfile.ZipFile(archive) as members:
        name = f"{archive.stem}.json"
        stats: dict[str, Any] = json.loads(members.read(name))["strategy"][strategy]
    return {key: value for key, value in stats.items() if key not in _WALL_CLOCK}


def comparison(archive: Path) -> list[dict[str, Any]]:
    with zipfile.ZipFile(archive) as members:
        found: list[dict[str, Any]] = json.loads(members.read(f"{archive.stem}.json"))[
            "strategy_comparison"
        ]
    return found


def table(archive: Path, suffix: str) -> pd.DataFrame:
    """Return one of the archive's feather members."""
    with zipfile.ZipFile(archive) as members:
        name = next(name for name in members.namelist() if name.endswith(suffix))
        return pd.read_feather(io.BytesIO(members.read(name)))


def open_trades(archive: Path) -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(archive) as members:
        found: dict[str, list[dict[str, Any]]] = json.loads(members.read(OPEN_TRADES))
    return found


def members(archive: Path) -> set[str]:
    """Return the members' names without the archive's own."""
    with zipfile.ZipFile(archive) as archived:
        return {name.removeprefix(archive.stem) for name in archived.namelist()}
