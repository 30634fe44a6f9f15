"""Owners are told once by each channel that they set up, and of nothing that they do not want to hear."""

import pytest

from candlewick.alerts.models import Channel, Undeliverable
from candlewick.bots.models import AlertSettings, BotId
from candlewick.bots.telling import AlertTask, AlertTeller
from candlewick.bots.wire import Event, EventKind
from candlewick.errors import Unavailable
from tests.bot_factories import a_running_bot
from tests.bot_fakes import RecordingAlertQueue
from tests.factories import ALICE
from tests.fakes import START
from tests.world import World

ENTRY = Event(id="entry-1", kind=EventKind.ENTRY, at=START, text="Bought.", pair="BTC/USDT")
TASK = AlertTask(owner=ALICE, bot_id=BotId("b1"), event_id="entry-1", channel=Channel.EMAIL)
BODY = {"owner": "alice", "botId": "b1", "eventId": "entry-1", "channel": "email"}


@pytest.fixture(autouse=True)
def told(world: World) -> None:
    world.bots.put(a_running_bot())
    world.bots.bots.add_event(ALICE, BotId("b1"), ENTRY)
    both = AlertSettings(email="a@example.org", telegram_chat="1")
    world.bots.bots.set_alert_settings(ALICE, both)


def test_each_channel_gets_its_task(world: World) -> None:
    queue = RecordingAlertQueue()

    AlertTeller(bots=world.bots.bots, queue=queue).tell(a_running_bot(), [ENTRY])

    assert {task.channel for task in queue.sent} == {Channel.EMAIL, Channel.TELEGRAM}
    assert TASK in queue.sent


def test_what_the_owner_does_not_want_to_hear_is_not_told(world: World) -> None:
    queue = RecordingAlertQueue()
    bot = a_running_bot(alerts=frozenset({EventKind.ERROR}))

    AlertTeller(bots=world.bots.bots, queue=queue).tell(bot, [ENTRY])

    assert queue.sent == []


def test_a_queue_that_is_down_does_not_fail_what_reports(world: World) -> None:
    AlertTeller(bots=world.bots.bots, queue=RecordingAlertQueue(is_down=True)).tell(
        a_running_bot(), [ENTRY]
    )


def test_a_task_sends_the_alert_with_a_link(world: World) -> None:
    response = world.tasks().post("/tasks/bot-alert", json=BODY)

    assert response.get_json() == {"acted": True}
    (alert,) = world.bots.senders[Channel.EMAIL].sent
    assert (alert.id, alert.text, alert.bot) == ("entry-1", "Bought.", "Buyer one")
    assert alert.link == "https://app.example.org/bots/b1"


@pytest.mark.parametrize("change", [{"botId": "gone"}, {"eventId": "gone"}, {"channel": "webhook"}])
def test_what_is_gone_is_not_told(world: World, change: dict[str, str]) -> None:
    assert world.tasks().post("/tasks/bot-alert", json=BODY | change).get_json() == {"acted": False}


def test_a_channel_that_is_down_is_tried_again_and_a_hopeless_one_is_not(world: World) -> None:
    sender = world.bots.senders[Channel.EMAIL]
    sender.failure = Unavailable("The mail server does not answer.")
    assert world.tasks().post("/tasks/bot-alert", json=BODY).status_code == 503

    sender.failure = Undeliverable("There is no such mailbox.")
    assert world.tasks().post("/tasks/bot-alert", json=BODY).get_json() == {"acted": False}
