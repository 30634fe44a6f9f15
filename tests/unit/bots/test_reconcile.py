"""Operations survive what happens between their steps, and drift is repaired."""

from dataclasses import replace
from datetime import timedelta

import pytest

from candlewick.bots.models import BotCommand, BotId, OperationKind
from candlewick.bots.requests import CommandRequest
from candlewick.bots.wire import EventKind, Verb, Wanted
from candlewick.errors import Unavailable
from tests.bot_factories import a_bot
from tests.factories import ALICE
from tests.fakes import START
from tests.world import World

BOT = BotId("b1")
STOP = CommandRequest(verb=Verb.STOP, key="k", by="session")


def kind(world: World) -> OperationKind:
    return world.bots.db.bots[ALICE, BOT].operation.kind


def running(world: World) -> None:
    """Let Alice's bot run, with a service that is what was asked for."""
    world.bots.put(a_bot())
    world.bots.service().start(ALICE, BOT, typed_name="")
    assert world.bots.work() == 1
    world.clock.move(minutes=2)


def test_a_start_whose_task_was_lost_is_asked_for_again(world: World) -> None:
    world.bots.put(a_bot())
    world.bots.queue.is_down = True
    world.bots.service().start(ALICE, BOT, typed_name="")
    world.bots.queue.is_down = False
    assert world.bots.reconciler().reconcile().steps == 0
    world.clock.move(minutes=2)

    assert world.bots.reconciler().reconcile().steps == 1
    assert world.bots.work() == 1
    assert kind(world) is OperationKind.NONE


def test_a_start_whose_answer_was_lost_ends_in_one_service(world: World) -> None:
    world.bots.put(a_bot())
    world.bots.service().start(ALICE, BOT, typed_name="")
    (task,) = world.bots.queue.sent
    world.bots.services.loses_replies = True
    with pytest.raises(Unavailable):
        world.bots.operator().take_step(ALICE, BOT, task.number)
    assert "did not answer" in world.bots.db.bots[ALICE, BOT].operation.error
    world.bots.services.loses_replies = False

    assert world.bots.operator().take_step(ALICE, BOT, task.number)

    assert not world.bots.operator().take_step(ALICE, BOT, task.number)  # delivered once more
    assert len(world.bots.services.running) == 1
    bot = world.bots.db.bots[ALICE, BOT]
    assert (bot.operation.error, bot.tokens_issued) == ("", 2)


def test_a_task_of_an_earlier_operation_does_nothing(world: World) -> None:
    world.bots.put(a_bot())
    world.bots.service().start(ALICE, BOT, typed_name="")
    (late,) = world.bots.queue.sent
    world.bots.service().stop(ALICE, BOT, STOP)

    assert not world.bots.operator().take_step(ALICE, BOT, late.number)
    assert world.bots.services.started == []


def test_a_bot_that_does_not_leave_is_removed_when_its_time_is_over(world: World) -> None:
    running(world)
    world.bots.service().stop(ALICE, BOT, STOP)
    assert world.bots.reconciler().reconcile().steps == 0
    world.clock.move(minutes=2)

    assert world.bots.reconciler().reconcile().steps == 1
    world.bots.work()

    assert world.bots.services.running == {}
    assert not world.bots.db.bots[ALICE, BOT].is_active


def test_closing_positions_takes_longer(world: World) -> None:
    running(world)
    close = CommandRequest(verb=Verb.STOP_AND_CLOSE, key="k", by="session")
    world.bots.service().stop(ALICE, BOT, close)
    world.clock.move(minutes=9)

    assert world.bots.reconciler().reconcile().steps == 0
    assert kind(world) is OperationKind.STOPPING


def test_a_deletion_whose_answer_was_lost_is_repeated(world: World) -> None:
    running(world)
    world.bots.service().stop(ALICE, BOT, STOP)
    world.clock.move(minutes=2)
    world.bots.reconciler().reconcile()
    world.bots.services.loses_replies = True
    with pytest.raises(Unavailable):
        world.bots.work()
    world.bots.services.loses_replies = False
    world.clock.move(minutes=2)

    world.bots.reconciler().reconcile()
    assert world.bots.work() == 1
    assert not world.bots.db.bots[ALICE, BOT].is_active


def test_a_service_that_vanished_is_made_again(world: World) -> None:
    running(world)
    world.bots.services.running.clear()

    assert world.bots.reconciler().reconcile().repaired == 1
    world.bots.work()
    assert world.bots.services.running[BOT].revision == 2


def test_a_service_of_another_revision_is_replaced(world: World) -> None:
    running(world)
    (asked,) = world.bots.services.started
    world.bots.services.running[BOT] = replace(asked, revision=asked.revision - 1)

    assert world.bots.reconciler().reconcile().repaired == 1
    world.bots.work()
    assert world.bots.services.running[BOT].revision == asked.revision + 1


def test_what_is_as_it_should_be_is_left_alone(world: World) -> None:
    running(world)
    world.bots.put(world.bots.db.bots[ALICE, BOT])
    done = world.bots.reconciler().reconcile()

    assert (done.active, done.steps, done.repaired, done.strays) == (1, 0, 0, 0)


def test_a_service_without_a_bot_is_deleted(world: World) -> None:
    running(world)
    del world.bots.db.bots[ALICE, BOT]

    assert world.bots.reconciler().reconcile().strays == 1
    assert world.bots.services.running == {}


def test_cloud_run_being_down_repairs_and_deletes_nothing(world: World) -> None:
    running(world)
    world.bots.services.running.clear()
    world.bots.services.is_down = True

    done = world.bots.reconciler().reconcile()

    assert (done.repaired, done.strays) == (0, 0)


def test_a_silent_bot_is_told_of_once(world: World) -> None:
    running(world)
    assert world.bots.reconciler().reconcile().silent == 0
    world.clock.move(minutes=1)

    assert [world.bots.reconciler().reconcile().silent for _ in range(2)] == [1, 0]
    ((bot_id, event),) = world.bots.teller.told
    assert (bot_id, event.kind) == (BOT, EventKind.SILENT)


def test_a_stopped_bot_is_not_silent(world: World) -> None:
    running(world)
    world.bots.service().stop(ALICE, BOT, STOP)
    world.clock.move(minutes=10)

    assert world.bots.reconciler().reconcile().silent == 0


def test_a_command_that_nobody_took_expires(world: World) -> None:
    running(world)
    wish = CommandRequest(verb=Verb.FORCE_EXIT, key="k", by="session")
    sent: BotCommand = world.bots.service().command(ALICE, BOT, wish)
    world.clock.move(minutes=5)

    assert [world.bots.reconciler().reconcile().expired for _ in range(2)] == [1, 0]
    (shown,) = world.bots.service().history(ALICE, BOT)
    assert (shown.id, shown.state) == (sent.id, "expired")


def test_a_bot_stopped_before_its_service_was_made_leaves_none(world: World) -> None:
    world.bots.put(a_bot())
    world.bots.service().start(ALICE, BOT, typed_name="")
    world.bots.service().stop(ALICE, BOT, STOP)
    world.clock.move(seconds=timedelta(minutes=2).total_seconds())
    world.bots.reconciler().reconcile()
    world.bots.work()

    bot = world.bots.db.bots[ALICE, BOT]
    assert (bot.wanted, bot.is_active) == (Wanted.STOPPED, False)
    assert world.clock() > START
