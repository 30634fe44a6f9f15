"""Runs Freqtrade's own Backtesting offline, from a configuration and a folder of inputs."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from freqtrade.commands.optimize_commands import setup_optimize_configuration
from freqtrade.enums import RunMode
from freqtrade.system import gc_set_threshold

from candlewick.backtests.kinds import Phase, ProbeKind
from candlewick.engine import beside, simulated
from candlewick.engine.checks import check_candles, check_syntax
from candlewick.engine.exchange import offline_exchange
from candlewick.engine.failures import classify
from candlewick.engine.open_trades import ObservedBacktesting, add_members
from candlewick.engine.progress import ProgressReporter
from candlewick.engine.snapshot import Snapshot, read_snapshot

_PRICING = {"price_side": "same", "use_order_book": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The files of a run. Only `scratch` is written to."""

    strategies: Path
    data: Path
    markets: Path
    leverage_tiers: Path | None
    scratch: Path

    @classmethod
    def in_folder(cls, folder: Path, *, scratch: Path) -> "Inputs":
        """Find them as a ticket lays them out."""
        tiers = folder / "leverage_tiers.json"
        return cls(
            strategies=folder / "strategies",
            data=folder / "data",
            markets=folder / "markets.json",
            leverage_tiers=tiers if tiers.exists() else None,
            scratch=scratch,
        )


def run_backtest(
    config: dict[str, Any],
    *,
    inputs: Inputs,
    on_progress: Callable[[Phase, float], None],
    skips: bool = True,
) -> Path:
    """Backtest `config["strategy"]`; return Freqtrade's result archive in `inputs.scratch`.

    Args:
        config: a Freqtrade configuration without paths.
        inputs: where strategy, candles and the exchange's snapshot are.
        on_progress: told the phase and the fraction of the whole run, at most once a second per phase.
        skips: only the candles in which something can happen; the results are the same.

    Raises:
        EngineError: typed by whose mistake it is.
    """
    with _mistakes_named(config, inputs) as hints:
        with _strategy_loading_hints(hints):
            prepared, snapshot = _checked(config, inputs)
            backtesting = prepare(prepared, snapshot, on_progress=on_progress, skips=skips)
            backtesting.keeps_indicators = True
        try:
            with beside.helper() if skips else nullcontext():
                backtesting.start()
                return finish(backtesting)
        finally:
            backtesting.exchange.close()


def run_probe(
    kind: ProbeKind,
    config: dict[str, Any],
    *,
    inputs: Inputs,
    on_progress: Callable[[Phase, float], None],
) -> Path:
    """Let Freqtrade analyse `config["strategy"]`; return an archive of what it found. Raises as `run_backtest`."""
    # Here: no backtest needs the analyses.
    from candlewick.engine.probing import probe  # noqa: PLC0415

    with _mistakes_named(config, inputs) as hints, _strategy_loading_hints(hints):
        prepared, snapshot = _checked(config, inputs)
        _fill_pricing(prepared)
        return probe(kind, prepared, snapshot, on_progress)


def prepare(
    config: dict[str, Any],
    snapshot: Snapshot,
    *,
    on_progress: Callable[[Phase, float], None] | None = None,
    skips: bool = True,
) -> ObservedBacktesting:
    """Return Freqtrade's Backtesting for a processed configuration, with an offline exchange.

    With `skips` off every candle goes through Freqtrade's own loop; the results are the same.
    """
    gc_set_threshold()
    simulated.register()
    _fill_pricing(config)
    strategies = len(config.get("strategy_list") or [1])
    reporter = None if on_progress is None else ProgressReporter(on_progress, strategies)
    exchange = offline_exchange(config, snapshot)
    return ObservedBacktesting(config, exchange, progress_callback=reporter, skips=skips)


def finish(backtesting: ObservedBacktesting) -> Path:
    """Return the archive that `start` stored, with the trades added that Freqtrade leaves out."""
    target: Path = backtesting.config["exportdirectory"]
    folder = target if target.is_dir() else target.parent  # else the name is a prefix, to Freqtrade
    latest: str = json.loads((folder / ".last_result.json").read_text())["latest_backtest"]
    archive = folder / latest
    add_members(archive, backtesting)
    if backtesting.captured is not None:
        from candlewick.engine.indicators import add_indicators  # noqa: PLC0415 - as above: loaded by now

        add_indicators(archive, backtesting.captured, backtesting.deflated)
    return archive


def configured(config: dict[str, Any], inputs: Inputs) -> dict[str, Any]:
    """Let Freqtrade itself read and complete the configuration, as its command line does."""
    simulated.register()
    results = inputs.scratch / "results"
    user_data = inputs.scratch / "user_data"
    for folder in (results, user_data):
        folder.mkdir(parents=True, exist_ok=True)
    file = inputs.scratch / "config.json"
    file.write_text(json.dumps({**config, "dataformat_ohlcv": "feather"}))
    processed: dict[str, Any] = setup_optimize_configuration(
        {
            "command": "backtesting",
            "config": [str(file)],
            "strategy_path": str(inputs.strategies),
            "datadir": str(_linked(inputs.data, inputs.scratch / "data")),
            "user_data_dir": str(user_data),
            "exportdirectory": str(results),
            "export": config.get("export", "trades"),
            "backtest_cache": "none",
        },
        RunMode.BACKTEST,
    )
    return processed


def _linked(data: Path, target: Path) -> Path:
    """Return a writable folder of links: Freqtrade renames funding rates of an older layout."""
    for file in data.rglob("*.feather"):
        link = target / file.relative_to(data)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file.resolve())
    target.mkdir(exist_ok=True)
    return target


def _checked(config: dict[str, Any], inputs: Inputs) -> tuple[dict[str, Any], Snapshot]:
    prepared = configured(config, inputs)
    snapshot = read_snapshot(inputs.markets, inputs.leverage_tiers)
    check_candles(prepared, snapshot)
    return prepared, snapshot


def _fill_pricing(config: dict[str, Any]) -> None:
    # No backtest reads them, but Freqtrade checks them.
    for name in ("entry_pricing", "exit_pricing"):
        config.setdefault(name, dict(_PRICING))


@contextmanager
def _mistakes_named(config: dict[str, Any], inputs: Inputs) -> Iterator[list[str]]:
    """Type whatever is raised by whose mistake it is; yields a list for what tells why a strategy did not load."""
    hints: list[str] = []
    try:
        check_syntax(inputs.strategies / f"{config['strategy']}.py")
        yield hints
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raise classify(error, inputs.strategies, tuple(hints)) from error


@contextmanager
def _strategy_loading_hints(hints: list[str]) -> Iterator[None]:
    """Collect why a strategy's file was passed over: Freqtrade only logs it."""

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.WARNING:
                hints.append(record.getMessage())

    logger = logging.getLogger("freqtrade.resolvers.iresolver")
    collector, level = Collector(), logger.level
    logger.addHandler(collector)
    # Whoever runs the engine may have told Freqtrade to be quiet.
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(collector)
