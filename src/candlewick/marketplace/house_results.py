"""What a listing's page shows of the house's runs: figures, equity and tables, never anything of the code's own making."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from candlewick.backtests.curve import reduced
from candlewick.backtests.models import BacktestRun, RunId, RunState
from candlewick.errors import NotFound
from candlewick.marketplace.house_runs import HouseRuns
from candlewick.marketplace.models import ListingVersion, house_of
from candlewick.trust.evidence import ResultFiles

POINTS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time as the house ran it. Money is in stake currency, ratios are fractions.

    `equity` as `reduced` gives it; `drawdowns`, `pairs` and `months` as in the result's files.
    """

    start: datetime
    until: datetime
    wallet: float
    stake_currency: str
    trades: Mapping[str, Any]
    balance: Mapping[str, Any]
    equity: Mapping[str, object]
    drawdowns: Sequence[Mapping[str, Any]]
    pairs: Sequence[Mapping[str, Any]]
    months: Sequence[Mapping[str, Any]]
    is_simulated: bool


@dataclass(frozen=True, slots=True)
class HouseResults:
    runs: HouseRuns
    files: ResultFiles

    def in_sample(self, version: ListingVersion) -> Stretch:
        """Return the time that the author could see; `NotFound` before the version was examined."""
        if version.verdict.base_run is None:
            raise NotFound("This version has no examined result yet.")
        return self._stretch(version, version.verdict.base_run)

    def out_of_sample(self, version: ListingVersion) -> Stretch | None:
        """Return the time after publication; `None` before its first day is over."""
        found = version.out_of_sample
        return None if found is None else self._stretch(version, found.run)

    def _stretch(self, version: ListingVersion, run_id: RunId) -> Stretch:
        run = self.runs.get(house_of(version.listing), run_id)
        if run.state is not RunState.SUCCEEDED:
            raise NotFound("This result is gone.")
        return self._read(run)

    def _read(self, run: BacktestRun) -> Stretch:
        verified = self.files.file(run, "summary")["verified"]
        equity = self.files.file(run, "equity")
        tables = verified["tables"]
        return Stretch(
            start=run.spec.start,
            until=run.spec.until,
            wallet=float(run.spec.wallet),
            stake_currency=run.spec.stake_currency,
            trades=verified["closedTrades"],
            balance=verified["balance"],
            equity=reduced(equity, points=POINTS),  # type: ignore[arg-type]  # as the verifier wrote it
            drawdowns=equity["drawdowns"],
            pairs=tables["pairs"],
            months=tables["months"],
            is_simulated=run.is_simulated,
        )
