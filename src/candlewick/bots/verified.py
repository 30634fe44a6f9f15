"""Only a strategy whose code has a verified backtest may become a bot."""

from collections.abc import Mapping
from dataclasses import dataclass

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestRun, RunId, RunState, StrategyRef
from candlewick.backtests.ports import RunFilter, RunStore, VersionSource
from candlewick.errors import Invalid
from candlewick.strategies.models import Strategy, StrategyId, Version
from candlewick.strategies.values import check_values, merge

_PAGE = 100
_MAX_PAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyWish:
    """A version and values for its parameters (space, then name, then value), over the version's own."""

    strategy_id: StrategyId
    version: int
    parameters: Mapping[str, Mapping[str, object]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCode:
    """Code of a listing, which the marketplace has checked, and the backtest that allows it."""

    code: StrategyRef
    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyDesk:
    versions: VersionSource
    runs: RunStore

    def reference(
        self, owner: UserId, wish: StrategyWish | CheckedCode
    ) -> tuple[StrategyRef, RunId]:
        """Return the code to run and the backtest that allows it; `Invalid` says why it may not run."""
        if isinstance(wish, CheckedCode):
            return wish.code, wish.run
        strategy = self.versions.get(owner, wish.strategy_id)
        version = self.versions.version(owner, wish.strategy_id, wish.version)
        facts = version.report.facts
        if not version.report.is_runnable or facts.class_name is None:
            raise Invalid(
                f"Version {version.number} of {strategy.name} has errors, so it cannot run."
            )
        if facts.can_short:
            raise Invalid(
                f"{strategy.name} opens short positions; bots trade the spot market only."
            )
        check_values(facts, wish.parameters or {})
        reference = StrategyRef(
            id=strategy.id,
            name=strategy.name,
            version=version.number,
            class_name=facts.class_name,
            code_hash=version.code_hash,
            parameters=merge(version.parameters, wish.parameters),
            pairs_named=facts.pairs_named,
        )
        return reference, self._verified(owner, strategy, version)

    def _verified(self, owner: UserId, strategy: Strategy, version: Version) -> RunId:
        wanted = RunFilter(state=RunState.SUCCEEDED, strategy_id=strategy.id)
        cursor, seen = None, list[BacktestRun]()
        for _ in range(_MAX_PAGES):
            page = self.runs.list(owner, wanted, cursor=cursor, size=_PAGE)
            seen.extend(page.items)
            for run in page.items:
                if run.strategy.code_hash == version.code_hash:
                    return run.id
            cursor = page.next_cursor
            if cursor is None:
                break
        raise Invalid(_why_not(strategy, version, seen))


def _why_not(strategy: Strategy, version: Version, seen: list[BacktestRun]) -> str:
    if not seen:
        return (
            f"{strategy.name} has no verified backtest yet. Run version {version.number} as a backtest first: "
            "a bot may only run what was shown to run."
        )
    others = sorted({run.strategy.version for run in seen})
    named = ", ".join(map(str, others[:10]))
    return (
        f"Version {version.number} of {strategy.name} has no verified backtest; there are some of version "
        f"{named}. Run this version as a backtest first, or choose one of those."
    )
