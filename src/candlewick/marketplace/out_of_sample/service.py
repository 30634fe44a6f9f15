"""Follows published versions: a run on the new candles each day, and what it says."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from candlewick.backtests.models import BacktestRun, RunState
from candlewick.backtests.ports import Catalogue
from candlewick.errors import AppError, Invalid, Unavailable
from candlewick.log import logger
from candlewick.market_data.manifest import Manifest
from candlewick.marketplace.house_runs import HouseRuns, submit
from candlewick.marketplace.models import ListingVersion, OutOfSample, house_of
from candlewick.marketplace.out_of_sample.models import Followed
from candlewick.marketplace.out_of_sample.ports import FollowedStore, Outcomes
from candlewick.marketplace.out_of_sample.rank import is_in_range, rank, yearly_sharpe
from candlewick.trust.evidence import ResultFiles, daily_returns

log = logger(__name__)

_AT_ONCE = 50
_POLL = timedelta(seconds=20)
_NO_NEWS = timedelta(hours=1)  # until it is looked again whether there are new candles
_SIMULATED = timedelta(seconds=5)  # a simulated market's days come when somebody imports them
_DAY = timedelta(days=1)
_SPREAD_S = 3 * 3_600  # so that not all versions run in the same minute


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfSampleService:
    followed: FollowedStore
    runs: HouseRuns
    catalogue: Catalogue
    files: ResultFiles
    outcomes: Outcomes
    now: Callable[[], datetime]

    def follow(self, version: ListingVersion) -> None:
        """Follow a version from its publication on. Doing it twice is harmless."""
        base_run = version.verdict.base_run
        if base_run is None:
            raise Invalid("This version was not examined, so nobody knows what to expect of it.")
        base = self.runs.get(house_of(version.listing), base_run)
        returns = np.log1p(np.maximum(self.files.returns(base), -0.999999))
        manifest = self.catalogue.current(version.spec.exchange).manifest
        self.followed.add(
            Followed(
                listing=version.listing,
                version=version.number,
                strategy=version.reference(),
                spec=version.spec,
                since=_since(version, manifest, self.now()),
                usual=(float(np.mean(returns)), float(np.std(returns))),
                due_at=self.now(),
            )
        )

    def advance_all(self) -> int:
        """Take every version whose time has come one step further; return how many there were."""
        due = self.followed.due(self.now(), limit=_AT_ONCE)
        for each in due:
            try:
                self._advance(each)
            except Unavailable:
                log.info("out-of-sample run waits", extra={"listing": each.listing})
            except AppError as error:
                log.exception("out-of-sample run failed", extra={"listing": each.listing})
                self._settle(each, str(error))
        return len(due)

    def _advance(self, found: Followed) -> None:
        if found.run is None:
            self._start(found)
            return
        run = self.runs.get(house_of(found.listing), found.run)
        if not run.state.is_final:
            self._change(found, found.started(run.id, run.spec.until, self.now() + _POLL))
        elif run.state is RunState.SUCCEEDED:
            self.outcomes.tell(found.listing, found.version, self._outcome(found, run))
            self._settle(found, is_simulated=run.is_simulated)
        else:
            why = run.failure.message if run.failure else f"The run was {run.state}."
            self._settle(found, why, is_simulated=run.is_simulated)

    def _start(self, found: Followed) -> None:
        manifest = self.catalogue.current(found.spec.exchange).manifest
        until = _known_until(found, manifest)
        if until is None or until < found.since + _DAY or until == found.until:
            pause = _SIMULATED if manifest.simulated else _NO_NEWS
            self._change(found, replace(found, due_at=self.now() + pause))
            return
        purpose = f"{found.key}/{until.isoformat()}"
        spec = replace(found.spec, start=found.since, until=until)
        run = submit(self.runs, found.listing, purpose, found.strategy, spec)
        self._change(found, found.started(run.id, until, self.now() + _POLL))

    def _outcome(self, found: Followed, run: BacktestRun) -> OutOfSample:
        days = self.files.file(run, "equity")["days"]
        headline = {} if run.result is None else run.result.headline
        wallet = float(run.spec.wallet)
        returns = daily_returns(wallet, days["balance"])
        return OutOfSample(
            run=run.id,
            since=found.since,
            until=run.spec.until,
            days=len(returns),
            trades=_whole(headline.get("total_trades")),
            profit=days["balance"][-1] / wallet - 1 if days["balance"] else 0.0,
            drawdown=_number(headline.get("max_drawdown")),
            sharpe=yearly_sharpe(returns),
            rank=rank(returns),
            is_in_range=is_in_range(returns, found.usual),
            buy_and_hold=days["buyAndHold"][-1] / wallet - 1 if days["buyAndHold"] else 0.0,
        )

    def _settle(self, found: Followed, failure: str = "", *, is_simulated: bool = False) -> None:
        now = self.now()
        spread = int(hashlib.sha256(found.key.encode()).hexdigest(), 16) % _SPREAD_S
        tomorrow = _midnight(now) + _DAY + timedelta(seconds=spread)
        due_at = now + _SIMULATED if is_simulated else tomorrow
        self._change(found, found.settled(due_at, failure))

    def _change(self, before: Followed, after: Followed) -> None:
        self.followed.change(before.key, lambda stored: after if stored.run == before.run else None)


def _since(version: ListingVersion, manifest: Manifest, now: datetime) -> datetime:
    """Return the midnight from which on nobody can have known the candles.

    Of a simulated market that is where they end; the real one was known to everybody until now.
    """
    known = max(
        (file.until for file in manifest.files if file.pair in version.spec.pairs), default=now
    )
    moment = known if manifest.simulated else max(known, now)
    start = _midnight(moment)
    return start if start == moment else start + _DAY


def _known_until(found: Followed, manifest: Manifest) -> datetime | None:
    """Return the last midnight that the candles of all its pairs reach."""
    ends = [
        file.until
        for file in manifest.files
        if file.pair in found.spec.pairs and file.timeframe == found.spec.timeframe
    ]
    return _midnight(min(ends)) if ends else None


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
