"""What every store of runs promises about lists."""

from datetime import timedelta

import pytest

from candlewick.accounts.models import Quotas, UserId
from candlewick.backtests.models import RunState
from candlewick.backtests.ports import RunFilter, RunStore
from candlewick.errors import Invalid
from candlewick.strategies.models import StrategyId
from tests.contracts.runs import move, names, new_run, submit
from tests.factories import a_strategy_ref
from tests.fakes import START


def test_pages_go_from_the_newest_to_the_oldest_without_a_gap(
    runs: RunStore, owner: UserId
) -> None:
    for number in range(5):
        # Two of a kind share their time: the order must still be one.
        created = START + timedelta(minutes=number // 2)
        run = new_run(owner, str(number), created_at=created, identity=str(number) * 64)
        submit(runs, run, Quotas(active_runs=9), name=str(number))

    seen, cursor = [], None
    for _ in range(3):
        page = runs.list(owner, RunFilter(), cursor=cursor, size=2)
        seen += names(page.items)
        cursor = page.next_cursor

    assert seen == ["4", "3", "2", "1", "0"]
    assert cursor is None


@pytest.mark.parametrize("cursor", ["nonsense", "YS9iL2M=", "X194X18=", "Z29uZQ==", "é", "=", ""])
def test_a_cursor_that_leads_nowhere_is_refused(runs: RunStore, owner: UserId, cursor: str) -> None:
    with pytest.raises(Invalid):
        runs.list(owner, RunFilter(), cursor=cursor, size=2)


@pytest.mark.parametrize("state", [None, RunState.QUEUED, RunState.CANCELLED])
@pytest.mark.parametrize("strategy", [None, "s1", "s2"])
@pytest.mark.parametrize("exchange", [None, "simulated", "kraken"])
def test_filters_combine(
    runs: RunStore,
    owner: UserId,
    state: RunState | None,
    strategy: str | None,
    exchange: str | None,
) -> None:
    one = submit(runs, new_run(owner, "one"), name="1")
    other = a_strategy_ref(id=StrategyId("s2"))
    submit(runs, new_run(owner, "two", strategy=other, identity="0" * 64), name="2")
    move(runs, one, RunState.CANCELLED)
    strategy_id = None if strategy is None else StrategyId(strategy)
    wanted = RunFilter(state=state, strategy_id=strategy_id, exchange=exchange)

    found = names(runs.list(owner, wanted, cursor=None, size=9).items)

    expected = {
        "one": state is not RunState.QUEUED and strategy != "s2" and exchange != "kraken",
        "two": state is not RunState.CANCELLED and strategy != "s1" and exchange != "kraken",
    }
    assert sorted(found) == [name for name, is_in in expected.items() if is_in]


def test_overdue_runs_are_found_across_users_the_longest_waiting_first(
    runs: RunStore, owner: UserId
) -> None:
    other = UserId(f"{owner}-other")
    late = submit(runs, new_run(owner, deadline_at=START - timedelta(days=900)))
    later = submit(runs, new_run(other, deadline_at=START - timedelta(days=901)))
    over = submit(runs, new_run(owner, "over", identity="0" * 64), name="2")
    move(runs, over, RunState.CANCELLED)

    found = runs.overdue(START - timedelta(days=800), limit=1_000)

    mine = [pair for pair in found if pair[0] in {owner, other}]
    assert mine == [(other, later.id), (owner, late.id)]
