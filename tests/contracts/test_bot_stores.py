"""Bots, commands and exchange keys: in memory as in Firestore."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.bots.models import (
    AccountLimits,
    AlertSettings,
    Bot,
    BotCommand,
    BotId,
    CommandState,
    KeyId,
)
from candlewick.bots.wire import (
    Event,
    EventKind,
    Verb,
)
from candlewick.errors import (
    Conflict,
    IdempotencyMismatch,
    NotFound,
    QuotaExceeded,
)
from candlewick.exchange_keys.firestore import BotHolding
from tests.bot_factories import (
    a_running_bot,
)
from tests.contracts.bot_desk import Desk, a_key, in_memory, on, with_key
from tests.contracts.stores import ON_FIRESTORE
from tests.fakes import START


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def desk(request: pytest.FixtureRequest) -> Desk:
    if request.param == "memory":
        return in_memory()
    return on(request.getfixturevalue("client"))


def test_a_bot_is_read_as_it_was_stored(desk: Desk) -> None:
    bot = desk.put(a_running_bot())

    assert desk.bots.get(desk.owner, desk.bot_id) == bot
    assert desk.bots.list(desk.owner) == [bot]
    assert bot in desk.bots.active()
    assert desk.bots.placed("here") >= 1
    assert desk.bots.get(UserId("bob"), desk.bot_id) is None


def test_a_bot_is_created_once(desk: Desk) -> None:
    bot = desk.put(a_running_bot())
    again = replace(bot, id=BotId("another"))

    assert desk.bots.create(again, key_hash=f"k-{bot.id}", body_hash="b", limit=99) == bot
    assert desk.bots.created(desk.owner, f"k-{bot.id}", "b") == bot
    with pytest.raises(IdempotencyMismatch):
        desk.bots.created(desk.owner, f"k-{bot.id}", "other")
    with pytest.raises(QuotaExceeded):
        desk.bots.create(again, key_hash="another", body_hash="b", limit=1)


def a_command(desk: Desk, **changes: Any) -> BotCommand:
    until = START + timedelta(minutes=5)
    command = BotCommand(
        id="c1",
        bot_id=desk.bot_id,
        owner=desk.owner,
        verb=Verb.FORCE_EXIT,
        trade=1,
        at=START,
        expires_at=until,
        pending_until=until,
        by="session",
        body_hash="h",
    )
    return replace(command, **changes)


def test_a_command_is_stored_once_and_settled(desk: Desk) -> None:
    desk.put(a_running_bot())
    command = desk.bots.add_command(a_command(desk))
    place = (desk.owner, desk.bot_id)

    assert desk.bots.add_command(a_command(desk, at=START + timedelta(seconds=1))) == command
    with pytest.raises(IdempotencyMismatch):
        desk.bots.add_command(a_command(desk, body_hash="other"))
    assert desk.bots.pending_commands(*place, START) == [command]
    late = START + timedelta(minutes=5)
    assert command in desk.bots.overdue_commands(late, limit=99)
    done = desk.bots.settle_command(
        *place, "c1", lambda found: found.settled(CommandState.DONE, "Sold.", START)
    )
    assert done is not None
    assert desk.bots.commands(*place, size=9) == [done]
    assert desk.bots.pending_commands(*place, START) == []
    assert done not in desk.bots.overdue_commands(late, limit=99)
    assert desk.bots.settle_command(*place, "none", lambda found: found) is None


def test_an_event_is_added_once(desk: Desk) -> None:
    desk.put(a_running_bot())
    event = Event(id="silent-1", kind=EventKind.SILENT, at=START, text="Silent.")

    assert desk.bots.add_event(desk.owner, desk.bot_id, event)
    assert not desk.bots.add_event(desk.owner, desk.bot_id, event)
    assert desk.bots.event(desk.owner, desk.bot_id, event.id) == event
    assert desk.bots.event(desk.owner, desk.bot_id, "none") is None


def test_alert_settings_are_kept(desk: Desk) -> None:
    settings = AlertSettings(email="a@example.org", telegram_chat="1")

    assert desk.bots.alert_settings(desk.owner) == AlertSettings()
    desk.bots.set_alert_settings(desk.owner, settings)
    assert desk.bots.alert_settings(desk.owner) == settings


def test_a_deleted_bot_leaves_nothing_behind(desk: Desk) -> None:
    with_key(desk, AccountLimits(max_open_stake=Decimal(100)))
    desk.intend()
    desk.bots.add_command(a_command(desk))

    desk.bots.delete(desk.owner, desk.bot_id, lambda _: None)

    assert desk.bots.get(desk.owner, desk.bot_id) is None
    assert list(desk.journal.entries(desk.owner, desk.bot_id)) == []
    with pytest.raises(NotFound):
        desk.acquire()
    with pytest.raises(NotFound):
        desk.bots.delete(desk.owner, desk.bot_id, lambda _: None)


def test_a_bot_stays_when_the_check_refuses(desk: Desk) -> None:
    desk.put(a_running_bot())

    def refuse(_: Bot) -> None:
        raise Conflict("It runs.")

    with pytest.raises(Conflict):
        desk.bots.delete(desk.owner, desk.bot_id, refuse)
    assert desk.bots.get(desk.owner, desk.bot_id) is not None


def test_a_key_is_its_owners_alone(desk: Desk) -> None:
    key = a_key(desk.owner, f"key-{desk.bot_id}")
    desk.keys.add(key, limit=1)

    assert desk.keys.get(desk.owner, key.id) == key
    assert desk.keys.get(UserId("bob"), key.id) is None
    assert desk.keys.list(desk.owner) == [key]
    with pytest.raises(QuotaExceeded):
        desk.keys.add(replace(key, id=KeyId("more")), limit=1)
    with pytest.raises(NotFound):
        desk.keys.change(UserId("bob"), key.id, lambda found: found)
    assert not desk.keys.delete(UserId("bob"), key.id)
    assert desk.keys.delete(desk.owner, key.id)
    assert desk.keys.get(desk.owner, key.id) is None


@pytest.mark.parametrize("stores", [pytest.param("firestore", marks=ON_FIRESTORE)])
def test_an_erased_account_leaves_no_key_and_no_lease(
    client: firestore.Client, stores: str
) -> None:
    desk = on(client)
    with_key(desk, AccountLimits())
    desk.released_key()
    holding = BotHolding(client)

    exported = holding.export(desk.owner)
    holding.erase(desk.owner)

    assert "sealed" not in str(exported)
    assert len(exported["exchangeKeys"]) == 1  # type: ignore[arg-type]
    for collection in ("exchangeKeys", "keyRisks", "botLeases", "keyReleases"):
        owned = client.collection(collection).where(filter=FieldFilter("owner", "==", desk.owner))
        assert list(owned.stream()) == []
