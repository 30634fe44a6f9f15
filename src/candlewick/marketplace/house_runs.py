"""The platform's own runs of listed versions: nobody's quota, and named by what they are for."""

import hashlib
from typing import Protocol

from candlewick.accounts.models import Quotas, UserClass, UserId
from candlewick.backtests.models import BacktestRun, BacktestSpec, RunId, StrategyRef
from candlewick.backtests.ports import IdempotencyKey
from candlewick.backtests.service import CodeSubmission
from candlewick.marketplace.models import ListingId, house_of

_QUOTAS = Quotas(active_runs=200, runs_per_day=100_000)


class HouseRuns(Protocol):
    """`BacktestService`, as far as the house uses it."""

    def submit_code(self, owner: UserId, wanted: CodeSubmission, quotas: Quotas) -> BacktestRun: ...
    def get(self, owner: UserId, run_id: RunId) -> BacktestRun: ...


def submit(
    runs: HouseRuns, listing: ListingId, purpose: str, strategy: StrategyRef, spec: BacktestSpec
) -> BacktestRun:
    """Start a run of a listing's house. `purpose` names it: asking for it again gives the same run."""
    key = hashlib.sha256(purpose.encode()).hexdigest()
    wanted = CodeSubmission(
        strategy=strategy,
        spec=spec,
        key=IdempotencyKey(key_hash=key, body_hash=key),
        user_class=UserClass.HOUSE,
    )
    return runs.submit_code(house_of(listing), wanted, _QUOTAS)
