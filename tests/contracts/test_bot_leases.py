"""Leases and journals: in memory as in Firestore, whose clock alone says whether a lease is free."""

from datetime import timedelta
from decimal import Decimal

import pytest

from candlewick.bots import lease
from candlewick.bots.models import (
    AccountLimits,
    Operation,
    OperationKind,
)
from candlewick.bots.ports import Granted
from candlewick.bots.wire import (
    ClosedTrade,
    Event,
    EventKind,
    Holder,
    JournalState,
    Purpose,
    Release,
    Wanted,
)
from candlewick.errors import (
    Conflict,
    Fenced,
    HeldBack,
    NotFound,
    RateLimited,
    Unavailable,
)
from tests.bot_factories import (
    FIRST,
    SECOND,
    a_renewal,
    a_running_bot,
    an_answer,
    an_intent,
    figures,
)
from tests.contracts.bot_desk import Desk, in_memory, on, with_key
from tests.contracts.stores import ON_FIRESTORE, at_once
from tests.fakes import START


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def desk(request: pytest.FixtureRequest) -> Desk:
    if request.param == "memory":
        return in_memory()
    return on(request.getfixturevalue("client"))


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases of a fraction of a second, because the real database's clock cannot be moved."""
    monkeypatch.setattr(lease, "TTL", timedelta(seconds=1))
    monkeypatch.setattr(lease, "TAKEOVER_AFTER", timedelta(seconds=1.5))


def test_the_first_holder_gets_the_lease_and_a_second_waits(desk: Desk) -> None:
    desk.put(a_running_bot())

    assert desk.acquire().epoch == 1
    assert desk.acquire().epoch == 1  # the same process, whose answer was lost
    with pytest.raises(Conflict):
        desk.acquire(SECOND)


@pytest.mark.usefixtures("short_lease")
def test_a_lease_is_taken_over_when_it_was_not_renewed_in_time(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()
    desk.wait(timedelta(seconds=1.6))

    assert desk.acquire(SECOND).epoch == 2
    with pytest.raises(Fenced):
        desk.leases.renew(desk.owner, desk.bot_id, a_renewal(), START)
    with pytest.raises(Fenced):
        desk.intend()
    with pytest.raises(Fenced):
        desk.leases.holds(desk.owner, desk.bot_id, Holder(holder=FIRST, epoch=1))


@pytest.mark.usefixtures("short_lease")
def test_a_renewal_that_changes_nothing_extends_the_lease(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()
    for _ in range(2):
        desk.wait(timedelta(seconds=0.8))
        desk.leases.renew(desk.owner, desk.bot_id, a_renewal(), START)

    with pytest.raises(Conflict):
        desk.acquire(SECOND)


@pytest.mark.usefixtures("short_lease")
def test_an_order_waits_for_the_renewal_of_its_lease(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()
    desk.wait(timedelta(seconds=1.1))

    with pytest.raises(HeldBack):
        desk.intend()
    desk.leases.renew(desk.owner, desk.bot_id, a_renewal(), START)
    desk.intend()


def test_a_released_lease_is_free_at_once(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()
    desk.leases.release(
        desk.owner, desk.bot_id, Release(holder=FIRST, epoch=1, reason="done"), START
    )

    with pytest.raises(Fenced):
        desk.acquire()  # the process that has said goodbye does not come back
    assert desk.acquire(SECOND).epoch == 2
    late = Release(holder=FIRST, epoch=1, reason="late")
    assert desk.leases.release(desk.owner, desk.bot_id, late, START) is None
    desk.leases.holds(desk.owner, desk.bot_id, Holder(holder=SECOND, epoch=2))


def test_an_older_revision_does_not_take_a_bot_back(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire(token=2)
    desk.leases.release(
        desk.owner, desk.bot_id, Release(holder=FIRST, epoch=1, reason="done"), START
    )

    with pytest.raises(Fenced):
        desk.acquire(SECOND, token=1)


def test_of_many_who_want_a_free_lease_one_gets_it(desk: Desk) -> None:
    desk.put(a_running_bot())

    results = at_once(8, lambda index: desk.acquire(f"holder-number-{index:04}"))

    granted = [item for item in results if isinstance(item, Granted)]
    assert [item.epoch for item in granted] == [1]
    assert all(isinstance(item, Granted | Conflict | Unavailable) for item in results)


def test_a_bot_that_was_told_to_stop_leaves_with_its_lease(desk: Desk) -> None:
    stopping = Operation(kind=OperationKind.STOPPING, number=4, since=START)
    desk.put(a_running_bot(wanted=Wanted.STOPPED, operation=stopping))
    desk.acquire()

    left = desk.leases.release(
        desk.owner, desk.bot_id, Release(holder=FIRST, epoch=1, reason="stopped"), START
    )

    assert left is not None
    assert left.operation.kind is OperationKind.DELETING
    assert left.operation.number == 5
    assert desk.bots.get(desk.owner, desk.bot_id) == left


def a_closed_trade(number: int) -> ClosedTrade:
    return ClosedTrade(
        number=number,
        pair="BTC/USDT",
        opened_at=START,
        closed_at=START + timedelta(minutes=number),
        amount=Decimal(1),
        stake=Decimal(100),
        open_rate=Decimal(100),
        close_rate=Decimal(101),
        fees=Decimal("0.2"),
        profit=Decimal("0.8"),
        profit_ratio=0.008,
    )


def test_a_renewal_stores_what_the_bot_tells_and_each_event_once(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()
    trade = a_closed_trade(7)
    event = Event(id="entry-1", kind=EventKind.ENTRY, at=START, text="Bought.")
    told = a_renewal(events=(event,), figures=figures(closed_trades=(trade,)))

    first = desk.leases.renew(desk.owner, desk.bot_id, told, START)
    second = desk.leases.renew(desk.owner, desk.bot_id, told, START + timedelta(seconds=10))

    assert first.new_events == (event,)
    assert second.new_events == ()
    bot = desk.bots.get(desk.owner, desk.bot_id)
    assert bot is not None
    assert bot.figures is not None
    assert bot.figures.balance == Decimal(1000)
    assert bot.figures.closed_trades == ()
    assert bot.last_seen_at == START + timedelta(seconds=10)
    trades = desk.histories.trades(desk.owner, desk.bot_id, cursor=None, size=10)
    assert list(trades.items) == [trade]
    assert list(desk.histories.events(desk.owner, desk.bot_id, cursor=None, size=10).items) == [
        event
    ]


def test_closed_trades_are_read_in_pages_the_newest_first(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()
    trades = tuple(a_closed_trade(number) for number in range(1, 6))
    desk.leases.renew(
        desk.owner, desk.bot_id, a_renewal(figures=figures(closed_trades=trades)), START
    )

    first = desk.histories.trades(desk.owner, desk.bot_id, cursor=None, size=3)
    second = desk.histories.trades(desk.owner, desk.bot_id, cursor=first.next_cursor, size=3)

    assert [trade.number for trade in (*first.items, *second.items)] == [5, 4, 3, 2, 1]
    assert second.next_cursor is None


def test_an_intent_is_stored_once_and_never_changed(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()
    desk.intend()
    desk.intend()  # the answer was lost

    with pytest.raises(Conflict):
        desk.intend(amount=Decimal(2))
    (entry,) = desk.journal.entries(desk.owner, desk.bot_id)
    assert entry.intent == an_intent()
    assert entry.answer is None


def test_answers_grow_and_a_final_one_stays(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()
    desk.intend()
    intent = an_intent()
    half = an_answer(intent, filled=Decimal("0.0005"))
    whole = an_answer(intent, JournalState.CLOSED, filled=Decimal("0.001"), cost=Decimal(100))

    for answer in (half, whole, half, an_answer(intent, JournalState.LOST)):
        desk.journal.answer(desk.owner, desk.bot_id, answer, START)

    (entry,) = desk.journal.entries(desk.owner, desk.bot_id)
    assert entry.answer == whole
    with pytest.raises(NotFound):
        desk.journal.answer(desk.owner, desk.bot_id, an_answer(an_intent(9)), START)


def test_a_lost_order_that_is_found_after_all_is_believed(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()
    desk.intend()
    lost = an_answer(an_intent(), JournalState.LOST)
    found = an_answer(an_intent(), JournalState.CLOSED, filled=Decimal("0.001"))

    desk.journal.answer(desk.owner, desk.bot_id, lost, START)
    desk.journal.answer(desk.owner, desk.bot_id, found, START)

    (entry,) = desk.journal.entries(desk.owner, desk.bot_id)
    assert entry.answer == found


def test_the_journal_is_read_by_sequence_and_in_pages(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()
    for sequence in (1, 2, 3):
        desk.intend(sequence=sequence)

    entries = desk.journal.entries(desk.owner, desk.bot_id)
    page = desk.journal.list(desk.owner, desk.bot_id, cursor=None, size=2)
    rest = desk.journal.list(desk.owner, desk.bot_id, cursor=page.next_cursor, size=2)

    assert [entry.intent.sequence for entry in entries] == [1, 2, 3]
    assert [entry.intent.sequence for entry in page.items] == [3, 2]
    assert [entry.intent.sequence for entry in rest.items] == [1]


@pytest.mark.parametrize("wanted", [Wanted.PAUSED, Wanted.STOPPED])
def test_the_kill_switch_holds_entries_back_and_nothing_else(desk: Desk, wanted: Wanted) -> None:
    desk.put(a_running_bot(wanted=wanted))
    desk.acquire()

    with pytest.raises(HeldBack):
        desk.intend()
    for sequence, purpose in enumerate((Purpose.EXIT, Purpose.STOP, Purpose.CLOSE_ALL), start=2):
        desk.intend(sequence=sequence, purpose=purpose)


def test_entries_in_a_blacklisted_pair_are_held_back(desk: Desk) -> None:
    desk.put(a_running_bot(blacklist=("BTC/USDT",)))
    desk.acquire()

    with pytest.raises(HeldBack):
        desk.intend()
    desk.intend(sequence=2, pair="ETH/USDT")


def test_the_stake_of_all_bots_on_a_key_is_bounded(desk: Desk) -> None:
    with_key(desk, AccountLimits(max_open_stake=Decimal(250)))
    desk.intend(sequence=1)
    desk.intend(sequence=2)

    with pytest.raises(HeldBack):
        desk.intend(sequence=3)
    # What was never filled binds nothing, half a minute after the exchange was done with it.
    gone = an_answer(an_intent(2), JournalState.CANCELLED)
    desk.journal.answer(desk.owner, desk.bot_id, gone, START)
    desk.intend(sequence=3)


def test_the_loss_of_all_bots_on_a_key_is_bounded(desk: Desk) -> None:
    with_key(desk, AccountLimits(max_daily_loss=Decimal(50)))
    lost = a_renewal(figures=figures(day_profit=Decimal(-50)))
    desk.leases.renew(desk.owner, desk.bot_id, lost, START)

    with pytest.raises(HeldBack):
        desk.intend()
    desk.intend(sequence=2, purpose=Purpose.EXIT)
    desk.intend(sequence=3, now=START + timedelta(days=1))


def test_the_orders_of_all_bots_on_a_key_are_bounded(desk: Desk) -> None:
    with_key(desk, AccountLimits(max_orders_per_minute=1))
    desk.intend()

    with pytest.raises(HeldBack):
        desk.intend(sequence=2)
    desk.intend(sequence=3, now=START + timedelta(minutes=1))


def test_many_orders_at_once_do_not_pass_a_limit_together(desk: Desk) -> None:
    with_key(desk, AccountLimits(max_open_stake=Decimal(300)))

    at_once(6, lambda index: desk.intend(sequence=index + 1))

    assert len(desk.journal.entries(desk.owner, desk.bot_id)) == 3


def test_a_key_is_released_to_a_live_lease_and_not_twice_at_once(desk: Desk) -> None:
    with_key(desk, AccountLimits())

    assert desk.released_key().key_id == f"key-{desk.bot_id}"
    with pytest.raises(RateLimited):
        desk.released_key()


def test_a_key_is_not_released_to_whoever_is_not_the_holder(desk: Desk) -> None:
    with_key(desk, AccountLimits())
    other = Holder(holder=SECOND, epoch=1)

    with pytest.raises(Fenced):
        desk.leases.release_key(desk.owner, desk.bot_id, other, now=START, per_minute=99)


def test_the_breaker_holds_keys_back(desk: Desk) -> None:
    with_key(desk, AccountLimits())

    with pytest.raises(Unavailable):
        desk.released_key(per_minute=0)


def test_a_bot_without_a_key_gets_none(desk: Desk) -> None:
    desk.put(a_running_bot())
    desk.acquire()

    with pytest.raises(HeldBack):
        desk.released_key()
