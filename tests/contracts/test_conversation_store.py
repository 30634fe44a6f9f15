"""Conversations, messages and the day's use, over both stores."""

from dataclasses import replace
from datetime import timedelta

import pytest
from google.cloud import firestore

from candlewick.accounts.firestore import FirestoreHolding
from candlewick.accounts.models import UserId
from candlewick.assistant.firestore import FirestoreConversationStore
from candlewick.assistant.models import (
    REPLY_LIFETIME,
    Conversation,
    ConversationId,
    DayLimits,
    EngineKind,
    Message,
    Role,
)
from candlewick.assistant.parts import Choice, Parts, Question, ToolUsed
from candlewick.assistant.ports import ConversationStore
from candlewick.errors import Conflict, NotFound, QuotaExceeded
from candlewick.strategies.models import StrategyId
from tests.contracts.stores import ON_FIRESTORE, at_once
from tests.fakes import START
from tests.in_memory_conversations import InMemoryConversations

LIMITS = DayLimits(tokens=1_000, runs=2)
ASKED = Message(number=0, role=Role.USER, text="Buy the dip", at=START)
QUESTION = Question(text="How deep?", choices=(Choice(label="5 %", text="buy a dip of 5 %"),))
ANSWERED = Message(
    number=0,
    role=Role.ASSISTANT,
    text="How deep a dip?",
    at=START,
    parts=Parts(items=(ToolUsed(name="ask_user", state="done"), QUESTION)),
    engine=EngineKind.GEMINI,
)


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def store(request: pytest.FixtureRequest) -> ConversationStore:
    if request.param == "memory":
        return InMemoryConversations()
    return FirestoreConversationStore(request.getfixturevalue("client"))


def a_conversation(owner: UserId, name: str = "c1", strategy: str = "s1") -> Conversation:
    return Conversation(
        id=ConversationId(name),
        owner=owner,
        strategy_id=StrategyId(strategy),
        title="",
        created_at=START,
        updated_at=START,
    )


def begun(store: ConversationStore, owner: UserId) -> Conversation:
    conversation = a_conversation(owner)
    store.add(conversation, limit=9)
    return store.begin(replace(conversation, title="Buy the dip"), ASKED, LIMITS, START)


def test_what_was_said_is_read_back_in_its_order(store: ConversationStore, owner: UserId) -> None:
    conversation = begun(store, owner)

    store.end(owner, conversation.id, ANSWERED, 120)

    first, second = store.messages(owner, conversation.id)
    assert (first.number, first.text, second.number) == (1, "Buy the dip", 2)
    assert second == replace(ANSWERED, number=2)
    found = store.get(owner, conversation.id)
    assert found is not None
    assert (found.title, found.messages) == ("Buy the dip", 2)
    assert store.usage(owner, START).tokens == 120


def test_conversations_are_those_of_the_strategy_the_last_used_first(
    store: ConversationStore, owner: UserId
) -> None:
    store.add(a_conversation(owner, "old"), limit=9)
    store.add(a_conversation(owner, "other", strategy="s2"), limit=9)
    store.add(replace(a_conversation(owner, "new"), updated_at=START + timedelta(1)), limit=9)

    assert [item.id for item in store.list(owner, StrategyId("s1"))] == ["new", "old"]
    assert store.list(UserId(f"{owner}-other"), StrategyId("s1")) == []


def test_a_strategy_has_so_many_conversations_and_no_more(
    store: ConversationStore, owner: UserId
) -> None:
    store.add(a_conversation(owner, "c1"), limit=1)

    with pytest.raises(QuotaExceeded):
        store.add(a_conversation(owner, "c2"), limit=1)
    store.add(a_conversation(owner, "c3", strategy="s2"), limit=1)


def test_one_reply_at_a_time(store: ConversationStore, owner: UserId) -> None:
    conversation = begun(store, owner)

    with pytest.raises(Conflict):
        store.begin(conversation, ASKED, LIMITS, START)
    assert len(store.messages(owner, conversation.id)) == 1

    later = START + REPLY_LIFETIME  # a reply that died is waited for no longer than this
    store.begin(conversation, ASKED, LIMITS, later)
    assert len(store.messages(owner, conversation.id)) == 2


def test_of_many_messages_at_once_one_gets_a_reply(store: ConversationStore, owner: UserId) -> None:
    conversation = a_conversation(owner)
    store.add(conversation, limit=9)

    found = at_once(4, lambda _: store.begin(conversation, ASKED, LIMITS, START))

    assert sorted(type(item).__name__ for item in found) == ["Conflict"] * 3 + ["Conversation"]
    assert len(store.messages(owner, conversation.id)) == 1


def test_used_up_tokens_refuse_until_the_next_day(store: ConversationStore, owner: UserId) -> None:
    conversation = begun(store, owner)
    store.end(owner, conversation.id, ANSWERED, LIMITS.tokens)

    with pytest.raises(QuotaExceeded, match="midnight UTC"):
        store.begin(conversation, ASKED, LIMITS, START)
    store.begin(conversation, ASKED, LIMITS, START + timedelta(days=1))

    assert store.usage(owner, START + timedelta(days=1)).tokens == 0


def test_runs_are_counted_for_the_day(store: ConversationStore, owner: UserId) -> None:
    found = at_once(4, lambda _: store.take_run(owner, LIMITS, START))

    assert sum(isinstance(item, QuotaExceeded) for item in found) == 2
    assert store.usage(owner, START).runs == 2
    assert store.take_run(owner, LIMITS, START + timedelta(days=1)).runs == 1


def test_a_result_is_added_under_the_next_number(store: ConversationStore, owner: UserId) -> None:
    conversation = begun(store, owner)

    added = store.append(owner, conversation.id, ANSWERED)
    store.end(owner, conversation.id, ANSWERED, 1)

    assert added.number == 2
    assert [item.number for item in store.messages(owner, conversation.id)] == [1, 2, 3]


def test_a_deleted_conversation_is_gone_with_its_messages(
    store: ConversationStore, owner: UserId
) -> None:
    conversation = begun(store, owner)

    assert store.delete(owner, conversation.id)
    store.end(owner, conversation.id, ANSWERED, 7)

    assert store.get(owner, conversation.id) is None
    assert store.messages(owner, conversation.id) == []
    assert store.usage(owner, START).tokens == 7
    assert not store.delete(owner, conversation.id)
    with pytest.raises(NotFound):
        store.append(owner, conversation.id, ANSWERED)
    with pytest.raises(NotFound):
        store.begin(conversation, ASKED, LIMITS, START)


def test_nobody_reaches_somebody_elses(store: ConversationStore, owner: UserId) -> None:
    conversation, other = begun(store, owner), UserId(f"{owner}-other")

    assert store.get(other, conversation.id) is None
    assert store.messages(other, conversation.id) == []
    assert not store.delete(other, conversation.id)
    assert store.get(owner, conversation.id) is not None


@pytest.mark.emulator
@pytest.mark.xdist_group("firestore")
def test_conversations_go_with_the_account(client: firestore.Client, owner: UserId) -> None:
    store = FirestoreConversationStore(client)
    conversation = begun(store, owner)
    client.document("users", owner).set({"id": owner})

    exported = FirestoreHolding(client).export(owner)
    FirestoreHolding(client).erase(owner)

    assert "Buy the dip" in str(exported["conversations"])
    assert store.get(owner, conversation.id) is None
    assert store.messages(owner, conversation.id) == []
    assert store.usage(owner, START).tokens == 0
